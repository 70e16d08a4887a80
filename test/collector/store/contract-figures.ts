/** The part of the store's contract about lists and totals: what is added up is what is stored, whatever happened to an order since. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { minutes } from '../../../collector/lib/duration.ts';
import type { Order } from '../../../collector/model/order.ts';
import type { StoredOrder } from '../../../collector/model/stored-order.ts';
import { REMEMBERED_COMPARISONS } from '../../../collector/model/upkeep/comparison.ts';
import type { Stores } from '../../../collector/store/store.ts';
import type { EngineUnderTest } from './contract.ts';
import { delivery, NOON, storedOrder, write } from './rows.ts';

const QUARTER = minutes(15);

const order = (id: string, more: Partial<Order> = {}, row: Partial<StoredOrder> = {}): StoredOrder => {
  const stored = storedOrder(id, row);
  return { ...stored, order: { ...stored.order, ...more } };
};
const wonBy = (connection: string): Partial<StoredOrder> => ({
  attribution: {
    winner: { connection, param: 'irclickid', value: 'abc', at: NOON },
    ...{ rule: 'last-touch', rulesVersion: 1, decidedAt: NOON },
    touches: [{ param: 'irclickid', value: 'abc"d', at: NOON, kind: 'partner', connection, reason: '', source: '' }],
  },
});

export function figuresContract(engine: EngineUnderTest): void {
  let store: Stores;
  beforeEach(async () => {
    engine.clock.set(NOON);
    store = await engine.open();
  });
  afterEach(() => store.close());
  const sums = (since = NOON, until = NOON + QUARTER, site = 'shop') => store.saleSums({ site, since, until });

  test('of comparisons the newest of each connection are remembered', async () => {
    const made = (n: number, connection = 'impact') => ({
      ...{ site: 'shop', connection, id: `id-${String(n).padStart(2, '0')}`, at: NOON + n, actor: 'Ana' },
      ...{ summary: `{"rows":${n}}`, differences: '[]' },
    });
    for (let n = 1; n <= REMEMBERED_COMPARISONS + 2; n += 1) await store.keepComparison(made(n));
    await store.keepComparison(made(1, 'other'));
    const { differences: _long, ...newest } = made(REMEMBERED_COMPARISONS + 2);
    const listed = await store.comparisons('shop', 'impact');
    expect([listed.length, listed[0], listed.at(-1)!.id]).toEqual([REMEMBERED_COMPARISONS, newest, 'id-03']);
    expect(await store.comparison({ site: 'shop', connection: 'impact', id: 'id-03' })).toEqual(made(3));
    expect(await store.comparison({ site: 'shop', connection: 'impact', id: 'id-02' })).toBeUndefined();
    expect(await store.comparison({ site: 'elsewhere', connection: 'other', id: 'id-01' })).toBeUndefined();
    expect(await store.comparisons('shop', 'other')).toHaveLength(1);
  });

  describe('sales', () => {
    test('are added up by partner, currency and status', async () => {
      await write(store, {
        orders: [
          order('O1', { isNewCustomer: true }, wonBy('impact')),
          order('O2', { total: 800, isNewCustomer: false }, wonBy('impact')),
          order('O3', { total: 5 }),
          order('O4', { total: 7, currency: 'EUR' }),
          order('O5', { status: 'refunded' }, wonBy('impact')),
          order('O6', {}, { site: 'other' }),
        ],
      });
      const of = { orders: 1, newcomers: 0, regulars: 0, currency: 'USD', status: 'approved' };
      const found = await sums();
      expect(found).toHaveLength(4);
      expect(found).toEqual(
        expect.arrayContaining([
          { ...of, partner: 'impact', orders: 2, total: 12000, newcomers: 1, regulars: 1 },
          { ...of, partner: null, total: 5 },
          { ...of, partner: null, total: 7, currency: 'EUR' },
          { ...of, partner: 'impact', total: 11200, status: 'refunded' },
        ]),
      );
    });

    test('follow every change of an order, and count it once however often it is written', async () => {
      await write(store, { orders: [order('O1')] });
      await write(store, { orders: [order('O1', { total: 900 })] });
      await write(store, { orders: [order('O1', { total: 900, status: 'refunded' }, wonBy('impact'))] });
      await write(store, { orders: [order('O1', { total: 900, status: 'refunded' }, wonBy('impact'))] });
      expect(await sums()).toMatchObject([{ partner: 'impact', status: 'refunded', orders: 1, total: 900 }]);
    });

    test('belong to the quarter of an hour in which the order was first heard of', async () => {
      const at = (receivedAt: number, id: string): StoredOrder => order(id, {}, { receivedAt });
      await write(store, {
        orders: [at(NOON - 1, 'O1'), at(NOON, 'O2'), at(NOON + QUARTER - 1, 'O3'), at(NOON + QUARTER, 'O4')],
      });
      expect(await sums()).toMatchObject([{ orders: 2 }]);
      expect(await sums(NOON - QUARTER, NOON + 2 * QUARTER)).toMatchObject([{ orders: 4 }]);
      expect(await sums(NOON, NOON)).toEqual([]);
    });

    test('of any period are those of its quarters of an hour, wherever it begins and ends', async () => {
      const midnight = NOON - 12 * 4 * QUARTER;
      const every = Array.from({ length: 3 * 96 }, (_, n) => midnight + n * QUARTER);
      await write(store, {
        orders: every.map((receivedAt, n) => order(`O${n}`, { total: 1 << (n % 8) }, { receivedAt })),
      });
      await write(store, { orders: [order('O100', { total: 5, status: 'refunded' }, { receivedAt: every[100]! })] });
      for (const [from, to] of [
        ...[
          [0, 96],
          [0, 288],
          [1, 2],
          [23, 25],
          [24, 48],
          [8, 104],
          [90, 97],
          [95, 96],
          [24, 24],
          [5, 283],
        ],
        ...[
          [100, 101],
          [96, 120],
          [99, 200],
        ],
      ] as [number, number][]) {
        const found = await sums(midnight + from * QUARTER, midnight + to * QUARTER);
        const stands = every.map((_, n) => n).filter((n) => n >= from && n < to && n !== 100);
        const total = stands.reduce((all, n) => all + (1 << (n % 8)), 0);
        const refunded = from <= 100 && 100 < to ? 1 : 0;
        const of = (status: string) => found.filter((one) => one.status === status);
        expect({ from, to, sums: of('approved').map((one) => [one.orders, one.total]) }).toEqual({
          ...{ from, to, sums: stands.length === 0 ? [] : [[stands.length, total]] },
        });
        expect(of('refunded').map((one) => [one.orders, one.total])).toEqual(refunded ? [[1, 5]] : []);
      }
    });
  });

  describe('orders', () => {
    const ids = async (more: object = {}): Promise<string[]> =>
      (await store.orderList({ site: 'shop', since: 0, until: NOON * 2, limit: 10, ...more })).map(
        ({ order: { orderId } }) => orderId,
      );
    beforeEach(() =>
      write(store, {
        orders: [
          order('A1', {}, { receivedAt: NOON - 2 }),
          order('A2', { total: 5, status: 'pending' }, { receivedAt: NOON - 1, ...wonBy('impact') }),
          order('B1', {}, { receivedAt: NOON, emailHash: 'hash-of-jane', visitor: 'visitor-2' }),
          order('C1', {}, { site: 'other' }),
        ],
        deliveries: [
          delivery({ orderId: 'A1', state: 'held', updatedAt: NOON }),
          delivery({ orderId: 'A2', state: 'held', updatedAt: NOON + 1 }),
          delivery({ orderId: 'B1', connection: 'awin', state: 'delivered' }),
        ],
        identities: [{ site: 'shop', key: 'c:jane', visitor: 'visitor-2', at: NOON }],
        sightings: [{ site: 'shop', mark: 'mark-1', orderId: 'A1', at: NOON }],
      }),
    );

    test('are listed newest first, by time, partner, status and amount', async () => {
      expect(await ids()).toEqual(['B1', 'A2', 'A1']);
      expect(await ids({ limit: 1 })).toEqual(['B1']);
      expect(await ids({ until: NOON })).toEqual(['A2', 'A1']);
      expect(await ids({ since: NOON })).toEqual(['B1']);
      expect(await ids({ partner: 'impact' })).toEqual(['A2']);
      expect(await ids({ partner: null })).toEqual(['B1', 'A1']);
      expect(await ids({ status: 'pending' })).toEqual(['A2']);
      expect(await ids({ totals: [4, 5] })).toEqual(['A2']);
      expect(await ids({ contested: true })).toEqual([]);
    });

    test.each([
      [{ by: 'id', beginsWith: 'A' }, ['A1', 'A2']],
      [{ by: 'id', beginsWith: '%' }, []],
      [{ by: 'email', hash: 'hash-of-jane' }, ['B1']],
      [{ by: 'customer', id: 'jane' }, ['B1']],
      [{ by: 'mark', marks: ['mark-1', 'mark-2'] }, ['A1']],
      [{ by: 'click', value: 'abc"d', among: 100 }, ['A2']],
      [{ by: 'click', value: 'abc', among: 100 }, ['A2']],
      [{ by: 'click', value: 'abc"d', among: 1 }, []],
      [{ by: 'state', states: ['held'] }, ['A2', 'A1']],
      [{ by: 'state', states: ['rejected', 'delivered'] }, ['B1']],
    ] as const)('are found by %o', async (clue, found) => {
      expect(await store.orderIdsBy('shop', clue, 10)).toEqual(found);
    });

    test('that are stuck are counted by connection, state and reason, the largest first', async () => {
      await write(store, {
        deliveries: [
          delivery({ orderId: 'A1', connection: 'awin', state: 'rejected', reason: 'no', updatedAt: NOON + 7 }),
          delivery({ orderId: 'A2', connection: 'awin', state: 'by_hand', reason: 'tell it there' }),
        ],
      });
      expect(await store.stuckGroups()).toEqual([
        { site: 'shop', connection: 'impact', state: 'held', reason: 'ready to be sent', count: 2, at: NOON + 1 },
        { site: 'shop', connection: 'awin', state: 'rejected', reason: 'no', count: 1, at: NOON + 7 },
        { site: 'shop', connection: 'awin', state: 'by_hand', reason: 'tell it there', count: 1, at: NOON },
      ]);
    });

    test('that are owed are counted by connection and state, with the oldest and the next of them', async () => {
      await write(store, {
        deliveries: [
          delivery({ orderId: 'A1', connection: 'awin', createdAt: NOON + 3, nextAt: NOON + 9 }),
          delivery({ orderId: 'A2', connection: 'awin', createdAt: NOON + 5, nextAt: NOON + 7 }),
          delivery({ orderId: 'A3', connection: 'awin', state: 'waiting', createdAt: NOON + 2, nextAt: null }),
          delivery({ orderId: 'A4', connection: 'awin', state: 'confirmed', createdAt: NOON - 9 }),
        ],
      });
      expect((await store.queuedGroups()).filter(({ connection }) => connection === 'awin')).toEqual([
        { site: 'shop', connection: 'awin', state: 'due', count: 2, oldestAt: NOON + 3, nextAt: NOON + 7 },
        { site: 'shop', connection: 'awin', state: 'waiting', count: 1, oldestAt: NOON + 2, nextAt: null },
      ]);
    });

    test('tell the states of their reports', async () => {
      expect(await store.deliveryStates('shop', 'B1')).toEqual([{ connection: 'awin', state: 'delivered' }]);
    });
  });
}
