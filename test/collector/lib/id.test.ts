import { describe, expect, test, vi } from 'vitest';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const DAY = 86_400_000;

/** As a process that was just started has it. */
async function freshIds() {
  vi.resetModules();
  return import('../../../collector/lib/id.ts');
}

const timeOf = (id: string): number => parseInt(id.replaceAll('-', '').slice(0, 12), 16);
const outOfOrder = (ids: readonly string[]): number => [...ids].sort().findIndex((id, at) => id !== ids[at]);

test('an id is a UUID of version 7 that begins with its time', async () => {
  const { newId } = await freshIds();
  const id = newId(NOW);
  expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(timeOf(id)).toBe(NOW);
});

test('300,000 ids of one millisecond, more than the counter holds, all differ and sort in the order in which they were made', async () => {
  const { newId } = await freshIds();
  const ids = Array.from({ length: 300_000 }, () => newId(NOW));
  expect(new Set(ids).size).toBe(ids.length);
  expect(outOfOrder(ids)).toBe(-1);
});

test.each([
  ['goes on', [0, 1, 2, 2, 3]],
  ['steps back by a millisecond', [2, 0, 1, 2]],
  ['steps back by a day and goes on from there', [0, -DAY, -DAY + 1, -DAY + 1, -DAY + 2]],
  ['leaps ahead by years and is put right', [0, 74 * 365 * DAY, 1, 2, 2, 74 * 365 * DAY, 3]],
])('ids keep the order in which they were made where the clock %s', async (_, steps) => {
  const { newId } = await freshIds();
  const ids = steps.map((step) => newId(NOW + step));
  expect(outOfOrder(ids)).toBe(-1);
  expect(timeOf(ids.at(-1)!)).toBe(NOW + Math.max(...steps));
});

describe('an id that was found', () => {
  test('is followed, where its maker had a clock that was ahead', async () => {
    const found = (await freshIds()).newId(NOW + DAY);
    const { newId, continueIdsAfter } = await freshIds();
    continueIdsAfter(found);
    const ids = [found, newId(NOW), newId(NOW), newId(NOW + DAY + 1)];
    expect(outOfOrder(ids)).toBe(-1);
    expect(timeOf(ids[3]!)).toBe(NOW + DAY + 1);
  });

  test('of the same millisecond is followed at whatever its counter stood', async () => {
    const { newId } = await freshIds();
    const many = Array.from({ length: 5_000 }, () => newId(NOW));
    const { newId: next, continueIdsAfter } = await freshIds();
    for (const found of [many[4_999], many[63], many[4_000]]) continueIdsAfter(found);
    expect(outOfOrder([...many, next(NOW), next(NOW - 1)])).toBe(-1);
  });

  test.each([[undefined], [null], [''], ['~'], ['first'], ['f47ac10b-58cc-4372-a567-0e02b2c3d479']])(
    'and is none of ours (%s) changes nothing',
    async (foreign) => {
      const { newId, continueIdsAfter } = await freshIds();
      continueIdsAfter(foreign);
      expect(timeOf(newId(NOW))).toBe(NOW);
    },
  );
});

test('a dated id tells when it was made, also after a clock that was ahead', async () => {
  const { newId, newDatedId, continueIdsAfter, idTime } = await freshIds();
  continueIdsAfter(newId(NOW + 74 * 365 * DAY));
  const ids = [NOW, NOW, NOW + 1, NOW - DAY].map(newDatedId);
  expect(ids.map(idTime)).toEqual([NOW, NOW, NOW + 1, NOW - DAY]);
  expect(outOfOrder(ids.slice(0, 3))).toBe(-1);
  expect(idTime(newId(NOW))).toBeGreaterThan(NOW + 73 * 365 * DAY);
});

test("a visitor's name stands beside those of its time, and keeps 90 bits that nobody guesses", async () => {
  const { newVisitorName } = await freshIds();
  const names = [NOW - 1000, NOW, NOW + 1000].map(newVisitorName);
  expect(names).toEqual([...names].sort());
  expect(names[1]).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(new Set(Array.from({ length: 100 }, () => newVisitorName(NOW))).size).toBe(100);
  expect(newVisitorName(NOW).slice(0, 8)).toBe((NOW / 1000).toString(16));
});
