/** A page that reports an order by another of its numbers than the shop does, told by each shop before it, after it, and after a network heard of it. */
import { expect, test } from 'vitest';
import { registerHooks } from '../../../collector/sync/hooks.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { later, openShopWorld, type ShopWorld } from '../../harness/shop-world.ts';

const AWC = '1001_1763000000_abcdef';
const CLICKS = `awc=${AWC}`;
const folder = temporaryFolders();

interface Shop {
  settings(sandbox: string): object;
  prepare?(world: ShopWorld): Promise<unknown>;
  /** A shopper buys, and the collector hears nothing of it yet. Answers with the order's number, and with the others that a page may report. */
  place(world: ShopWorld): Promise<{ own: string; others: string[] }>;
  /** Whatever the shop has kept is heard now. */
  hear(world: ShopWorld): Promise<unknown>;
  total: string;
  currency: string;
}

const release = (world: ShopWorld) => world.merchant('POST', 'release');
const hold = (world: ShopWorld) => world.shop.settings({ hold: true });
const textsOf = (row: Record<string, unknown>, names: readonly string[]): string[] =>
  names.map((name) => String(row[name]));

const SHOPS: Record<string, Shop> = {
  woocommerce: {
    settings: (sandbox) => ({ url: `${sandbox}/woocommerce`, webhookSecret: 'woo-secret' }),
    async prepare(world) {
      for (const topic of ['order.created', 'order.updated'])
        await world.merchant('POST', 'webhooks', { topic, delivery_url: world.hook, secret: 'woo-secret' });
      await hold(world);
    },
    async place(world) {
      const meta_data = [{ id: 1, key: '_ct_clicks', value: CLICKS }];
      const row = await world.merchant('POST', 'orders', { number: 'WS-1042', meta_data });
      return { own: 'WS-1042', others: textsOf(row, ['id']) };
    },
    ...{ hear: release, total: '95.00', currency: 'EUR' },
  },
  shopify: {
    settings: (sandbox) => ({
      ...{ shop: 'sandbox.myshopify.com', webhookSecret: 'sandbox-webhook-key', baseUrl: `${sandbox}/shopify` },
      ...{ clientId: 'sandbox-client', clientSecret: 'sandbox-client-secret' },
    }),
    async prepare(world) {
      await world.shop.settings({ bucket: 1_000_000, hold: true });
      for (const topic of ['orders/create', 'orders/updated', 'orders/paid'])
        await world.merchant('POST', 'webhooks', { topic, address: world.hook });
    },
    async place(world) {
      const attributes = [{ name: '_ct_clicks', value: CLICKS }];
      const { id } = await world.merchant('POST', 'orders', { attributes });
      const number = Number(id) - 5_900_000_000_000;
      return { own: String(id), others: [`#${number}`, String(number), `QX${number}`] };
    },
    ...{ hear: release, total: '95.00', currency: 'EUR' },
  },
  stripe: {
    settings: (sandbox) => ({
      ...{ baseUrl: `${sandbox}/stripe`, webhookSecret: 'whsec_sandbox', secretKey: 'rk_test_sandbox' },
    }),
    async prepare(world) {
      await world.merchant('POST', 'endpoint', { url: world.hook });
      await hold(world);
    },
    async place(world) {
      const metadata = { order_id: 'SO-1042', _ct_clicks: CLICKS };
      const row = await world.merchant('POST', 'checkouts', { metadata });
      return { own: 'SO-1042', others: textsOf(row, ['session', 'payment']) };
    },
    ...{ hear: release, total: '95.00', currency: 'EUR' },
  },
  shopware: {
    settings: (sandbox) => ({
      ...{ url: `${sandbox}/shopware`, accessKeyId: 'SWIASANDBOXSANDBOX', secretAccessKey: 'sandbox' },
    }),
    async place(world) {
      const row = await world.merchant('POST', 'orders', { customFields: { ct_clicks: CLICKS } });
      return { own: String(row['orderNumber']), others: textsOf(row, ['id']) };
    },
    ...{ hear: later, total: '95.00', currency: 'EUR' },
  },
  magento: {
    settings: (sandbox) => ({
      ...{ url: `${sandbox}/magento`, consumerKey: 'sandbox-consumer', consumerSecret: 'sandbox-consumer-secret' },
      ...{ accessToken: 'sandbox-token', accessTokenSecret: 'sandbox-token-secret' },
    }),
    async place(world) {
      const row = await world.merchant('POST', 'orders', { extension_attributes: { ct_clicks: CLICKS } });
      return { own: String(row['increment_id']), others: [String(Number(row['increment_id']))] };
    },
    ...{ hear: later, total: '90.25', currency: 'CHF' },
  },
  bigcommerce: {
    settings: (sandbox) => ({
      ...{ baseUrl: `${sandbox}/bigcommerce`, storeHash: 'examplehash', accessToken: 'sandbox-token' },
      clientSecret: 'sandbox-secret',
    }),
    async prepare(world) {
      const found = (await world.sites()).byId.get('shop')!.connections.find(({ id }) => id === 'source')!;
      await registerHooks({ ...found, source: found.source! }, world.hook, world.service.deps);
    },
    // A page of the checkout knows the cart before there is an order.
    place: () => Promise.resolve({ own: '1042', others: ['11111111-2222-4333-8444-000000001042'] }),
    hear: (world) => world.merchant('POST', 'orders', { fields: { ct_clicks: CLICKS } }),
    ...{ total: '95.00', currency: 'EUR' },
  },
  prestashop: {
    settings: (sandbox) => ({
      ...{ url: `${sandbox}/prestashop`, webserviceKey: 'SANDBOXSANDBOXSANDBOXSANDBOXSAND' },
      timezone: 'Europe/Paris',
    }),
    async place(world) {
      const row = await world.merchant('POST', 'orders', { message: `ct_clicks=${CLICKS}` });
      return { own: String(row['id']), others: textsOf(row, ['reference']) };
    },
    ...{ hear: later, total: '90.25', currency: 'CHF' },
  },
  paddle: {
    settings: (sandbox) => ({
      ...{ baseUrl: `${sandbox}/paddle`, webhookSecret: 'pdl_ntfset_sandbox', apiKey: 'pdl_live_apikey_sandbox' },
    }),
    async prepare(world) {
      await world.merchant('POST', 'destination', { url: world.hook, events: ['transaction.completed'] });
      await hold(world);
    },
    async place(world) {
      const custom_data = { order_id: 'SO-1042', ct_clicks: CLICKS };
      const row = await world.merchant('POST', 'transactions', { custom_data });
      return { own: 'SO-1042', others: textsOf(row, ['id', 'invoice_number']) };
    },
    ...{ hear: release, total: '90.00', currency: 'EUR' },
  },
  'lemon-squeezy': {
    settings: (sandbox) => ({
      ...{ baseUrl: `${sandbox}/lemon-squeezy`, webhookSecret: 'lemon-secret', apiKey: 'lemon_key', storeId: '1' },
    }),
    async prepare(world) {
      await world.merchant('POST', 'webhook', { url: world.hook, events: ['order_created'] });
      await hold(world);
    },
    async place(world) {
      const row = await world.merchant('POST', 'orders', { custom: { ct_clicks: CLICKS } });
      const number = String(row['number']);
      return { own: number, others: [String(row['id']), '11111111-2222-4333-8444-000000000001'] };
    },
    ...{ hear: release, total: '90.00', currency: 'EUR' },
  },
};

async function openShop(type: string, site: object = {}): Promise<ShopWorld> {
  const { settings, prepare } = SHOPS[type]!;
  const world = await openShopWorld(type, { folder: folder(), settings, site });
  await prepare?.(world);
  return world;
}

const pixel = (world: ShopWorld, orderId: string, { total, currency }: Shop) =>
  world.browser('conversion', { ...{ orderId, total, currency, visitor: 'visitor-1' }, clicks: { awc: AWC } });

/** The one order, under whatever number; it was told once. */
async function theOrder(world: ShopWorld, own: string): Promise<string> {
  // What a webhook only names is asked for meanwhile.
  await world.told(own);
  const found = await world.store.findOrders({ site: 'shop' });
  expect(found.map(({ order }) => order.orderId)).toHaveLength(1);
  const { orderId } = found[0]!.order;
  const kinds = (await world.told(orderId)).filter((line) => !line.startsWith('modification'));
  expect(kinds).toEqual(['conversion delivered']);
  expect((await world.books()).map((line) => line.split(' ')[0])).toEqual([orderId]);
  return orderId;
}

test.each(Object.entries(SHOPS))('%s: every other number leads to the order that the shop told', async (type, shop) => {
  const world = await openShop(type);
  const { own, others } = await shop.place(world);
  await shop.hear(world);
  expect(await theOrder(world, own)).toBe(own);
  for (const other of others) {
    await pixel(world, other, shop);
    expect(await theOrder(world, own), other).toBe(own);
    expect((await world.store.order('shop', other))?.order.orderId).toBe(own);
  }
});

test.each(Object.entries(SHOPS))(
  '%s: a page is first by another number, and nobody is told before the shop',
  async (type, shop) => {
    const world = await openShop(type, { release: 'shop' });
    const { own, others } = await shop.place(world);
    await pixel(world, others[0]!, shop);
    await shop.hear(world);
    expect(await theOrder(world, own)).toBe(own);
  },
);

test.each(Object.entries(SHOPS))(
  '%s: a page is first by another number, and a network was told so',
  async (type, shop) => {
    const world = await openShop(type);
    const { own, others } = await shop.place(world);
    await pixel(world, others[0]!, shop);
    await world.told(others[0]!);
    await shop.hear(world);
    expect(await theOrder(world, own)).toBe(others[0]);
    expect((await world.store.order('shop', own))?.shopConfirmed).toBe(true);
  },
);
