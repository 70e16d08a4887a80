/** The part of the store's contract about deliveries: leases, fences, settling, verdicts, replay. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Delivery, DeliveryState } from '../../../collector/model/delivery.ts';
import type { Store } from '../../../collector/store/store.ts';
import type { EngineUnderTest } from './contract.ts';
import { claimAll, deedAt, delivery, NOON, replayAt, settlement, storedOrder, write } from './rows.ts';

export function deliveryContract(engine: EngineUnderTest): void {
  let store: Store;
  beforeEach(async () => {
    engine.clock.set(NOON);
    store = await engine.open();
  });
  afterEach(() => store.close());

  const only = async (id: string): Promise<Delivery> => (await store.deliveries({})).find((row) => row.id === id)!;

  describe('a delivery', () => {
    test('comes back as it was written', async () => {
      const whole = delivery({
        ...{ state: 'delivered', reason: 'queued', nextAt: null, attempts: 2, after: 'another', reference: '/A-1' },
        ...{ confirmAt: NOON + 5, polls: 3, ambiguous: true, facts: { sale: 'cm_1' }, updatedAt: NOON + 9 },
      });
      await write(store, { deliveries: [whole] });
      expect(await store.deliveriesOf('shop', 'O1')).toEqual([{ ...whole, attemptLog: [] }]);
    });

    test('exists once for site, order, connection, kind and number', async () => {
      await write(store, { deliveries: [delivery()] });
      await expect(write(store, { deliveries: [delivery()] })).rejects.toThrow();
      for (const other of [
        { site: 'b' },
        { orderId: 'O2' },
        { connection: 'awin' },
        { kind: 'reversal' as const },
        { seq: 1 },
      ])
        await write(store, { deliveries: [delivery(other)] });
      expect(await store.deliveries({})).toHaveLength(6);
    });
  });

  describe('a claim', () => {
    test('takes what is due, oldest first, as many as asked for, with what sending needs', async () => {
      await write(store, {
        orders: [storedOrder('O1', { personal: Buffer.from('sealed'), gate: 'gpc' })],
        deliveries: [
          delivery({ orderId: 'O2', nextAt: NOON - 1 }),
          delivery({ orderId: 'O1', nextAt: NOON - 2 }),
          delivery({ orderId: 'O3', nextAt: NOON }),
          delivery({ orderId: 'O4', nextAt: NOON + 1 }),
          delivery({ orderId: 'O5', nextAt: null }),
          delivery({ orderId: 'O6', connection: 'awin' }),
          ...(['waiting', 'delivered', 'rejected', 'held', 'skipped'] as const).map((state) =>
            delivery({ orderId: `in ${state}`, state }),
          ),
        ],
      });
      const first = await claimAll(store, NOON, { limit: 2 });
      expect(first.map(({ delivery: { orderId } }) => orderId)).toEqual(['O1', 'O2']);
      expect(String(first[0]?.personal)).toBe('sealed');
      expect(first[0]).toMatchObject({ gate: 'gpc', resumed: false });
      expect(first[1]).toMatchObject({ personal: null, gate: 'open' });
      expect((await claimAll(store)).map(({ delivery: { orderId } }) => orderId)).toEqual(['O3']);
      expect(await claimAll(store)).toEqual([]);
    });

    test('never shares a delivery between claimers, however they interleave', async () => {
      await write(store, { deliveries: Array.from({ length: 60 }, (_, index) => delivery({ orderId: `O${index}` })) });
      const other = await engine.openAgain();
      const claims = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          claimAll(index % 2 ? store : other, NOON, { limit: 7, owner: `w${index}` }),
        ),
      );
      const ids = claims.flat().map(({ delivery: { id } }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(60);
      await other.close();
    });

    test('whose lease ran out comes again, marked as resumed, with a higher fence', async () => {
      await write(store, { deliveries: [delivery()] });
      const [first] = await claimAll(store);
      expect(await claimAll(store, NOON + 59_999)).toEqual([]);
      const [second] = await claimAll(store, NOON + 60_000);
      expect(second).toMatchObject({ resumed: true, delivery: { id: first!.delivery.id } });
      expect(second!.fence).toBeGreaterThan(first!.fence);
    });

    test('that no living process holds comes again at once after leases were released', async () => {
      await write(store, { deliveries: [delivery(), delivery({ orderId: 'O2', nextAt: NOON + 5000 })] });
      await claimAll(store);
      expect(await store.releaseLeases(NOON + 1)).toBe(1);
      expect(await claimAll(store, NOON + 1)).toMatchObject([{ resumed: true, delivery: { orderId: 'O1' } }]);
    });
  });

  describe('settling', () => {
    test('writes outcome and attempt, and ends the lease', async () => {
      await write(store, { deliveries: [delivery()] });
      const [claimed] = await claimAll(store);
      await store.settle(
        [settlement(claimed!, { state: 'due', reason: 'down', nextAt: NOON + 9, attempts: 1 })],
        NOON + 5,
      );
      expect(await only(claimed!.delivery.id)).toMatchObject({
        ...{ state: 'due', reason: 'down', nextAt: NOON + 9, attempts: 1, updatedAt: NOON + 5, polls: 0 },
      });
      expect(await claimAll(store, NOON + 9)).toMatchObject([{ resumed: false }]);
    });

    test('with an old fence is ignored, attempts included: somebody else owns the delivery now', async () => {
      await write(store, { deliveries: [delivery()] });
      const [first] = await claimAll(store);
      const [second] = await claimAll(store, NOON + 60_000);
      await store.settle([settlement(first!, { state: 'rejected', reason: 'too late' })], NOON + 60_001);
      expect(await only(first!.delivery.id)).toMatchObject({ state: 'sending' });
      await store.settle([settlement(second!, { state: 'delivered', reason: 'told' })], NOON + 60_002);
      expect(await only(first!.delivery.id)).toMatchObject({ state: 'delivered', reason: 'told' });
    });

    test('an unknown delivery does nothing', async () => {
      expect(
        await store.settle(
          [{ id: 'gone', site: 'shop', fence: 1, change: { state: 'delivered' }, attempts: [] }],
          NOON,
        ),
      ).toEqual([]);
    });

    test.each<[string, DeliveryState, Partial<Delivery>, DeliveryState]>([
      ['delivered and final', 'delivered', {}, 'due'],
      ['told without an answer', 'unverified', {}, 'due'],
      ['delivered, its verdict pending', 'delivered', { confirmAt: NOON + 5 }, 'waiting'],
      ['confirmed', 'confirmed', {}, 'due'],
      ['declined', 'declined', {}, 'skipped'],
      ['not theirs', 'no_match', {}, 'skipped'],
      ['held', 'held', {}, 'waiting'],
      ['rejected', 'rejected', {}, 'waiting'],
      ['tried again later', 'due', { nextAt: NOON + 5 }, 'waiting'],
    ])('a conversion that is %s leaves its reversal as it must be', async (_name, state, change, expected) => {
      const sale = delivery();
      const refund = delivery({ kind: 'reversal', seq: 1, state: 'waiting', nextAt: null, after: sale.id });
      await write(store, { deliveries: [sale, refund] });
      const [claimed] = await claimAll(store);
      const work = await store.settle(
        [settlement(claimed!, { state, reason: 'so it is', nextAt: null, ...change })],
        NOON + 7,
      );
      expect(await only(refund.id)).toMatchObject({ state: expected, nextAt: expected === 'due' ? NOON + 7 : null });
      expect(work).toEqual(expected === 'due' ? [{ site: 'shop', connection: 'impact' }] : []);
    });

    test.each<[DeliveryState, DeliveryState]>([
      ['delivered', 'due'],
      ['declined', 'due'],
      ['no_match', 'due'],
      ['rejected', 'due'],
    ])(
      'a modification that ended as %s leaves the reversal behind it %s: the sale itself stands',
      async (state, expected) => {
        const change = delivery({ kind: 'modification', seq: 1 });
        const refund = delivery({ kind: 'reversal', seq: 1, state: 'waiting', nextAt: null, after: change.id });
        await write(store, { deliveries: [change, refund] });
        const [claimed] = await claimAll(store);
        await store.settle([settlement(claimed!, { state, reason: 'so it is', nextAt: null })], NOON);
        expect((await only(refund.id)).state).toBe(expected);
      },
    );

    test('what is skipped takes along what waited for it, each with a reason', async () => {
      const sale = delivery();
      const change = delivery({ kind: 'modification', seq: 1, state: 'waiting', nextAt: null, after: sale.id });
      const refund = delivery({ kind: 'reversal', seq: 1, state: 'waiting', nextAt: null, after: change.id });
      await write(store, { deliveries: [sale, change, refund] });
      const [claimed] = await claimAll(store);
      await store.settle([settlement(claimed!, { state: 'declined', reason: 'not theirs', nextAt: null })], NOON);
      expect([await only(change.id), await only(refund.id)]).toMatchObject([
        { state: 'skipped', reason: expect.stringContaining('not theirs') },
        { state: 'skipped', reason: expect.stringContaining('nothing to reverse there') },
      ]);
    });
  });

  describe('a verdict', () => {
    const queued = (): Delivery =>
      delivery({ state: 'delivered', nextAt: null, attempts: 1, reference: '/A-1', confirmAt: NOON + 100 });

    test('is asked when it is time, by one claimer, and asked again when its lease ran out', async () => {
      await write(store, { deliveries: [queued()] });
      const want = { site: 'shop', connection: 'impact', leaseMs: 1000, limit: 10 };
      expect(await store.claimConfirm({ ...want, now: NOON + 99 })).toEqual([]);
      const [first] = await store.claimConfirm({ ...want, now: NOON + 100 });
      expect(first).toMatchObject({ resumed: false, delivery: { reference: '/A-1', state: 'delivered' } });
      expect(await store.claimConfirm({ ...want, now: NOON + 100 })).toEqual([]);
      const [second] = await store.claimConfirm({ ...want, now: NOON + 1100 });
      expect(second!.fence).toBeGreaterThan(first!.fence);
      await store.settle(
        [settlement(second!, { state: 'confirmed', reason: 'recorded', confirmAt: null, polls: 1 })],
        NOON + 1101,
      );
      expect(await only(first!.delivery.id)).toMatchObject({ state: 'confirmed', polls: 1, confirmAt: null });
      expect(await store.claimConfirm({ ...want, now: NOON + 9_999_999 })).toEqual([]);
    });

    test('that never came lets the reversal go', async () => {
      const sale = queued();
      const refund = delivery({ kind: 'reversal', seq: 1, state: 'waiting', nextAt: null, after: sale.id });
      await write(store, { deliveries: [sale, refund] });
      const [claimed] = await store.claimConfirm({
        site: 'shop',
        connection: 'impact',
        leaseMs: 1000,
        limit: 1,
        now: NOON + 100,
      });
      await store.settle([settlement(claimed!, { reason: 'its verdict never came', confirmAt: null })], NOON + 200);
      expect(await only(refund.id)).toMatchObject({ state: 'due', nextAt: NOON + 200 });
    });
  });

  test('the agenda says when each connection has something to send or to ask', async () => {
    const row = (id: string) => ({
      ...{ site: 'shop', id, type: 'impact', config: '{}', settings: '{}', secrets: null, position: 0 },
      ...{ createdAt: NOON, updatedAt: NOON },
    });
    await store.configure({
      ...{ sites: [{ id: 'shop', config: '{}' }], connections: ['impact', 'awin', 'idle', 'done'].map(row) },
      ...{ removeConnections: [], audit: { at: NOON, actor: 'test', action: 'apply', detail: '' } },
    });
    await write(store, {
      deliveries: [
        delivery({ orderId: 'O1', nextAt: NOON + 50 }),
        delivery({ orderId: 'O2', nextAt: NOON + 20 }),
        delivery({ orderId: 'O3', state: 'delivered', nextAt: null, confirmAt: NOON + 10 }),
        delivery({ orderId: 'O4', connection: 'awin', nextAt: NOON + 5 }),
        delivery({ orderId: 'O5', connection: 'done', state: 'delivered', nextAt: null }),
      ],
    });
    expect((await store.agenda()).sort((a, b) => a.at - b.at)).toEqual([
      { site: 'shop', connection: 'awin', at: NOON + 5 },
      { site: 'shop', connection: 'impact', at: NOON + 10 },
    ]);
  });

  describe('replay', () => {
    const states: DeliveryState[] = [
      ...(['waiting', 'due', 'sending', 'delivered', 'confirmed', 'unverified', 'declined'] as const),
      ...(['rejected', 'held', 'no_match', 'skipped', 'by_hand'] as const),
    ];
    const oneOfEach = () =>
      write(store, { deliveries: states.map((state) => delivery({ orderId: state, state, nextAt: null })) });

    test('brings back what was held or rejected, closes the breaker, and never touches what a vendor has accepted', async () => {
      await oneOfEach();
      await store.setBreaker({
        ...{
          site: 'shop',
          connection: 'impact',
          kind: 'held',
          reason: 'wrong token',
          openedAt: NOON,
          probeAt: NOON,
          failures: 1,
        },
      });
      const again = await store.replay({}, replayAt(NOON + 5));
      expect(again.map(({ state }) => state).sort()).toEqual(['held', 'rejected']);
      const now = new Map((await store.deliveries({})).map(({ orderId, state }) => [orderId, state]));
      expect(states.filter((state) => now.get(state) !== state)).toEqual(['rejected', 'held']);
      expect([now.get('held'), now.get('rejected')]).toEqual(['due', 'due']);
      expect(await store.breakers()).toEqual([]);
    });

    test('leaves what may have been counted to a look at its order', async () => {
      await write(store, { deliveries: [delivery({ orderId: 'O1', state: 'held', nextAt: null, ambiguous: true })] });
      expect(await store.replay({ connection: 'impact' }, replayAt(NOON))).toEqual([]);
      expect(await store.replay({ orderId: 'O1' }, replayAt(NOON))).toMatchObject([{ orderId: 'O1' }]);
    });

    test('asked for accepted ones does nothing', async () => {
      await oneOfEach();
      const filter = {
        states: [
          'delivered',
          'confirmed',
          'unverified',
          'declined',
          'no_match',
          'sending',
          'waiting',
          'skipped',
          'by_hand',
        ] as const,
      };
      expect(await store.replay(filter, replayAt(NOON))).toEqual([]);
    });

    test('only counts in a dry run, and keeps to its filter', async () => {
      await oneOfEach();
      expect(await store.replay({}, replayAt(NOON, true))).toHaveLength(2);
      expect((await store.deliveries({ states: ['held'] })).length).toBe(1);
      expect(await store.auditLog({ limit: 10 })).toEqual([]);
      expect(await store.replay({ connection: 'awin' }, replayAt(NOON))).toEqual([]);
      expect(await store.replay({ since: NOON + 1 }, replayAt(NOON))).toEqual([]);
      expect(await store.auditLog({ limit: 10 })).toEqual([]);
      expect(await store.replay({ orderId: 'held' }, replayAt(NOON))).toHaveLength(1);
      expect(await store.auditLog({ limit: 10 })).toMatchObject([
        { at: NOON, actor: 'tester', action: 'replay', detail: '{"deliveries":1,"asked":true}' },
      ]);
    });
  });

  test('what waited for a paused connection is brought back when that connection is there and on, and not before', async () => {
    const connection = (id: string, enabled: boolean) => ({
      ...{ site: 'shop', id, type: 'impact', config: JSON.stringify({ id, enabled }), settings: '{}', secrets: null },
      ...{ position: 0, createdAt: NOON, updatedAt: NOON },
    });
    const configure = (enabled: boolean) =>
      store.configure({
        ...{ sites: [{ id: 'shop', config: '{}' }], removeConnections: [] },
        connections: [connection('impact', enabled)],
        audit: { at: NOON, actor: 'test', action: 'apply', detail: '{}' },
      });
    await configure(false);
    await write(store, {
      deliveries: [
        delivery({ orderId: 'O1', state: 'waiting', nextAt: null, reason: 'impact was paused then' }),
        delivery({ orderId: 'O2', state: 'waiting', nextAt: null, reason: "waits for the visitor's consent" }),
        delivery({ orderId: 'O3', connection: 'gone', state: 'waiting', nextAt: null, reason: 'gone was paused then' }),
      ],
    });
    expect(await store.replay({}, replayAt(NOON))).toEqual([]);
    await configure(true);
    expect(await store.replay({}, replayAt(NOON, true))).toMatchObject([{ orderId: 'O1', state: 'waiting' }]);
    expect(await store.replay({ states: ['held'] }, replayAt(NOON))).toEqual([]);
    expect(await store.replay({}, replayAt(NOON))).toMatchObject([{ orderId: 'O1' }]);
    expect(await store.deliveries({ states: ['due'] })).toMatchObject([{ orderId: 'O1', nextAt: NOON }]);
  });

  test('what a person found at the network after an unclear answer is ticked off, and what waited for it goes', async () => {
    const doubtful = delivery({ state: 'held', nextAt: null, ambiguous: true });
    const refund = delivery({ kind: 'reversal', seq: 1, state: 'waiting', nextAt: null, after: doubtful.id });
    await write(store, { deliveries: [doubtful, refund] });
    expect(
      await store.finishByHand([doubtful.id], { reason: 'seen there', now: NOON + 5, deed: deedAt() }),
    ).toHaveLength(1);
    expect(await only(doubtful.id)).toMatchObject({ state: 'delivered', reason: 'seen there' });
    expect(await only(refund.id)).toMatchObject({ state: 'due', nextAt: NOON + 5 });
  });

  test('what waits to be done by hand is ticked off once, and nothing else is', async () => {
    await write(store, {
      deliveries: [
        delivery({ id: 'a', orderId: 'O1', state: 'by_hand', nextAt: null }),
        delivery({ id: 'b', orderId: 'O2', state: 'held', nextAt: null }),
      ],
    });
    const done = { reason: 'done there by hand (test)', now: NOON + 5, deed: deedAt(NOON + 5) };
    expect(await store.finishByHand(['a', 'b', 'c'], done)).toMatchObject([{ id: 'a', state: 'by_hand' }]);
    expect(await store.finishByHand(['a'], done)).toEqual([]);
    // What changed nothing leaves no word in the log.
    expect((await store.auditLog({ limit: 10 })).map(({ detail }) => detail)).toEqual([
      '{"asked":true,"deliveries":["a"]}',
    ]);
    expect(await store.deliveries({ states: ['delivered'] })).toMatchObject([
      { id: 'a', reason: 'done there by hand (test)', updatedAt: NOON + 5 },
    ]);
  });

  test('deliveries are listed newest first through every filter, and counted by state', async () => {
    await write(store, {
      deliveries: [
        delivery({ orderId: 'O1', createdAt: NOON }),
        delivery({ orderId: 'O2', createdAt: NOON + 1, state: 'held' }),
        delivery({ orderId: 'O3', createdAt: NOON + 2, connection: 'awin' }),
        delivery({ orderId: 'O4', createdAt: NOON + 3, site: 'other' }),
      ],
    });
    const ids = async (filter: Parameters<Store['deliveries']>[0]) =>
      (await store.deliveries(filter)).map(({ orderId }) => orderId);
    expect(await ids({})).toEqual(['O4', 'O3', 'O2', 'O1']);
    expect(await ids({ site: 'shop', limit: 2 })).toEqual(['O3', 'O2']);
    expect(await ids({ connection: 'awin' })).toEqual(['O3']);
    expect(await ids({ states: ['held', 'rejected'] })).toEqual(['O2']);
    expect(await ids({ since: NOON + 2 })).toEqual(['O4', 'O3']);
    expect(await ids({ orderId: 'O1' })).toEqual(['O1']);
    expect(await store.deliveryCounts()).toEqual(
      expect.arrayContaining([
        { site: 'shop', connection: 'impact', state: 'due', count: 1 },
        { site: 'shop', connection: 'impact', state: 'held', count: 1 },
      ]),
    );
  });
}
