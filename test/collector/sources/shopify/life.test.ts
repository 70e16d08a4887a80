/** From a click to Awin's books, told by a Shopify shop: its webhooks, the web pixel, or both in either order. */
import { describe, expect, test } from 'vitest';
import { encodeJourney } from '../../../../wire/journey.ts';
import { testSource } from '../../../../collector/configuration/test-source.ts';
import { hours, minutes } from '../../../../collector/lib/duration.ts';
import { registerHooks } from '../../../../collector/sync/hooks.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShopWorld, type ShopWorld } from '../../../harness/shop-world.ts';

const AWC = '1001_1763000000_abcdef';
const folder = temporaryFolders();
const TOPICS = [
  'orders/create',
  'orders/updated',
  'orders/paid',
  'orders/cancelled',
  'refunds/create',
  'orders/edited',
];
const APP = { clientId: 'sandbox-client', clientSecret: 'sandbox-client-secret' };
/** The number of the sandbox's first order, whose webhooks are made before it. */
const ORDER = String(5_900_000_000_000 + 1042 + TOPICS.length);

async function openShopify(more: { settings?: object; site?: object; traps?: object; app?: boolean } = {}) {
  const { app = true } = more;
  const world = await openShopWorld('shopify', {
    folder: folder(),
    settings: (sandbox) => ({
      ...{ shop: 'sandbox.myshopify.com', webhookSecret: 'sandbox-webhook-key', baseUrl: `${sandbox}/shopify` },
      ...(app ? APP : {}),
      ...more.settings,
    }),
    ...(more.site ? { site: more.site } : {}),
  });
  await world.shop.settings({ bucket: 1_000_000, ...more.traps });
  for (const topic of app ? TOPICS : TOPICS.slice(0, 4))
    await world.merchant('POST', 'webhooks', { topic, address: world.hook });
  if (!app) for (const topic of TOPICS.slice(4)) await world.merchant('POST', 'webhooks', { topic, address: '' });
  return world;
}

/** A landing with Awin's click id; the token that the theme's snippet writes into the cart's attributes. */
async function click(world: ShopWorld): Promise<{ visitor: string; token: string }> {
  const visitor = 'visitor-1';
  const touches = [{ param: 'awc', value: AWC, at: world.clock.now() - hours(2) }];
  await world.browser('touch', { visitor, touches });
  return { visitor, token: encodeJourney({ visitor, touches }) };
}

const carried = { attributes: [{ name: '_ct_clicks', value: `awc=${AWC}` }] };
const place = async (world: ShopWorld, fields: object = carried): Promise<string> =>
  String((await world.merchant('POST', 'orders', fields))['id']);

/** As the web pixel reports it: what the shopper saw, prices with their tax. */
const pixel = (world: ShopWorld, visitor: string, more: object = {}) =>
  world.browser('conversion', {
    ...{ orderId: ORDER, total: 95, subtotal: 90, tax: 14.37, shipping: 5, currency: 'EUR', visitor, coupons: ['TEN'] },
    ...{ items: [{ sku: 'SH-M', name: 'Shirt', quantity: 2, price: 50 }], ...more },
  });

const conversionsAlone = (told: readonly string[]): string[] => told.filter((line) => !line.startsWith('modification'));

describe('one order is one conversion', () => {
  test('told by the webhooks alone, with the journey in the cart’s attributes', async () => {
    const world = await openShopify();
    const { token } = await click(world);
    expect(await place(world, { attributes: [{ name: '_ct_journey', value: token }] })).toBe(ORDER);
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ORDER} 95 EUR pending`]);
    expect(await world.store.order('shop', ORDER)).toMatchObject({
      ...{ reporter: 'shop', shopConfirmed: true, visitor: 'visitor-1' },
      attribution: { winner: { connection: 'awin', value: AWC } },
      order: {
        ...{ total: 9500, subtotal: 8403, tax: 1437, shipping: 500, coupons: ['TEN'], status: 'approved' },
        ...{ customerId: '7700000000001', custom: { orderName: '#1048' } },
        items: [{ sku: 'SH-M', name: 'Shirt', quantity: 2, price: 42015, discount: 4200, scale: 1 }],
      },
    });
  });

  test('told by the pixel alone', async () => {
    const world = await openShopify({ traps: { lose: true } });
    const { visitor } = await click(world);
    await place(world);
    await pixel(world, visitor);
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ORDER} 95 EUR pending`]);
  });

  test.each(['pixel first', 'webhook first'])('told by both, %s', async (which) => {
    const world = await openShopify();
    const { visitor, token } = await click(world);
    if (which === 'pixel first') await pixel(world, visitor);
    await place(world, { attributes: [{ name: '_ct_journey', value: token }] });
    if (which === 'webhook first') await pixel(world, visitor);
    expect(conversionsAlone(await world.told(ORDER))).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ORDER} 95 EUR pending`]);
  });

  test('without any click in its attributes the browser that told the same amount earns it', async () => {
    const world = await openShopify({ site: { release: 'shop' } });
    const { visitor } = await click(world);
    await pixel(world, visitor);
    expect(await world.told(ORDER)).toEqual(['conversion waiting']);
    await place(world, { attributes: [] });
    expect(conversionsAlone(await world.told(ORDER))).toEqual(['conversion delivered']);
  });

  test('where the cart carried nothing, the address by which the buyer came names the click', async () => {
    const world = await openShopify();
    const landing = `/products/shirt?utm_source=spring&awc=${AWC}&email=ada%40example.test#top`;
    await place(world, { attributes: [], landing });
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    const stored = (await world.store.order('shop', ORDER))!;
    expect(stored).toMatchObject({ attribution: { winner: { connection: 'awin', value: AWC } } });
    expect(JSON.stringify(stored)).not.toContain('ada@example.test');
  });

  test('sent twice, out of order and within one second it stays one; what was overtaken changes nothing', async () => {
    const world = await openShopify({ app: false, traps: { hold: true } });
    const id = await place(world, { ...carried, financial: 'pending' });
    await world.merchant('POST', `orders/${id}/pay`);
    // Newest first: paid before placed, all of one second.
    expect(await world.merchant('POST', 'release')).toEqual({ sent: 4 });
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    expect(await world.store.order('shop', ORDER)).toMatchObject({ order: { status: 'approved' } });
    await world.shop.settings({ hold: false, twice: true });
    await world.merchant('POST', `orders/${id}/change`, {});
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    expect((await world.shop.state()).counts).toMatchObject({ refused: 0 });
  });
});

describe('what becomes of it', () => {
  test.each(['pending', 'authorized', 'partially_paid'])(
    'an order that is %s waits until it is paid',
    async (financial) => {
      const world = await openShopify();
      const id = await place(world, { ...carried, financial });
      expect(await world.told(ORDER)).toEqual(['conversion waiting']);
      world.clock.pass(minutes(5));
      await world.merchant('POST', `orders/${id}/pay`);
      expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    },
  );

  test.each([
    ['by the webhooks’ own words', false],
    ['read through the API', true],
  ])('a piece, an amount, and the rest of the money go back, %s', async (_, app) => {
    const world = await openShopify({ app });
    const id = await place(world);
    await world.told(ORDER);
    for (const [refund, left] of [
      [{ lines: [{ line: 0, quantity: 1 }] }, '50'],
      [{ moved: 1001 }, '39.99'],
    ] as const) {
      world.clock.pass(minutes(5));
      await world.merchant('POST', `orders/${id}/refunds`, refund);
      await world.told(ORDER);
      expect(await world.books()).toEqual([`${ORDER} ${left} EUR pending`]);
    }
    const { order } = (await world.store.order('shop', ORDER))!;
    // What is neither goods nor tax, with the cent that rounding leaves.
    expect(order).toMatchObject({ total: 3999, subtotal: 4202, shipping: 499, items: [{ sku: 'SH-M', quantity: 1 }] });
    world.clock.pass(minutes(5));
    await world.merchant('POST', `orders/${id}/refunds`, { lines: [{ line: 0, quantity: 1 }], moved: 3999 });
    expect((await world.told(ORDER)).at(-1)).toBe('reversal delivered');
    expect((await world.books())[0]).toMatch(/declined$/);
  });

  test('a cancelled order is taken back, with the amount that it had', async () => {
    const world = await openShopify();
    const id = await place(world);
    await world.told(ORDER);
    world.clock.pass(minutes(5));
    await world.merchant('POST', `orders/${id}/cancel`);
    expect((await world.told(ORDER)).at(-1)).toBe('reversal delivered');
    expect(await world.books()).toEqual([`${ORDER} 95 EUR declined`]);
  });

  test('an inquiry moves nothing; a charge-back takes the order back; where it is won, the order stands again', async () => {
    const scopes = ['read_orders', 'read_shopify_payments_disputes'];
    const world = await openShopify({ settings: { chargebacks: true }, traps: { scopes } });
    for (const topic of ['disputes/create', 'disputes/update'])
      await world.merchant('POST', 'webhooks', { topic, address: world.hook });
    const order = await place(world);
    await world.told(order);
    world.clock.pass(minutes(5));
    await world.merchant('POST', `orders/${order}/dispute`, { initiatedAs: 'INQUIRY' });
    expect(await world.told(order)).toEqual(['conversion delivered']);
    world.clock.pass(minutes(5));
    await world.merchant('POST', `orders/${order}/dispute`);
    expect((await world.told(order)).at(-1)).toBe('reversal delivered');
    world.clock.pass(minutes(5));
    // An edit meanwhile is no return of the money.
    await world.merchant('POST', `orders/${order}/change`, {});
    await world.told(order);
    expect(await world.store.order('shop', order)).toMatchObject({ order: { status: 'refunded' } });
    world.clock.pass(hours(48));
    await world.merchant('POST', `orders/${order}/close`, { status: 'WON' });
    await world.told(order);
    expect(await world.store.order('shop', order)).toMatchObject({ order: { status: 'approved', total: 9500 } });
  });

  test('a test order is told to nobody, and taken back where the pixel reported it', async () => {
    const world = await openShopify();
    const { visitor } = await click(world);
    await pixel(world, visitor);
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    world.clock.pass(minutes(5));
    await place(world, { ...carried, test: true });
    expect((await world.told(ORDER)).at(-1)).toBe('reversal delivered');
    await place(world, { ...carried, test: true });
    await world.service.schedule.idle();
    expect(await world.books()).toHaveLength(1);
    const rehearsed = await openShopify({ settings: { testOrders: 'report' } });
    await place(rehearsed, { ...carried, test: true });
    expect(await rehearsed.told(ORDER)).toEqual(['conversion delivered']);
  });
});

describe('an app of one’s own', () => {
  test('subscribes itself, and its posts are told; after eight that nobody took Shopify deletes them, which the test says', async () => {
    const world = await openShopWorld('shopify', {
      folder: folder(),
      settings: (sandbox) => ({ ...APP, shop: 'sandbox.myshopify.com', baseUrl: `${sandbox}/shopify` }),
    });
    const found = (await world.sites()).byId.get('shop')!.connections.find(({ id }) => id === 'source')!;
    const connection = { ...found, source: found.source! };
    const { deps } = world.service;
    expect(await registerHooks(connection, world.hook, deps)).toBeUndefined();
    const id = await place(world);
    expect(await world.told(id)).toEqual(['conversion delivered']);
    const webhooks = async () => (await testSource(connection.source, connection.settings, deps)).stages.at(-1);
    expect(await webhooks()).toMatchObject({ name: 'webhooks', ok: true });
    // Away for eight posts of one webhook.
    await world.merchant('POST', 'webhooks/move', { from: world.hook, to: world.hook.replace('/v1/', '/away/') });
    for (let n = 0; n < 8; n += 1) await world.merchant('POST', `orders/${id}/change`, {});
    expect(await webhooks()).toMatchObject({
      ...{ ok: false, message: expect.stringContaining('for orders/create, orders/updated') as string },
    });
  });

  test('a customer whom Shopify tells to forget is forgotten, and nobody else by another’s wish', async () => {
    const world = await openShopify();
    const id = await place(world);
    await world.told(id);
    await world.merchant('POST', 'webhooks', { topic: 'customers/redact', address: world.hook });
    const customer = { id: 7_700_000_000_001, email: 'ada@example.test', phone: null };
    const wish = { shop_id: 1, shop_domain: 'sandbox.myshopify.com', customer, orders_to_redact: [Number(id)] };
    const customerIdOf = async () => (await world.store.order('shop', id))?.order.customerId;
    for (const other of [
      { ...wish, shop_domain: 'other.myshopify.com' },
      { ...wish, orders_to_redact: undefined },
    ]) {
      await world.merchant('POST', 'tell', { topic: 'customers/redact', payload: other });
      expect(await customerIdOf()).toBe('7700000000001');
    }
    await world.merchant('POST', 'tell', { topic: 'customers/redact', payload: wish });
    expect(await customerIdOf()).toBeUndefined();
    expect((await world.shop.state()).counts).toMatchObject({ refused: 0 });
    expect(JSON.stringify(await world.store.auditLog({ limit: 5 }))).toContain('webhook of source');
  });
});

describe('what the owner may set', () => {
  test('of two currencies the shopper’s is told, as the pixel reports it; the other stands beside it', async () => {
    const traps = { presentment: 'CHF', exchange: 0.95 };
    const world = await openShopify({ traps });
    const { visitor } = await click(world);
    await pixel(world, visitor, { total: 90.25, currency: 'CHF', items: undefined, subtotal: undefined });
    const id = await place(world);
    expect(conversionsAlone(await world.told(ORDER))).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ORDER} 90.25 CHF pending`]);
    world.clock.pass(minutes(5));
    await world.merchant('POST', `orders/${id}/refunds`, { lines: [{ line: 0, quantity: 1 }] });
    await world.told(ORDER);
    expect(await world.books()).toEqual([`${ORDER} 47.50 CHF pending`.replace('.50', '.5')]);
    const { order } = (await world.store.order('shop', ORDER))!;
    expect(order.custom).toEqual({ orderName: '#1048', shopTotal: '50.00 EUR' });
  });

  test.each([true, false])(
    'or the currency of the books, whose refunds are told in the other (with the API: %s)',
    async (app) => {
      const world = await openShopify({
        app,
        traps: { presentment: 'CHF', exchange: 0.95 },
        settings: { currency: 'shop' },
      });
      const id = await place(world);
      await world.told(ORDER);
      expect(await world.books()).toEqual([`${ORDER} 95 EUR pending`]);
      world.clock.pass(minutes(5));
      await world.merchant('POST', `orders/${id}/refunds`, { lines: [{ line: 0, quantity: 1 }] });
      world.clock.pass(minutes(5));
      await world.merchant('POST', `orders/${id}/refunds`, { moved: 1000 });
      await world.told(ORDER);
      expect(await world.books()).toEqual([`${ORDER} 40 EUR pending`]);
      const { order } = (await world.store.order('shop', ORDER))!;
      expect(order.custom).toMatchObject({ shownTotal: '38.00 CHF' });
    },
  );

  test('prices without their tax add up the same', async () => {
    const world = await openShopify({ traps: { taxesIncluded: false } });
    await place(world);
    const { order } = (await world.store.order('shop', ORDER))!;
    expect(order).toMatchObject({ total: 11210, subtotal: 10000, tax: 1710, shipping: 500 });
    expect(order.items).toMatchObject([{ quantity: 2, price: 5000, discount: 500 }]);
  });

  test.each([
    ['name', '#1048'],
    ['order_number', '1048'],
    ['confirmation_number', 'QX1048'],
  ])('the number that the pages report: %s', async (orderNumber, number) => {
    const world = await openShopify({ settings: { orderNumber } });
    const id = await place(world);
    expect(await world.told(number)).toEqual(['conversion delivered']);
    world.clock.pass(minutes(5));
    // Read through the API it is the same order.
    await world.merchant('POST', `orders/${id}/refunds`, { lines: [{ line: 0, quantity: 1 }] });
    await world.told(number);
    expect(await world.books()).toEqual([`${number} 50 EUR pending`]);
  });

  test('what a status means, where a click id stands already, and which channels are not told', async () => {
    const world = await openShopify({
      settings: {
        ...{ statusMap: { authorized: 'approved' }, clickFields: { my_awc: 'awc' } },
        ignoredChannels: ['pos'],
      },
    });
    await place(world, { financial: 'authorized', attributes: [{ name: 'my_awc', value: AWC }] });
    expect(await world.told(ORDER)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ORDER} 95 EUR pending`]);
    for (const channel of ['pos', 'subscription_contract'])
      expect(await world.store.order('shop', await place(world, { channel })), channel).toBeUndefined();
  });

  test('on a site that waits for consent the cart’s own answer counts', async () => {
    const world = await openShopify({ site: { consent: 'wait' } });
    for (const [consent, expected] of [
      [undefined, 'conversion waiting'],
      ['denied', 'conversion skipped'],
      ['granted', 'conversion delivered'],
    ] as const) {
      const answer = consent === undefined ? [] : [{ name: '_ct_consent', value: consent }];
      const id = await place(world, { attributes: [...carried.attributes, ...answer] });
      expect(await world.told(id), consent).toEqual([expected]);
    }
  });
});
