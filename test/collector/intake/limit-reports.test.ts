/** What a report is one too many of: its visitor's, its order's, its site's, its site's day. */
import { expect, test } from 'vitest';
import type { Command } from '../../../collector/intake/command.ts';
import { createReportLimits } from '../../../collector/intake/limit-reports.ts';
import { readLimits } from '../../../collector/lib/limits/request-limits.ts';
import { manualClock } from '../../harness/clock.ts';

const NOTHING_USED = new Map<string, { bytes: number; rows: number }>();
let last = 0;
const visit = (site: string, visitor = `visitor-${(last += 1)}`): Command => ({
  type: 'touch',
  site,
  visitor,
  touches: [],
});
const sale = (site: string, orderId = `O${(last += 1)}`, ip?: string): Command =>
  ({ type: 'order', site, reporter: 'browser', valid: { order: { orderId } }, ip }) as unknown as Command;

function open(text: string) {
  const clock = manualClock();
  const limits = createReportLimits({
    ...{ limits: readLimits(text)!, clock: clock.now, monotonic: clock.now },
    store: { usage: async () => [] } as never,
  });
  const passed = (commands: Command[]): number =>
    commands.filter((command) => limits.findLimit(command, NOTHING_USED) === undefined).length;
  return { clock, limits, passed };
}

const many = (make: () => Command, count = 50): Command[] => Array.from({ length: count }, make);

test.each([
  ['many visitors of one site', 'site=1/10', () => visit('shop'), 10],
  ['many orders of one site', 'site=1/10', () => sale('shop'), 10],
  ['one visitor', 'visitor=1/7', () => visit('shop', 'visitor-0'), 7],
  ['one order id', 'order=5', () => sale('shop', 'O1'), 5],
  ['a site without a limit of its own', 'address=20/200', () => visit('shop'), 50],
])('%s: so many pass at once, and the rest is told when to come again', (_, text, make, most) => {
  const { limits, passed } = open(text);
  expect(passed(many(make))).toBe(most);
  const over = limits.findLimit(make(), NOTHING_USED);
  if (most < 50) expect(over).toMatchObject({ retryAfter: expect.any(Number), problem: { field: 'limits' } });
  if (over) expect(over.retryAfter).toBeGreaterThan(0);
});

test('whoever uses an order id up keeps its buyer’s first report out from no address, until many addresses do', () => {
  const { clock, passed } = open('order=5,visitor=off');
  const from = (ip: string | undefined, count = 10): number => passed(many(() => sale('shop', 'O1', ip), count));
  expect(from('203.0.113.1')).toBe(5);
  // The buyer's first report, and none of its repeats; a second guesser's share is no further one.
  expect(['198.51.100.7', '2001:db8:1::7', '2001:db8:1::8', '203.0.113.1'].map((ip) => from(ip))).toEqual([1, 1, 0, 0]);
  const crowd = Array.from({ length: 40 }, (_, n) => from(`203.0.112.${n}`, 1));
  expect(crowd.reduce((sum, count) => sum + count)).toBe(23);
  clock.pass(3_600_000);
  expect(from('198.51.100.7')).toBe(5);
  // Addresses that are nobody's share what there is.
  expect(['10.0.0.1', '10.0.0.2'].map((ip) => passed(many(() => sale('shop', 'O2', ip), 10)))).toEqual([5, 0]);
});

test('a site that is flooded with visits still takes its orders, and slows no other site', () => {
  const { clock, limits, passed } = open('site=1/10');
  expect(passed(many(() => visit('shop')))).toBe(10);
  expect(passed(many(() => sale('shop'), 10))).toBe(10);
  expect(passed(many(() => visit('other'), 10))).toBe(10);
  const { retryAfter } = limits.findLimit(visit('shop'), NOTHING_USED)!;
  clock.pass(retryAfter * 1000);
  expect(passed([visit('shop')])).toBe(1);
});
