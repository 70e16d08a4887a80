/** From a click to Awin's books, told by Lemon Squeezy: its webhooks, the thank-you page, or both in either order. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { testSource } from '../../../../collector/configuration/test-source.ts';
import { createSender } from '../../../../collector/outbound/send.ts';
import { days, hours, minutes } from '../../../../collector/lib/duration.ts';
import lemonSqueezy from '../../../../collector/sources/lemon-squeezy/index.ts';
import { encodeJourney } from '../../../../wire/journey.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShopWorld, type ShopWorld } from '../../../harness/shop-world.ts';

const AWC = '1001_1763000000_abcdef';
const NUMBER = '42';
const ID = '1042';
const EVENTS = [
  ...['order_created', 'order_refunded', 'subscription_payment_success', 'subscription_payment_refunded'],
];
const carried = { custom: { ct_clicks: `awc=${AWC}` } };
const folder = temporaryFolders();

async function openLemon(settings: object = {}): Promise<ShopWorld> {
  const world = await openShopWorld('lemon-squeezy', {
    folder: folder(),
    settings: (sandbox) => ({
      ...{ baseUrl: `${sandbox}/lemon-squeezy`, webhookSecret: 'lemon-secret', apiKey: 'lemon_key', storeId: '1' },
      ...settings,
    }),
  });
  await world.merchant('POST', 'webhook', { url: world.hook, events: EVENTS });
  return world;
}

const buy = async (world: ShopWorld, fields: object = carried): Promise<string> =>
  String((await world.merchant('POST', 'orders', fields))['number']);

const pixel = (world: ShopWorld) =>
  world.browser('conversion', {
    ...{ orderId: NUMBER, total: '90.00', currency: 'EUR', visitor: 'visitor-1', clicks: { awc: AWC } },
  });

async function refund(world: ShopWorld, id: string, amount: number): Promise<void> {
  world.clock.pass(minutes(5));
  await world.merchant('POST', `orders/${id}/refunds`, { amount });
  await world.told(NUMBER);
}

describe('one order is one conversion', () => {
  test('told by the webhook alone, with the click that the checkout carried', async () => {
    const world = await openLemon();
    const touches = [{ param: 'awc', value: AWC, at: world.clock.now() - hours(2) }];
    await world.browser('touch', { visitor: 'visitor-1', touches });
    await buy(world, { custom: { ct_journey: encodeJourney({ visitor: 'visitor-1', touches }) } });
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${NUMBER} 90 EUR pending`]);
    expect(await world.store.order('shop', NUMBER)).toMatchObject({
      ...{ reporter: 'shop', visitor: 'visitor-1', attribution: { winner: { connection: 'awin', value: AWC } } },
      order: {
        ...{ total: 9000, subtotal: 8403, discount: 840, tax: 1437 },
        items: [{ sku: '13', name: 'Licence', quantity: 1, price: 8403 }],
      },
    });
  });

  test('told by the pixel alone', async () => {
    const world = await openLemon();
    await pixel(world);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
  });

  test.each(['pixel first', 'webhook first'])('told by both, %s', async (which) => {
    const world = await openLemon();
    if (which === 'pixel first') await pixel(world);
    await buy(world);
    if (which === 'webhook first') await pixel(world);
    const kinds = (await world.told(NUMBER)).filter((line) => !line.startsWith('modification'));
    expect(kinds).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${NUMBER} 90 EUR pending`]);
  });

  test('sent twice, out of order, and asked for, which shows no click: it stays one, and the click’s', async () => {
    const world = await openLemon();
    await world.shop.settings({ hold: true });
    await buy(world);
    await refund(world, ID, 4500);
    expect(await world.merchant('POST', 'release')).toEqual({ sent: 2 });
    await world.told(NUMBER);
    expect(await world.books()).toEqual([`${NUMBER} 45 EUR pending`]);
    await world.shop.settings({ hold: false, twice: true });
    await refund(world, ID, 501);
    world.clock.pass(hours(1));
    await world.ask();
    await world.told(NUMBER);
    expect(await world.books()).toEqual([`${NUMBER} 39.99 EUR pending`]);
    expect((await world.conversions(NUMBER)).filter(({ kind }) => kind === 'conversion')).toHaveLength(1);
    expect((await world.shop.state()).counts).toMatchObject({ refused: 0 });
  });

  test('the number that the pages report is the one that the owner names', async () => {
    const world = await openLemon({ orderNumber: 'id' });
    await buy(world);
    expect(await world.told(ID)).toEqual(['conversion delivered']);
  });
});

describe('what becomes of it', () => {
  test('parts paid back are what it is worth now, though the status stays paid; all of it is a reversal', async () => {
    const world = await openLemon();
    await buy(world);
    await world.told(NUMBER);
    await refund(world, ID, 4500);
    expect(await world.books()).toEqual([`${NUMBER} 45 EUR pending`]);
    expect(await world.store.order('shop', NUMBER)).toMatchObject({ order: { total: 4500, tax: 719 } });
    await refund(world, ID, 4500);
    expect((await world.told(NUMBER)).at(-1)).toBe('reversal delivered');
  });

  test('an order that turns out to be fraud is taken back', async () => {
    const world = await openLemon();
    await buy(world);
    await world.told(NUMBER);
    world.clock.pass(hours(1));
    const updated_at = new Date(world.clock.now()).toISOString();
    await world.merchant('PATCH', `orders/${ID}`, { status: 'fraudulent', updated_at });
    await world.ask();
    expect((await world.told(NUMBER)).at(-1)).toBe('reversal delivered');
  });

  test('the first payment of a subscription is its order; a later one is told only where the connection says so', async () => {
    for (const renewals of ['ignore', 'report']) {
      const world = await openLemon({ renewals });
      await buy(world);
      await world.merchant('POST', `orders/${ID}/invoices`, { billing_reason: 'initial', status: 'paid' });
      expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
      expect(await world.store.order('shop', `subscription-invoice-9${ID}`)).toBeUndefined();
      await world.merchant('POST', `orders/${ID}/invoices`, { billing_reason: 'renewal', status: 'paid' });
      const renewal = await world.store.order('shop', `subscription-invoice-9${ID}`);
      expect(renewal !== undefined, renewals).toBe(renewals === 'report');
    }
  });

  test('a refund of a subscription’s first payment is read from its order', async () => {
    const world = await openLemon();
    await buy(world);
    await world.told(NUMBER);
    world.clock.pass(minutes(5));
    const updated_at = new Date(world.clock.now()).toISOString();
    await world.merchant('PATCH', `orders/${ID}`, { refunded_amount: 4500, updated_at });
    await world.merchant('POST', `orders/${ID}/invoices`, {
      ...{ billing_reason: 'initial', status: 'partial_refund', event: 'subscription_payment_refunded' },
    });
    await world.told(NUMBER);
    expect(await world.books()).toEqual([`${NUMBER} 45 EUR pending`]);
  });

  test('an order of the test mode is told to nobody, and taken back where a page reported it', async () => {
    const world = await openLemon();
    await world.shop.settings({ testMode: true });
    await pixel(world);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    world.clock.pass(minutes(5));
    await buy(world);
    expect((await world.told(NUMBER)).at(-1)).toBe('reversal delivered');
    const rehearsed = await openLemon({ testOrders: 'report' });
    await rehearsed.shop.settings({ testMode: true });
    await buy(rehearsed);
    expect(await rehearsed.told(NUMBER)).toEqual(['conversion delivered']);
  });

  test('what was free, and what another store sold, is no order of ours', async () => {
    const world = await openLemon();
    const free = await buy(world, { total: 0, subtotal: 840, tax: 0 });
    const other = await buy(world, { store_id: 2 });
    for (const number of [free, other]) expect(await world.store.order('shop', number)).toBeUndefined();
    expect((await world.shop.state()).counts).toMatchObject({ refused: 0 });
  });

  test('prices that hold their tax are told without it', async () => {
    const world = await openLemon();
    await buy(world, { subtotal: 10000, discount_total: 1000, total: 9000, tax: 1437, tax_inclusive: true });
    const { order } = (await world.store.order('shop', NUMBER))!;
    expect(order).toMatchObject({ total: 9000, subtotal: 8403, discount: 840, tax: 1437 });
  });
});

describe('what no webhook brought', () => {
  test('a day on which the collector was away: all of it arrives, once, over several pages', async () => {
    const world = await openLemon();
    await world.ask();
    await world.shop.settings({ lose: true });
    world.clock.pass(hours(3));
    const numbers: string[] = [];
    for (let index = 0; index < 103; index += 1) numbers.push(await buy(world, {}));
    await world.merchant('POST', `orders/${ID}/refunds`, { amount: 4500 });
    world.clock.pass(hours(21));
    await world.ask();
    for (const number of numbers) expect(await world.store.order('shop', number), number).toBeDefined();
    expect(await world.store.order('shop', NUMBER)).toMatchObject({ order: { total: 4500 } });
    const { calls } = (await world.shop.state()).counts as { calls: number };
    world.clock.pass(hours(1));
    await world.ask();
    // The list ends at its first older order; beside it the webhooks are asked for.
    expect((await world.shop.state()).counts).toMatchObject({ calls: calls + 2 });
  });

  test('the click of an order whose webhook was lost is the browser’s; its refund is found within a day', async () => {
    const world = await openLemon();
    await pixel(world);
    await world.shop.settings({ lose: true });
    await buy(world);
    world.clock.pass(hours(1));
    await world.ask();
    expect(await world.told(NUMBER)).toContain('conversion delivered');
    world.clock.pass(days(3));
    await world.merchant('POST', `orders/${ID}/refunds`, { amount: 4500 });
    world.clock.pass(days(1));
    await world.ask();
    await world.told(NUMBER);
    expect(await world.books()).toEqual([`${NUMBER} 45 EUR pending`]);
  });
});

test('the test of a connection ends at the first stage that fails, and says what to fix', async () => {
  const world = await openLemon();
  const connection = (await world.sites()).byId.get('shop')!.connections.find(({ id }) => id === 'source')!;
  const sender = createSender({ allowPrivate: true, clock: world.clock.now });
  onTestFinished(() => sender.close());
  const ended = async (settings: object = {}): Promise<string> => {
    const { stages } = await testSource(
      lemonSqueezy,
      { ...connection.settings, ...settings },
      { send: sender.send, clock: world.clock.now },
    );
    const { name, ok, message } = stages.at(-1)!;
    return `${name} ${ok ? 'passed' : 'failed'}: ${message}`;
  };
  expect(await ended({ apiKey: 'wrong' })).toMatch(/^store failed: Lemon Squeezy does not accept the API key \(401\)/);
  expect(await ended({ storeId: '7' })).toMatch(/^store failed: The key sees no store 7, but 1 Shop/);
  expect(await ended()).toBe('webhooks passed: The webhook sends all that is needed.');
  expect(await ended({ storeId: undefined })).toBe('webhooks passed: The webhook sends all that is needed.');
  await world.shop.settings({ stores: 2 });
  expect(await ended({ storeId: undefined })).toMatch(/^store failed: The key sees several stores, 1 Shop, 2 Shop/);
  await world.shop.settings({ stores: 1 });
  await world.merchant('POST', 'webhook', { events: EVENTS.slice(1) });
  expect(await ended()).toMatch(/^webhooks failed: .*does not send order_created/);
  await world.merchant('POST', 'webhook', { url: '' });
  expect(await ended()).toMatch(/^webhooks failed: No webhook posts to this collector/);
  expect(await ended({ apiKey: undefined })).toMatch(/^webhooks passed: Without apiKey/);
});
