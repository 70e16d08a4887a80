/** The part of the store's contract about what is recorded: touches, orders, their story, and all of it or nothing. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../../collector/store/store.ts';
import type { EngineUnderTest } from './contract.ts';
import { attempt, changes, delivery, NOON, nothingWanted, storedOrder, touch, write } from './rows.ts';

export function recordContract(engine: EngineUnderTest): void {
  let store: Store;
  beforeEach(async () => {
    engine.clock.set(NOON);
    store = await engine.open();
  });
  afterEach(() => store.close());

  describe('a transaction', () => {
    test('leaves nothing behind when its decision throws', async () => {
      const refused = store.transact(nothingWanted(), () => {
        throw new Error('no decision');
      });
      await expect(refused).rejects.toThrow('no decision');
      expect((await store.counts()).every(({ rows }) => rows === 0)).toBe(true);
    });

    test('leaves nothing behind when one of its rows can not be written', async () => {
      const twin = delivery();
      await expect(
        write(store, {
          touches: [touch()],
          orders: [storedOrder()],
          deliveries: [twin, { ...twin, id: 'another id' }],
          events: [{ site: 'shop', orderId: 'O1', at: NOON, type: 'reported', text: 'reported' }],
        }),
      ).rejects.toThrow();
      expect((await store.counts()).every(({ rows }) => rows === 0)).toBe(true);
      expect(await store.eventsOf('shop', 'O1')).toEqual([]);
    });

    test('of parts that nothing holds up is one, which each part finds what the others need in, and leaves nothing behind when it fails', async () => {
      await write(store, { orders: [storedOrder('O1')] });
      const parts = ['O1', 'O2'];
      const wanted = (ids: readonly string[]) => ({
        ...nothingWanted(),
        orders: ids.map((orderId) => ({ site: 'shop', orderId })),
      });
      const failing = store.transactEach(parts, {
        wanted,
        decide: () => {
          throw new Error('no decision');
        },
      });
      await expect(failing).rejects.toThrow('no decision');
      const done = await store.transactEach(parts, {
        wanted,
        decide: (known, ids) => ({
          changes: changes({ orders: ids.map((id) => storedOrder(id, { updatedAt: NOON + 1 })) }),
          result: [...known.orders.keys()],
        }),
      });
      expect(done).toEqual({ together: { parts, result: ['shop\nO1'] }, apart: [] });
      for (const id of parts) expect((await store.order('shop', id))?.updatedAt).toBe(NOON + 1);
    });

    test('makes no order one that is to be read again: that is for older versions’ alone', async () => {
      await write(store, { orders: [storedOrder()] });
      expect(await store.ordersToRead({ after: null, limit: 10 })).toEqual([]);
    });

    test('answers with the result of its decision, after the rows can be read by others', async () => {
      const answer = await store.transact(nothingWanted(), () => ({
        changes: changes({ orders: [storedOrder()] }),
        result: 'decided',
      }));
      expect(answer).toBe('decided');
      const other = await engine.openAgain();
      expect((await other.order('shop', 'O1'))?.order.total).toBe(11200);
      await other.close();
    });

    test('hands over what was wanted and nothing of other sites', async () => {
      const mine = delivery();
      await write(store, {
        touches: [
          touch(),
          touch({ visitor: 'visitor-2', value: 'def' }),
          { ...touch({ value: 'other' }), site: 'other' },
        ],
        orders: [storedOrder(), storedOrder('O1', { site: 'other' })],
        deliveries: [mine, delivery({ site: 'other' })],
        identities: [{ site: 'shop', key: 'c:42', visitor: 'visitor-2', at: NOON }],
        handovers: [{ site: 'shop', id: 'token-1', at: NOON, giver: 'visitor-1', taker: null }],
        pending: [{ site: 'shop', orderId: 'O2', at: NOON, patch: '{"status":"refunded"}' }],
      });
      const known = await store.transact(
        {
          visitors: [{ site: 'shop', visitor: 'visitor-9' }],
          orders: [
            { site: 'shop', orderId: 'O1' },
            { site: 'shop', orderId: 'O2' },
          ],
          identities: [{ site: 'shop', key: 'c:42' }],
          handovers: [
            { site: 'shop', id: 'token-1' },
            { site: 'shop', id: 'token-2' },
          ],
        },
        (given) => ({ changes: changes(), result: given }),
      );
      expect([...known.orders.keys()]).toEqual(['shop\nO1']);
      expect(known.deliveries.get('shop\nO1')).toEqual([mine]);
      // The order's own visitor, and those of the customer, come along.
      expect([...known.touches].map(([key, list]) => [key, list.map(({ value }) => value)])).toEqual(
        expect.arrayContaining([
          ['shop\nvisitor-1', ['abc']],
          ['shop\nvisitor-2', ['def']],
          ['shop\nvisitor-9', []],
        ]),
      );
      expect(known.identities.get('shop\nc:42')).toEqual(['visitor-2']);
      expect([...known.handovers]).toEqual([
        ['shop\ntoken-1', { site: 'shop', id: 'token-1', at: NOON, giver: 'visitor-1', taker: null }],
      ]);
      expect(known.pending.get('shop\nO2')).toMatchObject([{ patch: '{"status":"refunded"}' }]);
    });
  });

  describe('touches', () => {
    test('are kept once and come back newest last', async () => {
      const first = touch({ at: NOON - 1000, value: 'first' });
      await write(store, { touches: [touch(), first] });
      await write(store, { touches: [touch(), { ...first, id: 'seen again' }] });
      const found = await store.touchesOf('shop', 'visitor-1');
      expect(found.map(({ value }) => value)).toEqual(['first', 'abc']);
      expect((await store.counts()).find(({ table }) => table === 'touch')?.rows).toBe(2);
    });

    test('keep every field as it came', async () => {
      const whole = touch({
        ...{
          value: `Qii~.:/|!*@$&+=%()-'`,
          url: 'https://shop.example/?irclickid=x',
          referrer: 'https://blog.example/',
        },
        ...{ extra: { irpid: '7' }, consent: { marketing: 'granted', source: 'tcf', gpc: false } },
      });
      await write(store, { touches: [whole] });
      const { site: _site, ...kept } = whole;
      expect(await store.touchesOf('shop', 'visitor-1')).toEqual([kept]);
    });
  });

  describe('orders', () => {
    test('come back as they were written, personal fields sealed beside them', async () => {
      const stored = storedOrder('O 1/é🛒', {
        ...{ personal: Buffer.from([1, 2, 3]), emailHash: 'hash', consent: { marketing: 'granted', at: NOON } },
        attribution: {
          winner: { connection: 'impact', param: 'irclickid', value: 'abc', at: NOON },
          ...{ rule: 'last-touch', rulesVersion: 3, decidedAt: NOON },
          touches: [
            {
              param: 'irclickid',
              value: 'abc',
              at: NOON,
              kind: 'partner',
              connection: 'impact',
              reason: 'won',
              source: 'order',
            },
          ],
        },
      });
      await write(store, { orders: [stored] });
      const found = await store.order('shop', 'O 1/é🛒');
      expect({ ...found, personal: [...found!.personal!] }).toEqual({ ...stored, personal: [1, 2, 3] });
      expect(await store.sitesOfOrder('O 1/é🛒')).toEqual(['shop']);
      expect(await store.order('other', 'O 1/é🛒')).toBeUndefined();
    });

    test('never hold a personal field in the clear, even if one was left in the order', async () => {
      const stored = storedOrder();
      await write(store, {
        orders: [{ ...stored, order: { ...stored.order, personal: { email: 'jane@example.com' } } }],
      });
      expect((await store.order('shop', 'O1'))?.order.personal).toEqual({});
    });

    test('are replaced by their id, and keep when they were first received', async () => {
      await write(store, { orders: [storedOrder()] });
      await write(store, {
        orders: [storedOrder('O1', { shopConfirmed: true, receivedAt: NOON + 5, updatedAt: NOON + 5 })],
      });
      expect(await store.order('shop', 'O1')).toMatchObject({
        shopConfirmed: true,
        receivedAt: NOON,
        updatedAt: NOON + 5,
      });
    });

    test('tell their story in the order in which it happened, even within one millisecond', async () => {
      const texts = Array.from({ length: 40 }, (_, index) => `step ${index}`);
      await write(store, {
        events: texts.map((text) => ({ site: 'shop', orderId: 'O1', at: NOON, type: 'changed', text })),
      });
      expect((await store.eventsOf('shop', 'O1')).map(({ text }) => text)).toEqual(texts);
    });

    test('find changes that overtook them, in their order, until those are done', async () => {
      const early = ['cancelled', 'refunded'].map((status) => ({
        site: 'shop',
        orderId: 'O1',
        at: NOON,
        patch: status,
      }));
      await write(store, { pending: early });
      const look = () =>
        store.transact({ ...nothingWanted(), orders: [{ site: 'shop', orderId: 'O1' }] }, (known) => ({
          changes: changes(),
          result: known.pending.get('shop\nO1')?.map(({ patch }) => patch),
        }));
      expect(await look()).toEqual(['cancelled', 'refunded']);
      await write(store, { pendingDone: [{ site: 'shop', orderId: 'O1' }] });
      expect(await look()).toBeUndefined();
    });
  });

  test('attempts come back in their order with request and answer whole', async () => {
    const due = delivery();
    await write(store, { orders: [storedOrder()], deliveries: [due] });
    const [claimed] = await store.claim({
      site: 'shop',
      connection: 'impact',
      now: NOON,
      leaseMs: 1000,
      limit: 1,
      owner: 'a',
    });
    const log = [attempt({ outcome: 'retry', response: null }), attempt()];
    await store.settle(
      [{ id: due.id, site: 'shop', fence: claimed!.fence, change: { state: 'delivered' }, attempts: log }],
      NOON,
    );
    expect((await store.deliveriesOf('shop', 'O1')).map(({ attemptLog }) => attemptLog)).toEqual([log]);
    expect(await store.attemptsSince('shop', 'impact', NOON)).toBe(2);
    expect(await store.attemptsSince('shop', 'impact', NOON + 1)).toBe(0);
    expect(await store.attemptsSince('shop', 'other', 0)).toBe(0);
    // What left beside the deliveries counts like theirs, and is nobody's attempt; what is older than an hour is forgotten.
    for (const at of [NOON, NOON + 1, NOON + 2]) await store.noteAsked('shop', 'impact', at);
    await store.noteAsked('other', 'impact', NOON);
    expect(await store.attemptsSince('shop', 'impact', NOON)).toBe(5);
    expect(await store.browserAttemptsSince('shop', 'impact', NOON)).toBe(2);
    expect(await store.askedSince('shop', 'impact', NOON + 1)).toBe(2);
    expect(await store.askedSince('shop', 'other', 0)).toBe(0);
    await store.noteAsked('shop', 'impact', NOON + 3_600_001);
    expect(await store.askedSince('shop', 'impact', 0)).toBe(3);
  });
}
