/** The part of the store's contract about lanes: who may tell a connection's reports, and what the fence keeps from who may not any more. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Stores } from '../../../collector/store/store.ts';
import { until } from '../../harness/until.ts';
import type { EngineUnderTest } from './contract.ts';
import { claimAll, delivery, NOON, settlement, write } from './rows.ts';

export function laneContract(engine: EngineUnderTest): void {
  let store: Stores;
  beforeEach(async () => {
    engine.clock.set(NOON);
    store = await engine.open();
  });
  afterEach(() => store.close());
  const namesOf = (lanes: { name: string }[]): string[] => lanes.map(({ name }) => name).toSorted();

  test('a lane is held by whoever asked, under one fence for as long as it is kept', async () => {
    const [taken, ...others] = await store.takeLanes('a', ['shop/impact']);
    expect(others).toEqual([]);
    expect(taken).toMatchObject({ name: 'shop/impact', owner: 'a' });
    expect(taken!.lasts).toBeGreaterThan(1000);
    expect(await store.takeLanes('a', ['shop/impact'])).toEqual([taken]);
    expect(namesOf(await store.takeLanes('a', ['shop/awin', 'shop/cj']))).toEqual(['shop/awin', 'shop/cj']);
    expect(namesOf(await store.keepLanes('a'))).toEqual(['shop/awin', 'shop/cj', 'shop/impact']);
    expect(await store.keepLanes('b')).toEqual([]);
    expect(await store.takeLanes('a', [])).toEqual([]);
  });

  test('one that is given back goes to the next, with a higher fence', async () => {
    const [first] = await store.takeLanes('a', ['shop/impact', 'shop/awin']);
    await store.leaveLanes('b', ['shop/impact']);
    expect(namesOf(await store.keepLanes('a'))).toEqual(['shop/awin', 'shop/impact']);
    await store.leaveLanes('a', [first!.name]);
    expect(await store.keepLanes('a')).toHaveLength(1);
    const [second] = await store.takeLanes('b', [first!.name]);
    expect(second!.fence).toBeGreaterThan(first!.fence);
    await store.leaveLanes('b', [first!.name]);
    expect((await store.takeLanes('a', [first!.name]))[0]!.fence).toBeGreaterThan(second!.fence);
  });

  test('by an old token nothing is claimed; what was claimed by it before may still be settled', async () => {
    const due = ['O1', 'O2'].map((orderId) => delivery({ orderId }));
    const asked = delivery({ orderId: 'O3', state: 'delivered', nextAt: null, reference: 'r', confirmAt: NOON });
    await write(store, { deliveries: [...due, asked] });
    const [old] = await store.takeLanes('a', ['shop/impact']);
    const [claimed] = await claimAll(store, NOON, { limit: 1, lane: old });
    await store.leaveLanes('a', ['shop/impact']);
    const [lane] = await store.takeLanes('b', ['shop/impact']);
    const confirm = { site: 'shop', connection: 'impact', now: NOON, leaseMs: 1000, limit: 9 };
    expect(await claimAll(store, NOON, { lane: old })).toEqual([]);
    expect(await store.claimConfirm({ ...confirm, lane: old })).toEqual([]);
    expect(await claimAll(store, NOON, { lane: { ...lane!, owner: 'a' } })).toEqual([]);
    await store.settle([settlement(claimed!, { state: 'delivered', reason: 'told', nextAt: null })], NOON);
    expect((await store.deliveries({ states: ['delivered'] })).map(({ reason }) => reason)).toContain('told');
    expect((await claimAll(store, NOON, { lane })).map(({ delivery: { orderId } }) => orderId)).toEqual(['O2']);
    expect(await store.claimConfirm({ ...confirm, lane })).toHaveLength(1);
  });

  test('how long a vendor asked to be left alone is known to whoever asks, of that connection alone; a shorter wish does not end a longer one', async () => {
    expect(await store.pausedFor('shop', 'impact')).toBe(0);
    await store.notePause('shop', 'impact', 600_000);
    await store.notePause('shop', 'impact', 1000);
    const left = await store.pausedFor('shop', 'impact');
    expect(left).toBeLessThanOrEqual(600_000);
    expect(left).toBeGreaterThan(500_000);
    expect(await store.pausedFor('shop', 'awin')).toBe(0);
    expect(await store.pausedFor('other', 'impact')).toBe(0);
    await store.notePause('shop', 'awin', 0);
    expect(await store.pausedFor('shop', 'awin')).toBe(0);
  });

  test('what is told of a lane another process hears until it ends that, where another one could hold it', async () => {
    const other = await engine.openAgain();
    const heard: string[] = [];
    const end = await other.hearDue(({ site, connection }) => heard.push(`${site}/${connection}`));
    const [lane] = await store.takeLanes('a', ['shop/impact']);
    const isShared = lane!.lasts !== Infinity;
    await store.tellDue([{ site: 'shop', connection: 'impact' }]);
    if (isShared) await until(() => heard.length > 0, { what: 'it to be heard' });
    await end();
    await store.tellDue([{ site: 'shop', connection: 'awin' }]);
    expect(heard).toEqual(isShared ? ['shop/impact'] : []);
    await other.close();
  });

  test('what may be on its way is counted, whoever leased it, until its lease ends', async () => {
    const asked = delivery({ orderId: 'O4', state: 'delivered', nextAt: null, reference: 'r', confirmAt: NOON });
    const due = [1, 2, 3].map((n) => delivery({ orderId: `O${n}` }));
    await write(store, { deliveries: [...due, asked, delivery({ connection: 'awin' })] });
    expect(await store.leasedNow('shop', 'impact', NOON)).toBe(0);
    await claimAll(store, NOON, { limit: 2, leaseMs: 60_000 });
    await store.claimConfirm({ site: 'shop', connection: 'impact', now: NOON, leaseMs: 30_000, limit: 9 });
    expect(await store.leasedNow('shop', 'impact', NOON + 1000)).toBe(3);
    expect(await store.leasedNow('shop', 'impact', NOON + 30_000)).toBe(2);
    expect(await store.leasedNow('shop', 'impact', NOON + 60_000)).toBe(0);
    expect(await store.leasedNow('shop', 'awin', NOON)).toBe(0);
  });
}
