/** The part of the store's contract about orders that the shop has several names for: found by each, joined whole, each site apart. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Known, Wanted } from '../../../collector/store/ingest-store.ts';
import type { Stores } from '../../../collector/store/store.ts';
import type { EngineUnderTest } from './contract.ts';
import { changes, delivery, NOON, nothingWanted, storedOrder, write } from './rows.ts';

const DAY = { site: 'shop', since: 0, until: NOON + 86_400_000 };

export function aliasContract(engine: EngineUnderTest): void {
  let store: Stores;
  beforeEach(async () => {
    engine.clock.set(NOON);
    store = await engine.open();
  });
  afterEach(() => store.close());

  const look = (wanted: Partial<Wanted>): Promise<Known> =>
    store.transact({ ...nothingWanted(), ...wanted }, (known) => ({ changes: changes(), result: known }));
  const alias = (name: string, orderId: string | null, site = 'shop') => ({ site, alias: name, orderId });
  const ordersFound = async (): Promise<number> =>
    (await store.saleSums(DAY)).reduce((sum, { orders }) => sum + orders, 0);

  test('an order is found by its number before all, by its names, and by nobody’s', async () => {
    await write(store, {
      orders: [storedOrder('O1'), storedOrder('O2')],
      aliases: [alias('47', 'O1'), alias('48', 'O1'), alias('O2', 'O1')],
    });
    for (const name of ['O1', '47', '48']) expect((await store.order('shop', name))?.order.orderId, name).toBe('O1');
    expect((await store.order('shop', 'O2'))?.order.orderId).toBe('O2');
    expect(await store.order('shop', '49')).toBeUndefined();
    expect(await store.order('other', '47')).toBeUndefined();
    expect(await store.sitesOfOrder('47')).toEqual(['shop']);
    expect(await store.orderIdsBy('shop', { by: 'id', beginsWith: '4' }, 10)).toEqual(['O1']);
    expect(await store.orderIdsBy('shop', { by: 'id', beginsWith: 'O' }, 10)).toEqual(['O1', 'O2']);
    expect(await store.orderIdsBy('other', { by: 'id', beginsWith: '4' }, 10)).toEqual([]);
  });

  test('names are listed, given to another order and taken away; the last word on each stands', async () => {
    await write(store, {
      orders: [storedOrder('O1'), storedOrder('O2')],
      aliases: [alias('b', 'O1'), alias('a', 'O1')],
    });
    const list = () =>
      store.aliasesOf([
        { site: 'shop', orderId: 'O1' },
        { site: 'shop', orderId: 'O2' },
        { site: 'other', orderId: 'O1' },
      ]);
    expect(await list()).toEqual([
      { site: 'shop', orderId: 'O1', alias: 'a' },
      { site: 'shop', orderId: 'O1', alias: 'b' },
    ]);
    await write(store, { aliases: [alias('a', null), alias('b', null), alias('b', 'O2')] });
    expect(await list()).toEqual([{ site: 'shop', orderId: 'O2', alias: 'b' }]);
    expect(await store.aliasesOf([])).toEqual([]);
  });

  test('a transaction that wants a name hears of its order, with all that deciding takes', async () => {
    const due = delivery();
    await write(store, { orders: [storedOrder('O1')], deliveries: [due], aliases: [alias('47', 'O1')] });
    const known = await look({ orders: [{ site: 'shop', orderId: '47' }] });
    expect([...known.aliases]).toEqual([['shop\n47', 'O1']]);
    expect([...known.orders.keys()]).toEqual(['shop\nO1']);
    expect(known.deliveries.get('shop\nO1')).toEqual([due]);
    expect((await look({ orders: [{ site: 'other', orderId: '47' }] })).orders.size).toBe(0);
  });

  test('reports are listed by any of the order’s names', async () => {
    await write(store, { orders: [storedOrder('O1')], deliveries: [delivery()], aliases: [alias('47', 'O1')] });
    for (const orderId of ['O1', '47']) {
      expect(await store.deliveries({ orderId })).toHaveLength(1);
      expect(await store.deliveries({ orderId, site: 'shop' })).toHaveLength(1);
      expect(await store.deliveries({ orderId, site: 'other' })).toEqual([]);
    }
  });

  test('an order that goes on under another number leaves nothing under the first', async () => {
    const marks = { visitor: 'm1' };
    const old = storedOrder('47', { emailHash: 'hash-2' });
    old.words.heard[0]!.marks = marks;
    const due = delivery({ orderId: '47' });
    await write(store, {
      orders: [{ ...old, emailHash: 'hash-1' }],
      deliveries: [due],
      aliases: [alias('k', '47')],
      events: [{ site: 'shop', orderId: '47', at: NOON, type: 'reported', text: 'reported' }],
      sightings: [{ site: 'shop', mark: 'm1', orderId: '47', at: NOON }],
    });
    await write(store, { orders: [old] });
    const fresh = storedOrder('O1', { words: old.words, emailHash: 'hash-2', receivedAt: old.receivedAt });
    await write(store, {
      joins: [{ site: 'shop', from: '47', into: 'O1', marks: ['m1'] }],
      orders: [fresh],
      deliveries: [{ ...due, orderId: 'O1', report: { ...due.report, order: fresh.order } }],
      aliases: [alias('47', 'O1')],
    });
    expect((await store.findOrders({ site: 'shop' })).map(({ order }) => order.orderId)).toEqual(['O1']);
    expect((await store.deliveriesOf('shop', 'O1')).map(({ id }) => id)).toEqual([due.id]);
    expect(await store.deliveriesOf('shop', '47')).toEqual([]);
    expect((await store.eventsOf('shop', 'O1')).map(({ text }) => text)).toEqual(['reported']);
    expect(await store.eventsOf('shop', '47')).toEqual([]);
    expect((await store.aliasesOf([{ site: 'shop', orderId: 'O1' }])).map((one) => one.alias)).toEqual(['47', 'k']);
    const known = await look({ sightings: [{ site: 'shop', mark: 'm1' }] });
    expect(known.sightings.get('shop\nm1')).toEqual({ orders: 1, unconfirmed: ['O1'] });
    expect(await ordersFound()).toBe(1);
  });

  test('two that are one are counted once, and the other site’s of that number stays', async () => {
    await write(store, {
      orders: [storedOrder('O1'), storedOrder('47'), storedOrder('47', { site: 'other' })],
      deliveries: [delivery(), delivery({ orderId: '47' }), delivery({ orderId: '47', site: 'other' })],
      pending: [{ site: 'shop', orderId: '47', at: NOON, patch: '{}' }],
    });
    expect(await ordersFound()).toBe(2);
    await write(store, { joins: [{ site: 'shop', from: '47', into: 'O1', marks: [] }], orders: [storedOrder('O1')] });
    expect(await ordersFound()).toBe(1);
    expect(await store.deliveriesOf('shop', '47')).toEqual([]);
    expect(await store.deliveriesOf('shop', 'O1')).toHaveLength(1);
    expect(await store.deliveriesOf('other', '47')).toHaveLength(1);
    expect(await store.order('other', '47')).toBeDefined();
    expect(await store.pendingChanges('shop', 'O1')).toHaveLength(1);
  });

  test('two replicas that say the same in one moment agree', async () => {
    const other = await engine.openAgain();
    await write(store, { orders: [storedOrder('47')], aliases: [alias('k', '47')] });
    const wanted = { ...nothingWanted(), orders: ['k', '47', 'O1'].map((orderId) => ({ site: 'shop', orderId })) };
    const say = (one: Stores) =>
      one.transact(wanted, (known) => {
        const number = known.aliases.get('shop\nk') ?? 'none';
        const isOpen = known.orders.has('shop\n47');
        const join = { site: 'shop', from: '47', into: 'O1', marks: [] };
        const joined = isOpen ? { joins: [join], orders: [storedOrder('O1')], aliases: [alias('47', 'O1')] } : {};
        return { changes: changes(joined), result: number };
      });
    const heard = await Promise.all([say(store), say(other)]);
    expect(heard.toSorted()).toEqual(['47', 'O1']);
    expect(await ordersFound()).toBe(1);
    await other.close();
  });
}
