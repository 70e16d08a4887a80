/** From a click to Awin's books, told by a BigCommerce store: its webhooks, the thank-you page, or both in either order. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { testSource } from '../../../../collector/configuration/test-source.ts';
import { createSender } from '../../../../collector/outbound/send.ts';
import { days, hours, minutes } from '../../../../collector/lib/duration.ts';
import bigcommerce from '../../../../collector/sources/bigcommerce/index.ts';
import { registerHooks, unregisterHooks } from '../../../../collector/sync/hooks.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShopWorld, type ShopWorld } from '../../../harness/shop-world.ts';

const AWC = '1001_1763000000_abcdef';
const ID = '1042';
const KEYS = { storeHash: 'examplehash', accessToken: 'sandbox-token', clientSecret: 'sandbox-secret' };
const carried = { fields: { ct_clicks: `awc=${AWC}` } };
const folder = temporaryFolders();

/** The store's webhooks are made through its API. */
async function openStore(settings: object = {}): Promise<ShopWorld & { register: () => Promise<string | undefined> }> {
  const world = await openShopWorld('bigcommerce', {
    folder: folder(),
    settings: (sandbox) => ({ baseUrl: `${sandbox}/bigcommerce`, ...KEYS, ...settings }),
  });
  const connection = await connectionOf(world);
  const register = () => registerHooks(connection, world.hook, world.service.deps);
  expect(await register()).toBeUndefined();
  return { ...world, register };
}

async function connectionOf(world: ShopWorld) {
  const found = (await world.sites()).byId.get('shop')!.connections.find(({ id }) => id === 'source')!;
  return { ...found, source: found.source! };
}

const place = async (world: ShopWorld, fields: object = carried): Promise<string> =>
  String((await world.merchant('POST', 'orders', fields))['id']);

const pixel = (world: ShopWorld) =>
  world.browser('conversion', {
    ...{ orderId: ID, total: '95.00', currency: 'EUR', visitor: 'visitor-1', clicks: { awc: AWC } },
  });

async function refund(world: ShopWorld, fields: object): Promise<void> {
  world.clock.pass(minutes(5));
  await world.merchant('POST', `orders/${ID}/refunds`, fields);
  await world.told(ID);
}

describe('one order is one conversion', () => {
  test('told by the webhook alone, which only names it; in the store’s currency, whatever was shown', async () => {
    const world = await openStore();
    await place(world);
    expect(await world.told(ID)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ID} 95 EUR pending`]);
    expect(await world.store.order('shop', ID)).toMatchObject({
      ...{ reporter: 'shop', attribution: { winner: { connection: 'awin', value: AWC } } },
      order: {
        ...{ total: 9500, subtotal: 8403, discount: 840, shipping: 420, tax: 1517, coupons: ['TEN'] },
        items: [{ sku: 'SH-M', name: 'Shirt', quantity: 2, price: 42015, scale: 1 }],
      },
    });
  });

  test('told by the pixel alone', async () => {
    const world = await openStore();
    await pixel(world);
    expect(await world.told(ID)).toEqual(['conversion delivered']);
  });

  test.each(['pixel first', 'webhook first'])('told by both, %s, sent twice', async (which) => {
    const world = await openStore();
    await world.shop.settings({ twice: true });
    if (which === 'pixel first') await pixel(world);
    await place(world);
    await world.told(ID);
    if (which === 'webhook first') await pixel(world);
    const kinds = (await world.told(ID)).filter((line) => !line.startsWith('modification'));
    expect(kinds).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ID} 95 EUR pending`]);
    expect((await world.shop.state()).counts).toMatchObject({ refused: 0 });
  });

  test('a cart that has ended tells no click; the browser’s stands', async () => {
    const world = await openStore({ clickFrom: 'cart' });
    await pixel(world);
    await place(world, {});
    expect((await world.told(ID)).at(0)).toBe('conversion delivered');
    expect(await world.store.order('shop', ID)).toMatchObject({ shopConfirmed: true, order: { coupons: ['TEN'] } });
  });
});

describe('what becomes of it', () => {
  test('an order that waits for its money is told when it has come; an incomplete one is none', async () => {
    const world = await openStore();
    await place(world, { ...carried, status_id: 7 });
    const incomplete = await place(world, { ...carried, status_id: 0 });
    expect(await world.told(ID)).toEqual(['conversion waiting']);
    expect(await world.store.order('shop', incomplete)).toBeUndefined();
    world.clock.pass(hours(1));
    await world.merchant('PATCH', `orders/${ID}`, { status_id: 11 });
    expect(await world.told(ID)).toEqual(['conversion delivered']);
  });

  test('parts paid back are what it is worth now; a payment back that was declined moves nothing; all of it is a reversal', async () => {
    const world = await openStore();
    await place(world);
    await world.told(ID);
    await refund(world, { amount: 45 });
    expect(await world.books()).toEqual([`${ID} 50 EUR pending`]);
    await refund(world, { amount: 20, declined: true });
    await refund(world, { amount: 10.01 });
    expect(await world.books()).toEqual([`${ID} 39.99 EUR pending`]);
    expect(await world.store.order('shop', ID)).toMatchObject({ order: { total: 3999, tax: 639 } });
    await refund(world, { amount: 39.99 });
    expect((await world.told(ID)).at(-1)).toBe('reversal delivered');
  });

  test.each([
    ['cancelled', 5],
    ['declined', 6],
    ['refunded', 4],
  ])('an order that is %s is taken back', async (_, status_id) => {
    const world = await openStore();
    await place(world);
    await world.told(ID);
    world.clock.pass(minutes(5));
    await world.merchant('PATCH', `orders/${ID}`, { status_id });
    expect((await world.told(ID)).at(-1)).toBe('reversal delivered');
    expect(await world.books()).toEqual([`${ID} 95 EUR declined`]);
  });

  test('a disputed or an archived order stands as it stood, until its owner says otherwise', async () => {
    const world = await openStore();
    await place(world);
    await world.told(ID);
    for (const change of [{ status_id: 13 }, { status_id: 11, is_deleted: true }]) {
      world.clock.pass(minutes(5));
      await world.merchant('PATCH', `orders/${ID}`, change);
      expect(await world.told(ID)).toEqual(['conversion delivered']);
    }
    const strict = await openStore({ statusMap: { 13: 'refunded' } });
    await place(strict);
    await strict.told(ID);
    for (const [status_id, status] of [
      [13, 'refunded'],
      [10, 'approved'],
    ] as const) {
      strict.clock.pass(minutes(5));
      await strict.merchant('PATCH', `orders/${ID}`, { status_id });
      await strict.told(ID);
      expect(await strict.store.order('shop', ID)).toMatchObject({ order: { status } });
    }
  });

  test('a test order is told to nobody, and taken back where a page reported it', async () => {
    const world = await openStore();
    const test = { ...carried, payment_method: 'Test Payment Gateway' };
    await pixel(world);
    expect(await world.told(ID)).toEqual(['conversion delivered']);
    world.clock.pass(minutes(5));
    await place(world, test);
    expect((await world.told(ID)).at(-1)).toBe('reversal delivered');
    const rehearsed = await openStore({ testOrders: 'report' });
    await place(rehearsed, test);
    expect(await rehearsed.told(ID)).toEqual(['conversion delivered']);
  });
});

describe('what no webhook brought', () => {
  test('a day on which the collector was away: all of it arrives, once, however few rows a page is granted', async () => {
    const world = await openStore();
    await world.ask();
    await world.shop.settings({ lose: true, most: 2 });
    world.clock.pass(hours(3));
    const ids = [await place(world), await place(world), await place(world)];
    world.clock.pass(hours(1));
    ids.push(await place(world));
    world.clock.pass(hours(20));
    await world.ask();
    for (const id of ids) expect(await world.told(id), id).toEqual(['conversion delivered']);
    // The refund leaves the order's time of change alone.
    await world.merchant('POST', `orders/${ID}/refunds`, { amount: 45 });
    world.clock.pass(hours(1));
    await world.ask();
    await world.told(ID);
    const books = [`${ID} 50 EUR pending`, ...ids.slice(1).map((id) => `${id} 95 EUR pending`)];
    expect((await world.books()).toSorted()).toEqual(books);
    world.clock.pass(hours(1));
    await world.ask();
    expect((await world.books()).toSorted()).toEqual(books);
  });

  test('orders placed before the connection was made are history', async () => {
    const world = await openStore();
    const old = await place(world, { ...carried, date_created: 'Thu, 19 Nov 2026 12:00:00 +0000' });
    await world.ask();
    expect(await world.store.order('shop', old)).toBeUndefined();
  });

  test('what the API could not say just now is asked again', async () => {
    const world = await openStore();
    await world.shop.settings({ accessToken: 'another' });
    await place(world);
    await world.service.schedule.idle();
    expect(await world.store.sync({ site: 'shop', connection: 'source' })).toMatchObject({
      ...{ state: 'failed', reason: expect.stringContaining('does not accept the access token') as string },
    });
    await world.shop.settings({ accessToken: 'sandbox-token' });
    world.clock.pass(days(1));
    await world.ask();
    expect(await world.told(ID)).toEqual(['conversion delivered']);
  });
});

describe('its webhooks', () => {
  test('are made once, made anew after BigCommerce switched them off, and deleted', async () => {
    const world = await openStore();
    expect(await world.register()).toBeUndefined();
    await world.merchant('PATCH', 'hooks', { is_active: false });
    expect(await world.register()).toBeUndefined();
    await place(world);
    expect(await world.told(ID)).toEqual(['conversion delivered']);
    expect(await unregisterHooks(await connectionOf(world), world.hook, world.service.deps)).toEqual({ removed: 4 });
    await world.shop.settings({ accessToken: 'another' });
    expect(await world.register()).toMatch(/does not accept.*scope Orders \(modify\)/);
  });

  test('the test of a connection ends at the first stage that fails, and says what to fix', async () => {
    const world = await openStore();
    const { settings } = await connectionOf(world);
    const sender = createSender({ allowPrivate: true, clock: world.clock.now });
    onTestFinished(() => sender.close());
    const ended = async (own: object = {}): Promise<string> => {
      const { stages } = await testSource(
        bigcommerce,
        { ...settings, ...own },
        { send: sender.send, clock: world.clock.now },
      );
      const { name, ok, message } = stages.at(-1)!;
      return `${name} ${ok ? 'passed' : 'failed'}: ${message}`;
    };
    expect(await ended({ accessToken: 'wrong' })).toMatch(
      /^orders failed: BigCommerce does not accept the access token/,
    );
    expect(await ended({ storeHash: 'another' })).toMatch(/^orders failed: .*storeHash is wrong/);
    expect(await ended()).toBe('webhooks passed: 4 webhooks are active.');
    await world.merchant('PATCH', 'hooks', { is_active: false });
    expect(await ended()).toMatch(/^webhooks failed: Switched off after failures: store\/order\/created.*--register/);
    await unregisterHooks(await connectionOf(world), world.hook, world.service.deps);
    expect(await ended()).toMatch(/^webhooks failed: No webhook for store\/order\/created/);
  });
});
