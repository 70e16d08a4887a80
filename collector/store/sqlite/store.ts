/** The embedded engine: SQLite in the process, one writer, every commit fsynced. Implements `Store` over the tables beside it. */
import type Database from 'better-sqlite3';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import { advance } from '../advance.ts';
import type { Changes, Claimed, Delivery, Known, Settlement, Store, Wanted } from '../store.ts';
import type { ListStore } from '../list-store.ts';
import type { SyncStore } from '../sync-store.ts';
import { configurationTable } from './configuration.ts';
import { deliveryTable } from './delivery.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open.ts';
import { orderTable } from './order.ts';
import { quarantineTable } from './quarantine.ts';
import { sqliteListStore } from './list.ts';
import { promised, sqliteSyncStore } from './sync.ts';
import { touchTable } from './touch.ts';
import { sqliteUpkeepStore } from './upkeep.ts';
import { withdrawalTable } from './withdrawal.ts';

/** What is replayed by hand is tried for at least this long. */
const REPLAY_TIME = 7 * 24 * 3_600_000;
/** Messages of signed webhooks are remembered for longer than any sender's replay window. */
const MESSAGE_MEMORY = 24 * 3_600_000;

/** Everything one file holds. */
export type Stores = Store & SyncStore & ListStore;

/** Opens the file, applies missing migrations (not when `readonly`) and prepares every statement. */
export function openSqliteStore(options: { file: string; clock: Clock; readonly?: boolean }): Stores {
  const { file, clock } = options;
  const db = openDatabase(file, { readonly: options.readonly ?? false });
  if (!options.readonly) migrate({ db, file, now: clock() });
  return {
    ...sqliteStore({ db, file, clock }),
    ...promised<SyncStore>(sqliteSyncStore(db)),
    ...promised<ListStore>(sqliteListStore(db)),
  };
}

/** The store over an open, migrated database. */
export function sqliteStore({ db, file, clock }: { db: Database.Database; file: string; clock: Clock }): Store {
  const touches = touchTable(db);
  const orders = orderTable(db);
  const deliveries = deliveryTable(db);
  const configuration = configurationTable(db);
  const quarantine = quarantineTable(db);
  const withdrawals = withdrawalTable(db);
  const selectPersonal = db.prepare<[string, string], { personal: Buffer | null; consent: string | null }>(
    'SELECT personal, consent FROM orders WHERE site = ? AND order_id = ?',
  );
  const selectBreakers = db.prepare<[], Awaited<ReturnType<Store['breakers']>>[number]>(
    'SELECT site, connection, kind, reason, opened_at AS openedAt, probe_at AS probeAt, failures FROM breaker',
  );
  const upsertBreaker = db.prepare(`
    INSERT INTO breaker (site, connection, kind, reason, opened_at, probe_at, failures) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (site, connection) DO UPDATE SET kind = excluded.kind, reason = excluded.reason,
      probe_at = excluded.probe_at, failures = excluded.failures`);
  const deleteBreaker = db.prepare('DELETE FROM breaker WHERE site = ? AND connection = ?');
  const selectCounts = db.prepare<[], Awaited<ReturnType<Store['deliveryCounts']>>[number]>(
    'SELECT site, connection, state, COUNT(*) AS count FROM delivery GROUP BY site, connection, state',
  );
  const insertMessage = db.prepare('INSERT INTO message (site, id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const selectMessage = db.prepare('SELECT 1 FROM message WHERE site = ? AND id = ?').pluck();
  const deleteMessages = db.prepare('DELETE FROM message WHERE at < ?');

  const inTransaction = db.transaction((work: () => unknown) => work());
  const write = <T>(work: () => T): T => inTransaction.immediate(work) as T;

  const known = (wanted: Wanted): Known => {
    const result: Known = {
      touches: new Map(),
      orders: new Map(),
      deliveries: new Map(),
      pending: new Map(),
      identities: new Map(),
      handovers: new Set(),
    };
    const readTouches = (site: string, visitor: string): void => {
      const key = `${site}\n${visitor}`;
      if (!result.touches.has(key)) result.touches.set(key, touches.of(site, visitor));
    };
    for (const { site, visitor } of wanted.visitors) readTouches(site, visitor);
    for (const { site, orderId } of wanted.orders) {
      const key = `${site}\n${orderId}`;
      const order = orders.get(site, orderId);
      if (order) {
        result.orders.set(key, order);
        result.deliveries.set(key, deliveries.ofOrder(site, orderId));
        if (order.visitor !== null) readTouches(site, order.visitor);
      } else {
        const pending = orders.pendingOf(site, orderId);
        if (pending.length > 0) result.pending.set(key, pending);
      }
    }
    for (const { site, key } of wanted.identities) {
      const visitors = touches.visitorsOf(site, key);
      result.identities.set(`${site}\n${key}`, visitors);
      for (const visitor of visitors) readTouches(site, visitor);
    }
    for (const { site, id } of wanted.handovers)
      if (touches.handedOver(site, id)) result.handovers.add(`${site}\n${id}`);
    return result;
  };

  const apply = (changes: Changes): void => {
    const now = clock();
    for (const touch of changes.touches) touches.add(touch);
    for (const identity of changes.identities) touches.tie(identity);
    for (const handover of changes.handovers) touches.handOver(handover);
    for (const order of changes.orders) orders.put(order);
    for (const delivery of changes.deliveries) deliveries.put(delivery);
    for (const event of changes.events) orders.tell(event, newId(now));
    for (const change of changes.pending) orders.keepPending(change, newId(now));
    for (const { site, orderId } of changes.pendingDone) orders.dropPending(site, orderId);
    for (const refused of changes.quarantine) quarantine.keep(refused);
    for (const withdrawal of changes.withdrawals ?? []) withdrawals.add(withdrawal);
  };

  const claimed = (delivery: Delivery & { fence: number }): Claimed => {
    const { fence, ...rest } = delivery;
    const row = selectPersonal.get(delivery.site, delivery.orderId);
    return {
      delivery: rest,
      fence: fence + 1,
      resumed: delivery.state === 'sending',
      personal: row?.personal ?? null,
      consent: row?.consent ? (JSON.parse(row.consent) as Claimed['consent']) : null,
    };
  };

  const settleOne = (
    settlement: Settlement,
    now: number,
    work: Map<string, { site: string; connection: string }>,
  ): void => {
    const current = deliveries.get(settlement.id);
    if (!current || current.fence !== settlement.fence) return;
    const { fence: _fence, ...delivery } = current;
    const next = { ...delivery, ...settlement.change, updatedAt: now };
    deliveries.put(next);
    for (const attempt of settlement.attempts) deliveries.addAttempt(next, attempt);
    const queue = [next];
    for (let settled = queue.shift(); settled; settled = queue.shift()) {
      for (const waiting of deliveries.waitingFor(settled.id)) {
        const moved = advance(waiting, settled, now);
        if (!moved) continue;
        deliveries.put(moved);
        if (moved.state === 'skipped') queue.push(moved);
        if (moved.state === 'due') work.set(`${moved.site}\n${moved.connection}`, moved);
      }
    }
  };

  return {
    ...sqliteUpkeepStore({ db, clock }),
    migrate: async (dryRun) => migrate({ db, file, now: clock(), dryRun: dryRun ?? false }),
    close: async () => void db.close(),

    configuration: async () => configuration.read(),
    configurationVersion: async () => configuration.version(),
    configure: async (change) => write(() => configuration.write(change, newId(clock()))),

    transact: async (wanted, decide) =>
      write(() => {
        const { changes, result } = decide(known(wanted));
        apply(changes);
        return result;
      }),

    claim: async ({ site, connection, now, leaseMs, limit, owner }) =>
      write(() => {
        const found = deliveries.due({ site, connection, now, limit });
        for (const { id } of found) deliveries.lease(id, now + leaseMs, owner);
        return found.map(claimed);
      }),
    claimConfirm: async ({ site, connection, now, leaseMs, limit }) =>
      write(() => {
        const found = deliveries.verdictsDue({ site, connection, now, limit });
        for (const { id } of found) deliveries.leaseVerdict(id, now + leaseMs);
        return found.map(claimed);
      }),
    settle: async (settlements, now) =>
      write(() => {
        const work = new Map<string, { site: string; connection: string }>();
        for (const settlement of settlements) settleOne(settlement, now, work);
        return [...work.values()].map(({ site, connection }) => ({ site, connection }));
      }),
    releaseLeases: async (now) => write(() => deliveries.releaseLeases(now)),
    agenda: async () => deliveries.agenda(),

    breakers: async () => selectBreakers.all(),
    setBreaker: async (b) =>
      void write(() => upsertBreaker.run(b.site, b.connection, b.kind, b.reason, b.openedAt, b.probeAt, b.failures)),
    clearBreaker: async (site, connection, now, spreadMs) =>
      write(() => {
        if (deleteBreaker.run(site, connection).changes > 0) deliveries.bringForward(site, connection, now, spreadMs);
      }),

    order: async (site, orderId) => orders.get(site, orderId),
    sitesOfOrder: async (orderId) => orders.sitesOf(orderId),
    deliveriesOf: async (site, orderId) =>
      deliveries
        .ofOrder(site, orderId)
        .map((delivery) => ({ ...delivery, attemptLog: deliveries.attemptsOf(delivery.id) })),
    eventsOf: async (site, orderId) => orders.story(site, orderId),
    deliveries: async (filter) => deliveries.list(filter),
    replay: async (filter, now, dryRun) =>
      write(() => {
        const found = deliveries.list({
          ...filter,
          states: filter.states ?? ['held', 'rejected'],
          limit: filter.limit ?? 100_000,
        });
        const again = found.filter(({ state }) => state === 'held' || state === 'rejected' || state === 'due');
        if (dryRun) return again;
        const connections = new Set<string>();
        for (const delivery of again) {
          // A person's word counts more than a deadline that has passed.
          const deadlineAt = Math.max(delivery.deadlineAt, now + REPLAY_TIME);
          deliveries.put({
            ...delivery,
            state: 'due',
            reason: 'replayed by hand',
            nextAt: now,
            deadlineAt,
            updatedAt: now,
          });
          connections.add(`${delivery.site}\n${delivery.connection}`);
        }
        for (const key of connections) deleteBreaker.run(...(key.split('\n') as [string, string]));
        return again;
      }),
    touchesOf: async (site, visitor) => touches.of(site, visitor),
    withdrawalsOf: async (site, visitor) => withdrawals.of(site, visitor),
    attemptsSince: async (site, connection, since) => deliveries.attemptsSince(site, connection, since),

    quarantine: async (filter) => quarantine.list(filter),
    dropQuarantine: async (ids) => write(() => quarantine.drop(ids)),

    addApiKey: async (key) => write(() => configuration.addKey(key)),
    apiKeys: async () => configuration.keys(),
    revokeApiKey: async (id, at) => write(() => configuration.revokeKey(id, at)),

    knowsMessage: async (site, id) => selectMessage.get(site, id) !== undefined,
    rememberMessage: async (site, id, at) =>
      write(() => {
        deleteMessages.run(at - MESSAGE_MEMORY);
        return insertMessage.run(site, id, at).changes > 0;
      }),

    deliveryCounts: async () => selectCounts.all(),
    counts: async () =>
      ['touch', 'orders', 'delivery', 'attempt', 'quarantine'].map((table) => ({
        table,
        rows: db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get() as number,
      })),
  };
}
