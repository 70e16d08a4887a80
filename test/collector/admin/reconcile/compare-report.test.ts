/** Rows of a network's report beside what it was told: what each is found to be, and what could be told for it. */
import { expect, test } from 'vitest';
import { compareReport } from '../../../../collector/admin/reconcile/compare-report.ts';
import type { Connection } from '../../../../collector/configuration/sites.ts';
import type { ReportRow } from '../../../../collector/kit/report/own-report.ts';
import { days, hours } from '../../../../collector/lib/duration.ts';
import type { Delivery } from '../../../../collector/model/delivery.ts';
import { siteOf } from '../../../harness/sites.ts';
import { delivery, storedOrder } from '../../store/rows.ts';

const AT = Date.UTC(2026, 10, 10, 12);

const sold = (total = 11200, more: Partial<Delivery> = {}, currency = 'USD'): Delivery => {
  const order = { ...storedOrder('R1').order, total, currency, placedAt: AT, items: [] };
  const kind = more.kind ?? ('conversion' as const);
  const report = { kind, order, credited: true, channel: 'impact', at: AT };
  return delivery({ orderId: 'R1', state: 'confirmed', report, updatedAt: AT, ...more });
};
const undone = sold(11200, { kind: 'reversal', seq: 1 });

const row = (more: Partial<ReportRow> = {}): ReportRow => ({
  ...{ orderId: 'R1', amount: '112.00', undone: false, status: 'PENDING', currency: 'USD', at: AT },
  ...more,
});

async function compared(
  rows: ReportRow[],
  told: Delivery[],
  more: { freshFrom?: number; connection?: Partial<Connection>; from?: number; until?: number } = {},
) {
  const { connection, ...bounds } = more;
  const [impact] = (await siteOf()).connections;
  const store = { deliveryPage: async () => ({ rows: told, next: null }) };
  const when = { from: AT - days(1), until: AT + days(1), ...bounds };
  return compareReport({ rows, connection: { ...impact!, ...connection }, ...when, store });
}

test.each<[string, ReportRow[], Delivery[], string, object | undefined]>([
  ['as it was told', [row()], [sold()], 'agrees', undefined],
  [
    'to the last cent',
    [row({ amount: '111.99' })],
    [sold()],
    'differs',
    { problem: 'different amount', repair: 'modification' },
  ],
  ['with more digits of the same', [row({ amount: '112.0000' })], [sold()], 'agrees', undefined],
  ['a float’s shortest text', [row({ amount: '112' })], [sold()], 'agrees', undefined],
  ['of yen without decimals', [row({ amount: '112', currency: 'JPY' })], [sold(112, {}, 'JPY')], 'agrees', undefined],
  ['of dinars with three', [row({ amount: '1.125', currency: 'KWD' })], [sold(1125, {}, 'KWD')], 'agrees', undefined],
  [
    'in items that add up',
    [row({ amount: '24.69', line: '1' }), row({ amount: '87.31', line: '2' })],
    [sold()],
    'agrees',
    undefined,
  ],
  [
    'in items one of which was rejected',
    [row({ amount: '24.69' }), row({ amount: '87.31', undone: true })],
    [sold(2469)],
    'agrees',
    undefined,
  ],
  [
    'as lines of a restatement',
    [row({ status: '' }), row({ amount: '-112.00', status: '' }), row({ amount: '90.00', status: '' })],
    [sold(9000)],
    'agrees',
    undefined,
  ],
  [
    'as lines that take it back',
    [row({ status: '' }), row({ amount: '-112.00', status: '' })],
    [sold(), undone],
    'agrees',
    undefined,
  ],
  [
    'taken back by lines that nobody told',
    [row({ status: '' }), row({ amount: '-112.00', status: '' })],
    [sold()],
    'differs',
    {
      problem: 'undone there, credited here',
      note: expect.stringContaining('there it is taken back') as string,
      repair: null,
    },
  ],
  ['nowhere', [], [sold()], 'differs', { problem: 'missing there', repair: 'conversion' }],
  ['nowhere, and undone', [], [sold(), undone], 'agrees', undefined],
  [
    'standing though undone',
    [row()],
    [sold(), undone],
    'differs',
    { problem: 'credited there, undone here', repair: 'reversal' },
  ],
  [
    'rejected',
    [row({ undone: true, status: 'REVERSED' })],
    [sold()],
    'differs',
    { problem: 'undone there, credited here', repair: null },
  ],
  ['rejected and anew', [row({ undone: true, status: 'REVERSED' }), row()], [sold()], 'agrees', undefined],
  [
    'with the same figures of another currency',
    [row({ currency: 'EUR' })],
    [sold()],
    'differs',
    { problem: 'other currency', note: expect.stringContaining('there it is in EUR') as string, repair: null },
  ],
  [
    'of another amount while a change is on its way',
    [row()],
    [
      sold(),
      sold(9000, { kind: 'modification', seq: 1, state: 'confirmed' }),
      sold(8000, { kind: 'modification', seq: 2, state: 'due' }),
    ],
    'differs',
    { problem: 'different amount', note: expect.stringContaining('on its way') as string, repair: null },
  ],
  [
    'of another amount, and paid out',
    [row({ paid: true })],
    [sold(9000)],
    'differs',
    { problem: 'different amount', note: expect.stringContaining('paid out there') as string, repair: null },
  ],
  [
    'told by nobody here',
    [row({ orderId: 'Z9' })],
    [],
    'differs',
    { orderId: 'Z9', problem: 'missing here', repair: null },
  ],
])('an order that stands there %s', async (...[, rows, told, verdict, expected]) => {
  const { differences, agree } = await compared(rows, told);
  expect([agree, differences.length]).toEqual(verdict === 'agrees' ? [1, 0] : [0, 1]);
  if (expected) expect(differences[0]).toMatchObject(expected);
});

test('an amount in the network’s own currency is counted, and not compared', async () => {
  expect(await compared([row({ amount: '103.40', currency: 'EUR' })], [sold()])).toMatchObject({
    ...{ agree: 1, converted: 1, differences: [] },
  });
});

test('what was told lately is not judged, but a verdict that the report holds already counts', async () => {
  const unverified = sold(11200, { state: 'unverified', updatedAt: AT + hours(5) });
  const freshFrom = AT + hours(4);
  expect(await compared([], [unverified], { freshFrom })).toMatchObject({ fresh: 1, agree: 0, differences: [] });
  expect(await compared([row()], [unverified], { freshFrom })).toMatchObject({ fresh: 0, agree: 1, verdicts: [{}] });
  expect(await compared([], [{ ...unverified, updatedAt: AT }], { freshFrom })).toMatchObject({
    fresh: 0,
    differences: [{}],
  });
});

test('time zones: a sale of the days that were asked for counts, whatever day it is there', async () => {
  const until = Date.parse('2026-11-10T23:30:00-08:00');
  const sale = { orderId: 'Z9', at: Date.parse('2026-11-11T08:29:00+01:00') };
  expect((await compared([row(sale)], [], { until })).differences).toMatchObject([{ problem: 'missing here' }]);
  expect((await compared([row({ ...sale, at: sale.at + 60_000 })], [], { until })).differences).toEqual([]);
});

test('where reports add, and where a network can’t be told, a person mends it there', async () => {
  const [impact] = (await siteOf()).connections;
  const destination = { ...impact!.destination!, idempotent: 'delta' as const };
  const delta = await compared([row({ amount: '1.00' })], [sold()], { connection: { destination } });
  expect(delta.differences).toMatchObject([
    { repair: null, note: expect.stringContaining('each report adds') as string },
  ]);
  const byHand = { ...impact!.destination!, byHand: () => 'it needs a key that you don’t have' };
  const keyless = await compared([row({ amount: '1.00' })], [sold()], { connection: { destination: byHand } });
  expect(keyless.differences).toMatchObject([
    { repair: null, note: 'compared as total; it needs a key that you don’t have' },
  ]);
});
