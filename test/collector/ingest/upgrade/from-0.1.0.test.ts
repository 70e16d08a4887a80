/** The data of 0.1.0 under this version: no order is lost, and what waits is read by the rules of whose word counts. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { rereadOrders } from '../../../../collector/ingest/upgrade/reread-orders.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { placeOldData } from '../../../harness/old-data.ts';
import { openShop } from '../../../harness/shop-front.ts';
import { IMPACT, VT } from '../../../harness/sites.ts';

const folder = temporaryFolders();
const ORDERS = ['BAIT', 'BARE', 'NEXT', 'QUEUED', 'STOLEN', 'TIED', 'TOLD', 'WAITS'];
/** After the last moment of the old data. */
const LATER = Date.parse('2026-11-20T14:00:00Z');

type Shop = Awaited<ReturnType<typeof openShop>>;
let shop: Shop;
let file: string;
let before: string;
beforeEach(async () => {
  file = placeOldData(folder());
  before = join(folder(), 'before.db');
  copyFileSync(file, before);
  shop = await openShop({ file, connections: [IMPACT, VT], site: 'release: shop\nconsent: granted' });
  shop.clock.set(LATER);
});
afterEach(async () => {
  await shop.store.close();
  vi.restoreAllMocks();
});

const reread = () => rereadOrders({ store: shop.store, ingest: shop.ingest });
const winnerOf = async (orderId: string): Promise<string | undefined> =>
  (await shop.store.order('shop', orderId))?.attribution.winner?.value ?? undefined;
const item = (price: string) => [{ sku: 'A1', name: 'Kettle', quantity: 1, price }];

/** Rows of a table as they stand in a file. */
function rowsOf(path: string, sql: string): unknown[] {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

test('no order, touch, report, refusal or withdrawal is lost, and what was told stands as it was told', async () => {
  for (const sql of [
    'SELECT site, order_id, status, received_at FROM orders ORDER BY order_id',
    'SELECT site, visitor, at, param, value FROM touch ORDER BY visitor, at',
    'SELECT id, order_id, connection, kind, state, reason FROM delivery ORDER BY id',
    'SELECT id, body FROM quarantine ORDER BY id',
    'SELECT site, visitor, at, consent FROM withdrawal',
    'SELECT order_id, patch FROM pending_change',
  ]) {
    const old = rowsOf(before, sql);
    expect(old.length, sql).toBeGreaterThan(0);
    expect(rowsOf(file, sql), sql).toEqual(old);
  }
  const told = await shop.store.order('shop', 'TOLD');
  await reread();
  expect((await shop.store.findOrders({ site: 'shop' })).map(({ order }) => order.orderId).toSorted()).toEqual(ORDERS);
  expect(await shop.store.order('shop', 'TOLD')).toEqual(told);
  expect(await shop.states('TOLD')).toEqual({ 'impact conversion 0': 'delivered', 'vt conversion 0': 'delivered' });
  // The shop tells it once more, without news.
  await shop.shop({ orderId: 'TOLD', total: '80.00', currency: 'USD', items: item('80.00') });
  expect(await shop.states('TOLD')).toEqual({ 'impact conversion 0': 'delivered', 'vt conversion 0': 'delivered' });
});

test.each([
  ['of one honest browser', 'WAITS', 'click-ann'],
  ['that a second browser had taken with a newer click', 'STOLEN', 'click-ann'],
  ['that a browser had tied to somebody else’s customer', 'TIED', undefined],
])('an order that waits, %s, is credited by the table', async (_, orderId, credited) => {
  expect(await reread()).toMatchObject({ read: 6 });
  expect(await winnerOf(orderId)).toBe(credited);
  const { order } = (await shop.store.order('shop', orderId))!;
  await shop.shop({
    ...{ orderId, total: String(order.total / 100), currency: 'USD', items: item(String(order.total / 100)) },
    placedAt: new Date(order.placedAt).toISOString(),
  });
  expect(await winnerOf(orderId)).toBe(credited);
  const [toImpact] = await shop.of('conversion', 'impact', orderId);
  expect(toImpact?.state).toBe(credited === undefined ? 'skipped' : 'due');
  if (credited !== undefined) expect(toImpact?.report.click?.value).toBe(credited);
});

test('a second reading finds nothing, and a report that came first makes it needless', async () => {
  await shop.shop({ orderId: 'WAITS', total: '50.00', currency: 'USD', items: item('50.00') });
  expect(await reread()).toMatchObject({ read: 5 });
  expect(await reread()).toEqual({ read: 0, changed: 0 });
  expect(await shop.story('STOLEN')).toContainEqual(expect.stringMatching(/^read again by the rules of whose word/));
});

test('the shop’s own report that 0.1.0 refused for a stranger’s currency is taken, and the stranger’s guess earns nothing', async () => {
  await reread();
  const order = { orderId: 'NEXT', total: '112.00', currency: 'USD', items: item('112.00') };
  expect(await shop.shop({ ...order, placedAt: new Date(LATER).toISOString() })).toMatchObject({ result: 'updated' });
  expect((await shop.store.order('shop', 'NEXT'))?.order).toMatchObject({ total: 11_200, currency: 'USD' });
  expect(await winnerOf('NEXT')).toBeUndefined();
});

test('identities that browsers made are dropped and counted; what the shop’s order bears out stays', async () => {
  const all = rowsOf(before, 'SELECT key, visitor FROM identity ORDER BY key, visitor') as { key: string }[];
  const left = rowsOf(file, 'SELECT key, visitor FROM identity ORDER BY key, visitor');
  expect(left).toEqual(
    all.filter(
      ({ key }) => key === 'c:9' || (key.startsWith('e:') && left.some((one) => (one as { key: string }).key === key)),
    ),
  );
  expect(left).toHaveLength(2);
  expect(left).toContainEqual({ key: 'c:9', visitor: 'visitor-ann' });
  const log = await shop.store.auditLog({ limit: 50 });
  const told = log
    .filter(({ actor }) => actor === 'migration')
    .map(({ action, detail }) => [action, JSON.parse(detail)]);
  expect(told).toContainEqual(['forget', { identitiesMadeByBrowsers: all.length - left.length }]);
  expect(told).toContainEqual(['read again', { waitingOrders: 6, clicksOfOtherBrowsers: 3, ordersWithSuch: 2 }]);
});

test('a change that overtook its order is applied, and a refused order can be mended', async () => {
  await shop.shop({ orderId: 'LATER', total: '20.00', currency: 'USD', items: item('20.00') });
  expect((await shop.store.order('shop', 'LATER'))?.order.status).toBe('refunded');
  expect(await shop.store.quarantine({ site: 'shop' })).toHaveLength(1);
});
