import { describe, expect, test } from 'vitest';
import partnerstack from '../../../../collector/destinations/partnerstack/index.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../../harness/network-world.ts';
import { testContract } from '../contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf } from '../seed-report.ts';

testContract(partnerstack, { settings: rawSettings['partnerstack']!, remedied: answer(404) });

const { definition, settings } = connect('partnerstack');

test('a sale is a transaction of the customer, in minor units, under the order’s key', () => {
  const { url, headers, body } = definition.conversion!(reportOf(), settings);
  expect(url).toBe('https://api.partnerstack.com/api/v2/transactions');
  expect(headers!['Authorization']).toBe(`Basic ${Buffer.from('pk_1:ps/secret+key=1').toString('base64')}`);
  expect(JSON.parse(body!)).toEqual({
    ...{ customer_key: 'BCZ2WVSH674563PDPYOTM3AXDQ', amount: 11200, currency: 'USD', key: 'order-O1234567' },
  });
});

test('a customer who is not known signs up with the click', () => {
  const { request } = definition.remedy!(answer(404), reportOf(), settings)!;
  expect(request).toMatchObject({
    ...{ method: 'POST', url: 'https://partnerlinks.io/conversion/xid' },
    headers: { Authorization: 'Bearer ps/token+secret=1' },
  });
  expect(JSON.parse(request.body!)).toEqual({ xid: CLICK, customer_key: 'BCZ2WVSH674563PDPYOTM3AXDQ' });
  expect(definition.remedy!(answer(400), reportOf(), settings)).toBeUndefined();
  const words = { message: 'Customer does not exist' };
  expect(definition.remedy!(answer(400, words), reportOf(), settings)?.request).toEqual(request);
});

test.each<[number, unknown, string]>([
  [200, { data: { key: 'order-1' } }, 'delivered'],
  [200, '<html>', 'retry'],
  [400, { message: 'A transaction with this key already exists' }, 'delivered'],
  [400, { message: 'amount is missing' }, 'rejected'],
  [404, { message: 'Customer not found' }, 'retry'],
  [422, { message: 'No such customer' }, 'retry'],
])('%i %j is %s', (status, body, state) => {
  expect(definition.outcome!(answer(status, body), reportOf(), settings)?.state).toBe(state);
});

describe('against its sandbox', () => {
  const folder = temporaryFolders();
  const click = { param: 'ps_xid', value: 'aB3dE6hI9kL2' };
  const open = (): Promise<NetworkWorld> =>
    openNetworkWorld('partnerstack', {
      folder: folder(),
      settings: rawSettings['partnerstack']!,
      vendor: { trackingToken: 'ps/token+secret=1', publicKey: 'pk_1', secretKey: 'ps/secret+key=1' },
    });

  test('the sale follows once the sign-up shows, minutes later, and is told once', async () => {
    const world = await open();
    await world.buys('N1', click);
    const { attemptLog } = await world.becomes('N1', 'conversion', 'delivered');
    expect(attemptLog.slice(0, 3).map(({ purpose, outcome }) => `${purpose} ${outcome}`)).toEqual([
      ...['report retry', 'remedy delivered', 'report retry'],
    ]);
    expect(await world.recorded('key', 'order-N1')).toMatchObject([
      { click: click.value, amount: 11200, duplicates: 0 },
    ]);
    expect(await world.store.breakers()).toEqual([]);
    await world.changes('N1', { status: 'refunded' });
    await world.becomes('N1', 'reversal', 'by_hand');
  });

  test('killed between call and settlement it is told again, and counts once', async () => {
    const world = await open();
    await world.vendor.settings({ customerDelayMs: 0 });
    await world.buys('N2', click);
    await world.diesAfter(0);
    await world.passUntil(async () => (await world.recorded('key', 'order-N2')).length === 1, 'the sale in the books');
    await world.livesAgain();
    await world.becomes('N2', 'conversion', 'delivered');
    expect(await world.recorded('key', 'order-N2')).toMatchObject([{ duplicates: 1 }]);
  });
});
