/** Subscriptions that Checkout began: the first payment is the session's order though the session names no payment; what comes later is told where wanted. */
import { describe, expect, test } from 'vitest';
import { hours, minutes } from '../../../../collector/lib/duration.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShopWorld, type ShopWorld } from '../../../harness/shop-world.ts';

const AWC = '1001_1763000000_abcdef';
const folder = temporaryFolders();
const ORDER = 'SO-1042';
const carried = { mode: 'subscription', metadata: { order_id: ORDER, _ct_clicks: `awc=${AWC}` } };

async function openStripe(settings: object = {}): Promise<ShopWorld> {
  const world = await openShopWorld('stripe', {
    folder: folder(),
    settings: (sandbox) => ({
      ...{ baseUrl: `${sandbox}/stripe`, webhookSecret: 'whsec_sandbox', secretKey: 'rk_test_sandbox', ...settings },
    }),
  });
  await world.merchant('POST', 'endpoint', { url: world.hook });
  return world;
}

async function subscribe(world: ShopWorld, fields: object = carried): Promise<{ payment: string; renew: string }> {
  const { payment, subscription } = await world.merchant('POST', 'checkouts', fields);
  return { payment: `payments/${String(payment)}`, renew: `subscriptions/${String(subscription)}/renew` };
}

/** What was told once nothing is on its way any more, and five minutes pass. Amounts stand in the books: what is made more exact is no further sale. */
async function settle(world: ShopWorld, orderId = ORDER): Promise<string[]> {
  const told = await world.told(orderId);
  world.clock.pass(minutes(5));
  return told.filter((line) => !line.startsWith('modification'));
}

describe('the first payment', () => {
  test('is the session’s: what goes back of it is found by its invoice, a part, a failed refund, then all', async () => {
    const world = await openStripe();
    const { payment } = await subscribe(world);
    expect(await settle(world)).toEqual(['conversion delivered']);
    for (const [deed, amount, left] of [
      ['refund', 4500, '50'],
      ['refund', 1001, '39.99'],
      ['refund-fails', 1001, '50'],
    ] as const) {
      await world.merchant('POST', `${payment}/${deed}`, { amount });
      await settle(world);
      expect(await world.books(), `${deed} ${amount}`).toEqual([`${ORDER} ${left} EUR pending`]);
    }
    await world.merchant('POST', `${payment}/refund`, { amount: 5000 });
    expect((await settle(world)).at(-1)).toBe('reversal delivered');
  });

  test('that was charged back is taken back, and stands again where the dispute was won', async () => {
    const world = await openStripe();
    const { payment } = await subscribe(world);
    await settle(world);
    await world.merchant('POST', `${payment}/dispute`, { amount: 9500 });
    expect((await settle(world)).at(-1)).toBe('reversal delivered');
    world.clock.pass(hours(48));
    await world.merchant('POST', `${payment}/close`, { status: 'won' });
    await settle(world);
    expect(await world.store.order('shop', ORDER)).toMatchObject({ order: { status: 'approved', total: 9500 } });
  });

  test('is told though the key may not read invoices, and it is said that refunds stay unknown', async () => {
    const world = await openStripe();
    await world.shop.settings({ hidden: 'invoices' });
    const { payment } = await subscribe(world);
    expect(await settle(world)).toEqual(['conversion delivered']);
    await world.merchant('POST', `${payment}/refund`, { amount: 4500 });
    await settle(world);
    world.clock.pass(hours(1));
    await world.ask();
    expect(await world.books()).toEqual([`${ORDER} 95 EUR pending`]);
    const unclear = async (): Promise<readonly string[] | undefined> =>
      (await world.store.sync({ site: 'shop', connection: 'source' }))?.checkpoint.problems;
    expect(await unclear()).toEqual([expect.stringContaining('give the restricted key Read for Invoices')]);
    // A day later it is not said any more where it was mended.
    await world.shop.settings({ hidden: '' });
    world.clock.pass(hours(25));
    await world.merchant('POST', `${payment}/refund`, { amount: 0 });
    await settle(world);
    await world.ask();
    expect(await world.books()).toEqual([`${ORDER} 50 EUR pending`]);
    expect(await unclear()).toEqual([]);
  });

  test('of a trial is none: nothing was paid, and Stripe may call it paid', async () => {
    const world = await openStripe();
    await subscribe(world, { ...carried, amount_total: 0, payment_status: 'paid' });
    await world.service.schedule.idle();
    expect(await world.store.order('shop', ORDER)).toBeUndefined();
  });
});

describe('a renewal', () => {
  test('is told to nobody unless the connection says so, and neither is what goes back of it', async () => {
    const world = await openStripe();
    const { renew } = await subscribe(world);
    await settle(world);
    const { invoice, payment } = await world.merchant('POST', renew);
    await world.merchant('POST', `payments/${String(payment)}/refund`, { amount: 2261 });
    world.clock.pass(hours(1));
    await world.ask();
    expect(await world.store.order('shop', String(invoice))).toBeUndefined();
    expect(await settle(world)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ORDER} 95 EUR pending`]);
  });

  test.each([
    ['by the webhooks and the API', { lose: false }, {}],
    ['by the API alone', { lose: true }, {}],
    ['by the webhooks alone', { lose: false }, { secretKey: undefined }],
  ])('is an order of its own where it is wanted, once, %s', async (_, traps, settings) => {
    const world = await openStripe({ renewals: 'report', ...settings });
    const { renew } = await subscribe(world);
    await settle(world);
    await world.shop.settings(traps);
    const metadata = { _ct_clicks: `awc=${AWC}` };
    const { invoice, payment } = await world.merchant('POST', renew, 'secretKey' in settings ? { metadata } : {});
    world.clock.pass(hours(1));
    await world.ask();
    expect(await settle(world, String(invoice))).toEqual(['conversion delivered']);
    expect(await world.store.order('shop', String(invoice))).toMatchObject({
      ...{ attribution: { winner: { connection: 'awin', value: AWC } } },
      order: { total: 2261, subtotal: 1900, tax: 361, items: [{ sku: 'prod_plan', quantity: 1 }] },
    });
    if ('secretKey' in settings) return;
    await world.merchant('POST', `payments/${String(payment)}/refund`, { amount: 261 });
    world.clock.pass(hours(1));
    await world.ask();
    await settle(world, String(invoice));
    expect((await world.books()).toSorted()).toEqual([`${ORDER} 95 EUR pending`, `${String(invoice)} 20 EUR pending`]);
    await world.merchant('POST', `payments/${String(payment)}/dispute`, { amount: 2261 });
    world.clock.pass(hours(1));
    await world.ask();
    expect((await settle(world, String(invoice))).at(-1)).toBe('reversal delivered');
  });

  test('of the test mode is told to nobody', async () => {
    const world = await openStripe({ renewals: 'report' });
    const { renew } = await subscribe(world);
    await settle(world);
    await world.shop.settings({ livemode: false });
    const { invoice } = await world.merchant('POST', renew);
    await world.service.schedule.idle();
    expect(await world.store.order('shop', String(invoice))).toMatchObject({ order: { status: 'cancelled' } });
    expect(await world.books()).toHaveLength(1);
  });
});

describe('captured by hand', () => {
  test.each([
    [7000, '70'],
    [9500, '95'],
  ])('%i of 9500 it is worth that much, and what is refunded later less', async (amount, worth) => {
    const world = await openStripe();
    const { payment } = await subscribe(world, { ...carried, mode: 'payment', payment_status: 'unpaid' });
    expect(await world.told(ORDER)).toEqual(['conversion waiting']);
    world.clock.pass(minutes(5));
    await world.merchant('POST', `${payment}/capture`, { amount });
    expect(await settle(world)).toEqual(['conversion delivered']);
    expect(await world.books()).toEqual([`${ORDER} ${worth} EUR pending`]);
    await world.merchant('POST', `${payment}/refund`, { amount: 2000 });
    await settle(world);
    expect(await world.books()).toEqual([`${ORDER} ${Number(worth) - 20} EUR pending`]);
    await world.merchant('POST', `${payment}/refund`, { amount: amount - 2000 });
    expect((await settle(world)).at(-1)).toBe('reversal delivered');
  });

  test('what nobody captured is told to nobody', async () => {
    const world = await openStripe();
    const { payment } = await subscribe(world, { ...carried, mode: 'payment', payment_status: 'unpaid' });
    await world.told(ORDER);
    world.clock.pass(minutes(5));
    await world.merchant('POST', `${payment}/release`);
    await settle(world);
    expect(await world.books()).toEqual([]);
    expect((await world.store.order('shop', ORDER))?.order.status).not.toBe('approved');
  });
});

test('a session that Stripe can’t show keeps no other from being read', async () => {
  const world = await openStripe();
  await world.shop.settings({ lose: true, unreadable: 'cs_example1' });
  await subscribe(world, { ...carried, mode: 'payment' });
  world.clock.pass(minutes(1));
  await subscribe(world, { mode: 'payment', metadata: { order_id: 'SO-2', _ct_clicks: `awc=${AWC}` } });
  const sync = () => world.store.sync({ site: 'shop', connection: 'source' });
  const before = (await sync())?.checkpoint.watermark ?? null;
  world.clock.pass(hours(1));
  await world.ask();
  expect(await settle(world, 'SO-2')).toEqual(['conversion delivered']);
  expect(await sync()).toMatchObject({
    state: 'failed',
    reason: expect.stringMatching(/^cs_example1 can't be read/) as string,
  });
  // The list is not read from the beginning each hour for it.
  expect((await sync())!.checkpoint.watermark).toBeGreaterThan(before ?? 0);
  await world.shop.settings({ unreadable: '' });
  world.clock.pass(hours(1));
  await world.ask();
  expect(await settle(world)).toEqual(['conversion delivered']);
  expect(await sync()).toMatchObject({ state: 'enabled', reason: '' });
});
