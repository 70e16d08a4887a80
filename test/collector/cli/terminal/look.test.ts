import { expect, test } from 'vitest';
import { PLAIN, readLook, showState, showTable, showTime, type Look } from '../../../../collector/cli/terminal/look.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const look: Look = { colour: true, width: 40, zone: 'Europe/Bucharest', now: NOON };

test('what is no terminal gets plain text and ISO times in UTC', () => {
  const plain = readLook({}, { isTTY: false, columns: 80 }, NOON);
  expect(plain).toEqual({ ...PLAIN, now: NOON });
  expect(showState('held', plain)).toBe('held');
  expect(showTime(NOON, plain)).toBe('2026-11-22T12:00:00.000Z');
});

test.each([
  [{ NO_COLOR: '1' }, false],
  [{ NO_COLOR: '' }, true],
  [{ TERM: 'dumb' }, false],
  [{}, true],
])('a terminal with %j has colours: %s', (env, colour) => {
  expect(readLook(env, { isTTY: true, columns: 100 }, NOON)).toMatchObject({ colour, width: 100, now: NOON });
});

test('states have their colour, and unknown words none', () => {
  expect(showState('held', look)).toBe('\u001b[31mheld\u001b[0m');
  expect(showState('by_hand', look)).toBe('\u001b[33mby_hand\u001b[0m');
  expect(showState('paused by hand', look)).toBe('paused by hand');
});

test('times are local and as short as they can be', () => {
  expect(showTime(NOON - 60_000, look)).toBe('13:59');
  expect(showTime('2026-11-20T23:30:00.000Z', look)).toBe('11-21 01:30');
  expect(showTime(Date.UTC(2025, 0, 1), look)).toBe('2025-01-01 02:00');
  expect(showTime(null, look)).toBe('-');
});

test('columns are as wide as what is seen in them, numbers stand to the right, and a line ends where the terminal does', () => {
  const rows = [
    ['held', '9', 'a reason that is longer than what is left of the line'],
    ['due', '1200', 'short'],
  ].map(([state = '', ...rest]) => [showState(state, look), ...rest]);
  const lines = showTable(['STATE', 'N', 'REASON'], rows, look).split('\n');
  const seen = lines.map((line) => line.replace(/\u001b\[\d+m/g, ''));
  expect(seen).toEqual(['STATE     N  REASON', 'held      9  a reason that is longer th…', 'due    1200  short']);
  expect(seen[1]).toHaveLength(40);
  expect(showTable(['A', 'B'], [['x', 'y'.repeat(300)]], PLAIN)).toContain('y'.repeat(300));
});
