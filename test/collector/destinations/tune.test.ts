import { describe, expect, test } from 'vitest';
import tune from '../../../collector/destinations/tune.ts';
import { partsOf } from '../../../collector/kit/destination.ts';
import type { Order } from '../../../collector/model/order.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../harness/network-world.ts';
import { testContract } from './contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf, seedOrder } from './seed-report.ts';

testContract(tune, { settings: rawSettings['tune']! });

const { definition, settings } = connect('tune');

test('a sale is a postback whose unique id is the order’s', () => {
  const { url } = definition.conversion!(reportOf(), settings);
  expect(url.split('?')[0]).toBe('https://example.go2cloud.org/aff_lsr');
  expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
    ...{ offer_id: '7', transaction_id: CLICK, amount: '112.00', adv_sub: 'O1234567', promo_code: '15BUCKSOFF' },
    ...{ conversion_unique_id: 'O1234567', datetime: '2024-08-02 07:55:24', security_token: 'tu/secret+token=1' },
  });
  const abroad = connect('tune', { timezone: 'America/New_York' }).settings;
  expect(new URL(definition.conversion!(reportOf(), abroad).url).searchParams.get('datetime')).toBe(
    '2024-08-02 03:55:24',
  );
  expect(new URL(definition.reversal!(reportOf(), settings).url).searchParams.get('status')).toBe('rejected');
});

test('each goal is a postback with its share, known by an id of its own, and is taken back by it', () => {
  const rules = { goalId: '3', groups: { 'category=Hardware': '9' } };
  const own = connect('tune', rules).settings;
  const said = (kind: 'conversion' | 'reversal', order: Partial<Order> = {}) =>
    partsOf(definition, reportOf(order, { kind, before: seedOrder }), own).map((part) => {
      const query = new URL(definition[kind]!(part, own).url).searchParams;
      return ['goal_id', 'amount', 'conversion_unique_id', 'adv_sub', 'status'].map((name) => query.get(name));
    });
  expect(said('conversion')).toEqual([
    ['9', '24.69', 'O1234567-9', 'O1234567', null],
    ['3', '87.31', 'O1234567', 'O1234567', null],
  ]);
  expect(said('reversal', { status: 'refunded', items: [seedOrder.items[1]!] })).toEqual([
    ['9', '0.00', 'O1234567-9', 'O1234567', 'rejected'],
    ['3', '0.00', 'O1234567', 'O1234567', 'rejected'],
  ]);
  expect(() => connect('tune', { groups: { 'coupon=VIP': 'vip' } })).toThrow('digits only');
});

test.each<[string, string]>([
  ['success=true;', 'delivered'],
  ['success=false; err_msg=Invalid Trans. ID #1;', 'no_match'],
  ['success=false; err_msg=Duplicate conversion;', 'delivered'],
  ['success=false; err_msg=Invalid Security Token;', 'held'],
  ['success=false; err_msg=IP address not white-listed;', 'held'],
  ['success=false; err_msg=Offer is paused;', 'rejected'],
  ['<html>', 'retry'],
])('%s is %s', (body, state) => {
  expect(definition.outcome!(answer(200, body), reportOf(), settings)?.state).toBe(state);
});

test('a rejection that is taken for a second sale has changed nothing', () => {
  const body = 'success=false; err_msg=Duplicate conversion;';
  expect(definition.outcome!(answer(200, body), reportOf({}, { kind: 'reversal' }), settings)).toMatchObject({
    ...{ state: 'rejected', reason: expect.stringContaining('by hand') as unknown },
  });
});

test('a time zone that is none is named', () => {
  expect(() => connect('tune', { timezone: 'Mars/Base' })).toThrow('IANA time zone');
});

describe('against its sandbox', () => {
  const folder = temporaryFolders();
  const click = { param: 'tid', value: '102a1b2c3d4e5f60718293a4b5c6d7' };
  const open = (more: { settings?: object; vendor?: object } = {}): Promise<NetworkWorld> =>
    openNetworkWorld('tune', {
      folder: folder(),
      settings: { domain: 'unused.example', clickParams: 'tid', securityToken: 'tu/secret+token=1', ...more.settings },
      vendor: { securityToken: 'tu/secret+token=1', ...more.vendor },
    });

  test('an order is told once, a changed amount is a person’s, and it is rejected by a second postback where that is taken', async () => {
    const world = await open({ settings: { reversals: 'postback' }, vendor: { takesRejections: true } });
    await world.buys('T1', click);
    await world.becomes('T1', 'conversion', 'delivered');
    await world.changes('T1', { total: '90.00' });
    await world.becomes('T1', 'modification', 'by_hand');
    await world.changes('T1', { status: 'refunded' });
    await world.becomes('T1', 'reversal', 'delivered');
    expect(await world.recorded('orderId', 'T1')).toMatchObject([
      { transactionId: click.value, amount: '112.00', status: 'rejected', duplicates: 0 },
    ]);
  });

  test('a click that is nobody’s, and a token that is wrong', async () => {
    const world = await open({ vendor: { unknownClicks: [click.value] } });
    await world.buys('T2', click);
    await world.becomes('T2', 'conversion', 'no_match');
    await world.vendor.settings({ unknownClicks: [], securityToken: 'another' });
    await world.buys('T3', click);
    expect((await world.becomes('T3', 'conversion', 'held')).reason).toContain('Invalid Security Token');
    await world.buys('T4', undefined);
    expect(await world.deliveries('T4')).toEqual([]);
  });

  test('a basket of two goals is two sales there, and is rejected as two', async () => {
    const settings = { reversals: 'postback', goalId: '3', groups: { 'category=Hardware': '9' } };
    const world = await open({ settings, vendor: { takesRejections: true } });
    await world.buys('T6', click);
    expect((await world.becomes('T6', 'conversion', 'delivered')).report.amount!.groups).toEqual([
      { code: '9', minor: 2469 },
      { code: '3', minor: 8731 },
    ]);
    await world.changes('T6', { status: 'refunded' });
    await world.becomes('T6', 'reversal', 'delivered');
    expect(await world.recorded('orderId', 'T6')).toMatchObject([
      { amount: '24.69', status: 'rejected', duplicates: 0 },
      { amount: '87.31', status: 'rejected', duplicates: 0 },
    ]);
  });

  test('killed between postback and settlement it is told again, and counted once', async () => {
    const world = await open();
    await world.buys('T5', click);
    await world.diesAfter(0);
    await world.passUntil(async () => (await world.vendor.state()).recorded.length === 1, 'the sale in the books');
    await world.livesAgain();
    await world.becomes('T5', 'conversion', 'delivered');
    expect(await world.recorded('orderId', 'T5')).toMatchObject([{ duplicates: 1 }]);
  });
});
