import { describe, expect, test } from 'vitest';
import firstpromoter from '../../../collector/destinations/firstpromoter.ts';
import type { Report } from '../../../collector/model/report.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../harness/network-world.ts';
import { testContract } from './contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf, seedOrder } from './seed-report.ts';

testContract(firstpromoter, { settings: rawSettings['firstpromoter']! });

const { definition, settings } = connect('firstpromoter');
const { total, items, discount } = seedOrder;
const AT = Date.parse('2024-08-09T10:00:00Z');

test('a sale is of a customer, in minor units, with the promoter’s id', () => {
  const { url, headers, body } = definition.conversion!(reportOf(), settings);
  expect(url).toBe('https://api.firstpromoter.com/api/v2/track/sale');
  expect(headers).toMatchObject({ Authorization: 'Bearer fp/secret+key=1', 'ACCOUNT-ID': 'acc-1' });
  expect(JSON.parse(body!)).toEqual({
    ...{ event_id: 'O1234567', amount: 11200, currency: 'USD', uid: 'BCZ2WVSH674563PDPYOTM3AXDQ' },
    ...{ ref_id: CLICK, promo_code: '15BUCKSOFF' },
  });
  const guest = definition.conversion!(reportOf({ customerId: undefined }), settings);
  expect(JSON.parse(guest.body!)).toMatchObject({ uid: 'order-O1234567' });
});

test('a refund is what went back, under a number of its own', () => {
  const change = { kind: 'modification' as const, before: { total, items, discount: discount! }, at: AT };
  const { url, body } = definition.modification!(reportOf({ total: 9000, discount: 3700 }, change), settings);
  expect(url).toBe('https://api.firstpromoter.com/api/v2/track/refund');
  expect(JSON.parse(body!)).toEqual({
    ...{ event_id: `O1234567-r${AT.toString(36)}`, sale_event_id: 'O1234567', amount: 2200, currency: 'USD' },
    uid: 'BCZ2WVSH674563PDPYOTM3AXDQ',
  });
  const whole = definition.reversal!(reportOf({ status: 'refunded' }, { ...change, kind: 'reversal' }), settings);
  expect(JSON.parse(whole.body!)).toMatchObject({ amount: 11200 });
  expect(definition.refuse!(reportOf({ total: 12000, discount: 700 }, change), settings)).toContain('by hand');
});

test.each<[string, Report['kind'], number, unknown, string]>([
  ['recorded', 'conversion', 200, { id: 1 }, 'delivered'],
  ['a page', 'conversion', 200, '<html>', 'retry'],
  ['nothing to take back', 'reversal', 204, '', 'delivered'],
  ['a repeat', 'conversion', 409, { message: "The 'sale' event exists." }, 'delivered'],
  ['nobody’s customer', 'conversion', 404, { code: 'not_found', message: 'Referral not found' }, 'no_match'],
  ['a fault', 'conversion', 400, { message: 'Error. Amount blank or invalid.' }, 'rejected'],
])('%s is read', (...[, kind, status, body, state]) => {
  expect(definition.outcome!(answer(status, body), reportOf({}, { kind }), settings)?.state).toBe(state);
});

test('a visitor whom its own cookie named is told by it, and no promoter is', () => {
  const click = { param: '_fprom_tid', value: 'a1b2c3d4', at: 0 };
  const body = JSON.parse(definition.conversion!(reportOf({}, { click }), settings).body!) as object;
  expect(body).toMatchObject({ tid: 'a1b2c3d4' });
  expect(body).not.toHaveProperty('ref_id');
});

describe('against its sandbox', () => {
  const folder = temporaryFolders();
  const click = { param: 'fpr', value: 'jane-42' };
  const open = (vendor: object = {}): Promise<NetworkWorld> =>
    openNetworkWorld('firstpromoter', {
      folder: folder(),
      settings: rawSettings['firstpromoter']!,
      vendor: { apiKey: 'fp/secret+key=1', accountId: 'acc-1', ...vendor },
    });
  const sale = async (world: NetworkWorld, orderId: string) => (await world.recorded('eventId', orderId))[0];

  test('a sale and what is left of it after each refund', async () => {
    const world = await open();
    await world.buys('G1', click);
    await world.becomes('G1', 'conversion', 'delivered');
    await world.changes('G1', { total: '90.00' });
    await world.becomes('G1', 'modification', 'delivered');
    expect(await sale(world, 'G1')).toMatchObject({ refId: 'jane-42', amount: 9000 });
    await world.changes('G1', { status: 'refunded' });
    await world.becomes('G1', 'reversal', 'delivered');
    expect(await sale(world, 'G1')).toMatchObject({
      amount: 0,
      duplicates: 0,
      refunds: [{ amount: 2200 }, { amount: 9000 }],
    });
  });

  test('what was refunded whole is not taken back once more when the order is then called refunded', async () => {
    const world = await open();
    await world.buys('G5', click);
    await world.becomes('G5', 'conversion', 'delivered');
    await world.changes('G5', { total: '0.00' });
    await world.becomes('G5', 'modification', 'delivered');
    await world.changes('G5', { status: 'refunded' });
    expect((await world.becomes('G5', 'reversal', 'skipped')).reason).toContain('nothing is left');
    expect(await sale(world, 'G5')).toMatchObject({ amount: 0, refunds: [{ amount: 11200 }] });
  });

  test('a refund whose answer got lost waits for a person, and is not taken twice', async () => {
    const world = await open({ unknownRefs: ['nobody'] });
    await world.buys('G2', { param: 'fpr', value: 'nobody' });
    await world.becomes('G2', 'conversion', 'no_match');
    await world.buys('G3', click);
    await world.becomes('G3', 'conversion', 'delivered');
    await world.vendor.script([{ kind: 'reset-after' }]);
    await world.changes('G3', { total: '90.00' });
    await world.becomes('G3', 'modification', 'held');
    expect(await sale(world, 'G3')).toMatchObject({ amount: 9000 });
  });

  test('killed between call and settlement a sale is told again, and counts once', async () => {
    const world = await open();
    await world.buys('G4', click);
    await world.diesAfter(0);
    await world.passUntil(async () => (await sale(world, 'G4')) !== undefined, 'the sale in the books');
    await world.livesAgain();
    await world.becomes('G4', 'conversion', 'delivered');
    expect(await sale(world, 'G4')).toMatchObject({ amount: 11200, duplicates: 1 });
  });
});
