/** What strangers say of an order before and after the shop: whatever it is, the shop's order is told as the shop has it. */
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../../collector/lib/duration.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShop } from '../../harness/shop-front.ts';
import { IMPACT, postback } from '../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let open: Shop | undefined;
afterEach(() => open?.store.close());

const RULES = 'attribution: { coupons: { EVIL10: { connection: evil, exclusive: true } } }';
async function shopThat(release: string): Promise<Shop> {
  const connections = [IMPACT, postback('evil', 'evilclick')];
  open = await openShop({ file: join(folder(), 'clickthread.db'), connections, site: `release: ${release}\n${RULES}` });
  return open;
}

const WORD = { orderId: 'O1002', total: '112.00', currency: 'USD', consent: { marketing: true } };
const items = [{ sku: 'X', price: '9999.00' }];

const BAITS: [string, object][] = [
  ['another currency', { total: '1', currency: 'JPY' }],
  ['a cancellation', { status: 'cancelled' }],
  ['a refusal of consent', { consent: { marketing: false } }],
  ['a time long past', { placedAt: '2001-01-01T00:00:00Z' }],
  ['lines of another amount', { items }],
  ["a partner's exclusive code", { coupons: ['EVIL10'] }],
  ['lines and a discount that make up the total', { items, discount: '9887.00' }],
];

describe.each(['shop', 'browser'])('release: %s, an order that the shop names with its click', (release) => {
  test.each(BAITS)("stands against a stranger's first report with %s", async (_name, bait) => {
    const shop = await shopThat(release);
    await shop.report({
      orderId: 'O1002',
      total: '112.00',
      currency: 'USD',
      status: 'pending',
      visitor: 'visitor-evil',
      ...bait,
    });
    const reply = await shop.shop({ ...WORD, clicks: { irclickid: 'REAL' } });
    expect(reply).toMatchObject({ type: 'order', result: 'updated' });
    const sales = (await shop.deliveries('O1002')).filter(({ state }) => state !== 'skipped');
    expect(sales).toMatchObject([
      {
        ...{ connection: 'impact', kind: 'conversion', state: 'due' },
        report: {
          click: { value: 'REAL' },
          order: { total: 11200, currency: 'USD', status: 'approved', coupons: [], items: [] },
        },
      },
    ]);
    expect(sales[0]!.report.order.placedAt).toBeGreaterThan(shop.clock.now() - minutes(1));
  });

  test('stands against a second browser with a newer click, while it is pending and after', async () => {
    const shop = await shopThat(release);
    await shop.shop({ ...WORD, status: 'pending', clicks: { irclickid: 'REAL' } });
    shop.clock.pass(minutes(1));
    const touches = [{ param: 'irclickid', value: 'EVIL', at: shop.clock.now() }];
    await shop.report({ ...WORD, visitor: 'visitor-evil', touches, items, coupons: ['EVIL10'] });
    await shop.patch({ status: 'approved' }, 'O1002');
    expect((await shop.deliveries('O1002')).filter(({ state }) => state !== 'skipped')).toMatchObject([
      { connection: 'impact', state: 'due', report: { click: { value: 'REAL' }, order: { total: 11200, items: [] } } },
    ]);
  });
});

test('a guess ahead of the order owns nothing, even alone: a whole week of them earns nobody', async () => {
  const shop = await shopThat('shop');
  for (let n = 1; n <= 5; n += 1) {
    const touches = [{ param: 'irclickid', value: 'EVIL', at: shop.clock.now() }];
    await shop.report({ ...WORD, orderId: `G${n}`, visitor: 'visitor-evil', touches });
  }
  for (let n = 1; n <= 5; n += 1) {
    shop.clock.pass(days(1));
    const placedAt = new Date(shop.clock.now() - minutes(1)).toISOString();
    await shop.shop({ ...WORD, orderId: `G${n}`, placedAt });
    expect((await shop.store.order('shop', `G${n}`))?.attribution.winner).toBeNull();
  }
});

test('numbers counted up behind the shop, by whoever knows no amount, earn nobody', async () => {
  const shop = await shopThat('shop');
  for (let n = 1; n <= 3; n += 1) await shop.shop({ ...WORD, orderId: `G${n}` });
  shop.clock.pass(hours(1));
  for (let n = 1; n <= 3; n += 1) {
    const touches = [{ param: 'irclickid', value: 'EVIL', at: shop.clock.now() - hours(2) }];
    await shop.report({ ...WORD, orderId: `G${n}`, total: '1.00', visitor: `visitor-evil-${n}`, touches });
    expect((await shop.deliveries(`G${n}`)).filter(({ state }) => state !== 'waiting')).toEqual([]);
    expect((await shop.store.order('shop', `G${n}`))?.attribution.winner).toBeNull();
  }
});

test('numbers counted up ahead of the shop from one address, with any amount, earn nobody', async () => {
  const shop = await shopThat('shop');
  for (let n = 1; n <= 3; n += 1) {
    const touches = [{ param: 'irclickid', value: 'EVIL', at: shop.clock.now() }];
    const bait = { ...WORD, orderId: `G${n}`, total: '1.00', visitor: `visitor-evil-${n}`, touches };
    await shop.report(bait, { ip: '203.0.113.66' });
  }
  await shop.shop({ ...WORD, orderId: 'G2' });
  expect((await shop.store.order('shop', 'G2'))?.contest).toMatchObject({ kind: 'hold' });
  expect((await shop.deliveries('G2')).filter(({ state }) => state !== 'waiting')).toEqual([]);
});

test("a shop's clock that runs ahead makes no honest buyer a guesser", async () => {
  const shop = await shopThat('shop');
  const touches = [{ param: 'irclickid', value: 'REAL', at: shop.clock.now() }];
  await shop.report({ ...WORD, visitor: 'visitor-1', touches });
  shop.clock.pass(1000);
  await shop.shop({ ...WORD, placedAt: new Date(shop.clock.now() + hours(3)).toISOString() });
  expect((await shop.store.order('shop', 'O1002'))?.attribution.winner?.value).toBe('REAL');
});

test('a buyer’s report is not pushed out by those of one address, before it and after it', async () => {
  const shop = await shopThat('shop');
  const bait = async (n: number): Promise<void> => {
    const touches = [{ param: 'irclickid', value: `EVIL${n}`, at: shop.clock.now() }];
    await shop.report({ ...WORD, total: `${n}.00`, visitor: `visitor-evil-${n}`, touches }, { ip: '198.51.100.66' });
  };
  for (let n = 1; n <= 5; n += 1) await bait(n);
  const touches = [{ param: 'irclickid', value: 'REAL', at: shop.clock.now() }];
  await shop.report({ ...WORD, visitor: 'visitor-1', touches }, { ip: '203.0.113.7' });
  for (let n = 6; n <= 19; n += 1) await bait(n);
  await shop.shop(WORD);
  const { attribution, words } = (await shop.store.order('shop', 'O1002'))!;
  expect([attribution.winner?.value, words.heard.length, words.dropped]).toEqual(['REAL', 12, 8]);
});

describe('a change of the shop', () => {
  const waiting = async (): Promise<Shop> => {
    const shop = await shopThat('shop');
    await shop.report({ ...WORD, clicks: { irclickid: 'REAL' }, items, visitor: 'visitor-1' });
    return shop;
  };

  test('releases an order only when it names what it is worth, and says what is missing', async () => {
    const shop = await waiting();
    expect(await shop.patch({ status: 'approved' }, 'O1002')).toMatchObject({ missing: ['total', 'currency'] });
    expect(await shop.patch({ total: '112.00' }, 'O1002')).toMatchObject({ missing: ['currency'] });
    expect(await shop.of('conversion', 'impact', 'O1002')).toMatchObject([{ state: 'waiting' }]);
    const reply = await shop.patch({ currency: 'USD' }, 'O1002');
    expect(reply).not.toHaveProperty('missing');
    expect(await shop.of('conversion', 'impact', 'O1002')).toMatchObject([
      { state: 'due', report: { order: { total: 11200, items: [] } } },
    ]);
  });

  test("says nothing of what it doesn't name: the rest stays the browser's where the browser releases", async () => {
    const shop = await shopThat('browser');
    const lines = [{ sku: 'A', price: '112.00' }];
    await shop.report({ ...WORD, clicks: { irclickid: 'REAL' }, items: lines, tax: '7.00', visitor: 'visitor-1' });
    await shop.relayed({ state: 'confirmed' });
    await shop.patch({ total: '90.00' }, 'O1002');
    expect((await shop.store.order('shop', 'O1002'))?.order).toMatchObject({
      total: 9000,
      tax: 700,
      items: [{ sku: 'A' }],
    });
    expect(await shop.of('modification', 'impact', 'O1002')).toMatchObject([{ report: { order: { total: 9000 } } }]);
  });
});
