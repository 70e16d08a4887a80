import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShop } from '../../harness/shop-front.ts';
import { CARTSTACK, IMPACT } from '../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let open: Shop | undefined;
afterEach(() => open?.store.close());

const order = {
  ...{ orderId: 'O1', total: '127.00', clicks: { irclickid: 'click-1' }, customer: { email: 'jane@example.com' } },
  items: [
    { sku: 'A', quantity: 2, price: '14.00' },
    { sku: 'B', quantity: 3, price: '33.00' },
  ],
};

/** A shop whose order O1 has been reported by the shop itself. */
async function sold(connections: readonly string[] = [IMPACT]): Promise<Shop> {
  open = await openShop({ file: join(folder(), 'clickthread.db'), connections });
  await open.shop(order);
  return open;
}

describe('refunded in full', () => {
  test('after the vendor has confirmed: one reversal, with the reason, and a second refund is a duplicate', async () => {
    const shop = await sold();
    await shop.relayed({ state: 'confirmed' });
    expect(await shop.patch({ status: 'refunded', reason: 'broken' })).toMatchObject({
      result: 'updated',
      status: 'refunded',
    });
    expect(await shop.of('reversal')).toMatchObject([
      {
        state: 'due',
        seq: 1,
        report: { kind: 'reversal', reason: 'broken', before: { total: 12700 }, order: { status: 'refunded' } },
      },
    ]);
    expect(await shop.patch({ status: 'refunded' })).toMatchObject({ result: 'duplicate' });
    expect(await shop.of('reversal')).toHaveLength(1);
    expect((await shop.story()).at(-1)).toBe('set to refunded by the shop: broken');
  });

  test('before the verdict: the reversal waits for its sale', async () => {
    const shop = await sold();
    await shop.relayed({ state: 'delivered', reference: '/A-1', confirmAt: shop.clock.now() + 1000 });
    await shop.patch({ status: 'refunded' });
    expect(await shop.states()).toEqual({ 'impact conversion 0': 'delivered', 'impact reversal 1': 'waiting' });
    expect(await shop.relayed({ state: 'delivered' })).toEqual([]);
  });

  test('while the sale is being sent: the reversal waits', async () => {
    const shop = await sold();
    await shop.store.claim({
      ...{ site: 'shop', connection: 'impact', leaseMs: 1000, limit: 1, owner: 'x' },
      now: shop.clock.now(),
    });
    await shop.patch({ status: 'cancelled' });
    expect(await shop.states()).toEqual({ 'impact conversion 0': 'sending', 'impact reversal 1': 'waiting' });
  });

  test('before the sale has left: nothing is sent at all', async () => {
    const shop = await sold();
    await shop.patch({ status: 'cancelled' });
    expect(await shop.of('conversion')).toMatchObject([
      { state: 'skipped', reason: 'the order was cancelled before it was reported' },
    ]);
    expect(await shop.of('reversal')).toEqual([]);
  });

  test('where the sale was declined: there is nothing to reverse, and that is said', async () => {
    const shop = await sold();
    await shop.relayed({ state: 'declined' });
    await shop.patch({ status: 'refunded' });
    expect(await shop.of('reversal')).toMatchObject([
      { state: 'skipped', reason: expect.stringContaining('nothing to reverse') },
    ]);
  });
});

describe('refunded in part', () => {
  test('after the sale: one modification with the order as it is and as it was', async () => {
    const shop = await sold();
    await shop.relayed({ state: 'confirmed' });
    await shop.patch({ total: '99.00', items: [order.items[1]], reason: 'sent back' });
    expect(await shop.of('modification')).toMatchObject([
      {
        state: 'due',
        seq: 1,
        report: { order: { total: 9900 }, before: { total: 12700, items: [{ sku: 'A' }, { sku: 'B' }] } },
      },
    ]);
    expect((await shop.story()).at(-1)).toBe('changed by the shop (127.00 USD → 99.00 USD): sent back');
  });

  test('twice before the first was sent: one modification that says the last amount', async () => {
    const shop = await sold();
    await shop.relayed({ state: 'confirmed' });
    await shop.patch({ total: '120.00' });
    await shop.patch({ total: '110.00' });
    expect(await shop.of('modification')).toMatchObject([
      { state: 'due', report: { order: { total: 11000 }, before: { total: 12700 } } },
    ]);
  });

  test('twice, the first one already sent: two modifications in their order', async () => {
    const shop = await sold();
    await shop.relayed({ state: 'confirmed' });
    await shop.patch({ total: '120.00' });
    await shop.relayed({ state: 'delivered', confirmAt: shop.clock.now() + 1 });
    shop.clock.pass(1000);
    await shop.patch({ total: '110.00' });
    expect(await shop.states()).toEqual({
      ...{
        'impact conversion 0': 'confirmed',
        'impact modification 1': 'delivered',
        'impact modification 2': 'waiting',
      },
    });
  });

  test('before the sale has left: the sale itself says the new amount', async () => {
    const shop = await sold();
    await shop.patch({ total: '110.00' });
    expect(await shop.deliveries()).toMatchObject([
      { kind: 'conversion', state: 'due', report: { order: { total: 11000 } } },
    ]);
  });

  test('then in full: the unsent modification is overtaken, the reversal goes', async () => {
    const shop = await sold();
    await shop.relayed({ state: 'confirmed' });
    await shop.patch({ total: '110.00' });
    await shop.patch({ status: 'refunded' });
    expect(await shop.of('modification')).toMatchObject([
      { state: 'skipped', reason: expect.stringContaining('overtaken') },
    ]);
    expect(await shop.relayed({ state: 'delivered' })).toEqual(['reversal']);
  });

  test('a change of anything that networks do not pay by is a change of the order alone', async () => {
    const shop = await sold();
    await shop.relayed({ state: 'confirmed' });
    await shop.patch({ tax: '3.00', coupons: ['B'] });
    expect(await shop.states()).toEqual({ 'impact conversion 0': 'confirmed' });
    expect((await shop.store.order('shop', 'O1'))?.order).toMatchObject({ tax: 300, coupons: ['B'] });
  });
});

describe('a change is measured by what the network was told last', () => {
  const full = {
    ...order,
    ...{ total: '157.00', tax: '20.00', shipping: '10.00' },
  };
  const amounts = async (shop: Shop): Promise<number[]> =>
    (await shop.of('modification'))
      .filter(({ state }) => state !== 'skipped')
      .map(({ report }) => report.amount!.minor);

  test.each<[string, object[], number[]]>([
    ['two refunds by amount', [{ total: '147.00' }, { total: '100.00' }], [11700, 7000]],
    ['the shipping: the goods stay, and nothing is told', [{ shipping: '0.00', total: '147.00' }], []],
    ['the tax', [{ tax: '0.00', total: '137.00' }], []],
    ['a line with its tax', [{ total: '119.00', tax: '10.00', items: [order.items[1]] }], [9900]],
    ['half of the shipping and an amount', [{ shipping: '5.00', total: '142.00' }], [11700]],
    ['everything by amount', [{ total: '0.00' }], [0]],
  ])('%s', async (_title, changes, told) => {
    open = await openShop({ file: join(folder(), 'clickthread.db') });
    await open.shop(full);
    await open.relayed({ state: 'confirmed' });
    for (const change of changes) {
      open.clock.pass(1000);
      await open.patch(change);
      await open.relayed({ state: 'confirmed' });
    }
    expect(await amounts(open)).toEqual(told);
  });

  test('an amount that was changed back before it was told is not told', async () => {
    const shop = await sold();
    await shop.relayed({ state: 'confirmed' });
    await shop.patch({ total: '110.00' });
    await shop.patch({ total: '127.00' });
    expect(await shop.of('modification')).toMatchObject([
      { state: 'skipped', reason: 'the amount was changed back before this was sent' },
    ]);
  });

  test('a reversal says what was told, not what was about to be', async () => {
    const shop = await sold();
    await shop.relayed({ state: 'confirmed' });
    await shop.patch({ total: '110.00' });
    await shop.patch({ status: 'refunded' });
    expect(await shop.of('reversal')).toMatchObject([{ report: { before: { total: 12700 }, amount: { minor: 0 } } }]);
  });

  test('an older order keeps its own decimals when it is changed', async () => {
    const shop = await sold();
    const stored = (await shop.store.order('shop', 'O1'))!;
    const facts = { currency: 'HUF', digits: 0, total: 12990, items: [] };
    const words = { ...stored.words, shop: { ...stored.words.shop!, said: { ...stored.words.shop!.said, ...facts } } };
    const old = { ...stored, words, order: { ...stored.order, ...facts } };
    const nothing = { visitors: [], orders: [], identities: [], handovers: [] };
    await shop.store.transact(nothing, () => ({
      changes: {
        ...{ touches: [], orders: [old], deliveries: [], events: [], identities: [], handovers: [] },
        ...{ pending: [], pendingDone: [], quarantine: [] },
      },
      result: undefined,
    }));
    await shop.patch({ total: '10000' });
    expect((await shop.store.order('shop', 'O1'))?.order).toMatchObject({ total: 10000, digits: 0 });
  });
});

describe('approved again', () => {
  test('before anything left: the sale goes out after all', async () => {
    const shop = await sold();
    await shop.patch({ status: 'cancelled' });
    await shop.patch({ status: 'approved' });
    expect(await shop.states()).toEqual({ 'impact conversion 0': 'due' });
  });

  test('before the reversal left: it is called back', async () => {
    const shop = await sold();
    await shop.relayed({ state: 'delivered', confirmAt: shop.clock.now() + 1000 });
    await shop.patch({ status: 'cancelled' });
    await shop.patch({ status: 'approved' });
    expect(await shop.of('reversal')).toMatchObject([
      { state: 'skipped', reason: expect.stringContaining('approved again') },
    ]);
  });

  test('and cancelled once more: a second reversal goes', async () => {
    const shop = await sold();
    await shop.relayed({ state: 'confirmed' });
    for (const status of ['cancelled', 'approved', 'cancelled']) await shop.patch({ status });
    expect(await shop.states()).toEqual({
      ...{ 'impact conversion 0': 'confirmed', 'impact reversal 1': 'skipped', 'impact reversal 2': 'due' },
    });
  });

  test('after the reversal left: nothing can be called back, and a note says what to do', async () => {
    const shop = await sold();
    await shop.relayed({ state: 'confirmed' });
    await shop.patch({ status: 'cancelled' });
    await shop.relayed({ state: 'delivered' });
    await shop.patch({ status: 'approved' });
    expect(await shop.states()).toMatchObject({ 'impact conversion 0': 'confirmed', 'impact reversal 1': 'delivered' });
    expect(await shop.of('modification')).toMatchObject([
      { state: 'by_hand', reason: expect.stringContaining('by hand') },
    ]);
  });

  test('with an amount that changed before the reversal overtook it: that amount is told', async () => {
    const shop = await sold();
    await shop.relayed({ state: 'confirmed' });
    await shop.patch({ total: '110.00' });
    await shop.patch({ status: 'cancelled' });
    await shop.patch({ status: 'approved' });
    expect(await shop.relayed({ state: 'delivered' })).toEqual(['modification']);
    expect((await shop.of('modification')).at(-1)?.report.order.total).toBe(11000);
  });
});

describe('a change that overtakes its order', () => {
  test('is kept, and the order is never reported', async () => {
    open = await openShop({ file: join(folder(), 'clickthread.db') });
    expect(await open.patch({ status: 'cancelled', reason: 'fraud' })).toMatchObject({ result: 'kept' });
    expect(await open.store.order('shop', 'O1')).toBeUndefined();
    await open.browser('conversion', order);
    expect((await open.store.order('shop', 'O1'))?.order.status).toBe('cancelled');
    expect(await open.states()).toEqual({ 'impact conversion 0': 'skipped' });
    expect(await open.story()).toEqual(["reported by the shopper's browser", 'set to cancelled by the shop: fraud']);
  });

  test('is kept whatever it says, and the newest word of the shop stands', async () => {
    open = await openShop({ file: join(folder(), 'clickthread.db') });
    expect(await open.patch({ status: 'cancelled' })).toMatchObject({ result: 'kept' });
    expect(await open.patch({ status: 'approved', total: '100.00', currency: 'USD' })).toMatchObject({
      result: 'kept',
    });
    await open.browser('conversion', order);
    expect((await open.store.order('shop', 'O1'))?.order).toMatchObject({
      status: 'approved',
      total: 10000,
      items: [],
    });
    expect(await open.of('conversion')).toMatchObject([{ state: 'due', report: { order: { total: 10000 } } }]);
  });

  test.each<[string, object, object, object]>([
    ['a refund by amount is taken off the sale', { total: '100.00' }, {}, { total: 10000 }],
    ['also where the sale says that it is one', { total: '100.00' }, { status: 'approved' }, { total: 10000 }],
    ['a refund of shipping', { total: '105.00', shipping: '0.00' }, {}, { total: 10500, shipping: 0 }],
    [
      'a payment that failed is no word on one that came',
      { status: 'cancelled', total: '0.00' },
      { status: 'approved' },
      { total: 12700, status: 'approved' },
    ],
    [
      'in another currency the later word counts',
      { total: '90.00', currency: 'EUR' },
      {},
      { total: 12700, currency: 'USD' },
    ],
  ])('before a report of the shop: %s', async (_, change, more, stands) => {
    open = await openShop({ file: join(folder(), 'clickthread.db') });
    expect(await open.patch(change)).toMatchObject({ result: 'kept' });
    await open.shop({ ...order, ...more });
    expect((await open.store.order('shop', 'O1'))?.order).toMatchObject(stands);
    expect(await open.of('conversion')).toMatchObject([{ state: 'due', report: { order: stands } }]);
  });

  test('is overtaken itself by a report that says otherwise later', async () => {
    open = await openShop({ file: join(folder(), 'clickthread.db') });
    await open.patch({ status: 'cancelled' });
    await open.shop({ ...order, status: 'approved' });
    expect(await open.states()).toEqual({ 'impact conversion 0': 'due' });
  });
});

test('a vendor without reversals gets none, and a note says what to do there', async () => {
  const shop = await sold([CARTSTACK]);
  await shop.relayed({ state: 'delivered' }, 'cartstack');
  await shop.patch({ status: 'refunded' });
  expect(await shop.of('reversal', 'cartstack')).toMatchObject([
    { state: 'by_hand', nextAt: null, reason: 'CartStack offers no way to report a reversal: change it there by hand' },
  ]);
});

test('in another currency replaces both before anything was told; without an amount it is refused', async () => {
  const shop = await sold();
  expect(await shop.patch({ currency: 'EUR' })).toMatchObject({ result: 'invalid', errors: [{ field: 'currency' }] });
  expect(await shop.patch({ total: '1.00', currency: 'EUR' })).toMatchObject({ result: 'updated' });
  expect(await shop.of('conversion')).toMatchObject([{ report: { order: { total: 100, currency: 'EUR' } } }]);
});

test('in another currency once it was told: the sale is taken back as it was told, and told anew', async () => {
  const shop = await sold();
  await shop.relayed({ state: 'confirmed' });
  await shop.patch({ total: '115.00', currency: 'EUR' });
  const told = { total: 12700, currency: 'USD' };
  expect(await shop.of('reversal')).toMatchObject([
    { state: 'due', report: { order: told, before: { total: 12700 } } },
  ]);
  expect((await shop.of('conversion')).at(-1)).toMatchObject({
    ...{ seq: 1, state: 'waiting', report: { order: { total: 11500, currency: 'EUR' } } },
  });
  await shop.patch({ total: '110.00' });
  expect(await shop.states()).toEqual({
    ...{ 'impact conversion 0': 'confirmed', 'impact reversal 1': 'due', 'impact conversion 1': 'waiting' },
  });
  expect(await shop.relayed({ state: 'confirmed' })).toEqual(['reversal']);
  expect(await shop.relayed({ state: 'confirmed' })).toEqual(['conversion']);
  expect((await shop.of('conversion')).at(-1)?.report.order.total).toBe(11000);
  await shop.patch({ total: '100.00' });
  expect(await shop.of('modification')).toMatchObject([{ state: 'due', report: { before: { total: 11000 } } }]);
});

test("the shop's second report of another amount becomes a modification, like a change", async () => {
  const shop = await sold();
  await shop.relayed({ state: 'confirmed' });
  expect(await shop.shop({ ...order, total: '100.00' })).toMatchObject({ result: 'updated' });
  expect(await shop.of('modification')).toMatchObject([{ state: 'due', report: { order: { total: 10000 } } }]);
  expect(await shop.shop({ ...order, total: '100.00' })).toMatchObject({ result: 'duplicate' });
});
