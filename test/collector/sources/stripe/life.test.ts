/** From a click to Awin's books, told by Stripe: its events, the thank-you page, or both in either order. */
import { describe, expect, test } from 'vitest';
import { hours, minutes } from '../../../../collector/lib/duration.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { until } from '../../../harness/until.ts';
import { openShopWorld, type ShopWorld } from '../../../harness/shop-world.ts';

const AWC = '1001_1763000000_abcdef';
const folder = temporaryFolders();
const ORDER = 'SO-1042';
const carried = { metadata: { order_id: ORDER, _ct_clicks: `awc=${AWC}` } };

async function openStripe(settings: object = {}): Promise<ShopWorld> {
  const world = await openShopWorld('stripe', {
    folder: folder(),
    settings: (sandbox) => ({
      ...{ baseUrl: `${sandbox}/stripe`, webhookSecret: 'whsec_sandbox', secretKey: 'rk_test_sandbox', ...settings },
    }),
  });
  await world.merchant('POST', 'endpoint', { url: world.hook });
  return world;
}

const pay = async (world: ShopWorld, fields: object = carried): Promise<string> =>
  `payments/${String((await world.merchant('POST', 'checkouts', fields))['payment'])}`;

const pixel = (world: ShopWorld) =>
  world.browser('conversion', {
    orderId: ORDER,
    total: '95.00',
    currency: 'EUR',
    visitor: 'visitor-1',
    clicks: { awc: AWC },
  });

describe('one order is one conversion', () => {
  test('told by the event alone, with lines and code that only the API shows', async () => {
    const world = await openStripe();
    await pay(world);
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ORDER} 95 EUR pending`]);
    expect(await world.store.order('shop', ORDER)).toMatchObject({
      ...{ reporter: 'shop', attribution: { winner: { connection: 'awin', value: AWC } } },
      order: { total: 9500, tax: 1517, coupons: ['TEN'], items: [{ sku: 'SH-M', quantity: 2 }] },
    });
  });

  test('told by the pixel alone', async () => {
    const world = await openStripe();
    await world.shop.settings({ lose: true });
    await pay(world);
    await pixel(world);
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
  });

  test.each(['pixel first', 'event first'])('told by both, %s', async (which) => {
    const world = await openStripe();
    if (which === 'pixel first') await pixel(world);
    await pay(world);
    if (which === 'event first') await pixel(world);
    // What was told by the page's word, which knows neither lines nor tax, is made more exact.
    const kinds = (await world.told(ORDER)).filter((line) => !line.startsWith('modification'));
    expect(kinds).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ORDER} 95 EUR pending`]);
  });

  test('a Payment Link carries the visitor, whose click the collector knows; the payment names the order', async () => {
    const world = await openStripe();
    const touches = [{ param: 'awc', value: AWC, at: world.clock.now() - hours(2) }];
    await world.browser('touch', { visitor: 'visitor-1', touches });
    const payment = await pay(world, { client_reference_id: 'ct_visitor-1' });
    const orderId = payment.replace('payments/', '');
    expect(await world.told(orderId)).toEqual(['conversion delivered']);
  });

  test('sent twice and out of order it stays one', async () => {
    const world = await openStripe();
    await world.shop.settings({ hold: true });
    const payment = await pay(world);
    world.clock.pass(minutes(1));
    await world.merchant('POST', `${payment}/refund`, { amount: 4500 });
    expect(await world.merchant('POST', 'release')).toEqual({ sent: 2 });
    await world.told(ORDER);
    expect(await world.books()).toEqual([`${ORDER} 50 EUR pending`]);
    await world.shop.settings({ hold: false, twice: true });
    world.clock.pass(minutes(1));
    await world.merchant('POST', `${payment}/refund`, { amount: 1001 });
    await world.told(ORDER);
    expect(await world.books()).toEqual([`${ORDER} 39.99 EUR pending`]);
  });
});

describe('what becomes of it', () => {
  test('a payment that takes days is told when it has come, and not where it fails', async () => {
    for (const [deed, outcome] of [
      ['succeed', ['conversion delivered']],
      ['fail', ['conversion skipped']],
    ] as const) {
      const world = await openStripe();
      const payment = await pay(world, { ...carried, payment_status: 'unpaid' });
      expect(await world.told(ORDER)).toEqual(['conversion waiting']);
      world.clock.pass(hours(30));
      await world.merchant('POST', `${payment}/${deed}`);
      if (deed === 'succeed') expect(await world.told(ORDER)).toEqual(outcome);
      else expect(await world.books()).toEqual([]);
    }
  });

  test('parts paid back are what it is worth now; what the bank could not pay back is worth it again; all of it is a reversal', async () => {
    const world = await openStripe();
    const payment = await pay(world);
    await world.told(ORDER);
    for (const [deed, amount, left] of [
      ['refund', 4500, '50'],
      ['refund', 1001, '39.99'],
      ['refund-fails', 1001, '50'],
    ] as const) {
      world.clock.pass(minutes(5));
      await world.merchant('POST', `${payment}/${deed}`, { amount });
      await world.told(ORDER);
      expect(await world.books(), `${deed} ${amount}`).toEqual([`${ORDER} ${left} EUR pending`]);
    }
    world.clock.pass(minutes(5));
    await world.merchant('POST', `${payment}/refund`, { amount: 5000 });
    expect((await world.told(ORDER)).at(-1)).toBe('reversal delivered');
  });

  test('an inquiry moves nothing; a charge-back takes the order back; where it is won, the order stands again', async () => {
    const world = await openStripe();
    const payment = await pay(world);
    await world.told(ORDER);
    world.clock.pass(minutes(5));
    await world.merchant('POST', `${payment}/dispute`, { amount: 9500, status: 'warning_needs_response' });
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    await world.merchant('POST', `${payment}/close`, { status: 'warning_closed' });
    world.clock.pass(minutes(5));
    await world.merchant('POST', `${payment}/dispute`, { amount: 9500 });
    expect((await world.told(ORDER)).at(-1)).toBe('reversal delivered');
    world.clock.pass(hours(48));
    await world.merchant('POST', `${payment}/close`, { status: 'won' });
    await world.told(ORDER);
    expect(await world.store.order('shop', ORDER)).toMatchObject({ order: { status: 'approved', total: 9500 } });
  });

  test('an order of the test mode is told to nobody, and taken back where a page reported it', async () => {
    const world = await openStripe();
    await world.shop.settings({ livemode: false });
    await pixel(world);
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    world.clock.pass(minutes(5));
    await pay(world);
    expect((await world.told(ORDER)).at(-1)).toBe('reversal delivered');
    await pay(world, { metadata: { order_id: 'SO-2', _ct_clicks: `awc=${AWC}` } });
    await world.service.schedule.idle();
    expect(await world.books()).toHaveLength(1);
    const rehearsed = await openStripe({ testOrders: 'report' });
    await rehearsed.shop.settings({ livemode: false });
    await pay(rehearsed);
    expect(await rehearsed.told(ORDER)).toEqual(['conversion delivered']);
  });
});

describe('what no event brought', () => {
  test('a day on which the collector was away: all of it arrives, once', async () => {
    const world = await openStripe();
    await world.ask();
    await world.shop.settings({ lose: true });
    world.clock.pass(hours(3));
    const kept = await pay(world);
    const other = await pay(world, { metadata: { order_id: 'SO-2', _ct_clicks: `awc=${AWC}` } });
    world.clock.pass(hours(2));
    await world.merchant('POST', `${other}/refund`, { amount: 4500 });
    world.clock.pass(hours(19));
    await world.ask();
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    await world.told('SO-2');
    expect((await world.books()).toSorted()).toEqual([`${ORDER} 95 EUR pending`, 'SO-2 50 EUR pending']);
    // The sender's own repeats of what was away come, too.
    await world.shop.settings({ lose: false });
    await world.merchant('POST', `${kept}/refund`, { amount: 0 });
    world.clock.pass(hours(2));
    await world.ask();
    expect((await world.books()).toSorted()).toEqual([`${ORDER} 95 EUR pending`, 'SO-2 50 EUR pending']);
  });

  test('what the API could not say just now is asked again; a session with many lines shows them all', async () => {
    const world = await openStripe();
    const line = (n: number): object => ({
      ...{
        id: `li_${n}`,
        description: `Shirt ${n}`,
        quantity: 1,
        amount_subtotal: 300,
        amount_discount: 0,
        amount_total: 300,
      },
      ...{ amount_tax: 0, price: { id: 'price_1', product: { id: `prod_${n}`, metadata: {} } } },
    });
    await world.shop.settings({ broken: 401 });
    await pay(world, {
      ...{
        ...carried,
        amount_subtotal: 3600,
        amount_total: 3600,
        lines: Array.from({ length: 12 }, (_, n) => line(n)),
      },
      total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    });
    await until(() => world.store.order('shop', ORDER), { what: 'the order by the words of its event' });
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    expect(await world.store.sync({ site: 'shop', connection: 'source' })).toMatchObject({
      ...{ state: 'failed', reason: expect.stringContaining('does not accept the secret key') as string },
    });
    await world.shop.settings({ broken: 0 });
    await world.ask();
    const { order } = (await world.store.order('shop', ORDER))!;
    expect(order.items).toHaveLength(12);
    expect(order.total).toBe(3600);
  });
});
