/** What keeps an eye on an installation: alerts and their messages, what needs a person, facts of sites, pages for exports, tokens, the agreed time. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Alert, AlertMessage } from '../../../collector/model/alerts/alert.ts';
import type { Page, PageWant } from '../../../collector/store/upkeep-store.ts';
import type { Stores } from '../../../collector/store/store.ts';
import type { EngineUnderTest } from './contract.ts';
import { attempt, changes, claimAll, deedAt, delivery, NOON, settlement, storedOrder, touch, write } from './rows.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const alert = (key: string, more: Partial<Alert> = {}): Alert => ({
  ...{ key, kind: 'held', site: 'shop', title: `${key} is held`, text: 'Mend it.', over: 'All right again.' },
  ...{ raisedAt: NOON, absentSince: null, clearedAt: null, returns: 0, ...more },
});
const message = (id: string, more: Partial<AlertMessage> = {}): AlertMessage => ({
  ...{
    id,
    channel: 'ops',
    alert: 'held shop/impact',
    kind: 'held',
    phase: 'raised',
    site: 'shop',
    title: 't',
    text: 'x',
  },
  ...{
    since: NOON,
    state: 'waiting',
    nextAt: NOON,
    attempts: 0,
    reason: '',
    createdAt: NOON,
    settledAt: null,
    ...more,
  },
});

export function watchContract(engine: EngineUnderTest): void {
  let store: Stores;
  beforeEach(async () => {
    engine.clock.set(NOON);
    store = await engine.open();
  });
  afterEach(() => store.close());
  const note = (change: Partial<Parameters<Stores['noteAlerts']>[0]>) =>
    store.noteAlerts({ put: [], forget: [], messages: [], dropMessages: [], now: NOON, ...change });

  describe('alerts', () => {
    test('are replaced under their key and forgotten, with their messages in one write', async () => {
      await note({ put: [alert('a'), alert('b')], messages: [message('1'), message('2', { alert: 'b' })] });
      await note({ put: [alert('a', { clearedAt: NOON + 5, returns: 1 })], forget: ['b'], dropMessages: ['2'] });
      expect(await store.alerts()).toEqual([alert('a', { clearedAt: NOON + 5, returns: 1 })]);
      expect(await store.messagesOfAlert('held shop/impact', 0)).toEqual([message('1')]);
      expect(await store.messagesOfAlert('held shop/impact', NOON + 1)).toEqual([]);
      expect((await store.messagesOfAlert('b', 0)).map(({ state }) => state)).toEqual(['dropped']);
    });

    test('a message is due when its time has come, the oldest first, and is done with once it is settled', async () => {
      await note({ messages: [message('2', { nextAt: NOON + 9 }), message('1'), message('3', { nextAt: NOON + 1 })] });
      expect((await store.dueAlertMessages(NOON + 1, 10)).map(({ id }) => id)).toEqual(['1', '3']);
      expect(await store.dueAlertMessages(NOON + 1, 1)).toHaveLength(1);
      const failed = {
        state: 'waiting' as const,
        nextAt: NOON + HOUR,
        attempts: 1,
        reason: 'no answer',
        settledAt: null,
      };
      await store.settleAlertMessages([
        { id: '1', ...failed },
        { id: '3', state: 'sent', nextAt: NOON, attempts: 1, reason: '', settledAt: NOON },
      ]);
      expect(await store.dueAlertMessages(NOON + 8, 10)).toEqual([]);
      expect(await store.troubledAlertMessages(NOON)).toEqual([message('1', failed)]);
    });

    test('what was given up is trouble only for a while', async () => {
      const given = message('1', { state: 'failed', attempts: 9, reason: 'nobody there', settledAt: NOON });
      await note({ messages: [given] });
      expect(await store.troubledAlertMessages(NOON)).toEqual([given]);
      expect(await store.troubledAlertMessages(NOON + 1)).toEqual([]);
    });
  });

  describe('what needs a person', () => {
    test('is counted by site and connection, bounded, and what was refused longer ago is not', async () => {
      const held = (orderId: string, more = {}) => delivery({ orderId, state: 'held', nextAt: null, ...more });
      await write(store, {
        orders: ['O1', 'O2', 'O3', 'O4'].map((id) => storedOrder(id)),
        deliveries: [
          ...[held('O1'), held('O2'), held('O3', { connection: 'net' })],
          delivery({ orderId: 'O4', state: 'rejected', nextAt: null, updatedAt: NOON - DAY }),
        ],
        quarantine: [
          {
            ...{ id: 'q1', site: 'shop', at: NOON, route: 'conversion', body: Buffer.from('x'), seen: 1 },
            ...{ errors: [], fingerprint: 'f1' },
          },
        ],
      });
      const want = { sites: ['shop'], since: NOON - HOUR, most: 100 };
      expect(await store.attention(want)).toEqual({
        held: [
          { site: 'shop', connection: 'impact', count: 2 },
          { site: 'shop', connection: 'net', count: 1 },
        ],
        ...{ rejected: [], refused: [{ site: 'shop', count: 1 }], contested: [] },
      });
      expect((await store.attention({ ...want, most: 1 })).held).toHaveLength(1);
      expect((await store.attention({ ...want, since: NOON - 2 * DAY })).rejected).toHaveLength(1);
      expect((await store.attention({ ...want, sites: ['other'] })).held).toEqual([]);
      expect(await store.quarantineCounts()).toEqual([{ site: 'shop', count: 1 }]);
    });

    test('new orders are counted by the hour in which they came', async () => {
      expect(await store.orderHours('shop')).toBeNull();
      const hour = Math.floor(NOON / HOUR);
      const at = (id: string, receivedAt: number) => storedOrder(id, { receivedAt, updatedAt: receivedAt });
      await write(store, { orders: [at('O1', NOON), at('O2', NOON + 5), at('O3', NOON + 2 * HOUR)] });
      // A later word about an order is no new order.
      await write(store, { orders: [at('O1', NOON)] });
      expect(await store.orderHours('shop')).toEqual({ first: hour, last: hour + 2 });
      expect(await store.ordersBetween('shop', hour, hour + 2)).toBe(2);
      expect(await store.ordersBetween('shop', hour, hour + 3)).toBe(3);
      expect(await store.ordersBetween('other', hour, hour + 3)).toBe(0);
    });

    test('hosts that may not report are counted, the busiest first', async () => {
      const page = (host: string, at: number) => ({ site: 'shop', host, at });
      await write(store, {
        refusedPages: [page('a.example', NOON), page('b.example', NOON), page('b.example', NOON + 7)],
      });
      expect(await store.refusedPages()).toEqual([
        { site: 'shop', host: 'b.example', count: 2, firstAt: NOON, lastAt: NOON + 7 },
        { site: 'shop', host: 'a.example', count: 1, firstAt: NOON, lastAt: NOON },
      ]);
    });

    test('facts of a site add up, and a day’s rows and bytes are known', async () => {
      await store.noteSiteFacts([{ site: 'shop', name: 'tag', at: NOON, count: 3 }]);
      await store.noteSiteFacts([{ site: 'shop', name: 'tag', at: NOON + 9, count: 2 }]);
      expect(await store.siteFacts()).toEqual([{ site: 'shop', name: 'tag', at: NOON + 9, count: 5 }]);
      await write(store, { touches: [touch()] });
      const [day] = await store.usage(Math.floor(NOON / DAY));
      expect(day).toMatchObject({ site: 'shop', rows: 1 });
      expect(day!.bytes).toBeGreaterThan(10);
      expect(await store.usage(Math.floor(NOON / DAY) + 1)).toEqual([]);
    });
  });

  describe('pages', () => {
    /** Every row, page by page of two. */
    async function all<T>(read: (want: PageWant) => Promise<Page<T>>, want: Partial<PageWant> = {}): Promise<T[]> {
      const rows: T[] = [];
      for (let after: string | null = null, first = true; first || after !== null; first = false) {
        const page: Page<T> = await read({ after, limit: 2, ...want });
        rows.push(...page.rows);
        after = page.next;
      }
      return rows;
    }

    test('of orders, touches and reports hold each row once, and bounds are kept', async () => {
      const ids = ['O1', 'O2', 'O3', 'O4', 'O5'];
      await write(store, {
        orders: ids.map((id, n) => storedOrder(id, { receivedAt: NOON + n, updatedAt: NOON + n })),
        touches: ids.map((id) => touch({ value: id })),
        deliveries: ids.map((orderId) => delivery({ orderId, connection: orderId < 'O3' ? 'impact' : 'net' })),
      });
      const orders = await all((want) => store.orderPage(want));
      expect(orders.map(({ order }) => order.orderId).toSorted()).toEqual(ids);
      expect((await all((want) => store.touchPage(want))).map(({ value }) => value).toSorted()).toEqual(ids);
      expect(await all((want) => store.deliveryPage(want))).toHaveLength(5);
      expect(await all((want) => store.deliveryPage({ ...want, connection: 'net' }))).toHaveLength(3);
      expect(await all((want) => store.orderPage(want), { since: NOON + 1, until: NOON + 3 })).toHaveLength(2);
      expect(await all((want) => store.orderPage(want), { site: 'other' })).toEqual([]);
    });
  });

  describe('an installation', () => {
    test('takes a write, keeps a check of its key or none, and agrees on a time with the deed beside it', async () => {
      await store.probe(NOON);
      expect(await store.keyCheck()).toBeNull();
      expect([await store.agreedTime(), await store.newestMoment()]).toEqual([null, null]);
      await store.agreeOnTime(NOON);
      expect(await store.auditLog({ limit: 5 })).toEqual([]);
      await store.agreeOnTime(NOON + 1, deedAt(NOON, 'agree on time'));
      expect(await store.agreedTime()).toBe(NOON + 1);
      expect((await store.auditLog({ limit: 5 })).map(({ action }) => action)).toEqual(['agree on time']);
      await write(store, {
        touches: [touch({ at: NOON - DAY })],
        orders: [storedOrder('O1', { receivedAt: NOON + 4 })],
      });
      expect(await store.newestMoment()).toBeGreaterThanOrEqual(NOON);
      expect(await store.migrate(true)).toEqual([]);
    });

    test('a connection’s token is its own and replaced whole', async () => {
      const row = { site: 'shop', type: 'impact', config: '{}', settings: '{}', secrets: null, position: 0 };
      const made = (id: string) => ({ ...row, id, createdAt: NOON, updatedAt: NOON });
      const audit = { at: NOON, actor: 'test', action: 'apply', detail: '{}' };
      const sites = [{ id: 'shop', config: '{"id":"shop"}' }];
      await store.configure({ sites, connections: [made('a'), made('b')], removeConnections: [], audit });
      expect(await store.connectionToken('shop', 'a')).toBeNull();
      await store.keepConnectionToken('shop', 'a', Buffer.from('one'));
      await store.keepConnectionToken('shop', 'a', Buffer.from('two'));
      expect(String(await store.connectionToken('shop', 'a'))).toBe('two');
      expect(await store.connectionToken('shop', 'b')).toBeNull();
    });

    test('tokens that guard against a second use go when they are old', async () => {
      await write(store, {
        handovers: [{ site: 'shop', id: 'h1', at: NOON - DAY, giver: null, taker: null }],
      });
      await store.rememberMessage('shop', 'm1', NOON - DAY);
      await store.rememberMessage('shop', 'm2', NOON);
      expect(await store.sweepTokens(NOON - HOUR, 100)).toBeGreaterThanOrEqual(1);
      expect([await store.knowsMessage('shop', 'm1'), await store.knowsMessage('shop', 'm2')]).toEqual([false, true]);
    });
  });

  describe('a report', () => {
    const pendingChange = {
      id: 'c1',
      site: 'shop',
      orderId: 'LATER',
      at: NOON,
      patch: '{"status":"refunded"}',
    };

    test('an order is found by what it shows, and what waits for one that is to come is known', async () => {
      await write(store, {
        orders: [storedOrder('O1'), storedOrder('O2', { signals: ['fast'], receivedAt: NOON + 1 })],
      });
      const found = async (filter: Parameters<Stores['findOrders']>[0]) =>
        (await store.findOrders(filter)).map(({ order }) => order.orderId);
      expect(await found({ site: 'shop' })).toEqual(['O2', 'O1']);
      expect(await found({ since: NOON + 1 })).toEqual(['O2']);
      expect(await found({ contested: true })).toEqual([]);
      expect(await found({ limit: 1 })).toEqual(['O2']);
      await write(store, { pending: [pendingChange] });
      expect(await store.pendingChanges('shop', 'LATER')).toMatchObject([{ orderId: 'LATER' }]);
      expect(await store.pendingChanges('shop', 'O1')).toEqual([]);
    });

    test('gets its verdict late; how many go before it and how many were asked lately is known', async () => {
      const ids = ['O1', 'O2', 'O3'];
      await write(store, {
        orders: ids.map((id) => storedOrder(id)),
        deliveries: ids.map((orderId, n) => delivery({ orderId, id: `d${n}`, nextAt: NOON + n })),
      });
      expect(await store.aheadOf('shop', 'd2')).toBe(2);
      expect(await store.gateOf('shop', 'O1')).toBe('open');
      const [claimed] = await claimAll(store, NOON, { limit: 1 });
      const change = { state: 'unverified' as const, nextAt: null, reason: 'told', updatedAt: NOON };
      await store.settle([settlement(claimed!, change, [attempt()])], NOON);
      expect(await store.attemptsSince('shop', 'impact', NOON - 1)).toBe(1);
      expect(await store.browserAttemptsSince('shop', 'impact', NOON - 1)).toBe(1);
      expect(await store.browserAttemptsSince('shop', 'impact', NOON + 1)).toBe(0);
      const verdict = [{ id: claimed!.delivery.id, state: 'confirmed' as const, reason: 'in their report' }];
      expect(await store.judge(verdict, { now: NOON, deed: deedAt(NOON, 'reconcile') })).toBe(1);
      expect(await store.judge(verdict, { now: NOON, deed: deedAt(NOON, 'reconcile') })).toBe(0);
      expect((await store.deliveriesOf('shop', 'O1'))[0]).toMatchObject({
        state: 'confirmed',
        reason: 'in their report',
      });
    });

    test('a time that lies too far off because a clock leapt is brought back', async () => {
      await write(store, {
        orders: [storedOrder('O1')],
        deliveries: [delivery({ id: 'far', attempts: 1, nextAt: NOON + 90 * DAY })],
      });
      expect(await store.boundNextTimes(NOON, DAY)).toBe(1);
      expect(await store.boundNextTimes(NOON, DAY)).toBe(0);
      expect((await store.deliveriesOf('shop', 'O1'))[0]!.nextAt).toBe(NOON);
    });
  });

  test('changes are all or nothing', async () => {
    const refuse = store.transact({ visitors: [], orders: [], identities: [], handovers: [] }, () => {
      throw new Error('no decision');
    });
    await expect(refuse).rejects.toThrow('no decision');
    expect(changes().orders).toEqual([]);
    expect((await store.counts()).find(({ table }) => table === 'orders')?.rows ?? 0).toBe(0);
  });
}
