import { describe, expect, it } from 'vitest';
import { addOrder, addUser, changeOrder, changeUser } from '../../../sandbox/vendors/cs-cart/shop.ts';
import { everyone, key, openWorld, told } from './setup.ts';

describe('the first run', () => {
  it('takes all customers and all orders, and tells none of the historical ones', async () => {
    const world = await openWorld({ customers: 700, orders: 1_300 });
    await world.sync.test(world.connection);
    const outcome = await world.sync.synchronize(world.connection, 'start');
    expect(outcome).toMatchObject({ result: 'enabled' });
    const people = await everyone(world.store);
    expect(people.filter(({ customerId }) => customerId !== '')).toHaveLength(700);
    expect(people.some(({ key: contact }) => String(contact).startsWith('g:'))).toBe(true);
    expect(people.find(({ customerId }) => customerId === '2')).toMatchObject({ email: 'customer2@shop.example' });
    expect(told(world.told)).toEqual([]);
    expect((await world.store.sync(key))?.state).toBe('enabled');
  });

  it('asks the same few questions, in a stable order', async () => {
    const world = await openWorld({ customers: 300, orders: 10 });
    await world.sync.test(world.connection);
    world.requests();
    await world.sync.synchronize(world.connection, 'start');
    expect(world.requests().slice(0, 4)).toEqual([
      'GET /api/2.0/statuses?type=O&items_per_page=100',
      'GET /api/2.0/users?user_type=C&sort_by=id&sort_order=asc&page=1&items_per_page=250',
      'GET /api/2.0/users?user_type=C&sort_by=id&sort_order=asc&page=2&items_per_page=245',
      'GET /api/2.0/orders?sort_by=order_id&sort_order=asc&page=1&items_per_page=250',
    ]);
  });

  it('tells an order that was placed between the connection and its first run', async () => {
    const world = await openWorld({ customers: 3, orders: 5 });
    addOrder(world.vendor.shop, { status: 'P', total: '19.95', email: 'new@mail.example' });
    await world.sync.test(world.connection);
    await world.sync.synchronize(world.connection, 'start');
    expect(told(world.told)).toEqual(['6 approved 1995']);
  });

  it('counts every customer and every order once, however pages overlap, and looks at no page of customers again', async () => {
    const world = await openWorld({ customers: 700, orders: 1_300 });
    await world.sync.test(world.connection);
    world.requests();
    const outcome = await world.sync.synchronize(world.connection, 'start');
    expect(outcome).toMatchObject({ result: 'enabled', progress: { customers: 700, orders: 1_300 } });
    const asked = world.requests();
    const lastOfOrders = asked.findLastIndex((request) => request.includes('sort_by=order_id'));
    expect(lastOfOrders).toBeGreaterThan(0);
    expect(asked.slice(lastOfOrders).filter((request) => request.includes('sort_by=id&sort_order=asc'))).toEqual([]);
  });

  it('takes who joins, signs in or orders while it reads, and counts whom it had read once', async () => {
    const world = await openWorld({ customers: 300, orders: 600 });
    await world.sync.test(world.connection);
    let lived = false;
    const sync = world.engine({
      onProgress(_, { phase, done }) {
        if (lived || phase !== 'orders' || done === 0) return;
        lived = true;
        const { shop } = world.vendor;
        const second = Math.floor(world.now() / 1000);
        changeUser(shop, 7, { firstname: 'Renamed', lastLogin: second });
        addUser(shop, { email: 'new@mail.example' });
        addOrder(shop, { status: 'P', total: '5.00', user: 7, email: 'customer7@shop.example' });
        changeOrder(shop, 3, { status: 'I' });
      },
    });
    const outcome = await sync.synchronize(world.connection, 'start');
    expect(outcome).toMatchObject({ result: 'enabled', progress: { customers: 301, orders: 601 } });
    const people = await everyone(world.store);
    expect(people.find(({ customerId }) => customerId === '7')).toMatchObject({ firstName: 'Renamed' });
    expect(people.some(({ email }) => email === 'new@mail.example')).toBe(true);
    expect(world.held()).toHaveLength(601);
    expect(told(world.told)).toEqual(['601 approved 500']);
  });

  it('goes through all customers, a page a run, from the run after it on', async () => {
    const world = await openWorld({ customers: 300, orders: 3 });
    await world.settle();
    // An administrator corrects a name: neither a new account nor a sign-in shows it.
    changeUser(world.vendor.shop, 250, { firstname: 'Corrected', lastLogin: 0 });
    await world.hourly();
    const people = await everyone(world.store);
    expect(people.find(({ customerId }) => customerId === '250')).toMatchObject({ firstName: 'Corrected' });
  });

  it('shows how far it is, with known totals, a rate and the time left', async () => {
    const world = await openWorld({ customers: 600, orders: 900 });
    const seen: string[] = [];
    const sync = world.engine({ onProgress: (_, { phase, done, total }) => seen.push(`${phase} ${done}/${total}`) });
    await sync.test(world.connection);
    await sync.synchronize(world.connection, 'start');
    expect(seen).toContain('customers 250/600');
    expect(seen).toContain('orders 900/900');
  });

  for (const trap of [
    { growPerList: 3 },
    { shrinkPerList: 1 },
    { growPerList: 2, shrinkPerList: 2 },
    { maxPerPage: 40 },
  ]) {
    it(`misses nothing that is still there when it ends, with ${JSON.stringify(trap)}`, async () => {
      const world = await openWorld({ customers: 60, orders: 1_200 });
      Object.assign(world.vendor.traps, trap);
      await world.sync.test(world.connection);
      expect(await world.sync.synchronize(world.connection, 'start')).toMatchObject({ result: 'enabled' });
      Object.assign(world.vendor.traps, { growPerList: 0, shrinkPerList: 0, maxPerPage: 1000 });
      await world.hourly();
      const { shop } = world.vendor;
      const alive = Array.from({ length: shop.nextOrder - 1 }, (_, index) => index + 1).filter(
        (id) => !shop.removed.has(id),
      );
      const held = new Set(world.held());
      expect(alive.filter((id) => !held.has(id))).toEqual([]);
    });
  }
});
