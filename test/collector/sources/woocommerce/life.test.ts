/** From a click to Awin's books, told by a WooCommerce shop: its webhooks, the thank-you page, or both in either order. */
import { describe, expect, test } from 'vitest';
import { encodeJourney } from '../../../../wire/journey.ts';
import { hours, minutes } from '../../../../collector/lib/duration.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShopWorld, type ShopWorld } from '../../../harness/shop-world.ts';

const AWC = '1001_1763000000_abcdef';
const SECRET = 'woo & secret';
const TOPICS = ['order.created', 'order.updated', 'order.deleted', 'order.restored'];
const folder = temporaryFolders();

async function openWoo(more: { settings?: object; site?: object } = {}): Promise<ShopWorld> {
  const world = await openShopWorld('woocommerce', {
    folder: folder(),
    settings: (sandbox) => ({ url: `${sandbox}/woocommerce`, webhookSecret: SECRET, ...more.settings }),
    ...(more.site ? { site: more.site } : {}),
  });
  for (const topic of TOPICS) {
    const saved = await world.merchant('POST', 'webhooks', { topic, delivery_url: world.hook, secret: SECRET });
    expect(saved).toMatchObject({ ping: 200 });
  }
  return world;
}

/** A landing with Awin's click id; the token that the recipe's plugin writes into the order's meta. */
async function click(world: ShopWorld): Promise<{ visitor: string; token: string }> {
  const visitor = 'visitor-1';
  const touches = [{ param: 'awc', value: AWC, at: world.clock.now() - hours(2) }];
  await world.browser('touch', { visitor, touches });
  return { visitor, token: encodeJourney({ visitor, touches }) };
}

const meta = (token: string) => [{ id: 1, key: '_ct_journey', value: token }];
/** The thank-you page, a moment after the order. */
const pixel = (world: ShopWorld, visitor: string) =>
  world.browser('conversion', {
    ...{ orderId: NUMBER, total: '95.00', currency: 'EUR', visitor },
    items: [{ sku: 'SH-M', name: 'Shirt', quantity: 2, price: '42.015', discount: '4.20' }],
  });
/** The first number after those of the four webhooks. */
const NUMBER = '4715';

describe('one order is one conversion', () => {
  test('told by the webhook alone, with the click in the order’s meta', async () => {
    const world = await openWoo();
    const { token } = await click(world);
    await world.merchant('POST', 'orders', { meta_data: meta(token) });
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual(['4715 95 EUR pending']);
    expect(await world.store.order('shop', NUMBER)).toMatchObject({
      ...{ reporter: 'shop', shopConfirmed: true, visitor: 'visitor-1' },
      attribution: { winner: { connection: 'awin', value: AWC } },
      order: {
        ...{ total: 9500, subtotal: 8403, shipping: 420, tax: 1517, coupons: ['ten'], status: 'approved' },
        items: [{ sku: 'SH-M', quantity: 2, price: 42015, discount: 4200, scale: 1 }],
      },
    });
  });

  test('told by the pixel alone', async () => {
    const world = await openWoo();
    const { visitor } = await click(world);
    await world.merchant('PATCH', 'webhooks/4711', { status: 'paused' });
    await world.merchant('POST', 'orders', {});
    await pixel(world, visitor);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual(['4715 95 EUR pending']);
  });

  test.each(['pixel first', 'webhook first'])('told by both, %s', async (which) => {
    const world = await openWoo();
    const { visitor, token } = await click(world);
    if (which === 'pixel first') await pixel(world, visitor);
    await world.merchant('POST', 'orders', { meta_data: meta(token) });
    if (which === 'webhook first') await pixel(world, visitor);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual(['4715 95 EUR pending']);
  });

  test('told by the page a moment before the shop’s own time of it: what is paid back is found at the network', async () => {
    const world = await openWoo();
    const { visitor, token } = await click(world);
    await pixel(world, visitor);
    await world.told(NUMBER);
    world.clock.pass(2500);
    await world.merchant('POST', 'orders', { meta_data: meta(token) });
    world.clock.pass(minutes(5));
    await world.merchant('POST', 'orders/4715/refunds', { amount: '45.00' });
    await world.told(NUMBER);
    expect(await world.books()).toEqual(['4715 50 EUR pending']);
    world.clock.pass(minutes(5));
    await world.merchant('PATCH', 'orders/4715', { status: 'cancelled' });
    await world.told(NUMBER);
    expect(await world.books()).toEqual(['4715 50 EUR declined']);
  });

  test('without any click in its meta the browser that told the same amount earns it', async () => {
    const world = await openWoo({ site: { release: 'shop' } });
    const { visitor } = await click(world);
    await pixel(world, visitor);
    expect(await world.told(NUMBER)).toEqual(['conversion waiting']);
    await world.merchant('POST', 'orders', {});
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
  });

  test('sent twice, and sent out of order, it stays one; a body that was overtaken changes nothing', async () => {
    const world = await openWoo();
    const { token } = await click(world);
    await world.shop.settings({ hold: true });
    await world.merchant('POST', 'orders', { status: 'on-hold', meta_data: meta(token) });
    world.clock.pass(minutes(1));
    await world.merchant('PATCH', 'orders/4715', { status: 'processing' });
    world.clock.pass(minutes(1));
    await world.merchant('POST', 'orders/4715/refunds', { amount: '45.00' });
    // Newest first: the refund, the payment, the placing.
    expect(await world.merchant('POST', 'release')).toEqual({ sent: 3 });
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual(['4715 50 EUR pending']);
    await world.shop.settings({ hold: false, twice: true });
    await world.merchant('PATCH', 'orders/4715', { customer_note: 'hello' });
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    expect((await world.shop.state()).counts).toMatchObject({ refused: 0 });
  });
});

describe('what becomes of it', () => {
  test('an order that waits for its transfer is told when it is paid', async () => {
    const world = await openWoo();
    const { token } = await click(world);
    await world.merchant('POST', 'orders', { status: 'on-hold', meta_data: meta(token) });
    expect(await world.told(NUMBER)).toEqual(['conversion waiting']);
    world.clock.pass(minutes(5));
    await world.merchant('PATCH', 'orders/4715', { status: 'processing' });
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
  });

  test('parts paid back, one after the other, are what the order is worth now; the last one takes it back', async () => {
    const world = await openWoo();
    const { token } = await click(world);
    await world.merchant('POST', 'orders', { meta_data: meta(token) });
    await world.told(NUMBER);
    for (const [amount, left] of [
      ['45.00', '50'],
      ['10.01', '39.99'],
    ]) {
      world.clock.pass(minutes(5));
      await world.merchant('POST', 'orders/4715/refunds', { amount });
      await world.told(NUMBER);
      expect(await world.books()).toEqual([`4715 ${left} EUR pending`]);
    }
    world.clock.pass(minutes(5));
    await world.merchant('POST', 'orders/4715/refunds', { amount: '39.99' });
    expect((await world.told(NUMBER)).at(-1)).toBe('reversal delivered');
    expect((await world.books())[0]).toMatch(/declined$/);
  });

  test.each([
    ['5.00', '100.00', { total: 10000, shipping: 920 }],
    ['-5.00', '90.00', { total: 9000, shipping: 420, items: [{ sku: 'SH-M' }, { sku: 'Points', price: -500 }] }],
  ])('a fee of %s is charged beside the goods, or takes off', async (fee, total, expected) => {
    const world = await openWoo();
    await world.merchant('POST', 'orders', { total, fee_lines: [{ name: 'Points', total: fee, total_tax: '0.00' }] });
    expect((await world.store.order('shop', NUMBER))!.order).toMatchObject({ subtotal: 8403, ...expected });
  });

  test('the tax goes back with an amount that nobody broke down', async () => {
    const world = await openWoo();
    await world.merchant('POST', 'orders', {});
    await world.merchant('POST', 'orders/4715/refunds', { amount: '45.00' });
    const { order } = (await world.store.order('shop', NUMBER))!;
    expect(order).toMatchObject({ total: 5000, tax: 798, shipping: 420 });
  });

  test('a refund leaves date_modified alone at some shops: it counts all the same', async () => {
    const world = await openWoo();
    const { token } = await click(world);
    await world.shop.settings({ frozenDate: true });
    await world.merchant('POST', 'orders', { meta_data: meta(token) });
    await world.told(NUMBER);
    world.clock.pass(minutes(5));
    await world.merchant('POST', 'orders/4715/refunds', { amount: '45.00' });
    await world.told(NUMBER);
    expect(await world.books()).toEqual(['4715 50 EUR pending']);
  });

  test.each([
    ['cancelled', 'PATCH', { status: 'cancelled' }],
    ['moved to the trash', 'DELETE', undefined],
  ])('an order that is %s is taken back', async (_, method, change) => {
    const world = await openWoo();
    const { token } = await click(world);
    await world.merchant('POST', 'orders', { meta_data: meta(token) });
    await world.told(NUMBER);
    world.clock.pass(minutes(5));
    await world.merchant(method, 'orders/4715', change);
    expect((await world.told(NUMBER)).at(-1)).toBe('reversal delivered');
    expect(await world.books()).toEqual(['4715 95 EUR declined']);
  });

  test('an order by the payment method of rehearsals is told to nobody, and a page’s report of it is taken back', async () => {
    const settings = { testMethod: 'cheque' };
    const world = await openWoo({ settings });
    const { visitor, token } = await click(world);
    await pixel(world, visitor);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    const order = { meta_data: meta(token), payment_method: 'cheque' };
    await world.merchant('POST', 'orders', order);
    expect((await world.told(NUMBER)).at(-1)).toBe('reversal delivered');
    const { number } = await world.merchant('POST', 'orders', order);
    expect((await world.told(String(number))).filter((line) => line.endsWith('delivered'))).toEqual([]);
  });

  test('a renewal is told only where the connection says so', async () => {
    for (const [renewals, stored] of [
      ['ignore', false],
      ['report', true],
    ] as const) {
      const world = await openWoo({ settings: { renewals } });
      await world.merchant('POST', 'orders', { created_via: 'subscription' });
      expect((await world.store.order('shop', NUMBER)) !== undefined, renewals).toBe(stored);
    }
  });
});

describe('what the owner may set', () => {
  test('the number that the pages report: the one shown, or the row’s', async () => {
    const shown = await openWoo();
    await shown.merchant('POST', 'orders', { number: 'WS-4715' });
    expect(await shown.store.order('shop', 'WS-4715')).toBeDefined();
    const row = await openWoo({ settings: { orderNumber: 'id' } });
    await row.merchant('POST', 'orders', { number: 'WS-4715' });
    expect(await row.store.order('shop', NUMBER)).toBeDefined();
  });

  test('what a status means, and where a click id stands already', async () => {
    const world = await openWoo({
      settings: { statusMap: { 'in-cash': 'approved' }, clickFields: { _my_awc: 'awc' } },
    });
    await world.merchant('POST', 'orders', { status: 'in-cash', meta_data: [{ key: '_my_awc', value: AWC }] });
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    await world.merchant('POST', 'orders', {
      status: 'in-doubt',
      meta_data: [{ key: '_ct_clicks', value: `awc=${AWC}` }],
    });
    expect(await world.told('4716')).toEqual(['conversion waiting']);
  });

  test('on a site that waits for consent the order’s own answer counts', async () => {
    const world = await openWoo({ site: { consent: 'wait' } });
    const clicks = { key: '_ct_clicks', value: `awc=${AWC}` };
    for (const [index, consent] of [undefined, 'denied', 'granted'].entries()) {
      await world.merchant('POST', 'orders', {
        meta_data: [clicks, ...(consent === undefined ? [] : [{ key: '_ct_consent', value: consent }])],
      });
      const expected = ['conversion waiting', 'conversion skipped', 'conversion delivered'][index];
      expect(await world.told(String(4715 + index)), consent).toEqual([expected]);
    }
  });
});
