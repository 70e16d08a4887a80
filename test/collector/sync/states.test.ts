import { createCatalogue } from '../../../collector/catalogue.ts';
import { describe, expect, it } from 'vitest';
import { MASK } from '../../../collector/kit/validate-settings.ts';
import csCart from '../../../collector/sources/cs-cart/index.ts';
import { followSwitches } from '../../../collector/configuration/follow-switches.ts';
import { editProblems } from '../../../collector/configuration/removal.ts';
import { afterTest, allowedActions, isDue, actionRefusal } from '../../../collector/model/sync-state.ts';
import { HOUR, key, NOON, openWorld } from './setup.ts';

describe('the states of a connection', () => {
  it('allow what the founding document allows', () => {
    expect(allowedActions('enabled')).toContain('resync');
    expect(allowedActions('failed')).toContain('resync');
    expect(actionRefusal('syncing', 'resync')).toBe('A synchronization is already in progress.');
    expect(actionRefusal('disabled', 'resync')).toContain('disabled');
    expect(actionRefusal('syncing', 'edit')).toContain('cannot be edited');
    expect(actionRefusal('untested', 'start')).toContain('Test the connection first');
  });

  it('only lose their standing by a failed test while nothing is synchronized', () => {
    expect(afterTest('untested', true)).toBe('tested');
    expect(afterTest('tested', false)).toBe('untested');
    expect(afterTest('enabled', false)).toBe('enabled');
  });

  it('become due an hour after the last run, at once after a crash, and never by themselves after a lasting failure', () => {
    const row = { state: 'enabled' as const, temporary: false, endedAt: NOON, leaseUntil: 0 };
    expect(isDue(row, NOON + HOUR - 1)).toBe(false);
    expect(isDue(row, NOON + HOUR)).toBe(true);
    expect(isDue({ ...row, state: 'syncing' }, NOON)).toBe(true);
    expect(isDue({ ...row, state: 'syncing', leaseUntil: NOON + 1 }, NOON)).toBe(false);
    expect(isDue({ ...row, state: 'failed' }, NOON + HOUR)).toBe(false);
    expect(isDue({ ...row, state: 'failed', temporary: true }, NOON + HOUR)).toBe(true);
    expect(isDue({ ...row, state: 'disabled' }, NOON + HOUR)).toBe(false);
  });
});

describe('editing', () => {
  const before = { listName: 'List', url: 'https://shop.example/store', apiKey: MASK, adminEmail: 'a@shop.example' };

  it('keeps list name and address, and says what to do instead', () => {
    const after = { ...before, listName: 'Other', url: 'https://other.example/store' };
    expect(editProblems(csCart, { before, after, state: 'enabled' }).map(({ field }) => field)).toEqual([
      'listName',
      'url',
    ]);
  });

  it('lets the address gain https and lose a slash, and the key change', () => {
    const http = { ...before, url: 'http://shop.example/store/' };
    expect(editProblems(csCart, { before: http, after: { ...before, apiKey: 'new' }, state: 'failed' })).toEqual([]);
  });

  it('is refused while syncing', () => {
    expect(editProblems(csCart, { before, after: before, state: 'syncing' })).toHaveLength(1);
  });
});

describe('a connection in use', () => {
  it('starts only after a test, and resyncs only after a first run', async () => {
    const world = await openWorld({ orders: 2 });
    const { sync, connection } = world;
    expect(await sync.synchronize(connection, 'start')).toMatchObject({ result: 'refused' });
    expect(await sync.test(connection)).toMatchObject({ ok: true, state: 'tested' });
    expect(await sync.synchronize(connection, 'resync')).toMatchObject({ result: 'refused' });
    expect(await sync.synchronize(connection, 'start')).toMatchObject({ result: 'enabled' });
    expect(await sync.synchronize(connection, 'resync')).toMatchObject({ result: 'enabled' });
  });

  it('needs a new test after any changed setting, whoever changed it, and keeps its history', async () => {
    const world = await openWorld({ orders: 2 });
    const { sync, connection } = world;
    await world.settle();
    connection.settings = { ...connection.settings, perSecond: 3 };
    expect(await sync.synchronize(connection, 'resync')).toMatchObject({
      result: 'refused',
      reason: expect.stringContaining('Test') as string,
    });
    await sync.test(connection);
    world.requests();
    expect(await sync.synchronize(connection, 'start')).toMatchObject({ result: 'enabled' });
    expect(
      world.requests().filter((line) => line.includes('sort_by=order_id') && !line.includes('updated_at')),
    ).toEqual([]);
  });

  it('may be disabled while it runs: the run stops, and nothing more is written', async () => {
    const world = await openWorld({ customers: 900, orders: 10 });
    const { connection } = world;
    const switchTo = (enabled: boolean) =>
      followSwitches([{ site: 'shop', id: 'cscart', type: 'cs-cart', config: JSON.stringify({ enabled }) }], {
        store: world.store,
        catalogue: createCatalogue(),
        now: world.now(),
      });
    const sync = world.engine({
      onProgress(_, { phase, done }) {
        if (phase === 'customers' && done > 0) void switchTo(false);
      },
    });
    await sync.test(connection);
    expect(await sync.synchronize(connection, 'start')).toMatchObject({ result: 'stopped' });
    expect((await world.store.sync(key))?.state).toBe('disabled');
    expect(world.held()).toEqual([]);
    expect(await sync.synchronize(connection, 'hourly')).toMatchObject({ result: 'refused' });
    await switchTo(true);
    expect((await world.store.sync(key))?.state).toBe('tested');
  });

  it('is run by one engine at a time', async () => {
    const world = await openWorld({ customers: 300, orders: 10 });
    await world.sync.test(world.connection);
    const both = [world.sync, world.engine()].map((sync) => sync.synchronize(world.connection, 'start'));
    const results = (await Promise.all(both)).map(({ result }) => result).sort();
    expect(results).toEqual(['enabled', 'refused']);
  });

  it('leaves nothing behind when it is removed', async () => {
    const world = await openWorld({ customers: 3, orders: 2 });
    await world.settle();
    await world.sync.remove(key);
    expect(await world.store.sync(key)).toBeUndefined();
    expect(world.held()).toEqual([]);
    expect(await world.store.listMetrics(key, { now: NOON, lapsedAfter: 1 })).toMatchObject({ contacts: 0 });
  });
});
