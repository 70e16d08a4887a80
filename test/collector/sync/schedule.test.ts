import { describe, expect, it } from 'vitest';
import { hookAddress, hookToken, isHookToken, registerHooks, unregisterHooks } from '../../../collector/sync/hooks.ts';
import type { ListConnection } from '../../../collector/lists/push-context.ts';
import { createSchedule } from '../../../collector/sync/schedule.ts';
import { addOrder, changeOrder } from '../../../sandbox/vendors/cs-cart/shop.ts';
import { HOUR, key, openWorld, seal, told, type World } from './setup.ts';

function scheduleOf(world: World, pushed: string[] = []) {
  const list = { site: 'shop', id: 'apifon', from: { id: 'cscart', listName: 'L', currency: 'EUR' } } as ListConnection;
  return createSchedule({
    sync: world.sync,
    store: world.store,
    sources: () => Promise.resolve([world.connection]),
    lists: () => Promise.resolve([list]),
    push({ id }) {
      pushed.push(id);
      return Promise.resolve({ result: 'done', reason: '', counts: {} as never, problems: [] });
    },
    clock: world.now,
  });
}

describe('the schedule', () => {
  it('resyncs every hour by itself, and the list follows', async () => {
    const world = await openWorld({ orders: 2 });
    await world.settle();
    const pushed: string[] = [];
    const schedule = scheduleOf(world, pushed);
    world.pass(HOUR - 1_000);
    await schedule.tick();
    await schedule.idle();
    expect(world.requests()).toEqual([]);
    addOrder(world.vendor.shop, { status: 'P', total: '4.00' });
    world.pass(2_000);
    await schedule.tick();
    await schedule.idle();
    expect(told(world.told)).toEqual(['3 approved 400']);
    expect(pushed).toEqual(['apifon']);
  });

  it('reads announced orders between the hours', async () => {
    const world = await openWorld({ orders: 2 });
    await world.settle();
    addOrder(world.vendor.shop, { status: 'P', total: '4.00' });
    await world.sync.announce(world.connection, '{"order_id":"3"}');
    const schedule = scheduleOf(world);
    await schedule.tick();
    await schedule.idle();
    expect(told(world.told)).toEqual(['3 approved 400']);
    changeOrder(world.vendor.shop, 3, { status: 'I' });
    world.pass(HOUR);
    await schedule.tick();
    await schedule.idle();
    expect(told(world.told)).toEqual(['3 approved 400', '3 cancelled 400']);
  });

  it('starts a run by hand at once, and says why it does not', async () => {
    const world = await openWorld({ orders: 2 });
    const schedule = scheduleOf(world);
    expect(await schedule.begin(world.connection, 'start')).toContain('Test the connection first');
    await world.sync.test(world.connection);
    expect(await schedule.begin(world.connection, 'start')).toBeUndefined();
    await schedule.idle();
    expect((await world.store.sync(key))?.state).toBe('enabled');
    await schedule.stop();
  });
});

describe('the address for hooks', () => {
  const connection = { site: 'shop', id: 'cscart', createdAt: 1 };

  it('can’t be guessed, and belongs to one connection', () => {
    const token = hookToken(connection, seal);
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(isHookToken(token, connection, seal)).toBe(true);
    for (const other of [
      { ...connection, site: 'b' },
      { ...connection, id: 'b' },
      { ...connection, createdAt: 2 },
    ]) {
      expect(isHookToken(token, other, seal)).toBe(false);
    }
    expect(isHookToken(undefined, connection, seal)).toBe(false);
  });

  it('is registered with the shop once a trigger, in place of an earlier one', async () => {
    const world = await openWorld();
    const address = hookAddress('https://t.shop.example', world.connection, seal);
    world.vendor.hooks.add({
      hook_url: 'https://t.shop.example/v1/hooks/cscart?site=shop&token=old',
      trigger_name: 'new_order',
    });
    world.vendor.hooks.add({ hook_url: 'https://hooks.example/other', trigger_name: 'new_order' });
    expect(await registerHooks(world.connection, address, world.deps)).toBeUndefined();
    expect(await registerHooks(world.connection, address, world.deps)).toBeUndefined();
    expect(world.vendor.hooks.list().map((hook) => `${hook.trigger_name} ${hook.hook_url}`)).toEqual([
      'new_order https://hooks.example/other',
      `new_order ${address}`,
      `order_paid ${address}`,
    ]);
  });

  it('is deleted there again, earlier tokens included, and nobody else’s hooks with it', async () => {
    const world = await openWorld();
    const address = hookAddress('https://t.shop.example', world.connection, seal);
    const others = [
      'https://t.shop.example/v1/hooks/cscart?site=other&token=abc',
      'https://t.shop.example/v1/hooks/cscart2?site=shop&token=abc',
      'https://hooks.example/v1/hooks/cscart?site=shop&token=abc',
    ];
    for (const hook_url of [...others, 'https://t.shop.example/v1/hooks/cscart?site=shop&token=old'])
      world.vendor.hooks.add({ hook_url, trigger_name: 'new_order' });
    await registerHooks(world.connection, address, world.deps);
    expect(await unregisterHooks(world.connection, address, world.deps)).toEqual({ removed: 2 });
    expect(world.vendor.hooks.list().map(({ hook_url }) => hook_url)).toEqual(others);
    expect(await unregisterHooks(world.connection, address, world.deps)).toEqual({ removed: 0 });
    world.vendor.traps.missing = ['view_zapier_hooks'];
    expect(await unregisterHooks(world.connection, address, world.deps)).toEqual({
      problem: expect.stringMatching(/could not be deleted.*403.*DELETE \/api\/2\.0\/zapier_hooks\/ID/s),
    });
  });

  it('is not needed: without the privilege the hourly runs go on, and the shop owner is told', async () => {
    const world = await openWorld();
    world.vendor.traps.missing = ['view_zapier_hooks'];
    expect(await registerHooks(world.connection, 'https://t.shop.example/x', world.deps)).toContain(
      'manage_zapier_hooks',
    );
  });
});
