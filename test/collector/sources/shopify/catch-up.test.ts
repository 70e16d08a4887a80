/** What no webhook brought: the Admin API is asked for it every hour, and nobody is told twice. */
import { describe, expect, test } from 'vitest';
import { testSource } from '../../../../collector/configuration/test-source.ts';
import { hours, minutes } from '../../../../collector/lib/duration.ts';
import { createSender } from '../../../../collector/outbound/send.ts';
import shopify from '../../../../collector/sources/shopify/index.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShopWorld, type ShopWorld } from '../../../harness/shop-world.ts';

const AWC = '1001_1763000000_abcdef';
const APP = { clientId: 'sandbox-client', clientSecret: 'sandbox-client-secret' };
const carried = { attributes: [{ name: '_ct_clicks', value: `awc=${AWC}` }] };
const folder = temporaryFolders();
const KEY = { site: 'shop', connection: 'source' };

/** No webhook is set up: whatever is known was asked for. */
async function openAsked(settings: object = APP, traps: object = {}): Promise<ShopWorld> {
  const world = await openShopWorld('shopify', {
    folder: folder(),
    settings: (sandbox) => ({
      ...{ shop: 'sandbox.myshopify.com', webhookSecret: 'sandbox-webhook-key', baseUrl: `${sandbox}/shopify` },
      ...settings,
    }),
  });
  await world.shop.settings({ bucket: 1_000_000, ...traps });
  return world;
}

const place = async (world: ShopWorld, fields: object = carried): Promise<string> =>
  String((await world.merchant('POST', 'orders', fields))['id']);

describe('orders that no webhook brought', () => {
  test('a day on which the collector was away: placed, paid back, cancelled, each told once', async () => {
    const world = await openAsked();
    await world.ask();
    world.clock.pass(hours(3));
    const [kept, part, cancelled] = [await place(world), await place(world), await place(world)];
    world.clock.pass(hours(2));
    await world.merchant('POST', `orders/${part}/refunds`, { lines: [{ line: 0, quantity: 1 }] });
    world.clock.pass(hours(19));
    await world.ask();
    for (const id of [kept, part, cancelled]) expect(await world.told(id)).toEqual(['conversion delivered']);
    world.clock.pass(hours(2));
    await world.merchant('POST', `orders/${cancelled}/cancel`);
    await world.merchant('POST', `orders/${kept}/refunds`, { moved: 9500 });
    world.clock.pass(hours(24));
    await world.ask();
    for (const id of [kept, cancelled]) expect((await world.told(id)).at(-1)).toBe('reversal delivered');
    const books = [`${kept} 95 EUR declined`, `${part} 50 EUR pending`, `${cancelled} 95 EUR declined`];
    expect((await world.books()).toSorted()).toEqual(books);
    // Shopify's own repeats of what was away come, too, and it is asked again.
    await world.merchant('POST', 'webhooks', { topic: 'orders/updated', address: world.hook });
    await world.merchant('POST', `orders/${part}/change`, {});
    world.clock.pass(hours(2));
    await world.ask();
    expect((await world.books()).toSorted()).toEqual(books);
  });

  test('posts that were not taken come again with the body that they had, and an older one changes nothing', async () => {
    const world = await openAsked();
    // Nobody listens there yet.
    const away = world.hook.replace('/v1/', '/nowhere/');
    await world.merchant('POST', 'webhooks', { topic: 'orders/updated', address: away });
    const id = await place(world, { ...carried, financial: 'pending' });
    world.clock.pass(minutes(1));
    await world.merchant('POST', `orders/${id}/pay`);
    await world.ask();
    expect(await world.told(id)).toEqual(['conversion delivered']);
    await world.merchant('POST', 'webhooks/move', { from: away, to: world.hook });
    expect(await world.merchant('POST', 'retry')).toEqual({ sent: 2 });
    expect(await world.store.order('shop', id)).toMatchObject({ order: { status: 'approved' } });
    expect(await world.told(id)).toEqual(['conversion delivered']);
  });

  test('the list is walked to its end, and shows again what changes while it is read', async () => {
    const world = await openAsked();
    const settings = { baseUrl: `${world.sandbox.url}/shopify`, accessToken: 'shpat_sandbox' };
    const ids: string[] = [];
    for (let index = 0; index < 230; index += 1) ids.push(await place(world, {}));
    const [list] = shopify.catchUp!.changed;
    const since = world.clock.now() - minutes(15);
    const named: string[] = [];
    for (let next: string | undefined = ''; next !== undefined;) {
      const query = next === '' ? { since } : { since, next };
      const { method, url, headers, body } = list!.request(query, settings);
      const answer = await fetch(url, { method, headers: headers!, body: body! });
      const page = list!.read({ status: answer.status, headers: {}, body: await answer.text() }, query, settings);
      if ('fault' in page) throw new Error(page.fault.message);
      named.push(...page.value.reread!);
      next = page.value.next;
      world.clock.pass(minutes(1));
      if (named.length === 100) await world.merchant('POST', `orders/${ids[0]}/change`, {});
    }
    expect(named).toEqual([...ids, ids[0]]);
  });

  test('a long order is read line by line', async () => {
    const world = await openAsked();
    const lines = Array.from({ length: 120 }, (_, index) => ({
      ...{ unit: 100 + index, quantity: 1, off: 0, rate: 0, sku: `S-${index}` },
    }));
    const id = await place(world, { lines, shipping: 0 });
    await world.ask();
    const { order } = (await world.store.order('shop', id))!;
    expect(order.items.map(({ sku }) => sku)).toEqual(lines.map(({ sku }) => sku));
    expect(order.total).toBe(120 * 100 + (119 * 120) / 2);
  });

  test('an empty bucket is waited for as long as it takes to fill', async () => {
    const world = await openAsked(APP, { throttled: 1 });
    const id = await place(world);
    await world.ask();
    expect(await world.told(id)).toEqual(['conversion delivered']);
    expect(await world.store.sync(KEY)).toMatchObject({ state: 'enabled', reason: '' });
  });

  test('a day later the token has ended, and another one is asked for', async () => {
    const world = await openAsked();
    await world.ask();
    world.clock.pass(hours(25));
    const id = await place(world);
    await world.ask();
    expect(await world.told(id)).toEqual(['conversion delivered']);
  });

  test('orders placed before the connection was made are history, told to nobody', async () => {
    const world = await openAsked();
    const id = await place(world, { ...carried, createdAt: world.clock.now() - hours(2) });
    await world.ask();
    expect(await world.store.order('shop', id)).toBeUndefined();
    expect((await world.shop.state()).counts['calls']).toBeGreaterThan(0);
  });
});

test('what an app may not see of a person is left out, and the order is told all the same', async () => {
  const world = await openAsked(APP, { personal: false });
  const id = await place(world);
  await world.ask();
  expect(await world.told(id)).toEqual(['conversion delivered']);
  expect(await world.store.sync(KEY)).toMatchObject({ state: 'enabled', reason: '' });
});

describe('when it cannot be asked', () => {
  test.each([
    ['a token that was revoked', { accessToken: 'shpat_old' }, {}, 'does not accept the access token (401)'],
    [
      'credentials of another app',
      { ...APP, clientSecret: 'wrong' },
      {},
      'gives no token for clientId and clientSecret (400)',
    ],
    ['a scope that is lacking', APP, { scopes: ['read_products'] }, 'give it the scope read_orders'],
    ['a shop that is frozen', { accessToken: 'shpat_sandbox' }, { broken: 402 }, 'frozen or locked (402)'],
    ['another shop', { accessToken: 'shpat_sandbox' }, { broken: 404 }, 'no shop of that name'],
  ])(
    '%s stands in words beside the connection, and it is asked again by itself',
    async (...[, settings, traps, words]) => {
      const world = await openAsked(settings, traps);
      await world.ask();
      expect(await world.store.sync(KEY)).toMatchObject({
        ...{ state: 'failed', succeededAt: null, reason: expect.stringContaining(words) as string },
      });
      const id = await place(world);
      await world.shop.settings({
        ...{ accessToken: 'shpat_sandbox', clientSecret: 'sandbox-client-secret', broken: 0, scopes: ['read_orders'] },
        ...settings,
      });
      world.clock.pass(hours(1));
      await world.ask();
      expect(await world.store.sync(KEY)).toMatchObject({ state: 'enabled', reason: '' });
      expect(await world.told(id)).toEqual(['conversion delivered']);
    },
  );

  test('charge-backs want a scope of their own, which is named', async () => {
    const world = await openAsked({ ...APP, chargebacks: true });
    await place(world);
    await world.ask();
    expect(await world.store.sync(KEY)).toMatchObject({
      ...{
        state: 'failed',
        reason: expect.stringContaining('`read_shopify_payments_disputes` access scope') as string,
      },
    });
  });

  test('without access nobody is asked', async () => {
    const world = await openAsked({});
    await world.ask();
    expect((await world.shop.state()).counts).toMatchObject({ calls: 0 });
  });
});

describe('the test of the connection', () => {
  const run = async (settings: object, traps: object = {}, hooks: readonly object[] = []) => {
    const world = await openAsked();
    await world.shop.settings(traps);
    for (const hook of hooks) await world.merchant('POST', 'webhooks', hook);
    const sender = createSender({ allowPrivate: true, clock: world.clock.now });
    const given = { shop: 'sandbox.myshopify.com', baseUrl: `${world.sandbox.url}/shopify`, ...settings };
    const report = await testSource(shopify, given as never, { send: sender.send, clock: world.clock.now });
    await sender.close();
    return report.stages.map(({ name, ok, message }) => `${name} ${ok ? 'ok' : 'failed'}: ${message}`);
  };
  const hook = (topic: string) => ({ topic, address: 'https://t.shop.example/v1/hooks/shop?site=shop', ofApp: true });

  test('passes stage by stage, with the app’s webhooks', async () => {
    expect(await run(APP, {}, [hook('orders/create'), hook('orders/updated')])).toEqual([
      'shop ok: sandbox.myshopify.com answers.',
      'scopes ok: Orders of the last 60 days can be read; those before it only with read_all_orders.',
      'orders ok: There is none yet.',
      'webhooks ok: orders/create, orders/updated are subscribed.',
    ]);
  });

  test.each([
    ['wrong credentials', { ...APP, clientSecret: 'x' }, {}, 'shop failed: Shopify gives no token'],
    ['a revoked token', { accessToken: 'x' }, {}, 'shop failed: Shopify does not accept the access token'],
    [
      'a token of another shop',
      APP,
      { domain: 'other.myshopify.com' },
      'shop failed: The token is of other.myshopify.com',
    ],
    ['a lacking scope', APP, { scopes: ['read_products'] }, 'scopes failed: The app lacks read_orders'],
    ['no webhooks', APP, {}, 'webhooks failed: No webhook of the app for orders/create, orders/updated'],
  ])('says what to fix: %s', async (...[, settings, traps, words]) => {
    expect((await run(settings, traps)).at(-1)).toContain(words);
  });

  test('asks nothing where it has no access', async () => {
    const stages = await run({ webhookSecret: 'x' });
    expect(stages.slice(0, 3).every((line) => line.includes('ok: Without clientId'))).toBe(true);
    expect(stages.at(-1)).toContain('Settings → Notifications are shown there alone');
  });
});
