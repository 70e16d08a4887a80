/** What no webhook brought: a WooCommerce shop is asked for it every hour, and nobody is told twice. */
import { describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../../../collector/lib/duration.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShopWorld, type ShopWorld } from '../../../harness/shop-world.ts';

const AWC = '1001_1763000000_abcdef';
const KEYS = { consumerKey: 'ck_sandbox', consumerSecret: 'cs_sandbox' };
const clicks = { meta_data: [{ id: 1, key: '_ct_clicks', value: `awc=${AWC}` }] };
const folder = temporaryFolders();

/** No webhook is set up: whatever is known was asked for. */
const openAsked = (settings: object = KEYS): Promise<ShopWorld> =>
  openShopWorld('woocommerce', {
    folder: folder(),
    settings: (sandbox) => ({ url: `${sandbox}/woocommerce`, webhookSecret: 'a secret', ...settings }),
  });

/** Orders counted from 1, however the sandbox numbers them. */
async function place(world: ShopWorld, fields: object = clicks): Promise<string> {
  return String((await world.merchant('POST', 'orders', fields))['id']);
}

describe('orders that no webhook brought', () => {
  test('a day on which the collector was away: placed, paid back, cancelled, trashed, each told once', async () => {
    const world = await openAsked();
    await world.ask();
    world.clock.pass(hours(3));
    const [kept, part, cancelled, trashed] = [
      await place(world),
      await place(world),
      await place(world),
      await place(world),
    ];
    world.clock.pass(hours(21));
    await world.ask();
    for (const id of [kept, part, cancelled, trashed]) expect(await world.told(id)).toEqual(['conversion delivered']);
    world.clock.pass(hours(2));
    await world.merchant('POST', `orders/${part}/refunds`, { amount: '45.00' });
    await world.merchant('PATCH', `orders/${cancelled}`, { status: 'cancelled' });
    await world.merchant('DELETE', `orders/${trashed}`);
    world.clock.pass(hours(24));
    await world.ask();
    await world.told(part);
    expect((await world.told(cancelled)).at(-1)).toBe('reversal delivered');
    expect((await world.told(trashed)).at(-1)).toBe('reversal delivered');
    const books = [
      `${kept} 95 EUR pending`,
      `${part} 50 EUR pending`,
      `${cancelled} 95 EUR declined`,
      `${trashed} 95 EUR declined`,
    ];
    expect((await world.books()).toSorted()).toEqual(books);
    // Again and again, by hand and by the clock: nothing is new.
    world.clock.pass(hours(2));
    await world.ask();
    expect((await world.books()).toSorted()).toEqual(books);
    for (const id of [kept, part, cancelled, trashed])
      expect((await world.conversions(id)).filter(({ kind }) => kind === 'conversion')).toHaveLength(1);
  });

  test('told by the webhook, and asked for later, an order stays one', async () => {
    const world = await openAsked();
    await world.merchant('POST', 'webhooks', { topic: 'order.created', delivery_url: world.hook, secret: 'a secret' });
    const id = await place(world);
    expect(await world.told(id)).toEqual(['conversion delivered']);
    await world.ask();
    expect(await world.told(id)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${id} 95 EUR pending`]);
  });

  test('it is asked an hour after the last time, not before', async () => {
    const world = await openAsked();
    const calls = async (): Promise<number> => Number((await world.shop.state()).counts['calls']);
    await world.ask();
    const first = await calls();
    world.clock.pass(minutes(59));
    await world.ask();
    expect(await calls()).toBe(first);
    world.clock.pass(minutes(1));
    await world.ask();
    expect(await calls()).toBeGreaterThan(first);
  });

  test('a page is full of orders of one second, and orders change while they are read: none is left out', async () => {
    const world = await openAsked();
    world.clock.pass(minutes(30));
    const ids: string[] = [];
    for (let index = 0; index < 230; index += 1) ids.push(await place(world, {}));
    world.clock.pass(minutes(30));
    for (let index = 0; index < 40; index += 1) ids.push(await place(world, {}));
    await world.ask();
    for (const id of ids) expect(await world.store.order('shop', id), id).toBeDefined();
  });

  test('a refund that leaves the time of change alone is found within a day', async () => {
    const world = await openAsked();
    const id = await place(world);
    await world.ask();
    expect(await world.told(id)).toEqual(['conversion delivered']);
    await world.shop.settings({ frozenDate: true });
    world.clock.pass(hours(2));
    await world.merchant('POST', `orders/${id}/refunds`, { amount: '45.00' });
    world.clock.pass(days(1));
    await world.ask();
    await world.told(id);
    expect(await world.books()).toEqual([`${id} 50 EUR pending`]);
  });
});

describe('what is no news', () => {
  test('orders placed before the connection was made are history, by webhook and asked for', async () => {
    const world = await openAsked();
    const old = { ...clicks, date_created_gmt: '2026-11-19T12:00:00' };
    await world.merchant('POST', 'webhooks', { topic: 'order.updated', delivery_url: world.hook, secret: 'a secret' });
    const id = await place(world, old);
    await world.ask();
    await world.merchant('PATCH', `orders/${id}`, { customer_note: 'edited' });
    expect(await world.store.order('shop', id)).toBeUndefined();
    expect((await world.shop.state()).counts).toMatchObject({ refused: 0 });
  });

  test('an older order that a page has reported is known, and changes', async () => {
    const world = await openAsked();
    const id = await place(world, { ...clicks, date_created_gmt: '2026-11-20T11:50:00' });
    await world.browser('conversion', { orderId: id, total: '95.00', currency: 'EUR', visitor: 'v-1' });
    await world.merchant('PATCH', `orders/${id}`, { status: 'cancelled' });
    await world.ask();
    expect(await world.store.order('shop', id)).toMatchObject({ order: { status: 'cancelled' } });
  });
});

describe('when it cannot be asked', () => {
  test('the reason stands beside the connection, and it is asked again by itself', async () => {
    const world = await openAsked({ consumerKey: 'ck_wrong', consumerSecret: 'cs_wrong' });
    await world.ask();
    const key = { site: 'shop', connection: 'source' };
    expect(await world.store.sync(key)).toMatchObject({
      ...{ state: 'failed', succeededAt: null },
      reason: expect.stringContaining('does not accept the keys (401') as string,
    });
    const id = await place(world);
    await world.shop.settings({ consumerKey: 'ck_wrong', consumerSecret: 'cs_wrong' });
    world.clock.pass(hours(1));
    await world.ask();
    expect(await world.store.sync(key)).toMatchObject({ state: 'enabled', reason: '' });
    expect(await world.told(id)).toEqual(['conversion delivered']);
  });

  test('without keys nobody is asked', async () => {
    const world = await openAsked({});
    await world.ask();
    expect((await world.shop.state()).counts).toMatchObject({ calls: 0 });
  });
});
