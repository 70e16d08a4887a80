import { describe, expect, test } from 'vitest';
import refersion from '../../../collector/destinations/refersion.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openNetworkWorld } from '../../harness/network-world.ts';
import { testContract } from './contract.ts';
import { answer, connect, customer, rawSettings, reportOf, seedOrder } from './seed-report.ts';

testContract(refersion, { settings: rawSettings['refersion']! });

const { definition, settings } = connect('refersion');
const click = { param: 'rfsn', value: '4242.ab12cd', at: 0 };

test('an order is credited to the affiliate of the link, its items before the discount', () => {
  const { url, headers, body } = definition.conversion!(reportOf({ personal: customer }, { click }), settings);
  expect(url).toBe('https://inbound-webhooks.refersion.com/tracker/orders/paid');
  expect(headers).toMatchObject({ 'Refersion-Public-Key': 'pub_1', 'Refersion-Secret-Key': 'rf/secret+key=1' });
  expect(JSON.parse(body!)).toEqual({
    ...{ cart_id: 'O1234567', order_id: 'O1234567', auto_credit_affiliate_id: '4242', currency_code: 'USD' },
    items: [
      { sku: '1ABC2345', name: 'Product Name 1', quantity: 2, price: 14 },
      { sku: '9ZXY7654', name: 'Product Name 2', quantity: 3, price: 33 },
    ],
    ...{ shipping: 0, tax: 0, discount: 15, discount_code: '15BUCKSOFF' },
  });
});

test('the buyer goes along only where the owner says so', () => {
  const willing = connect('refersion', { sendCustomer: true }).settings;
  const { body } = definition.conversion!(reportOf({ personal: customer }, { click }), willing);
  expect(JSON.parse(body!)).toMatchObject({ customer: { first_name: 'Jane', email: 'Jane+shop@Example.com' } });
});

test('an order without items is one item', () => {
  const { body } = definition.conversion!(reportOf({ items: [], total: 9900, discount: 0 }, { click }), settings);
  expect(JSON.parse(body!)).toMatchObject({ items: [{ sku: 'ORDER', quantity: 1, price: 99 }], discount: 0 });
});

test.each<[number, unknown, string]>([
  [200, { conversion_id: 7 }, 'delivered'],
  [200, '<html>', 'retry'],
  [404, { error: 'Conversion not found' }, 'rejected'],
])('a cancellation answered with %i %j is %s', (status, body, state) => {
  expect(definition.outcome!(answer(status, body), reportOf({}, { kind: 'reversal' }), settings)?.state).toBe(state);
});

test('a cancellation takes back what stands there, whatever a person has taken back before', () => {
  const [first, second] = seedOrder.items;
  const report = reportOf(
    { status: 'refunded', items: [first!, second!] },
    { kind: 'reversal', click, before: { total: 2800, items: [first!] } },
  );
  expect((JSON.parse(definition.reversal!(report, settings).body!) as { items: object[] }).items).toEqual([
    { sku: '1ABC2345', price: 14, quantity: 2 },
  ]);
});

describe('against its sandbox', () => {
  const folder = temporaryFolders();
  const open = () =>
    openNetworkWorld('refersion', {
      folder: folder(),
      settings: rawSettings['refersion']!,
      vendor: { publicKey: 'pub_1', secretKey: 'rf/secret+key=1' },
    });

  test('an order is told, a changed amount is a person’s, and its cancellation is told once', async () => {
    const world = await open();
    await world.buys('L1', click);
    await world.becomes('L1', 'conversion', 'unverified');
    expect(await world.recorded('orderId', 'L1')).toMatchObject([{ affiliate: '4242', amount: 112 }]);
    await world.changes('L1', { total: '90.00' });
    await world.becomes('L1', 'modification', 'by_hand');
    await world.changes('L1', { status: 'refunded' });
    await world.becomes('L1', 'reversal', 'delivered');
    expect((await world.vendor.state()).counts).toMatchObject({ cancellations: 1, refused: 0 });
  });

  test('a cancellation whose answer got lost, and a kill, wait for a person', async () => {
    const world = await open();
    await world.buys('L2', click);
    await world.becomes('L2', 'conversion', 'unverified');
    await world.vendor.script([{ kind: 'reset-after' }]);
    await world.changes('L2', { status: 'refunded' });
    await world.becomes('L2', 'reversal', 'held');
    expect((await world.vendor.state()).counts).toMatchObject({ cancellations: 1 });
    await world.buys('L3', click);
    await world.diesAfter(0);
    await world.passUntil(async () => (await world.recorded('orderId', 'L3')).length === 1, 'the order in the books');
    await world.livesAgain();
    await world.becomes('L3', 'conversion', 'held');
    expect(await world.recorded('orderId', 'L3')).toHaveLength(1);
  });
});
