import { describe, expect, it } from 'vitest';
import { editOrder, placeOrder, splitOrder } from '../../../sandbox/vendors/cs-cart/merchant.ts';
import { addOrder, changeOrder } from '../../../sandbox/vendors/cs-cart/shop.ts';
import { shopStatus } from '../../../sandbox/vendors/cs-cart/statuses.ts';
import { key, openWorld, told, type World } from './setup.ts';

const seconds = (world: World): number => Math.floor(world.now() / 1000);

describe('what orders do after the first run', () => {
  it('tells a new paid order whole, as the shop’s own report', async () => {
    const world = await openWorld({ customers: 2, orders: 3 });
    await world.settle();
    world.pass(60_000);
    addOrder(world.vendor.shop, {
      status: 'P',
      total: '45.80',
      user: 2,
      email: 'customer2@shop.example',
      products: [{ code: 'TEA', name: 'Tea', amount: 2, price: '22.90' }],
      coupons: ['SPRING'],
    });
    await world.hourly();
    expect(world.told).toMatchObject([
      {
        type: 'order',
        site: 'shop',
        reporter: 'shop',
        valid: {
          given: { status: true, items: true, placedAt: true },
          order: {
            orderId: '4',
            status: 'approved',
            total: 4580,
            currency: 'EUR',
            coupons: ['SPRING'],
            customerId: '2',
            items: [{ sku: 'TEA', name: 'Tea', quantity: 2, price: 2290 }],
            personal: { email: 'customer2@shop.example', country: 'US' },
          },
        },
      },
    ]);
  });

  it('never reads or passes on payment details', async () => {
    const world = await openWorld({ orders: 1 });
    await world.settle();
    addOrder(world.vendor.shop, { status: 'P' });
    await world.hourly();
    expect(JSON.stringify(world.told)).not.toMatch(/4242|card/i);
  });

  it('tells open, paid, changed and cancelled, each once', async () => {
    const world = await openWorld({ orders: 3 });
    await world.settle();
    addOrder(world.vendor.shop, { status: 'O', total: '10.00' });
    await world.hourly();
    await world.hourly();
    changeOrder(world.vendor.shop, 4, { status: 'P' });
    await world.hourly();
    changeOrder(world.vendor.shop, 4, { total: '8.00' });
    await world.hourly();
    changeOrder(world.vendor.shop, 4, { status: 'C' });
    await world.hourly();
    changeOrder(world.vendor.shop, 4, { status: 'I' });
    await world.hourly();
    await world.hourly();
    expect(told(world.told)).toEqual(['4 pending 1000', '4 approved 1000', '4 approved 800', '4 cancelled 800']);
  });

  it('tells a declined and a failed order as undone, for the browser may have reported it', async () => {
    const world = await openWorld({ orders: 1 });
    await world.settle();
    addOrder(world.vendor.shop, { status: 'D', total: '1.00' });
    addOrder(world.vendor.shop, { status: 'F', total: '2.00' });
    addOrder(world.vendor.shop, { status: 'N', total: '3.00' });
    await world.hourly();
    expect(told(world.told)).toEqual(['2 cancelled 100', '3 cancelled 200']);
  });

  it('keeps a historical order silent when it is cancelled, and corrects the list’s figures', async () => {
    const world = await openWorld();
    const rule = { now: world.now(), lapsedAfter: 1 };
    addOrder(world.vendor.shop, { status: 'P', total: '20.00', timestamp: seconds(world) - 86_400 });
    addOrder(world.vendor.shop, { status: 'C', total: '30.00', timestamp: seconds(world) - 86_400 });
    await world.settle();
    expect(await world.store.listMetrics(key, rule)).toMatchObject({ orders: 2, revenue: 5000 });
    changeOrder(world.vendor.shop, 1, { status: 'I' });
    await world.hourly();
    expect(world.told).toEqual([]);
    expect(await world.store.listMetrics(key, rule)).toMatchObject({ orders: 1, revenue: 3000 });
  });

  it('finds a change that happened while the first run was reading', async () => {
    const world = await openWorld({ orders: 400 });
    addOrder(world.vendor.shop, { status: 'O', total: '5.00' });
    await world.sync.test(world.connection);
    let changed = false;
    const sync = world.engine({
      onProgress(_, { phase }) {
        if (phase !== 'changes' || changed) return;
        changed = true;
        changeOrder(world.vendor.shop, 401, { status: 'P' });
      },
    });
    await sync.synchronize(world.connection, 'start');
    await world.hourly();
    expect(told(world.told).at(-1)).toBe('401 approved 500');
  });

  it('asks in proportion to what has changed', async () => {
    const world = await openWorld({ customers: 400, orders: 3_000 });
    await world.settle();
    await world.hourly();
    const quiet = world.requests().length;
    for (let id = 1; id <= 20; id++) addOrder(world.vendor.shop, { status: 'P' });
    await world.hourly();
    const busy = world.requests().length;
    expect(quiet).toBeLessThanOrEqual(8);
    expect(busy).toBe(quiet + 20);
  });

  it('asks for changes since a quarter of an hour before the last run', async () => {
    const world = await openWorld({ orders: 3 });
    await world.settle();
    const lastRun = seconds(world);
    await world.hourly();
    const since = world.requests().flatMap((line) => /updated_at_from=(\d+)/.exec(line)?.[1] ?? []);
    expect(Number(since[1])).toBeGreaterThanOrEqual(lastRun - 15 * 60 - 5);
    expect(Number(since[1])).toBeLessThanOrEqual(lastRun - 15 * 60);
  });
});

describe('looking further back', () => {
  it('finds what was changed before the last run, on request', async () => {
    const world = await openWorld({ orders: 2 });
    await world.settle();
    const before = world.now();
    const placed = seconds(world);
    world.pass(86_400_000);
    await world.hourly();
    addOrder(world.vendor.shop, { status: 'P', total: '6.00', timestamp: placed, updatedAt: placed });
    await world.hourly();
    expect(world.told).toEqual([]);
    await world.sync.synchronize(world.connection, 'resync', { since: before });
    expect(told(world.told)).toEqual(['3 approved 600']);
  });
});

describe('statuses', () => {
  it('learns a merchant’s own letters from their flags', async () => {
    const world = await openWorld({ orders: 1 });
    world.vendor.statuses.push(shopStatus('G', 'Packed', { payment_received: 'Y', inventory: 'D' }));
    world.vendor.statuses.push(shopStatus('H', 'Returned', { payment_received: 'N', inventory: 'I' }));
    await world.settle();
    addOrder(world.vendor.shop, { status: 'G', total: '1.00' });
    addOrder(world.vendor.shop, { status: 'H', total: '2.00' });
    await world.hourly();
    expect(told(world.told)).toEqual(['2 approved 100', '3 cancelled 200']);
  });

  it('gives stored orders a new meaning when the map changes, and tells those that are new enough', async () => {
    const world = await openWorld({ orders: 1 });
    world.vendor.statuses.push(shopStatus('E', 'On hold', { payment_received: 'N', inventory: 'D' }));
    await world.settle();
    addOrder(world.vendor.shop, { status: 'E', total: '7.00' });
    await world.hourly();
    world.connection.settings = { ...world.connection.settings, statusMap: { E: 'approved' } };
    await world.sync.edited(world.connection);
    world.pass(2 * 3_600_000);
    await world.sync.test(world.connection);
    await world.sync.synchronize(world.connection, 'start');
    expect(told(world.told)).toEqual(['2 pending 700', '2 approved 700']);
  });
});

describe('Multi-Vendor checkouts', () => {
  const parts = [
    { status: 'P', total: '10.00', company: 1 },
    { status: 'P', total: '5.50', company: 2 },
  ];

  it('are told as their parts by default, which know their checkout', async () => {
    const world = await openWorld({ orders: 1 });
    await world.settle();
    const { parent } = splitOrder(world.vendor, parts);
    await world.hourly();
    expect(told(world.told)).toEqual(['3 approved 1000', '4 approved 550']);
    expect(world.told[0]?.valid.order.custom).toEqual({ parentOrderId: String(parent.id) });
    // The page of the checkout knows its number alone: the first part answers to it, and only that.
    expect(world.told.map(({ aliases }) => aliases)).toEqual([[String(parent.id)], undefined]);
  });

  it('are told as one order under the checkout’s id where the owner says so', async () => {
    const world = await openWorld({ orders: 1 }, { orders: 'parent' });
    await world.settle();
    splitOrder(world.vendor, parts);
    await world.hourly();
    changeOrder(world.vendor.shop, 4, { status: 'I' });
    await world.hourly();
    changeOrder(world.vendor.shop, 3, { status: 'I' });
    await world.hourly();
    expect(told(world.told)).toEqual(['2 approved 1550', '2 approved 1000', '2 cancelled 1550']);
    expect(world.told.map(({ aliases }) => aliases)).toEqual(Array(3).fill(['3', '4']));
  });
});

describe('the shop’s hooks', () => {
  it('are a hint only: the order is read again through the API', async () => {
    const world = await openWorld({ orders: 1 });
    await world.settle();
    addOrder(world.vendor.shop, { status: 'P', total: '12.00' });
    const forged = JSON.stringify({ order_id: '2', total: '99999.00', status: 'P' });
    expect(await world.sync.announce(world.connection, forged)).toBe(1);
    expect(world.requests()).toEqual([]);
    await world.sync.readAnnounced(world.connection);
    expect(told(world.told)).toEqual(['2 approved 1200']);
    expect(world.requests()).toEqual(['GET /api/2.0/orders/2']);
    expect((await world.store.sync(key))?.state).toBe('enabled');
  });

  it('say nothing about orders that do not exist, and nothing in other bodies', async () => {
    const world = await openWorld({ orders: 1 });
    await world.settle();
    for (const body of ['', 'null', '{"order_id":"../users"}', '[1]', '{"order_id":{}}']) {
      expect(await world.sync.announce(world.connection, body)).toBe(0);
    }
    await world.sync.announce(world.connection, '{"order_id":"77"}');
    await world.sync.readAnnounced(world.connection);
    expect(world.told).toEqual([]);
    expect(await world.store.hints(key, 10)).toEqual([]);
  });

  it('are taken and forgotten while the connection is paused; what they spoke of is read when it goes on', async () => {
    const world = await openWorld({ orders: 1 });
    await world.settle();
    const { store, sync, connection } = world;
    const switched = { reason: '', now: world.now() };
    await store.changeSync(key, { from: ['enabled'], to: 'disabled', ...switched });
    for (let id = 2; id <= 20; id += 1) {
      addOrder(world.vendor.shop, { status: 'P', total: '12.00' });
      expect(await sync.announce(connection, JSON.stringify({ order_id: id }))).toBe(0);
    }
    expect(await store.hints(key, 100)).toEqual([]);
    await store.changeSync(key, { from: ['disabled'], to: 'tested', ...switched });
    world.pass(40 * 86_400_000);
    expect(await sync.synchronize(connection, 'start')).toMatchObject({ result: 'enabled', progress: { orders: 19 } });
    expect(world.told).toHaveLength(19);
  });

  it('of a split checkout lead to its parts', async () => {
    const world = await openWorld({ orders: 1 });
    await world.settle();
    const { parent } = splitOrder(world.vendor, [
      { status: 'P', total: '1.00' },
      { status: 'P', total: '2.00' },
    ]);
    await world.sync.announce(world.connection, JSON.stringify({ order_id: String(parent.id) }));
    await world.sync.readAnnounced(world.connection);
    expect(told(world.told)).toEqual(['3 approved 100', '4 approved 200']);
    expect(world.held()).toEqual([1, 3, 4]);
  });

  it('arrive for new and for paid orders, not for cancellations', async () => {
    const world = await openWorld({ orders: 1 });
    const fired: string[] = [];
    world.vendor.hooks.fire = (trigger, order) => {
      fired.push(`${trigger} ${order.id}`);
      return Promise.resolve([]);
    };
    await placeOrder(world.vendor, { status: 'O' });
    await editOrder(world.vendor, 2, { status: 'P' });
    await editOrder(world.vendor, 2, { status: 'C' });
    await editOrder(world.vendor, 2, { status: 'I' });
    expect(fired).toEqual(['new_order 2', 'order_paid 2']);
  });
});
