/** From a click to Awin's books, told by Paddle: its events, the thank-you page, or both in either order. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { testSource } from '../../../../collector/configuration/test-source.ts';
import { createSender } from '../../../../collector/outbound/send.ts';
import { days, hours, minutes } from '../../../../collector/lib/duration.ts';
import paddle from '../../../../collector/sources/paddle/index.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShopWorld, type ShopWorld } from '../../../harness/shop-world.ts';

const AWC = '1001_1763000000_abcdef';
const ORDER = 'SO-1042';
const EVENTS = [
  ...['transaction.billed', 'transaction.paid', 'transaction.completed', 'transaction.payment_failed'],
  ...['transaction.past_due', 'transaction.canceled', 'adjustment.created', 'adjustment.updated'],
];
const carried = { custom_data: { order_id: ORDER, ct_clicks: `awc=${AWC}` } };
const folder = temporaryFolders();

async function openPaddle(settings: object = {}): Promise<ShopWorld> {
  const world = await openShopWorld('paddle', {
    folder: folder(),
    settings: (sandbox) => ({
      ...{ baseUrl: `${sandbox}/paddle`, webhookSecret: 'pdl_ntfset_sandbox', apiKey: 'pdl_live_apikey_sandbox' },
      ...settings,
    }),
  });
  await world.merchant('POST', 'destination', { url: world.hook, events: EVENTS });
  return world;
}

const pay = async (world: ShopWorld, fields: object = carried): Promise<string> =>
  String((await world.merchant('POST', 'transactions', fields))['id']);

const pixel = (world: ShopWorld) =>
  world.browser('conversion', {
    ...{ orderId: ORDER, total: '90.00', currency: 'EUR', visitor: 'visitor-1', clicks: { awc: AWC } },
  });

/** An adjustment of a transaction, and what the books say after it. */
async function adjusted(world: ShopWorld, transaction: string, fields: object): Promise<string> {
  world.clock.pass(minutes(5));
  const { id } = await world.merchant('POST', `transactions/${transaction}/adjustments`, fields);
  await world.told(ORDER);
  return String(id);
}

describe('one order is one conversion', () => {
  test('told by the event alone, with customer and code that only the API shows', async () => {
    const world = await openPaddle();
    await pay(world);
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ORDER} 90 EUR pending`]);
    expect(await world.store.order('shop', ORDER)).toMatchObject({
      ...{ reporter: 'shop', attribution: { winner: { connection: 'awin', value: AWC } } },
      order: {
        ...{ total: 9000, subtotal: 8403, tax: 1437, shipping: 0, coupons: ['TEN'] },
        items: [{ sku: 'pro_example1', name: 'Licence', quantity: 2 }],
      },
    });
  });

  test('without a key of the API, by the event’s own words', async () => {
    const world = await openPaddle({ apiKey: undefined });
    await pay(world);
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
  });

  test('told by the pixel alone', async () => {
    const world = await openPaddle();
    await world.shop.settings({ lose: true });
    await pay(world);
    await pixel(world);
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
  });

  test.each(['pixel first', 'event first'])('told by both, %s', async (which) => {
    const world = await openPaddle();
    if (which === 'pixel first') await pixel(world);
    await pay(world);
    if (which === 'event first') await pixel(world);
    const kinds = (await world.told(ORDER)).filter((line) => !line.startsWith('modification'));
    expect(kinds).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ORDER} 90 EUR pending`]);
  });

  test('a long journey leaves the visitor alone in the custom data; the transaction names the order', async () => {
    const world = await openPaddle();
    const touches = [{ param: 'awc', value: AWC, at: world.clock.now() - hours(2) }];
    await world.browser('touch', { visitor: 'visitor-1', touches });
    const transaction = await pay(world, { custom_data: { ct_visitor: 'visitor-1' } });
    expect(await world.told(transaction)).toEqual(['conversion delivered']);
  });

  test('sent twice and out of order it stays one', async () => {
    const world = await openPaddle();
    await world.shop.settings({ hold: true });
    const transaction = await pay(world, { ...carried, status: 'paid' });
    world.clock.pass(minutes(1));
    await world.merchant('PATCH', `transactions/${transaction}`, { status: 'completed' });
    world.clock.pass(minutes(1));
    await world.merchant('POST', `transactions/${transaction}/adjustments`, { amount: 4500 });
    expect(await world.merchant('POST', 'release')).toEqual({ sent: 3 });
    await world.told(ORDER);
    expect(await world.books()).toEqual([`${ORDER} 45 EUR pending`]);
    await world.shop.settings({ hold: false, twice: true });
    await adjusted(world, transaction, { amount: 501 });
    expect(await world.books()).toEqual([`${ORDER} 39.99 EUR pending`]);
    expect((await world.shop.state()).counts).toMatchObject({ refused: 0 });
  });
});

describe('what becomes of it', () => {
  test('an invoice waits for its money; a draft is no order', async () => {
    const world = await openPaddle();
    const transaction = await pay(world, { ...carried, status: 'billed', origin: 'api' });
    expect(await world.told(ORDER)).toEqual(['conversion waiting']);
    world.clock.pass(days(3));
    await world.merchant('PATCH', `transactions/${transaction}`, { status: 'completed' });
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    const draft = await pay(world, { status: 'draft' });
    expect(await world.store.order('shop', draft)).toBeUndefined();
  });

  test('parts paid back are what it is worth now; what waits for approval or was rejected moves nothing; all of it is a reversal', async () => {
    const world = await openPaddle();
    const transaction = await pay(world);
    await world.told(ORDER);
    await adjusted(world, transaction, { amount: 4500 });
    expect(await world.books()).toEqual([`${ORDER} 45 EUR pending`]);
    const waiting = await adjusted(world, transaction, { amount: 1001, status: 'pending_approval' });
    expect(await world.books()).toEqual([`${ORDER} 45 EUR pending`]);
    for (const [status, left] of [
      ['approved', '34.99'],
      ['reversed', '45'],
    ] as const) {
      world.clock.pass(minutes(5));
      await world.merchant('PATCH', `adjustments/${waiting}`, { status });
      await world.told(ORDER);
      expect(await world.books(), status).toEqual([`${ORDER} ${left} EUR pending`]);
    }
    expect(await world.store.order('shop', ORDER)).toMatchObject({ order: { total: 4500, tax: 719 } });
    await adjusted(world, transaction, { amount: 4500 });
    expect((await world.told(ORDER)).at(-1)).toBe('reversal delivered');
  });

  test('a warning moves nothing; a charge-back takes the order back; where it is reversed, the order stands again', async () => {
    const world = await openPaddle();
    const transaction = await pay(world);
    await world.told(ORDER);
    await adjusted(world, transaction, { amount: 9000, action: 'chargeback_warning' });
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    await adjusted(world, transaction, { amount: 9000, action: 'chargeback', type: 'full' });
    expect((await world.told(ORDER)).at(-1)).toBe('reversal delivered');
    world.clock.pass(days(30));
    await adjusted(world, transaction, { amount: 9000, action: 'chargeback_reverse', type: 'full' });
    expect(await world.store.order('shop', ORDER)).toMatchObject({ order: { status: 'approved', total: 9000 } });
  });

  test('a transaction that is cancelled is taken back', async () => {
    const world = await openPaddle();
    const transaction = await pay(world, { ...carried, status: 'billed' });
    world.clock.pass(hours(1));
    await world.merchant('PATCH', `transactions/${transaction}`, { status: 'canceled' });
    await world.told(ORDER);
    expect(await world.store.order('shop', ORDER)).toMatchObject({ order: { status: 'cancelled' } });
    expect(await world.books()).toEqual([]);
  });

  test.each([
    ['renewals', { origin: 'subscription_recurring' }],
    ['freeOrders', { totals: { subtotal: '0', discount: '0', tax: '0', total: '0' } }],
  ])('%s are told only where the connection says so', async (setting, fields) => {
    for (const [value, stored] of [
      ['ignore', false],
      ['report', true],
    ] as const) {
      const world = await openPaddle({ [setting]: value });
      await pay(world, { ...carried, ...fields });
      await world.service.schedule.idle();
      expect((await world.store.order('shop', ORDER)) !== undefined, value).toBe(stored);
    }
  });

  test('an order of the sandbox is told to nobody, and taken back where a page reported it', async () => {
    const apiKey = 'pdl_sdbx_apikey_sandbox';
    const world = await openPaddle({ apiKey });
    await world.shop.settings({ apiKey });
    await pixel(world);
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    world.clock.pass(minutes(5));
    await pay(world);
    expect((await world.told(ORDER)).at(-1)).toBe('reversal delivered');
    const rehearsed = await openPaddle({ apiKey, testOrders: 'report' });
    await rehearsed.shop.settings({ apiKey });
    await pay(rehearsed);
    expect(await rehearsed.told(ORDER)).toEqual(['conversion delivered']);
  });
});

describe('what no event brought', () => {
  test('a day on which the collector was away: all of it arrives, once, over several pages', async () => {
    const world = await openPaddle();
    await world.ask();
    await world.shop.settings({ lose: true, perPage: 3 });
    world.clock.pass(hours(3));
    const kept = await pay(world);
    const others: string[] = [];
    for (let index = 0; index < 3; index += 1)
      others.push(await pay(world, { custom_data: { ct_clicks: `awc=${AWC}` } }));
    world.clock.pass(hours(2));
    await world.merchant('POST', `transactions/${others[1]}/adjustments`, { amount: 4500 });
    world.clock.pass(hours(19));
    await world.ask();
    for (const id of [ORDER, ...others]) await world.told(id);
    const books = [
      `${ORDER} 90 EUR pending`,
      ...others.map((id, index) => `${id} ${index === 1 ? 45 : 90} EUR pending`),
    ];
    expect((await world.books()).toSorted()).toEqual(books.toSorted());
    // A refund of an order of before, which leaves the transaction as it was.
    world.clock.pass(days(2));
    // The day's look at all of them is over.
    await world.ask();
    await world.merchant('POST', `transactions/${kept}/adjustments`, { amount: 4500 });
    world.clock.pass(hours(1));
    await world.ask();
    await world.told(ORDER);
    expect(await world.books()).toContain(`${ORDER} 45 EUR pending`);
    expect((await world.conversions(ORDER)).filter(({ kind }) => kind === 'conversion')).toHaveLength(1);
  });

  test('an older refund that was approved late is found within a day', async () => {
    const world = await openPaddle();
    const transaction = await pay(world);
    const refund = await adjusted(world, transaction, { amount: 4500, status: 'pending_approval' });
    await world.ask();
    await world.shop.settings({ lose: true });
    world.clock.pass(days(20));
    await world.ask();
    await world.merchant('PATCH', `adjustments/${refund}`, { status: 'approved' });
    world.clock.pass(days(1));
    await world.ask();
    await world.told(ORDER);
    expect(await world.books()).toEqual([`${ORDER} 45 EUR pending`]);
  });

  test('what the API could not say just now is asked again', async () => {
    const world = await openPaddle();
    await world.shop.settings({ apiKey: 'another' });
    await pay(world);
    await world.told(ORDER);
    expect(await world.store.sync({ site: 'shop', connection: 'source' })).toMatchObject({
      ...{ state: 'failed', reason: expect.stringContaining('does not accept the API key') as string },
    });
    await world.shop.settings({ apiKey: 'pdl_live_apikey_sandbox' });
    await world.ask();
    expect(await world.store.order('shop', ORDER)).toMatchObject({ order: { coupons: ['TEN'] } });
    expect(await world.told(ORDER)).toContain('conversion delivered');
  });
});

test('the test of a connection ends at the first stage that fails, and says what to fix', async () => {
  const world = await openPaddle();
  const connection = (await world.sites()).byId.get('shop')!.connections.find(({ id }) => id === 'source')!;
  const sender = createSender({ allowPrivate: true, clock: world.clock.now });
  onTestFinished(() => sender.close());
  const ended = async (settings: object = {}): Promise<string> => {
    const { stages } = await testSource(
      paddle,
      { ...connection.settings, ...settings },
      { send: sender.send, clock: world.clock.now },
    );
    const { name, ok, message } = stages.at(-1)!;
    return `${name} ${ok ? 'passed' : 'failed'}: ${message}`;
  };
  expect(await ended({ apiKey: 'wrong' })).toMatch(/^transactions failed: Paddle does not accept the API key \(403\)/);
  await world.shop.settings({ mayNot: 'adjustments' });
  expect(await ended()).toMatch(/^adjustments failed: The key may not read that/);
  await world.shop.settings({ mayNot: 'notification-settings' });
  expect(await ended()).toMatch(/^webhooks passed: The key may not read notification settings/);
  await world.shop.settings({ mayNot: '' });
  expect(await ended()).toBe('webhooks passed: The destination sends all that is needed.');
  await world.merchant('POST', 'destination', { url: world.hook, events: EVENTS.slice(1) });
  expect(await ended()).toMatch(/^webhooks failed: .*does not send transaction.billed/);
  expect(await ended({ apiKey: undefined })).toMatch(/^webhooks passed: Without apiKey/);
});
