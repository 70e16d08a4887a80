import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { addOrder } from '../../../sandbox/vendors/cs-cart/shop.ts';
import type { SyncDeps } from '../../../collector/sync/sync.ts';
import { everyone, key, openWorld, told, type World } from './setup.ts';

/** A process that ends after so many requests: what it asks then is never answered, nothing is tidied up. */
function doomedProcess(world: World, requests: number): { deps: Partial<SyncDeps>; dead: Promise<void> } {
  let left = requests;
  let answered = 0;
  let die: () => void = () => undefined;
  const dead = new Promise<void>((resolve) => (die = resolve));
  /** What it was answered before, it has made use of. */
  const dieOnceUsed = async (): Promise<void> => {
    while (answered < requests) await nextTurn();
    for (let turn = 0; turn < 10; turn += 1) await nextTurn();
    die();
  };
  return {
    dead,
    deps: {
      owner: 'doomed',
      async send(request, limits) {
        if (left-- > 0) return world.deps.send(request, limits).finally(() => (answered += 1));
        void dieOnceUsed();
        return new Promise(() => undefined);
      },
    },
  };
}

describe('a synchronization whose process dies', () => {
  for (const requests of [2, 3, 5, 7, 9]) {
    it(`after ${requests} requests goes on from its last page, loses nothing and doubles nothing`, async () => {
      const world = await openWorld({ customers: 600, orders: 1_100 });
      const fresh = Array.from({ length: 5 }, () => addOrder(world.vendor.shop, { status: 'P', total: '2.00' }));
      await world.sync.test(world.connection);
      world.requests();
      const { deps, dead } = doomedProcess(world, requests);
      await Promise.race([world.engine(deps).synchronize(world.connection, 'start'), dead]);
      world.requests();
      const before = (await world.store.sync(key))?.checkpoint;
      expect(await world.sync.synchronize(world.connection, 'start')).toEqual({
        result: 'refused',
        reason: 'A synchronization is already in progress.',
      });
      world.pass(3 * 60_000);
      expect(await world.sync.synchronize(world.connection, 'hourly')).toMatchObject({ result: 'enabled' });
      const users = world
        .requests()
        .filter((line) => line.includes('/users?') && line.includes('sort_by=id&sort_order=asc'));
      // Only pages that were not stored before.
      expect(users).toHaveLength(before?.phase === 'orders' ? 0 : 3 - Math.ceil((before?.next ?? 0) / 250));
      expect(world.held()).toEqual(Array.from({ length: 1_105 }, (_, index) => index + 1));
      expect((await everyone(world.store)).filter(({ customerId }) => customerId !== '')).toHaveLength(600);
      expect(told(world.told)).toEqual(fresh.map(({ id }) => `${id} approved 200`));
    });
  }

  it('and that comes back to life cannot write over its successor', async () => {
    const world = await openWorld({ customers: 10, orders: 600 });
    await world.sync.test(world.connection);
    let wake: () => void = () => undefined;
    let asked = 0;
    const sleeper = world.engine({
      owner: 'sleeper',
      async send(request, limits) {
        const result = await world.deps.send(request, limits);
        asked += 1;
        if (asked === 4) await new Promise<void>((resolve) => (wake = resolve));
        return result;
      },
    });
    const sleeping = sleeper.synchronize(world.connection, 'start');
    while (asked < 4) await nextTurn();
    world.pass(3 * 60_000);
    expect(await world.sync.synchronize(world.connection, 'resync')).toMatchObject({ result: 'enabled' });
    wake();
    expect(await sleeping).toMatchObject({ result: 'stopped' });
    expect(await world.store.sync(key)).toMatchObject({ state: 'enabled', checkpoint: { phase: 'done' } });
  });

  it('between telling and remembering tells again, and loses nothing', async () => {
    const world = await openWorld({ orders: 3 });
    await world.settle();
    addOrder(world.vendor.shop, { status: 'P', total: '2.00' });
    world.pass(3_600_000);
    const cut = world.engine({
      store: {
        ...world.store,
        saveSync: (lease, page) =>
          page.told && page.told.length > 0
            ? Promise.reject(new Error('power cut'))
            : world.store.saveSync(lease, page),
        finishSync: () => Promise.reject(new Error('power cut')),
      },
    });
    await expect(cut.synchronize(world.connection, 'hourly')).rejects.toThrow('power cut');
    world.pass(3 * 60_000);
    await world.sync.synchronize(world.connection, 'hourly');
    expect(told(world.told)).toEqual(['4 approved 200', '4 approved 200']);
  });

  it('in an orderly way leaves its lease, so that the next process goes on at once', async () => {
    const world = await openWorld({ customers: 2_000, orders: 10 });
    await world.sync.test(world.connection);
    const stop = new AbortController();
    const sync = world.engine({ onProgress: (_, { phase }) => phase === 'customers' && stop.abort() });
    expect(await sync.synchronize(world.connection, 'start', { signal: stop.signal })).toMatchObject({
      result: 'stopped',
    });
    expect(await world.sync.synchronize(world.connection, 'hourly')).toMatchObject({ result: 'enabled' });
    expect(await everyone(world.store)).toHaveLength(2_000 + (await guests(world)));
  });
});

const guests = async (world: World): Promise<number> =>
  (await everyone(world.store)).filter(({ key: contact }) => String(contact).startsWith('g:')).length;
