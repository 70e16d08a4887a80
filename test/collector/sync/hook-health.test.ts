/** Webhooks that a shop gives up, as each of them does: noticed with the hourly asking, switched on again, and said where they can't be. */
import { describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../../collector/lib/duration.ts';
import { hookConditions } from '../../../collector/alerts/webhooks.ts';
import { registerHooks, shopHookAddress, unregisterHooks } from '../../../collector/sync/hooks.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShopWorld, type ShopWorld } from '../../harness/shop-world.ts';
import { testSeal } from '../../harness/sites.ts';

interface Shop {
  settings: (sandbox: string) => object;
  /** Tells the shop our address, where its API can't be told. */
  setUp?: (world: ShopWorld) => Promise<unknown>;
  /** Places an order, and says under which number it is known. */
  place: (world: ShopWorld) => Promise<string>;
  /** Failures until it gives up, and how far they lie apart. */
  failures: number;
  apart: number;
  /** What is off then. */
  off: readonly string[];
}

const EVENTS = ['checkout.session.completed', 'charge.refunded'];

const SHOPS: Record<string, Shop> = {
  woocommerce: {
    settings: (sandbox) => ({
      ...{ url: `${sandbox}/woocommerce`, webhookSecret: 'a & secret' },
      ...{ consumerKey: 'ck_sandbox', consumerSecret: 'cs_sandbox' },
    }),
    place: async (world) => String((await world.merchant('POST', 'orders', {}))['number']),
    ...{ failures: 7, apart: minutes(5), off: ['order.created'] },
  },
  shopify: {
    settings: (sandbox) => ({
      ...{ shop: 'sandbox.myshopify.com', baseUrl: `${sandbox}/shopify` },
      ...{ clientId: 'sandbox-client', clientSecret: 'sandbox-client-secret' },
    }),
    place: async (world) => String((await world.merchant('POST', 'orders', {}))['id']),
    ...{ failures: 8, apart: minutes(5), off: ['orders/updated', 'orders/create'] },
  },
  stripe: {
    settings: (sandbox) => ({
      ...{ webhookSecret: 'whsec_sandbox', secretKey: 'rk_test_sandbox', baseUrl: `${sandbox}/stripe` },
    }),
    setUp: (world) => world.merchant('POST', 'endpoint', { url: world.hook }),
    place: async (world) => String((await world.merchant('POST', 'checkouts', {}))['payment']),
    ...{ failures: 4, apart: days(1), off: EVENTS },
  },
  shopware: {
    settings: (sandbox) => ({
      ...{ url: `${sandbox}/shopware`, accessKeyId: 'SWIASANDBOXSANDBOX', secretAccessKey: 'sandbox' },
    }),
    place: async (world) => String((await world.merchant('POST', 'orders', {}))['orderNumber']),
    ...{ failures: 10, apart: minutes(1), off: ['checkout.order.placed'] },
  },
  bigcommerce: {
    settings: (sandbox) => ({
      ...{ baseUrl: `${sandbox}/bigcommerce`, storeHash: 'examplehash' },
      ...{ accessToken: 'sandbox-token', clientSecret: 'sandbox-secret' },
    }),
    place: async (world) => String((await world.merchant('POST', 'orders', {}))['id']),
    ...{ failures: 3, apart: days(1), off: ['store/order/created'] },
  },
};

const folder = temporaryFolders();
const key = { site: 'shop', connection: 'source' };

async function open(type: string): Promise<ShopWorld> {
  const { settings, setUp } = SHOPS[type]!;
  const world = await openShopWorld(type, { folder: folder(), settings });
  const { connection, address } = await hooked(world);
  if (setUp) await setUp(world);
  else expect(await registerHooks(connection, address, world.service.deps)).toBeUndefined();
  return world;
}

async function hooked(world: ShopWorld) {
  const found = (await world.sites()).byId.get('shop')!.connections.find(({ id }) => id === 'source')!;
  const address = shopHookAddress(new URL(world.hook).origin, found, testSeal);
  return { connection: { ...found, source: found.source! }, address };
}

const healthOf = async (world: ShopWorld) => (await world.store.sync(key))!.checkpoint.hooks;
const isKnown = async (world: ShopWorld, id: string): Promise<boolean> => {
  await world.told(id);
  return (await world.store.order('shop', id)) !== undefined;
};

/** The collector was not there until the shop gave up. */
async function giveUp(world: ShopWorld, type: string): Promise<void> {
  const { failures, apart, place } = SHOPS[type]!;
  world.answerAll(503);
  for (let n = 0; n < failures; n += 1) {
    await place(world);
    world.clock.pass(apart);
  }
  world.answerAll(0);
}

describe.each(Object.keys(SHOPS))('%s', (type) => {
  const { place, off } = SHOPS[type]!;

  test('gives up a webhook, which is noticed and switched on again; what it missed has been asked for', async () => {
    const world = await open(type);
    await world.ask();
    expect(await healthOf(world)).toMatchObject({ off: [], gone: [], paused: [], problem: '' });
    await giveUp(world, type);
    const missed = await place(world);
    expect(await isKnown(world, missed)).toBe(false);
    world.clock.pass(hours(1));
    const noticed = world.clock.now();
    await world.ask();
    const health = await healthOf(world);
    expect(health).toMatchObject({ off: [], gone: [], problem: '' });
    expect(health!.restored!.at).toBeGreaterThanOrEqual(noticed);
    expect(health!.restored).toMatchObject({ triggers: expect.arrayContaining([...off]) as string[], times: 1 });
    expect(await isKnown(world, missed)).toBe(true);
    // And it posts again: nobody asks for this one.
    const next = await place(world);
    expect(await isKnown(world, next)).toBe(true);
    world.clock.pass(hours(1));
    await world.ask();
    expect((await healthOf(world))!.restored!.times).toBe(1);
  });
});

describe('what can not be switched on again is said', () => {
  test('where the keys may only read, until they may write', async () => {
    const world = await open('woocommerce');
    await world.ask();
    await giveUp(world, 'woocommerce');
    await world.shop.settings({ mayWrite: false });
    world.clock.pass(hours(1));
    await world.ask();
    expect(await healthOf(world)).toMatchObject({
      off: ['order.created'],
      problem: expect.stringMatching(/may not change webhooks \(401\).*Read\/Write/) as string,
    });
    expect(await world.store.sync(key)).toMatchObject({ state: 'enabled' });
    const alerts = async () =>
      hookConditions([...(await world.sites()).byId.values()], await world.store.syncs()).map(({ text }) => text);
    expect(await alerts()).toEqual([
      expect.stringMatching(/^WooCommerce has switched off order\.created\. .*clickthread sync source --site shop$/),
    ]);
    await world.shop.settings({ mayWrite: true });
    world.clock.pass(hours(1));
    await world.ask();
    expect(await healthOf(world)).toMatchObject({ off: [], problem: '', restored: { triggers: ['order.created'] } });
    expect(await alerts()).toEqual([]);
  });

  test('what a person has paused stays so; what a person has deleted is not made anew', async () => {
    const world = await open('woocommerce');
    await world.ask();
    const hooks = await world.merchant('GET', 'webhooks');
    const [created, updated] = hooks['webhooks'] as { id: number }[];
    await world.merchant('PATCH', `webhooks/${created!.id}`, { status: 'paused' });
    await world.merchant('DELETE', `webhooks/${updated!.id}`);
    world.clock.pass(hours(1));
    await world.ask();
    expect(await healthOf(world)).toMatchObject({ off: [], gone: ['order.updated'], paused: ['order.created'] });
    expect(await healthOf(world)).not.toHaveProperty('restored');
  });

  test('a destination of Paddle’s that a person has made inactive stays so: Paddle itself makes none', async () => {
    const settings = (sandbox: string): object => ({
      ...{ webhookSecret: 'pdl_ntfset_sandbox', apiKey: 'pdl_live_apikey_sandbox', baseUrl: `${sandbox}/paddle` },
    });
    const world = await openShopWorld('paddle', { folder: folder(), settings });
    const destination = { url: world.hook, events: ['transaction.completed'] };
    await world.merchant('POST', 'destination', destination);
    await world.ask();
    await world.merchant('POST', 'destination', { ...destination, active: false });
    const missed = String((await world.merchant('POST', 'transactions', {}))['id']);
    world.clock.pass(hours(1));
    await world.ask();
    expect(await healthOf(world)).toMatchObject({ off: [], paused: ['transaction.completed'], problem: '' });
    expect(await healthOf(world)).not.toHaveProperty('restored');
    // What it would have told is asked for.
    expect(await isKnown(world, missed)).toBe(true);
  });

  test('what a person has deleted by the command is not made anew, not even at a shop that deletes by itself', async () => {
    const world = await open('shopify');
    await world.ask();
    const { connection, address } = await hooked(world);
    expect(await world.service.catchUp.forgetHooks(connection)).toBe(true);
    expect(await unregisterHooks(connection, address, world.service.deps)).toMatchObject({ removed: 2 });
    world.clock.pass(hours(1));
    await world.ask();
    expect(await healthOf(world)).toMatchObject({ known: [], gone: [] });
  });

  test('a key that no longer shows webhooks is said, and what was known of them stays', async () => {
    const world = await open('stripe');
    await world.ask();
    await world.shop.settings({ hidden: 'webhook_endpoints' });
    world.clock.pass(hours(1));
    await world.ask();
    const health = (await healthOf(world))!;
    expect(health.known).toContain('charge.refunded');
    expect(health.problem).toContain('may not read that (403)');
  });

  test('a shop that never posted here is asked, and nothing is made of it', async () => {
    const { settings } = SHOPS['woocommerce']!;
    const world = await openShopWorld('woocommerce', { folder: folder(), settings });
    const elsewhere = { topic: 'order.created', delivery_url: `${world.sandbox.url}/sandbox/api`, status: 'disabled' };
    await world.merchant('POST', 'webhooks', { ...elsewhere, secret: 'x' });
    await world.ask();
    expect(await healthOf(world)).toMatchObject({ known: [], off: [], gone: [] });
  });
});
