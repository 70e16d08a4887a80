import { describe, expect, test } from 'vitest';
import rakuten from '../../../collector/destinations/rakuten.ts';
import type { Order } from '../../../collector/model/order.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { type NetworkWorld, openNetworkWorld } from '../../harness/network-world.ts';
import { testContract } from './contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf } from './seed-report.ts';

testContract(rakuten, { settings: rawSettings['rakuten']! });

const { definition, settings } = connect('rakuten');
const lists = (url: string) => {
  const query = new URL(url).searchParams;
  return Object.fromEntries(['skulist', 'qlist', 'amtlist', 'namelist'].map((name) => [name, query.get(name)]));
};
const told = (order: Partial<Order>) => lists(definition.conversion!(reportOf(order), settings).url);

test('a sale is its lines in hundredths, with the instant of the landing', () => {
  const { url } = definition.conversion!(reportOf(), settings);
  expect(url.split('?')[0]).toBe('https://track.linksynergy.com/ep');
  expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
    ...{ mid: '12345', ord: 'O1234567', tr: CLICK, land: '20240730_1000', date: '20240802_0755', cur: 'USD', xml: '1' },
    ...{ skulist: '1ABC2345|9ZXY7654', qlist: '2|3', amtlist: '2469|8731', coupon: '15BUCKSOFF' },
    namelist: 'Product Name 1|Product Name 2',
  });
});

test.each<[string, Partial<Order>, object]>([
  [
    'yen in hundredths, too',
    { currency: 'JPY', total: 500, discount: 0, items: [{ sku: 'a', quantity: 1, price: 500 }] },
    { amtlist: '50000' },
  ],
  [
    'a dinar with two decimals',
    { currency: 'KWD', total: 1005, discount: 0, items: [{ sku: 'a', quantity: 1, price: 1005 }] },
    { amtlist: '101' },
  ],
  [
    'lines of one SKU as one',
    {
      total: 300,
      discount: 0,
      items: [
        { sku: 'a', quantity: 1, price: 100 },
        { sku: 'a', quantity: 1, price: 200 },
      ],
    },
    { skulist: 'a', qlist: '2', amtlist: '300' },
  ],
  [
    'no pipe within a line',
    { total: 100, discount: 0, items: [{ sku: 'a|b', name: 'x|y', quantity: 1, price: 100 }] },
    { skulist: 'a b', namelist: 'x y' },
  ],
  ['an order without items as one line', { total: 9900, items: [] }, { skulist: 'ORDER', qlist: '1', amtlist: '9900' }],
])('it has %s', (_title, order, expected) => {
  expect(told(order)).toMatchObject(expected);
});

test('a change is what is to be added, below zero where something was taken back, at its own time', () => {
  const items = [{ sku: '9ZXY7654', name: 'Product Name 2', quantity: 2, price: 3300 }];
  const { total, items: before, discount } = reportOf().order;
  const report = reportOf(
    { items, total: 6600, discount: 0 },
    { kind: 'modification', before: { total, items: before, discount }, at: Date.parse('2024-08-09T10:00:00Z') },
  );
  const { url } = definition.modification!(report, settings);
  expect(lists(url)).toMatchObject({ skulist: '1ABC2345|9ZXY7654', qlist: '2|1', amtlist: '-2469|-2131' });
  expect(new URL(url).searchParams.get('date')).toBe('20240809_1000');
  const undone = reportOf({ status: 'refunded' }, { kind: 'reversal', before: { total, items: before, discount } });
  expect(lists(definition.reversal!(undone, settings).url)).toMatchObject({ amtlist: '-2469|-8731', qlist: '2|3' });
});

const counted = (good: number, bad: number): string =>
  `<response><unique_id>7</unique_id><summary><transactions><good>${good}</good><bad>${bad}</bad></transactions></summary></response>`;

test.each<[string, number, string, object]>([
  ['all lines are good', 200, counted(3, 0), { state: 'delivered' }],
  ['all are bad', 200, counted(0, 2), { state: 'rejected' }],
  ['some stand', 200, counted(1, 1), { state: 'held', ambiguous: true }],
  [
    'access is denied',
    200,
    '<response><error>Access denied</error></response>',
    { state: 'held', reason: expect.stringContaining('Access denied') },
  ],
  ['the merchant is unknown', 400, '<html>', { state: 'held' }],
  ['nothing is counted', 200, '<html>', { state: 'retry', ambiguous: true }],
])('of an answer in which %s', (_title, status, body, expected) => {
  expect(definition.outcome!(answer(status, body), reportOf(), settings)).toMatchObject(expected);
});

describe('against its sandbox', () => {
  const folder = temporaryFolders();
  const click = { param: 'ranSiteID', value: 'lMh2Xiq9xN0-aBcDeFgHiJkLmNoPqRsTuV' };
  const open = (vendor: object = {}): Promise<NetworkWorld> =>
    openNetworkWorld('rakuten', {
      folder: folder(),
      settings: { merchantId: '12345' },
      vendor: { merchantId: '12345', ...vendor },
    });
  const book = async (world: NetworkWorld, orderId: string) => (await world.recorded('orderId', orderId))[0];

  test('what the lines add up to is what the order is worth, after every change', async () => {
    const world = await open();
    await world.buys('R1', click);
    await world.becomes('R1', 'conversion', 'delivered');
    expect(await book(world, 'R1')).toMatchObject({ click: click.value, amount: 11200, calls: 1 });
    await world.changes('R1', { total: '90.00' });
    await world.becomes('R1', 'modification', 'delivered');
    expect(await book(world, 'R1')).toMatchObject({ amount: 9000 });
    await world.changes('R1', { total: '95.50' });
    await world.passUntil(async () => (await book(world, 'R1'))?.['amount'] === 9550, 'the second change');
    await world.changes('R1', { status: 'refunded' });
    await world.becomes('R1', 'reversal', 'delivered');
    expect(await book(world, 'R1')).toMatchObject({ amount: 0, lines: { '1ABC2345': 0, '9ZXY7654': 0 }, calls: 4 });
  });

  test('what was refunded whole is not taken back once more, whatever the order is called then', async () => {
    const world = await open();
    await world.buys('R7', click);
    await world.becomes('R7', 'conversion', 'delivered');
    await world.changes('R7', { total: '0.00' });
    await world.becomes('R7', 'modification', 'delivered');
    await world.changes('R7', { status: 'cancelled' });
    await world.becomes('R7', 'reversal', 'skipped');
    expect(await book(world, 'R7')).toMatchObject({ amount: 0, calls: 2 });
  });

  test('a refund whose answer got lost is held, and so is what comes after it, until a person has looked', async () => {
    const world = await open();
    await world.buys('R2', click);
    await world.becomes('R2', 'conversion', 'delivered');
    await world.vendor.script([{ kind: 'reset-after' }]);
    await world.changes('R2', { total: '90.00' });
    const doubtful = await world.becomes('R2', 'modification', 'held');
    expect(doubtful).toMatchObject({ ambiguous: true, reason: expect.stringContaining('look there') });
    await world.changes('R2', { total: '80.00' });
    await world.passUntil(async () => true, 'a moment');
    expect((await book(world, 'R2'))?.['amount']).toBe(9000);
    // It does not hold the connection: other orders go.
    await world.buys('R3', click);
    await world.becomes('R3', 'conversion', 'delivered');
    const deed = { at: world.clock.now(), actor: 'test', action: 'deliveries done', detail: {} };
    await world.store.finishByHand([doubtful.id], { reason: 'seen there', now: world.clock.now(), deed });
    await world.passUntil(async () => (await book(world, 'R2'))?.['amount'] === 8000, 'what waited for it');
  });

  test('lines that are refused beside good ones are a person’s, and access is the account manager’s', async () => {
    const world = await open({ badSkus: ['1ABC2345'] });
    await world.buys('R4', click);
    expect((await world.becomes('R4', 'conversion', 'held')).reason).toContain('took 1 lines and refused 1');
    await world.vendor.settings({ enabled: false });
    await world.buys('R5', click);
    expect((await world.becomes('R5', 'conversion', 'held')).reason).toContain('Access denied');
  });

  test('killed between call and settlement nothing is told twice', async () => {
    const world = await open();
    await world.buys('R6', click);
    await world.diesAfter(0);
    await world.passUntil(async () => (await book(world, 'R6')) !== undefined, 'the sale in the books');
    await world.livesAgain();
    await world.becomes('R6', 'conversion', 'held');
    expect(await book(world, 'R6')).toMatchObject({ calls: 1, amount: 11200 });
  });
});
