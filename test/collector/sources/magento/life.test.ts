/** From a click to Awin's books, told by a Magento shop that is only asked, by the thank-you page, or by both. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { encodeJourney } from '../../../../wire/journey.ts';
import { testSource } from '../../../../collector/configuration/test-source.ts';
import { days, hours } from '../../../../collector/lib/duration.ts';
import { createSender } from '../../../../collector/outbound/send.ts';
import magento from '../../../../collector/sources/magento/index.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { later, openShopWorld, type ShopWorld } from '../../../harness/shop-world.ts';

const AWC = '1001_1763000000_abcdef';
const NUMBER = '000001042';
const folder = temporaryFolders();
const carried = { extension_attributes: { ct_clicks: `awc=${AWC}` } };
const KEYS = {
  ...{ consumerKey: 'sandbox-consumer', consumerSecret: 'sandbox-consumer-secret' },
  ...{ accessToken: 'sandbox-token', accessTokenSecret: 'sandbox-token-secret' },
};

const open = (settings: object = {}, site?: object): Promise<ShopWorld> =>
  openShopWorld('magento', {
    folder: folder(),
    settings: (sandbox) => ({ url: `${sandbox}/magento`, ...KEYS, ...settings }),
    ...(site ? { site } : {}),
  });

const place = async (world: ShopWorld, fields: object = carried): Promise<string> =>
  String((await world.merchant('POST', 'orders', fields))['increment_id']);

const change = async (world: ShopWorld, fields: object, deed = ''): Promise<void> => {
  await world.merchant(deed === '' ? 'PATCH' : 'POST', `orders/${NUMBER}${deed}`, fields);
  await later(world);
};

const pixel = (world: ShopWorld) =>
  world.browser('conversion', {
    ...{ orderId: NUMBER, total: '90.25', currency: 'CHF', visitor: 'visitor-1', clicks: { awc: AWC } },
  });

describe('one order is one conversion', () => {
  test('asked for alone, in the currency that the shopper paid in, with the journey that the order carries', async () => {
    const world = await open();
    const touches = [{ param: 'awc', value: AWC, at: world.clock.now() - hours(2) }];
    await world.browser('touch', { visitor: 'visitor-1', touches });
    await place(world, { extension_attributes: { ct_journey: encodeJourney({ visitor: 'visitor-1', touches }) } });
    await later(world);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${NUMBER} 90.25 CHF pending`]);
    expect(await world.store.order('shop', NUMBER)).toMatchObject({
      ...{ reporter: 'shop', visitor: 'visitor-1', attribution: { winner: { connection: 'awin', value: AWC } } },
      order: {
        ...{ total: 9025, subtotal: 7983, discount: 798, shipping: 399, tax: 1441, coupons: ['TEN'] },
        ...{ status: 'approved', custom: { shopTotal: '95.00 EUR' } },
        items: [{ sku: 'SH-M', name: 'Shirt', quantity: 2, price: 39915, scale: 1 }],
      },
    });
  });

  test('by the pixel alone', async () => {
    const world = await open();
    await pixel(world);
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
  });

  test.each(['pixel first', 'shop first'])('by both, %s', async (which) => {
    const world = await open();
    if (which === 'pixel first') await pixel(world);
    await place(world);
    await later(world);
    await world.told(NUMBER);
    if (which === 'shop first') await pixel(world);
    const kinds = (await world.told(NUMBER)).filter((line) => !line.startsWith('modification'));
    expect(kinds).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${NUMBER} 90.25 CHF pending`]);
  });

  test('in the books’ currency, and under the number of its row, where the owner says so', async () => {
    const world = await open({ currency: 'shop', orderNumber: 'id', clickFields: { my_awc: 'awc' } });
    await place(world, { extension_attributes: { my_awc: AWC } });
    await later(world);
    expect(await world.told('1042')).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual(['1042 95 EUR pending']);
    expect(await world.store.order('shop', '1042')).toMatchObject({
      order: {
        total: 9500,
        subtotal: 8403,
        discount: 840,
        shipping: 420,
        tax: 1517,
        custom: { shownTotal: '90.25 CHF' },
      },
    });
  });

  test('a site that waits for consent believes what the order carries', async () => {
    const world = await open({}, { consent: 'wait' });
    const numbers: string[] = [];
    for (const answer of [undefined, 'denied', 'granted'])
      numbers.push(
        await place(world, { extension_attributes: { ...carried.extension_attributes, ct_consent: answer } }),
      );
    await later(world);
    const told = [];
    for (const number of numbers) told.push(...(await world.told(number)));
    expect(told).toEqual(['conversion waiting', 'conversion skipped', 'conversion delivered']);
  });
});

describe('what becomes of it', () => {
  test('pieces, shipping and amounts paid back are taken off to the cent; the last of it takes the order back', async () => {
    const world = await open();
    await place(world);
    await later(world);
    await world.told(NUMBER);
    await change(world, { qty: 1 }, '/refunds');
    await world.told(NUMBER);
    expect(await world.books()).toEqual([`${NUMBER} 47.5 CHF pending`]);
    expect(await world.store.order('shop', NUMBER)).toMatchObject({
      order: { total: 4750, subtotal: 3992, discount: 399, shipping: 399, items: [{ sku: 'SH-M', quantity: 1 }] },
    });
    // 5.00 of the books are 4.75 of the shopper's.
    await change(world, { adjustment: 5 }, '/refunds');
    await world.told(NUMBER);
    expect(await world.books()).toEqual([`${NUMBER} 42.75 CHF pending`]);
    await change(world, { qty: 1, shipping: 1 }, '/refunds');
    expect((await world.told(NUMBER)).at(-1)).toBe('reversal delivered');
    expect(await world.store.order('shop', NUMBER)).toMatchObject({ order: { status: 'refunded' } });
  });

  test('a credit memo that leaves its order’s time of change alone is found all the same', async () => {
    const world = await open();
    await place(world);
    await later(world);
    await world.told(NUMBER);
    await world.shop.settings({ silentMemos: true });
    await later(world, hours(5));
    await change(world, { qty: 1 }, '/refunds');
    await world.told(NUMBER);
    expect(await world.books()).toEqual([`${NUMBER} 47.5 CHF pending`]);
  });

  test('what is cancelled whole is taken back; pieces that are cancelled are taken off', async () => {
    const world = await open();
    await place(world);
    await later(world);
    await world.told(NUMBER);
    await change(world, {
      ...{ total_canceled: 42.75, base_total_canceled: 45, tax_canceled: 6.83 },
      items: [{ sku: 'SH-M', name: 'Shirt', qty_ordered: 2, qty_canceled: 1, row_total: 79.83, base_row_total: 84.03 }],
    });
    await world.told(NUMBER);
    expect(await world.books()).toEqual([`${NUMBER} 47.5 CHF pending`]);
    await change(world, {}, '/cancel');
    expect((await world.told(NUMBER)).at(-1)).toBe('reversal delivered');
    expect((await world.books())[0]).toMatch(/declined$/);
  });

  test('an order on hold waits, and one that was told and is held later is taken back by nobody', async () => {
    const world = await open();
    await place(world, { ...carried, state: 'holded', status: 'holded' });
    await later(world);
    expect(await world.told(NUMBER)).toEqual(['conversion waiting']);
    await change(world, { state: 'processing', status: 'processing' });
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
    await change(world, { state: 'holded', status: 'holded' });
    await change(world, { state: 'complete', status: 'complete' });
    expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
  });

  test.each([
    ['a state that waits', {}, { state: 'payment_review', status: 'payment_review' }, 'pending'],
    ['suspected fraud in a state that is a sale', {}, { status: 'fraud' }, 'pending'],
    ['the merchant’s own label', { statusMap: { 'status.packed': 'refunded' } }, { status: 'packed' }, 'refunded'],
    ['not captured, where only what is paid counts', { approvedWhen: 'paid' }, { total_paid: 0 }, 'pending'],
    ['captured, where only what is paid counts', { approvedWhen: 'paid' }, {}, 'approved'],
    ['a label that its owner leaves out', { statusMap: { complete: 'ignore' } }, { state: 'complete' }, undefined],
  ])('%s', async (_, settings, fields, status) => {
    const world = await open(settings);
    await place(world, { ...carried, ...fields });
    await later(world);
    expect((await world.store.order('shop', NUMBER))?.order.status).toBe(status);
  });

  test('an order by the payment method of rehearsals is told to nobody, and a page’s report of it is taken back', async () => {
    const world = await open({ testMethod: 'checkmo' });
    await pixel(world);
    await world.told(NUMBER);
    await place(world, { ...carried, payment: { method: 'checkmo' } });
    const other = await place(world, { ...carried, payment: { method: 'checkmo' } });
    await later(world);
    expect((await world.told(NUMBER)).at(-1)).toBe('reversal delivered');
    expect((await world.told(other)).filter((line) => line.endsWith('delivered'))).toEqual([]);
    const reporting = await open({ testMethod: 'checkmo', testOrders: 'report' });
    await place(reporting, { ...carried, payment: { method: 'checkmo' } });
    await later(reporting);
    expect(await reporting.told(NUMBER)).toEqual(['conversion delivered']);
  });
});

describe('what is asked for', () => {
  test('a day on which the collector was away: all of it arrives, once', async () => {
    const world = await open();
    await world.ask();
    world.clock.pass(hours(3));
    const [kept, part, undone] = [await place(world), await place(world), await place(world)];
    world.clock.pass(hours(3));
    await world.merchant('POST', `orders/${part}/refunds`, { qty: 1 });
    await world.merchant('POST', `orders/${undone}/cancel`, {});
    await later(world, hours(18));
    for (const number of [kept, part]) await world.told(number!);
    const books = [`${kept} 90.25 CHF pending`, `${part} 47.5 CHF pending`];
    expect((await world.books()).toSorted()).toEqual(books);
    await later(world, hours(1));
    expect((await world.books()).toSorted()).toEqual(books);
  });

  test('more orders than a page holds, from a shop that grants fewer and repeats its last page', async () => {
    const world = await open();
    await world.shop.settings({ most: 30, throttled: 2 });
    for (let index = 0; index < 130; index += 1) await place(world, {});
    await later(world);
    for (let number = 1042; number < 1172; number += 1)
      expect(await world.store.order('shop', String(number).padStart(9, '0')), String(number)).toBeDefined();
    // Five pages of orders, one of credit memos, and again as many of the day's look; two were answered 429.
    expect((await world.shop.state()).counts['calls']).toBe(5 + 1 + 5 + 2);
  });

  test('only the store views of this site', async () => {
    const world = await open({ storeIds: ['1', '3'] });
    const numbers = [];
    for (const store of [1, 2, 3]) numbers.push(await place(world, { ...carried, store_id: store }));
    await later(world);
    const known = [];
    for (const number of numbers) known.push((await world.store.order('shop', number)) !== undefined);
    expect(known).toEqual([true, false, true]);
  });

  test('orders placed before the connection was made are history', async () => {
    const world = await open();
    const old = await place(world, { ...carried, created_at: '2026-11-19 12:00:00' });
    await later(world);
    await later(world, days(1));
    expect(await world.store.order('shop', old)).toBeUndefined();
  });

  test('what is wrong stands beside the connection until it is mended', async () => {
    const world = await open({ accessTokenSecret: 'another' });
    await world.ask();
    const key = { site: 'shop', connection: 'source' };
    const reason = expect.stringContaining('does not take the signature (401)') as string;
    expect(await world.store.sync(key)).toMatchObject({ state: 'failed', reason });
    await world.shop.settings({ accessTokenSecret: 'another' });
    await later(world);
    expect(await world.store.sync(key)).toMatchObject({ state: 'enabled', reason: '' });
  });
});

test('the test of a connection ends at the first stage that fails, and says what to fix', async () => {
  const world = await open();
  const settings = (await world.sites()).byId.get('shop')!.connections.find(({ id }) => id === 'source')!.settings;
  const sender = createSender({ allowPrivate: true, clock: world.clock.now });
  onTestFinished(() => sender.close());
  const rights = ['Magento_Sales::actions_view', 'Magento_Sales::sales_creditmemo'];
  const ended = async (own: object, shop: object = {}, skew = 0): Promise<string> => {
    await world.shop.settings({ rights, maintenance: 0, bearer: false, ...shop });
    const deps = { send: sender.send, clock: () => world.clock.now() + skew };
    const { stages } = await testSource(magento, { ...settings, ...own }, deps);
    const { name, ok, message } = stages.at(-1)!;
    return `${name} ${ok ? 'passed' : 'failed'}: ${message}`;
  };
  const alone = { consumerKey: undefined, consumerSecret: undefined, accessTokenSecret: undefined };
  expect(await ended({ url: `${world.sandbox.url}/magento/shop` })).toMatch(
    /^address failed: The shop answered 404 with a page.*URL/,
  );
  expect(await ended({ url: `${world.sandbox.url}/woocommerce` })).toMatch(/^address failed: /);
  expect(await ended({}, { maintenance: 503 })).toMatch(/^address failed: The shop answered 503 with a page/);
  expect(await ended(alone)).toMatch(/^orders failed: .*take no access token alone/);
  expect(await ended({ consumerKey: 'other' })).toMatch(/^orders failed: .*does not know the integration/);
  expect(await ended({ consumerSecret: 'other' })).toMatch(/^orders failed: .*does not take the signature/);
  expect(await ended({}, {}, hours(1))).toMatch(/^orders failed: .*clock/);
  expect(await ended({}, { rights: [] })).toMatch(
    /^orders failed: .*Magento_Sales::actions_view.*Orders and Credit Memos/,
  );
  expect(await ended({}, { rights: rights.slice(0, 1) })).toMatch(/^refunds failed: .*Magento_Sales::sales_creditmemo/);
  expect(await ended(alone, { bearer: true })).toBe('refunds passed: What goes back is found.');
  expect(await ended({})).toBe('refunds passed: What goes back is found.');
});
