/** Orders that two browsers lay claim to: what waits, who is asked, what a decision does, and what happens when nobody decides. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { ruleContested, watchContested } from '../../../collector/admin/contested-orders.ts';
import { days, minutes } from '../../../collector/lib/duration.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShop } from '../../harness/shop-front.ts';
import { CARTSTACK, IMPACT, postback } from '../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let open: Shop | undefined;
afterEach(() => open?.store.close());

const WORD = { orderId: 'O1', total: '112.00', currency: 'USD' };
const claim = (who: string, total = '112.00', param = 'irclickid'): object => ({
  ...{ ...WORD, total, visitor: `visitor-${who}`, clicks: { [param]: `click-${who}` } },
});

/** Two browsers with two clicks, neither of which told the shop's amount. */
async function contested(release = 'shop'): Promise<Shop> {
  open = await openShop({
    file: join(folder(), 'clickthread.db'),
    connections: [IMPACT, postback('awin', 'awc'), CARTSTACK],
    site: `release: ${release}`,
  });
  await open.report(claim('one', '90.00'));
  await open.report(claim('two', '80.00', 'awc'));
  await open.shop({ ...WORD, customer: { email: 'jane@example.com' } });
  return open;
}

function watchOf(shop: Shop) {
  const said: string[] = [];
  const log = { warn: (_fields: object, message: string) => void said.push(message), error: () => undefined };
  const deps = { store: shop.store, ingest: shop.ingest, clock: shop.clock.now, wake: () => undefined, log };
  return { said, look: (since: number) => watchContested(since, deps) };
}

const rule = (shop: Shop, credit: string | null) =>
  ruleContested({ site: 'shop', orderId: 'O1', credit, actor: 'test' }, { ingest: shop.ingest, wake: () => undefined });

describe('held (release: shop)', () => {
  test('every report that might be made waits; who is told of every order is told', async () => {
    const shop = await contested();
    expect(await shop.states()).toEqual({
      ...{ 'impact conversion 0': 'waiting', 'awin conversion 0': 'waiting', 'cartstack conversion 0': 'due' },
    });
    const [sale] = await shop.of('conversion');
    expect(sale?.reason).toContain('waits for a decision');
    expect((await shop.store.order('shop', 'O1'))?.attribution).toMatchObject({ winner: null, rule: 'contested' });
    expect(await shop.store.findOrders({ contested: true })).toHaveLength(1);
    expect(await shop.store.orderCounts()).toContainEqual({ site: 'shop', what: 'contested', name: 'hold', count: 1 });
  });

  test.each([
    ['visitor-one', { 'impact conversion 0': 'due', 'awin conversion 0': 'skipped' }],
    ['visitor-two', { 'impact conversion 0': 'skipped', 'awin conversion 0': 'due' }],
    [null, { 'impact conversion 0': 'skipped', 'awin conversion 0': 'skipped' }],
  ])('a person credits %s', async (credit, expected) => {
    const shop = await contested();
    expect(await rule(shop, credit)).toMatchObject({ result: 'decided' });
    expect(await shop.states()).toMatchObject(expected);
    expect((await shop.store.order('shop', 'O1'))?.contest).toBeNull();
    expect(await rule(shop, credit)).toMatchObject({ result: 'uncontested' });
    const log = await shop.store.auditLog({ limit: 10 });
    expect(log.filter(({ action }) => action === 'contested order decided')).toMatchObject([
      { actor: 'test', detail: JSON.stringify({ site: 'shop', orderId: 'O1', credit: credit ?? 'nobody' }) },
    ]);
  });

  test('a decision that the audit log can not keep is not made', async () => {
    const shop = await contested();
    const file = new Database(shop.file);
    file.exec(`CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the log is full'); END`);
    file.close();
    await expect(rule(shop, 'visitor-one')).rejects.toThrow('the log is full');
    expect((await shop.store.order('shop', 'O1'))?.contest).toMatchObject({ kind: 'hold' });
    expect(await shop.states()).toMatchObject({ 'impact conversion 0': 'waiting' });
  });

  test('a name that is no claimant decides nothing', async () => {
    const shop = await contested();
    expect(await rule(shop, 'visitor-three')).toMatchObject({ result: 'unknown visitor' });
    expect(await shop.states()).toMatchObject({ 'impact conversion 0': 'waiting' });
  });

  test("is ended by the shop's own clicks", async () => {
    const shop = await contested();
    await shop.shop({ ...WORD, clicks: { irclickid: 'click-shop' } });
    expect((await shop.store.order('shop', 'O1'))?.contest).toBeNull();
    expect(await shop.of('conversion')).toMatchObject([{ state: 'due', report: { click: { value: 'click-shop' } } }]);
  });

  test('is told once, and credited to nobody when the time for a decision has run out', async () => {
    const shop = await contested();
    const { said, look } = watchOf(shop);
    await look(0);
    await look(shop.clock.now() + 1);
    expect(said).toEqual([expect.stringContaining('contested order: several browsers named this order')]);
    shop.clock.pass(days(61));
    await look(shop.clock.now());
    expect((await shop.store.order('shop', 'O1'))?.contest).toBeNull();
    expect(await shop.states()).toMatchObject({ 'impact conversion 0': 'skipped', 'awin conversion 0': 'skipped' });
  });
});

describe('told on the first (release: browser)', () => {
  async function told(): Promise<Shop> {
    open = await openShop({ file: join(folder(), 'clickthread.db'), connections: [IMPACT, postback('awin', 'awc')] });
    await open.report(claim('one'));
    await open.relayed({ state: 'confirmed' });
    open.clock.pass(minutes(1));
    await open.report(claim('two', '112.00', 'awc'));
    return open;
  }

  test('a second credit raises an alert, and changes nothing that was told', async () => {
    const shop = await told();
    expect((await shop.store.order('shop', 'O1'))?.contest).toMatchObject({ kind: 'alert' });
    expect(await shop.states()).toEqual({ 'impact conversion 0': 'confirmed' });
  });

  test('a person who credits the second takes the first back, and tells the other network', async () => {
    const shop = await told();
    await rule(shop, 'visitor-two');
    expect(await shop.states()).toEqual({
      ...{ 'impact conversion 0': 'confirmed', 'impact reversal 1': 'due', 'awin conversion 0': 'due' },
    });
    await shop.relayed({ state: 'confirmed' });
    await shop.shop({ ...WORD, total: '100.00' });
    expect(await shop.of('modification')).toEqual([]);
    expect(await shop.states()).toMatchObject({ 'awin conversion 0': 'due' });
  });

  test('a person who credits the first, too, leaves all as it is', async () => {
    const shop = await told();
    await rule(shop, 'visitor-one');
    expect(await shop.states()).toEqual({ 'impact conversion 0': 'confirmed' });
    expect((await shop.store.order('shop', 'O1'))?.contest).toBeNull();
  });
});
