/** From a click to Awin's books, told by a PrestaShop that is only asked, by the thank-you page, or by both. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { encodeJourney } from '../../../../wire/journey.ts';
import { testSource } from '../../../../collector/configuration/test-source.ts';
import { days, hours } from '../../../../collector/lib/duration.ts';
import { createSender } from '../../../../collector/outbound/send.ts';
import prestashop from '../../../../collector/sources/prestashop/index.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { later, openShopWorld, type ShopWorld } from '../../../harness/shop-world.ts';

const AWC = '1001_1763000000_abcdef';
const ID = '1042';
const REFERENCE = 'XKBKNABJA';
const folder = temporaryFolders();
const carried = { message: `ct_clicks=awc=${AWC}` };
const KEYS = { webserviceKey: 'SANDBOXSANDBOXSANDBOXSANDBOXSAND', timezone: 'Europe/Paris' };

const open = (settings: object = {}, site?: object): Promise<ShopWorld> =>
  openShopWorld('prestashop', {
    folder: folder(),
    settings: (sandbox) => ({ url: `${sandbox}/prestashop`, ...KEYS, ...settings }),
    ...(site ? { site } : {}),
  });

const place = async (world: ShopWorld, fields: object = carried): Promise<string> =>
  String((await world.merchant('POST', 'orders', fields))['id']);

const change = async (world: ShopWorld, fields: object, deed = ''): Promise<void> => {
  await world.merchant(deed === '' ? 'PATCH' : 'POST', `orders/${ID}${deed}`, fields);
  await later(world);
};

const pixel = (world: ShopWorld) =>
  world.browser('conversion', {
    ...{ orderId: ID, total: '90.25', currency: 'CHF', visitor: 'visitor-1', clicks: { awc: AWC } },
  });

describe('one order is one conversion', () => {
  test('asked for alone, in its own currency, with the journey in its private message', async () => {
    const world = await open();
    const touches = [{ param: 'awc', value: AWC, at: world.clock.now() - hours(2) }];
    await world.browser('touch', { visitor: 'visitor-1', touches });
    const journey = encodeJourney({ visitor: 'visitor-1', touches });
    const at = world.clock.now();
    await place(world, { message: `Clickthread\r\nct_journey=${journey}\r\nct_consent=granted` });
    await later(world);
    expect(await world.told(ID)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ID} 90.25 CHF pending`]);
    expect(await world.store.order('shop', ID)).toMatchObject({
      ...{ reporter: 'shop', visitor: 'visitor-1', attribution: { winner: { connection: 'awin', value: AWC } } },
      order: {
        ...{ total: 9025, subtotal: 7983, discount: 798, shipping: 399, tax: 1441, coupons: ['TEN'] },
        ...{ status: 'approved', placedAt: Math.floor(at / 1000) * 1000 },
        items: [{ sku: 'SH-M', name: 'Shirt', quantity: 2, price: 39915, scale: 1 }],
      },
    });
  });

  test('by the pixel alone', async () => {
    const world = await open();
    await pixel(world);
    expect(await world.told(ID)).toEqual(['conversion delivered']);
  });

  test.each(['pixel first', 'shop first'])('by both, %s', async (which) => {
    const world = await open();
    if (which === 'pixel first') await pixel(world);
    await place(world);
    await later(world);
    await world.told(ID);
    if (which === 'shop first') await pixel(world);
    const kinds = (await world.told(ID)).filter((line) => !line.startsWith('modification'));
    expect(kinds).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ID} 90.25 CHF pending`]);
  });

  test('what a shopper writes into a message is no click, and messages are left alone where the owner says so', async () => {
    const world = await open();
    await place(world, {});
    await world.merchant('POST', `orders/${ID}/messages`, { private: '0', message: `ct_clicks=awc=${AWC}` });
    await later(world);
    expect(await world.told(ID)).toEqual([]);
    const without = await open({ clickFrom: 'none' });
    await without.shop.settings({
      rights: ['orders', 'order_states', 'order_slip', 'currencies', 'customers', 'order_cart_rules', 'cart_rules'],
    });
    await place(without);
    await later(without);
    expect(await without.store.order('shop', ID)).toMatchObject({ attribution: { winner: null } });
  });

  test('the parts of a split checkout are one order under its reference: their sum, of those that stand', async () => {
    const world = await open({ orderNumber: 'number' });
    for (const message of [carried.message, undefined]) await place(world, { reference: REFERENCE, message });
    await later(world);
    expect(await world.told(REFERENCE)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${REFERENCE} 180.5 CHF pending`]);
    await change(world, { current_state: '6' });
    await world.told(REFERENCE);
    expect(await world.books()).toEqual([`${REFERENCE} 90.25 CHF pending`]);
    await world.merchant('PATCH', 'orders/1043', { current_state: '6' });
    await later(world);
    expect((await world.told(REFERENCE)).at(-1)).toBe('reversal delivered');
  });
});

describe('a checkout that was split, whose parts are orders of their own', () => {
  const whole = (world: ShopWorld) =>
    world.browser('conversion', {
      ...{ orderId: REFERENCE, total: '180.50', currency: 'CHF', visitor: 'visitor-1', clicks: { awc: AWC } },
    });
  const split = async (world: ShopWorld): Promise<void> => {
    for (let part = 0; part < 2; part += 1) await place(world, { ...carried, reference: REFERENCE });
    await later(world);
  };
  const sold = async (world: ShopWorld): Promise<number> => {
    for (const id of [ID, '1043', REFERENCE]) await world.told(id);
    // Awin takes a change, and books it a while later.
    await later(world);
    const amounts = (await world.books()).map((line) => Number(line.split(' ')[1]));
    return amounts.reduce((sum, amount) => sum + amount, 0);
  };

  test.each(['alone', 'before its page', 'after its page', 'after its page was told'])(
    'told by the shop %s, comes to no more and no less',
    async (when) => {
      const world = await open();
      if (when.startsWith('after')) await whole(world);
      if (when.endsWith('told')) await world.told(REFERENCE);
      await split(world);
      if (when.startsWith('before')) await whole(world);
      expect(await sold(world)).toBe(180.5);
      // The second part is read again by itself.
      await world.merchant('PATCH', 'orders/1043', { current_state: '5' });
      await later(world);
      expect(await sold(world)).toBe(180.5);
      expect(await world.books()).toHaveLength(2);
    },
  );
});

describe('what becomes of it', () => {
  test('slips of pieces, of shipping and of an amount are taken off to the cent; the last of it takes the order back', async () => {
    const world = await open();
    await place(world);
    await later(world);
    await world.told(ID);
    // A slip leaves its order alone, also long after it.
    await later(world, days(2));
    await change(world, { qty: 1 }, '/slips');
    await world.told(ID);
    expect(await world.books()).toEqual([`${ID} 42.75 CHF pending`]);
    expect(await world.store.order('shop', ID)).toMatchObject({
      order: { total: 4275, subtotal: 3992, items: [{ sku: 'SH-M', quantity: 1 }] },
    });
    await change(world, { amount: 10.01, shipping: 4.75 }, '/slips');
    await world.told(ID);
    expect(await world.books()).toEqual([`${ID} 27.99 CHF pending`]);
    await change(world, { amount: 27.99 }, '/slips');
    expect((await world.told(ID)).at(-1)).toBe('reversal delivered');
    expect(await world.store.order('shop', ID)).toMatchObject({ order: { status: 'refunded' } });
  });

  test.each([
    ['cancelled', '6'],
    ['refunded, without a slip', '7'],
    ['in payment error', '8'],
  ])('an order that is %s is taken back', async (_, state) => {
    const world = await open();
    await place(world);
    await later(world);
    await world.told(ID);
    await change(world, { current_state: state });
    expect((await world.told(ID)).at(-1)).toBe('reversal delivered');
    expect(await world.books()).toEqual([`${ID} 90.25 CHF declined`]);
  });

  test('what is not paid yet waits; the shop’s own mark of a state says what is', async () => {
    const world = await open();
    await place(world, { ...carried, current_state: '10' });
    await later(world);
    expect(await world.told(ID)).toEqual(['conversion waiting']);
    await change(world, { current_state: '3' });
    expect(await world.told(ID)).toEqual(['conversion delivered']);
  });

  test('what a state means, its owner may say', async () => {
    const world = await open({ statusMap: { '10': 'approved', '1': 'ignore' } });
    const [wire, cheque] = [await place(world, { current_state: '10' }), await place(world, { current_state: '1' })];
    await later(world);
    expect((await world.store.order('shop', wire))?.order.status).toBe('approved');
    expect(await world.store.order('shop', cheque)).toBeUndefined();
  });

  test('an order by the payment module of rehearsals is told to nobody, and a page’s report of it is taken back', async () => {
    const world = await open({ testModule: 'ps_checkpayment' });
    await pixel(world);
    await world.told(ID);
    await place(world, { ...carried, module: 'ps_checkpayment' });
    const other = await place(world, { ...carried, module: 'ps_checkpayment' });
    await later(world);
    expect((await world.told(ID)).at(-1)).toBe('reversal delivered');
    expect((await world.told(other)).filter((line) => line.endsWith('delivered'))).toEqual([]);
  });
});

describe('what is asked for', () => {
  test('a day on which the collector was away: all of it arrives, once', async () => {
    const world = await open();
    await world.ask();
    world.clock.pass(hours(3));
    const [kept, part, undone] = [await place(world), await place(world), await place(world)];
    world.clock.pass(hours(3));
    await world.merchant('POST', `orders/${part}/slips`, { qty: 1 });
    await world.merchant('PATCH', `orders/${undone}`, { current_state: '6' });
    await later(world, hours(18));
    for (const number of [kept, part]) await world.told(number!);
    const books = [`${kept} 90.25 CHF pending`, `${part} 42.75 CHF pending`];
    expect((await world.books()).toSorted()).toEqual(books);
    await later(world, hours(1));
    expect((await world.books()).toSorted()).toEqual(books);
  });

  test.each(['America/Los_Angeles', 'Pacific/Kiritimati'])(
    'a shop in %s whose zone nobody has named: no change is missed for it',
    async (timezone) => {
      const world = await open({ timezone: undefined });
      await world.shop.settings({ timezone });
      await world.ask();
      await later(world, days(1));
      await place(world);
      await later(world);
      expect(await world.store.order('shop', ID)).toBeDefined();
    },
  );

  test('more orders than a page holds, from a shop that grants fewer', async () => {
    const world = await open();
    await world.shop.settings({ most: 40 });
    for (let index = 0; index < 90; index += 1) await place(world, {});
    await later(world);
    for (let number = 1042; number < 1132; number += 1)
      expect(await world.store.order('shop', String(number)), String(number)).toBeDefined();
  });

  test('orders placed before the connection was made are history', async () => {
    const world = await open();
    const old = await place(world, { ...carried, date_add: '2026-11-19 12:00:00' });
    await later(world);
    expect(await world.store.order('shop', old)).toBeUndefined();
  });

  test('what is wrong stands beside the connection until it is mended', async () => {
    const world = await open({ webserviceKey: 'another' });
    await world.ask();
    const key = { site: 'shop', connection: 'source' };
    const reason = expect.stringContaining('does not accept the key (401') as string;
    expect(await world.store.sync(key)).toMatchObject({ state: 'failed', reason });
    await world.shop.settings({ webserviceKey: 'another' });
    await later(world);
    expect(await world.store.sync(key)).toMatchObject({ state: 'enabled', reason: '' });
  });
});

test('the test of a connection ends at the first stage that fails, and says what to fix', async () => {
  const world = await open();
  const settings = (await world.sites()).byId.get('shop')!.connections.find(({ id }) => id === 'source')!.settings;
  const sender = createSender({ allowPrivate: true, clock: world.clock.now });
  onTestFinished(() => sender.close());
  const all = [
    'orders',
    'order_states',
    'order_slip',
    'currencies',
    'customers',
    'order_cart_rules',
    'cart_rules',
    'messages',
  ];
  const run = async (own: object, shop: object = {}): Promise<string[]> => {
    await world.shop.settings({ rights: all, maintenance: 0, off: false, stripAuth: false, ...shop });
    const { stages } = await testSource(
      prestashop,
      { ...settings, ...own },
      { send: sender.send, clock: world.clock.now },
    );
    return stages.map(({ name, ok, message }) => `${name} ${ok ? 'passed' : 'failed'}: ${message}`);
  };
  const ended = async (own: object, shop: object = {}): Promise<string> => (await run(own, shop)).at(-1)!;
  expect(await ended({ url: `${world.sandbox.url}/prestashop/shop` })).toMatch(
    /^orders failed: .*404 with a page: check the URL/,
  );
  expect(await ended({}, { maintenance: 503 })).toMatch(/^orders failed: The shop answered 503 with a page/);
  expect(await ended({}, { off: true })).toMatch(/^orders failed: The webservice is off/);
  expect(await ended({}, { stripAuth: true })).toMatch(/^orders failed: .*SetEnvIf Authorization/);
  expect(await ended({ webserviceKey: 'wrong' })).toMatch(/^orders failed: PrestaShop does not accept the key/);
  for (const resource of all)
    expect(await ended({}, { rights: all.filter((one) => one !== resource) })).toMatch(
      new RegExp(`^${resource} failed: The key may not read that \\(405, .*tick View for`),
    );
  expect(await ended({ clickFrom: 'none' }, { rights: all.slice(0, -1) })).toMatch(
    /^messages passed: Messages are not asked/,
  );
  expect((await run({ timezone: undefined }))[0]).toMatch(
    /^orders passed: There is no order yet. Its times are read as UTC/,
  );
  expect(await ended({})).toBe('messages passed: It is shown.');
});
