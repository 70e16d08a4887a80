import { describe, expect, test } from 'vitest';
import dub from '../../../collector/destinations/dub.ts';
import type { Order } from '../../../collector/model/order.ts';
import type { Report } from '../../../collector/model/report.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../harness/network-world.ts';
import { testContract } from './contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf } from './seed-report.ts';

testContract(dub, { settings: rawSettings['dub']!, facts: { commission: 'cm_1' } });

const { definition, settings } = connect('dub');
const body = (kind: Report['kind'], order: Partial<Order> = {}) =>
  JSON.parse(definition[kind]!(reportOf(order, { kind, facts: { commission: 'cm_1' } }), settings).body!) as object;

test('a sale is direct: click and customer, in minor units, the order as invoice', () => {
  expect(definition.conversion!(reportOf(), settings)).toMatchObject({
    ...{ method: 'POST', url: 'https://api.dub.co/track/sale' },
    headers: { Authorization: 'Bearer dub/secret+key=1' },
  });
  expect(body('conversion')).toEqual({
    ...{ clickId: CLICK, customerExternalId: 'BCZ2WVSH674563PDPYOTM3AXDQ', amount: 11200, currency: 'usd' },
    ...{
      eventName: 'Purchase',
      paymentProcessor: 'custom',
      invoiceId: 'O1234567',
      metadata: { coupons: '15BUCKSOFF' },
    },
  });
  expect(body('conversion', { customerId: undefined })).toMatchObject({ customerExternalId: 'order-O1234567' });
  expect(body('conversion', { currency: 'JPY', total: 500, items: [], coupons: [] })).toMatchObject({ amount: 500 });
});

test('a change goes to the commission that was found by its invoice', () => {
  const ask = definition.prepare!.request(reportOf({ orderId: 'O 1' }, { kind: 'reversal' }), settings)!;
  expect([ask.method, ask.url]).toEqual(['GET', 'https://api.dub.co/commissions?invoiceId=O%201']);
  const change = definition.modification!(
    reportOf({ total: 9000, discount: 3700 }, { facts: { commission: 'cm_1' } }),
    settings,
  );
  expect([change.method, change.url]).toEqual(['PATCH', 'https://api.dub.co/commissions/cm_1']);
  expect(JSON.parse(change.body!)).toEqual({ saleAmount: 9000, currency: 'usd' });
  expect(body('reversal', { status: 'refunded' })).toEqual({ status: 'refunded' });
  expect(body('reversal', { status: 'cancelled' })).toEqual({ status: 'canceled' });
});

test('a guest whose order number makes too long a customer id is refused', () => {
  const orderId = 'x'.repeat(95);
  expect(definition.refuse!(reportOf({ orderId, customerId: undefined }), settings)).toContain('100 characters');
  expect(definition.refuse!(reportOf({ orderId }), settings)).toBeUndefined();
});

const fault = (message: string, code = 'not_found') => ({ error: { code, message } });

test.each<[string, Report['kind'], number, unknown, object | undefined]>([
  ['a sale', 'conversion', 200, { customer: { id: 'c' }, sale: { amount: 1 } }, { state: 'delivered' }],
  ['no sale', 'conversion', 200, { customer: null, sale: null }, { state: 'no_match' }],
  ['a page', 'conversion', 200, '<html>', { state: 'retry', ambiguous: true }],
  [
    'an unknown click',
    'conversion',
    404,
    fault('Click event not found for clickId: x'),
    { state: 'no_match', retryOnceAfter: 300_000 },
  ],
  ['a disabled programme', 'conversion', 404, fault('Programme is disabled, sale not tracked'), { state: 'rejected' }],
  ['another workspace', 'conversion', 404, fault('Link does not belong to the workspace'), { state: 'held' }],
  ['a conflict', 'conversion', 409, fault('exists', 'conflict'), { state: 'delivered' }],
  [
    'a field',
    'conversion',
    422,
    fault('amount: too small', 'unprocessable_entity'),
    { state: 'rejected', reason: expect.stringContaining('amount: too small') },
  ],
  ['a plan', 'conversion', 403, fault('Need higher plan.', 'forbidden'), { state: 'held' }],
  ['so already', 'reversal', 400, fault('Commission is already refunded.', 'bad_request'), { state: 'delivered' }],
  ['a change', 'reversal', 200, { id: 'cm_1', status: 'refunded' }, { state: 'delivered' }],
  ['a page in place of a change', 'modification', 200, '<html>', { state: 'retry', ambiguous: true }],
  ['paid out', 'modification', 400, fault('Cannot update a paid commission.', 'bad_request'), { state: 'rejected' }],
  ['gone', 'modification', 404, fault('Commission not found.'), { state: 'rejected' }],
  ['too fast', 'conversion', 429, fault('slow', 'rate_limit_exceeded'), undefined],
])('%s is read', (...[, kind, status, given, expected]) => {
  const outcome = definition.outcome!(answer(status, given), reportOf({}, { kind }), settings);
  if (expected === undefined) expect(outcome).toBeUndefined();
  else expect(outcome).toMatchObject(expected);
});

describe('against its sandbox', () => {
  const folder = temporaryFolders();
  const click = { param: 'dub_id', value: 'aB3_dE6-hI9kL2mN' };
  const open = (vendor: object = {}): Promise<NetworkWorld> =>
    openNetworkWorld('dub', {
      folder: folder(),
      settings: rawSettings['dub']!,
      vendor: { apiKey: 'dub/secret+key=1', ...vendor },
    });
  const commission = async (world: NetworkWorld, orderId: string) => (await world.recorded('invoiceId', orderId))[0];

  test('a sale is told once, its commission changed and refunded', async () => {
    const world = await open();
    await world.buys('D1', click);
    await world.becomes('D1', 'conversion', 'delivered');
    expect(await commission(world, 'D1')).toMatchObject({ clickId: click.value, amount: 11200, status: 'pending' });
    await world.changes('D1', { total: '90.00' });
    const { facts } = await world.becomes('D1', 'modification', 'delivered');
    expect(facts).toEqual({ commission: 'cm_1' });
    expect(await commission(world, 'D1')).toMatchObject({ amount: 9000, status: 'pending' });
    await world.changes('D1', { status: 'refunded' });
    await world.becomes('D1', 'reversal', 'delivered');
    expect(await commission(world, 'D1')).toMatchObject({ status: 'refunded', duplicates: 0 });
  });

  test('an unknown click is asked for once more, and is then nobody’s; a paid commission stays', async () => {
    const world = await open({ unknownClicks: [click.value] });
    await world.buys('D2', click);
    const { attemptLog } = await world.becomes('D2', 'conversion', 'no_match');
    expect(attemptLog).toHaveLength(2);
    await world.vendor.settings({ unknownClicks: [], paid: ['D3'] });
    await world.buys('D3', click);
    await world.becomes('D3', 'conversion', 'delivered');
    await world.changes('D3', { status: 'refunded' });
    expect((await world.becomes('D3', 'reversal', 'rejected')).reason).toContain('paid commission');
  });

  test('killed between call and settlement it is told again, and counted once', async () => {
    const world = await open();
    await world.buys('D4', click);
    await world.diesAfter(0);
    await world.passUntil(async () => (await commission(world, 'D4')) !== undefined, 'the sale in the books');
    await world.livesAgain();
    await world.becomes('D4', 'conversion', 'delivered');
    expect(await world.recorded('invoiceId', 'D4')).toMatchObject([{ duplicates: 1, amount: 11200 }]);
  });
});
