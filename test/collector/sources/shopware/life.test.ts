/** From a click to Awin's books, told by a Shopware shop: asked for, sooner by its webhooks, by the thank-you page, or by all of them. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { encodeJourney } from '../../../../wire/journey.ts';
import { days, hours, minutes } from '../../../../collector/lib/duration.ts';
import { createSender } from '../../../../collector/outbound/send.ts';
import { testSource } from '../../../../collector/configuration/test-source.ts';
import { findHinted } from '../../../../collector/sync/connections.ts';
import { hookAddress, registerHooks, unregisterHooks } from '../../../../collector/sync/hooks.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { later, openShopWorld, type ShopWorld } from '../../../harness/shop-world.ts';
import { testSeal } from '../../../harness/sites.ts';

const AWC = '1001_1763000000_abcdef';
const folder = temporaryFolders();
const carried = { customFields: { ct_clicks: `awc=${AWC}` } };
const KEYS = { accessKeyId: 'SWIASANDBOXSANDBOX', secretAccessKey: 'sandbox' };
const NUMBER = '10042';

const open = (more: { settings?: object; site?: object } = {}): Promise<ShopWorld> =>
  openShopWorld('shopware', {
    folder: folder(),
    settings: (sandbox) => ({ url: `${sandbox}/shopware`, ...KEYS, ...more.settings }),
    ...(more.site ? { site: more.site } : {}),
  });

async function hints(world: ShopWorld) {
  const connection = findHinted(await world.sites(), 'shop', 'source')!;
  const address = hookAddress(new URL(world.hook).origin, connection, testSeal);
  const { deps } = world.service;
  return {
    connection,
    address,
    register: () => registerHooks(connection, address, deps),
    unregister: () => unregisterHooks(connection, address, deps),
  };
}

/** The shop posts, too: each webhook is made through its API. */
async function openTelling(): Promise<ShopWorld> {
  const world = await open();
  const { register } = await hints(world);
  expect(await register()).toBeUndefined();
  return world;
}

const place = async (world: ShopWorld, fields: object = carried): Promise<string> =>
  String((await world.merchant('POST', 'orders', fields))['orderNumber']);

const pixel = (world: ShopWorld, visitor = 'visitor-1') =>
  world.browser('conversion', {
    ...{ orderId: NUMBER, total: '95.00', currency: 'EUR', visitor, clicks: { awc: AWC } },
  });

describe('one order is one conversion', () => {
  test('asked for alone, with the click in its custom fields', async () => {
    const world = await open();
    const touches = [{ param: 'awc', value: AWC, at: world.clock.now() - hours(2) }];
    await world.browser('touch', { visitor: 'visitor-1', touches });
    await place(world, { customFields: { _ct_journey: encodeJourney({ visitor: 'visitor-1', touches }) } });
    await later(world);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${NUMBER} 95 EUR pending`]);
    expect(await world.store.order('shop', NUMBER)).toMatchObject({
      ...{ reporter: 'shop', visitor: 'visitor-1', attribution: { winner: { connection: 'awin', value: AWC } } },
      order: {
        ...{
          total: 9500,
          subtotal: 8403,
          discount: 840,
          shipping: 420,
          tax: 1517,
          coupons: ['TEN'],
          status: 'approved',
        },
        items: [{ sku: 'SH-M', name: 'Shirt', quantity: 2, price: 42015, scale: 1 }],
      },
    });
  });

  test('by its webhooks at once, sent twice, and asked for later', async () => {
    const world = await openTelling();
    await world.shop.settings({ twice: true });
    await place(world);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    expect((await world.shop.state()).counts).toMatchObject({ webhooks: 2, refused: 0 });
    await later(world);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${NUMBER} 95 EUR pending`]);
  });

  test('by the pixel alone', async () => {
    const world = await open();
    await pixel(world);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
  });

  test.each(['pixel first', 'shop first'])('by both, %s', async (which) => {
    const world = await openTelling();
    if (which === 'pixel first') await pixel(world);
    await place(world);
    await world.told(NUMBER);
    if (which === 'shop first') await pixel(world);
    const kinds = (await world.told(NUMBER)).filter((line) => !line.startsWith('modification'));
    expect(kinds).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${NUMBER} 95 EUR pending`]);
  });

  test('the id of the row is its number where the pages report that; Shopware’s own code is a click id where the owner says so', async () => {
    const world = await open({ settings: { orderNumber: 'id', clickFields: { affiliateCode: 'awc' } } });
    const { id } = await world.merchant('POST', 'orders', { affiliateCode: AWC });
    await later(world);
    expect(await world.told(String(id))).toEqual(['conversion delivered']);
  });
});

describe('what becomes of it', () => {
  test('a payment that comes later moves the payment alone, and releases the order', async () => {
    const world = await open();
    await place(world, { ...carried, payment: 'open' });
    await later(world);
    expect(await world.told(NUMBER)).toEqual(['conversion waiting']);
    // The day's look at all orders is over.
    await later(world, days(2));
    await world.merchant('POST', `orders/${NUMBER}/payment`, { state: 'paid' });
    await later(world);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
  });

  test('of several payments the newest counts that neither failed nor was cancelled', async () => {
    const world = await open();
    await place(world, { ...carried, payment: 'failed' });
    await world.merchant('POST', `orders/${NUMBER}/attempt`, {
      ...{ stateMachineState: { technicalName: 'paid' }, createdAt: '2026-11-20T12:01:00.000+00:00' },
    });
    await world.merchant('POST', `orders/${NUMBER}/attempt`, {
      ...{ stateMachineState: { technicalName: 'cancelled' }, createdAt: '2026-11-20T12:02:00.000+00:00' },
    });
    await later(world);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
  });

  test('parts paid back are what it is worth now; the last one takes it back', async () => {
    const world = await openTelling();
    await place(world);
    await world.told(NUMBER);
    for (const [amount, left] of [
      [45, '50'],
      [10.01, '39.99'],
    ] as const) {
      world.clock.pass(minutes(5));
      await world.merchant('POST', `orders/${NUMBER}/refunds`, { amount });
      await world.told(NUMBER);
      expect(await world.books()).toEqual([`${NUMBER} ${left} EUR pending`]);
    }
    expect(await world.store.order('shop', NUMBER)).toMatchObject({ order: { total: 3999, tax: 639 } });
    world.clock.pass(minutes(5));
    await world.merchant('POST', `orders/${NUMBER}/refunds`, { amount: 39.99 });
    expect((await world.told(NUMBER)).at(-1)).toBe('reversal delivered');
  });

  test('a part paid back of which Shopware keeps no amount is guessed by nobody, and said', async () => {
    const world = await open();
    await place(world);
    await later(world);
    await world.merchant('POST', `orders/${NUMBER}/payment`, { state: 'refunded_partially' });
    const connection = (await world.sites()).byId.get('shop')!.connections.find(({ id }) => id === 'source')!;
    expect(await world.service.catchUp.run(connection)).toMatchObject({
      ...{ result: 'done', problems: [expect.stringContaining('a part was paid back') as string] },
    });
    expect(await world.books()).toEqual([`${NUMBER} 95 EUR pending`]);
    const row = await world.store.sync({ site: 'shop', connection: 'source' });
    expect(row?.checkpoint.problems).toEqual([expect.stringContaining('does not say how much')]);
    // Somebody tells it here: the shop's old total, repeated with each of its changes, says nothing against it, and nothing is unclear any more.
    const patch = { amounts: { total: '60.00' }, reason: 'as the bank says' };
    await world.ingest.ingest([{ type: 'change', site: 'shop', orderId: NUMBER, patch }]);
    for (const state of ['in_progress', 'completed']) {
      world.clock.pass(hours(25));
      await world.merchant('PATCH', `orders/${NUMBER}`, { state });
      await later(world);
      await world.told(NUMBER);
      expect(await world.books()).toEqual([`${NUMBER} 60 EUR pending`]);
    }
    expect((await world.store.sync({ site: 'shop', connection: 'source' }))?.checkpoint.problems).toEqual([]);
    // The merchant lowers the order.
    world.clock.pass(minutes(10));
    await world.merchant('PATCH', `orders/${NUMBER}`, { amountTotal: 50, amountNet: 42.02 });
    await later(world);
    await world.told(NUMBER);
    expect(await world.books()).toEqual([`${NUMBER} 50 EUR pending`]);
  });

  test.each([
    ['cancelled', 'PATCH', '', { state: 'cancelled' }],
    ['refunded', 'POST', '/payment', { state: 'refunded' }],
    ['charged back', 'POST', '/payment', { state: 'chargeback' }],
  ])('an order that is %s is taken back', async (_, method, path, body) => {
    const world = await open();
    await place(world);
    await later(world);
    await world.told(NUMBER);
    await world.merchant(method, `orders/${NUMBER}${path}`, body);
    await later(world);
    expect((await world.told(NUMBER)).at(-1)).toBe('reversal delivered');
    expect(await world.books()).toEqual([`${NUMBER} 95 EUR declined`]);
  });

  test('a charge-back that is won stands again as paid', async () => {
    const world = await open();
    await place(world);
    for (const state of ['chargeback', 'paid']) {
      await later(world);
      await world.merchant('POST', `orders/${NUMBER}/payment`, { state });
    }
    await later(world);
    expect(await world.store.order('shop', NUMBER)).toMatchObject({ order: { status: 'approved', total: 9500 } });
  });

  test('what a state means, its owner may say', async () => {
    const world = await open({ settings: { statusMap: { authorized: 'approved', 'order.completed': 'approved' } } });
    await place(world, { ...carried, payment: 'authorized' });
    const sent = await place(world, { ...carried, payment: 'open', stateMachineState: { technicalName: 'completed' } });
    await later(world);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    expect(await world.told(sent)).toEqual(['conversion delivered']);
  });

  test.each([
    [
      'net',
      { taxStatus: 'net', amountTotal: 107.1, amountNet: 90 },
      { total: 10710, subtotal: 10000, tax: 1710, shipping: 0 },
    ],
    [
      'tax-free',
      { taxStatus: 'tax-free', amountTotal: 95, amountNet: 95 },
      { total: 9500, subtotal: 10000, tax: 0, shipping: 500 },
    ],
  ])('prices of a shop that is %s hold no tax', async (_, fields, expected) => {
    const world = await open();
    await place(world, fields);
    await later(world);
    const { order } = (await world.store.order('shop', NUMBER))!;
    expect(order).toMatchObject({ ...expected, discount: 1000 });
  });
});

describe('what is asked for', () => {
  test('a day on which the collector was away: all of it arrives, once', async () => {
    const world = await openTelling();
    await world.ask();
    await world.shop.settings({ lose: true });
    world.clock.pass(hours(3));
    const [kept, part, undone] = [await place(world), await place(world), await place(world)];
    world.clock.pass(hours(3));
    await world.merchant('POST', `orders/${part}/refunds`, { amount: 45 });
    await world.merchant('PATCH', `orders/${undone}`, { state: 'cancelled' });
    await later(world, hours(18));
    await world.told(kept!);
    const books = [`${kept} 95 EUR pending`, `${part} 50 EUR pending`];
    expect((await world.books()).toSorted()).toEqual(books);
    await later(world, hours(1));
    expect((await world.books()).toSorted()).toEqual(books);
  });

  test('more orders than a page holds, with a token that ends between pages', async () => {
    const world = await open();
    await world.shop.settings({ tokenUses: 2 });
    for (let index = 0; index < 230; index += 1) await place(world, {});
    await later(world);
    for (let number = 10042; number < 10272; number += 1)
      expect(await world.store.order('shop', String(number)), String(number)).toBeDefined();
    expect((await world.shop.state()).counts).toMatchObject({ tokens: 4 });
  });

  test('a refund below a payment that nothing else shows is found within a day', async () => {
    const world = await open();
    await place(world);
    await later(world);
    await world.told(NUMBER);
    const before = '2026-11-20T12:00:00.000+00:00';
    await world.merchant('POST', `orders/${NUMBER}/refunds`, { amount: 45 });
    await world.merchant('PATCH', `orders/${NUMBER}`, {});
    const row = (await world.shop.state()).recorded[0] as { transactions: object[] };
    await world.merchant('PATCH', `orders/${NUMBER}`, {
      transactions: row.transactions.map((one) => ({ ...one, updatedAt: before })),
    });
    await later(world, days(1));
    await world.told(NUMBER);
    expect(await world.books()).toEqual([`${NUMBER} 50 EUR pending`]);
  });

  test('orders placed before the connection was made are history', async () => {
    const world = await openTelling();
    const old = await place(world, { ...carried, orderDateTime: '2026-11-19T12:00:00.000+00:00' });
    await later(world);
    await world.merchant('POST', `orders/${old}/payment`, { state: 'paid' });
    await later(world);
    expect(await world.store.order('shop', old)).toBeUndefined();
  });

  test('what is wrong stands beside the connection until it is mended', async () => {
    const world = await open({ settings: { secretAccessKey: 'another' } });
    await world.ask();
    const key = { site: 'shop', connection: 'source' };
    expect(await world.store.sync(key)).toMatchObject({
      ...{ state: 'failed', reason: expect.stringContaining('does not accept the access key (401)') as string },
    });
    await world.shop.settings({ secretAccessKey: 'another', mayRead: 'product' });
    await later(world);
    expect((await world.store.sync(key))?.reason).toContain('it lacks order:read');
    await world.shop.settings({ mayRead: '*' });
    await later(world);
    expect(await world.store.sync(key)).toMatchObject({ state: 'enabled', reason: '' });
  });
});

test('the test of a connection ends at the first stage that fails, and says what to fix', async () => {
  const world = await open();
  const { connection, register } = await hints(world);
  const { source } = connection;
  const sender = createSender({ allowPrivate: true, clock: world.clock.now });
  onTestFinished(() => sender.close());
  const ended = async (settings: object, shop: object = {}): Promise<string> => {
    await world.shop.settings({ mayRead: '*', maintenance: 0, ...shop });
    const { stages } = await testSource(
      source,
      { ...connection.settings, ...settings },
      { send: sender.send, clock: world.clock.now },
    );
    const { name, ok, message } = stages.at(-1)!;
    return `${name} ${ok ? 'passed' : 'failed'}: ${message}`;
  };
  expect(await ended({ url: `${world.sandbox.url}/woocommerce` })).toMatch(/^address failed: The shop answered 404/);
  expect(await ended({}, { maintenance: 503 })).toMatch(/^address failed: The shop answered 503 with a page/);
  expect(await ended({ secretAccessKey: 'wrong' })).toMatch(/^credentials failed: Shopware does not accept/);
  expect(await ended({}, { mayRead: 'webhook' })).toMatch(/^orders failed: .*it lacks order:read/);
  expect(await ended({}, { mayRead: 'order' })).toMatch(/^webhooks passed: .*asked every ten minutes/);
  expect(await ended({})).toMatch(/^webhooks passed: No webhook.*--register/);
  expect(await register()).toBeUndefined();
  expect(await ended({})).toBe('webhooks passed: 8 webhooks are active.');
  await world.merchant('PATCH', 'webhooks/checkout.order.placed', { active: false });
  expect(await ended({})).toMatch(/^webhooks failed: Switched off after failures: checkout.order.placed/);
});

describe('its webhooks', () => {
  test('are made once, made anew after Shopware switched one off, and deleted', async () => {
    const world = await openTelling();
    const { register, unregister } = await hints(world);
    await world.merchant('PATCH', 'webhooks/checkout.order.placed', { active: false });
    expect(await register()).toBeUndefined();
    await place(world);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    expect(await unregister()).toEqual({ removed: 8 });
    await world.shop.settings({ mayRead: 'order' });
    expect(await register()).toMatch(/it lacks webhook:read.*administrator/);
  });

  test('tell nothing to whoever does not know the address; of their body only the id is believed', async () => {
    const world = await open();
    const { address } = await hints(world);
    await place(world);
    const { id } = (await world.shop.state()).recorded[0] as { id: string };
    const body = JSON.stringify({
      data: { payload: { order: { id, amountTotal: 1 } }, event: 'checkout.order.placed' },
    });
    expect((await fetch(world.hook, { method: 'POST', body })).status).toBe(404);
    expect((await fetch(`${address}x`, { method: 'POST', body })).status).toBe(404);
    for (const [hint, announced] of [
      ['no JSON', 0],
      ['{"orderId":"../../etc"}', 0],
      [`{"data":{"payload":[{"entity":"product","primaryKey":"${id}"}]}}`, 0],
      [`{"data":{"payload":[{"entity":"order","primaryKey":"${id}"}]}}`, 1],
      [`{"orderId":"${id}"}`, 1],
      [body, 1],
    ] as const)
      expect(await (await fetch(address, { method: 'POST', body: hint })).json(), hint).toEqual({ announced });
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${NUMBER} 95 EUR pending`]);
  });

  test('on a site that waits for consent the order’s own answer counts', async () => {
    const world = await open({ site: { consent: 'wait' } });
    const numbers: string[] = [];
    for (const answer of [undefined, 'denied', 'granted'])
      numbers.push(await place(world, { customFields: { ...carried.customFields, ct_consent: answer } }));
    await later(world);
    const told = [];
    for (const number of numbers) told.push(...(await world.told(number)));
    expect(told).toEqual(['conversion waiting', 'conversion skipped', 'conversion delivered']);
  });
});
