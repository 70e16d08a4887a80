/** The embedded engine: SQLite in the process, one writer, every commit fsynced. Implements `Store` over the tables beside it. */
import type Database from 'better-sqlite3';
import type { Clock } from '../../lib/clock.ts';
import { continueIdsAfter } from '../../lib/id.ts';
import type { Seal } from '../../lib/seal.ts';
import type { Delivery } from '../../model/delivery.ts';
import type { Changes } from '../ingest-store.ts';
import type { ListStore } from '../list-store.ts';
import type { Claimed, Settlement, Store, Stores } from '../store.ts';
import type { SyncStore } from '../sync-store.ts';
import { sqliteAlertStore } from './alert.ts';
import { auditTable } from './audit.ts';
import { configurationTable } from './configuration.ts';
import { deliveryTable } from './delivery.ts';
import { sqliteComparisonStore } from './figures/comparison.ts';
import { sqliteFiguresStore } from './figures/figures.ts';
import { installationTable } from './installation.ts';
import { createLanes } from './lane.ts';
import { sqliteListStore } from './list.ts';
import { migrateTables } from './migrate.ts';
import { openDatabase } from './open.ts';
import { orderTable } from './order.ts';
import { aliasTable } from './orders/alias.ts';
import { sqlitePeopleStore } from './people/people.ts';
import { quarantineTable } from './quarantine.ts';
import { refusedPageTable } from './facts/refused-page.ts';
import type { Deed } from '../../model/upkeep/deed.ts';
import { MESSAGE_MEMORY } from '../../model/upkeep/message-memory.ts';
import {
  finishDelivery,
  judgeDelivery,
  mayFinishByHand,
  mayReplay,
  needsLook,
  replayDelivery,
  REPLAYED_STATES,
} from '../../model/upkeep/replay-rule.ts';
import { keepKeyCheck } from './file/sealed.ts';
import { gateOfReason } from '../../model/authority/consent-gate.ts';
import { createKnownReader } from './reading/read-known.ts';
import { sightingTable } from './sighting.ts';
import { asPromised, sqliteSyncStore } from './sync.ts';
import { touchTable } from './touch.ts';
import { sqliteUpkeepStore } from './upkeep.ts';
import { usageTable } from './usage.ts';
import { withdrawalTable } from './withdrawal.ts';

/** Opens the file, applies missing migrations (not when `readonly`) and prepares every statement. */
export function openSqliteStore(options: {
  file: string;
  clock: Clock;
  readonly?: boolean;
  /** Kept as a check, so that another key is noticed. */
  seal?: Seal;
}): Stores {
  const { file, clock, seal } = options;
  const db = openDatabase(file, { readonly: options.readonly ?? false });
  if (!options.readonly) migrateTables({ db, file, now: clock() });
  if (!options.readonly && seal) keepKeyCheck(db, seal);
  return {
    ...sqliteStore({ db, file, clock }),
    ...asPromised<SyncStore>(sqliteSyncStore(db)),
    ...asPromised<ListStore>(sqliteListStore(db)),
    ...sqlitePeopleStore({ db, clock }),
    ...sqliteFiguresStore(db),
    ...sqliteComparisonStore(db),
  };
}

/** The store over an open, migrated database. */
export function sqliteStore({ db, file, clock }: { db: Database.Database; file: string; clock: Clock }): Store {
  const touches = touchTable(db);
  const orders = orderTable(db);
  const aliases = aliasTable(db);
  const deliveries = deliveryTable(db);
  const configuration = configurationTable(db);
  const quarantine = quarantineTable(db);
  const withdrawals = withdrawalTable(db);
  const usage = usageTable(db);
  const installation = installationTable(db);
  const sightings = sightingTable(db);
  const refusedPages = refusedPageTable(db);
  const audit = auditTable(db);
  const lanes = createLanes();
  /** In the transaction that does it; `counts` says how much it came to. */
  const logDeed = ({ at, actor, action, detail }: Deed, counts: Record<string, number> = {}): void =>
    audit.add({ at, actor, action, detail: JSON.stringify({ ...counts, ...detail }) }, clock());
  const selectPersonal = db
    .prepare<[string, string], Buffer | null>('SELECT personal FROM orders WHERE site = ? AND order_id = ?')
    .pluck();
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
  const rememberOne = ({ site, id, at }: { site: string; id: string; at: number }): boolean => {
    deleteMessages.run(at - MESSAGE_MEMORY);
    return insertMessage.run(site, id, at).changes > 0;
  };

  const inTransaction = db.transaction((work: () => unknown) => work());
  const write = <T>(work: () => T): T => inTransaction.immediate(work) as T;

  const known = createKnownReader({ touches, orders, aliases, deliveries, sightings, withdrawals });

  const apply = (changes: Changes): void => {
    const now = clock();
    for (const join of changes.joins ?? []) aliases.join(join);
    for (const { site, visitor } of changes.claimed ?? []) touches.claim(site, visitor);
    for (const touch of changes.touches) touches.add(touch);
    for (const identity of changes.identities) touches.tie(identity);
    for (const handover of changes.handovers) touches.handOver(handover);
    for (const order of changes.orders) orders.put(order);
    for (const alias of changes.aliases ?? []) aliases.put(alias);
    for (const delivery of changes.deliveries) deliveries.put(delivery);
    // After them: what was owed before the shop spoke counts as its word from now on.
    for (const { site, order, shopConfirmed } of changes.orders)
      if (shopConfirmed) deliveries.confirm(site, order.orderId);
    for (const event of changes.events) orders.tell(event, now);
    for (const change of changes.pending) orders.keepPending(change, now);
    for (const { site, orderId } of changes.pendingDone) orders.dropPending(site, orderId);
    for (const refused of changes.quarantine) quarantine.keep(refused);
    for (const sighting of changes.sightings ?? []) sightings.add(sighting);
    for (const { site, body } of changes.norms ?? []) sightings.setNorm(site, body);
    for (const page of changes.refusedPages ?? []) refusedPages.count(page);
    for (const withdrawal of changes.withdrawals ?? []) {
      withdrawals.add(withdrawal);
      touches.end(withdrawal.site, withdrawal.visitor.replace(/^v:/, ''));
    }
    for (const deed of changes.deeds ?? []) logDeed(deed);
    usage.add(changes, now);
  };

  const claimed = (delivery: Delivery & { fence: number; confirmed?: boolean }): Claimed => {
    const { fence, confirmed = false, ...rest } = delivery;
    return {
      delivery: rest,
      fence: fence + 1,
      confirmed,
      resumed: delivery.state === 'sending',
      personal: (selectPersonal.get(delivery.site, delivery.orderId) as Buffer | null | undefined) ?? null,
      gate: withdrawals.gateOf(delivery.site, delivery.orderId),
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
    const gate = next.state === 'skipped' ? gateOfReason(next.reason) : undefined;
    if (gate) withdrawals.stop(next.site, next.orderId, gate);
    for (const due of deliveries.advance(next, now)) work.set(`${due.site}\n${due.connection}`, due);
  };

  return {
    ...sqliteUpkeepStore({ db, clock }),
    ...sqliteAlertStore(db),
    migrate: async (dryRun) => migrateTables({ db, file, now: clock(), dryRun: dryRun ?? false }),
    close: async () => void db.close(),

    configuration: async () => configuration.read(),
    configurationVersion: async () => configuration.version(),
    configure: async (change) => write(() => configuration.write(change, clock())),

    transact: async (wanted, decide) =>
      write(() => {
        continueIdsAfter(deliveries.newest());
        continueIdsAfter(quarantine.newest());
        const { changes, result } = decide(known(wanted));
        apply(changes);
        return result;
      }),
    // Whoever holds a file holds all of it: there is no part that could go on without another.
    async transactEach(parts, { wanted, decide }) {
      const result = await this.transact(wanted(parts), (found) => decide(found, parts));
      return { together: { parts, result }, apart: [] };
    },

    claim: async ({
      site,
      connection,
      now,
      leaseMs,
      limit,
      owner,
      browserOnly = { atLeast: 0, atMost: limit },
      lane,
    }) =>
      write(() => {
        if (lane && !lanes.isNewest(lane)) return [];
        const due = (confirmed: boolean, most: number): ReturnType<typeof deliveries.due> =>
          most > 0 ? deliveries.due({ site, connection, confirmed, now, limit: most }) : [];
        const sure = due(true, limit);
        const room = Math.max(limit - sure.length, Math.min(browserOnly.atLeast, limit));
        const browsers = due(false, Math.min(room, browserOnly.atMost));
        const found = [...sure.slice(0, limit - browsers.length), ...browsers];
        for (const { id } of found) deliveries.lease(id, now + leaseMs, owner);
        return found.map(claimed);
      }),
    gateOf: async (site, orderId) => withdrawals.gateOf(site, orderId),
    claimConfirm: async ({ site, connection, now, leaseMs, limit, lane }) =>
      write(() => {
        if (lane && !lanes.isNewest(lane)) return [];
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

    takeLanes: async (owner, names) => lanes.take(owner, names),
    keepLanes: async (owner) => lanes.keep(owner),
    leaveLanes: async (owner, names) => lanes.leave(owner, names),
    // One process holds every lane of a file.
    tellDue: async () => undefined,
    hearDue: async () => async () => undefined,
    notePause: async (site, connection, ms) => lanes.pause(`${site}/${connection}`, clock() + ms),
    pausedFor: async (site, connection) => Math.max(0, lanes.pausedUntil(`${site}/${connection}`) - clock()),
    leasedNow: async (site, connection, now) => deliveries.leasedNow(site, connection, now),

    connectionToken: async (site, id) => configuration.token(site, id),
    keepConnectionToken: async (site, id, sealed) => write(() => configuration.keepToken(site, id, sealed)),

    breakers: async () => selectBreakers.all(),
    setBreaker: async (b) =>
      void write(() => upsertBreaker.run(b.site, b.connection, b.kind, b.reason, b.openedAt, b.probeAt, b.failures)),
    clearBreaker: async (site, connection, now, spreadMs) =>
      write(() => {
        if (deleteBreaker.run(site, connection).changes > 0) deliveries.bringForward(site, connection, now, spreadMs);
      }),

    order: async (site, orderId) => orders.get(site, orderId) ?? orders.get(site, aliases.orderOf(site, orderId) ?? ''),
    aliasesOf: async (asked) => asked.flatMap((one) => aliases.of(one).map((alias) => ({ ...one, alias }))),
    findOrders: async (filter) => orders.find(filter),
    orderCounts: async () => orders.counts(),
    ordersToRead: orders.toRead,
    sitesOfOrder: async (orderId) => [...new Set([...orders.sitesOf(orderId), ...aliases.sitesOf(orderId)])],
    deliveriesOf: async (site, orderId) =>
      deliveries
        .ofOrder(site, orderId)
        .map((delivery) => ({ ...delivery, attemptLog: deliveries.attemptsOf(delivery.id) })),
    eventsOf: async (site, orderId) => orders.story(site, orderId),
    pendingChanges: async (site, orderId) => orders.pendingOf(site, orderId),
    deliveries: async (filter) => deliveries.list(filter),
    replay: async (filter, { now, dryRun, deed }) =>
      write(() => {
        const { states = REPLAYED_STATES, limit = 100_000 } = filter;
        const open = states.filter((state) => mayReplay({ state }));
        const again = [
          ...(open.length > 0 ? deliveries.list({ ...filter, states: open, limit }) : []).filter(
            (delivery) => filter.orderId !== undefined || !needsLook(delivery),
          ),
          ...(states.includes('waiting') ? deliveries.resumed({ ...filter, limit }) : []),
        ].slice(0, limit);
        if (dryRun || again.length === 0) return again;
        for (const delivery of again) deliveries.put(replayDelivery(delivery, now));
        const connections = new Set(again.map(({ site, connection }) => `${site}\n${connection}`));
        for (const key of connections) deleteBreaker.run(...(key.split('\n') as [string, string]));
        logDeed(deed, { deliveries: again.length });
        return again;
      }),
    finishByHand: async (ids, { reason, now, deed }) =>
      write(() => {
        const open = ids.flatMap((id) => deliveries.get(id) ?? []).filter(mayFinishByHand);
        const done = open.map(({ fence: _fence, ...delivery }) => {
          const finished = finishDelivery(delivery, { reason, now });
          deliveries.put(finished);
          deliveries.advance(finished, now);
          return delivery;
        });
        if (done.length > 0) logDeed({ ...deed, detail: { ...deed.detail, deliveries: done.map(({ id }) => id) } });
        return done;
      }),
    judge: async (verdicts, { now, deed }) =>
      write(() => {
        const judged = verdicts.filter((verdict) => {
          const { fence: _fence, ...known } = deliveries.get(verdict.id) ?? { fence: 0 };
          const next = judgeDelivery('id' in known ? known : undefined, verdict, now);
          if (!next) return false;
          deliveries.put(next);
          deliveries.advance(next, now);
          return true;
        });
        if (judged.length > 0) logDeed(deed, { deliveries: judged.length });
        return judged.length;
      }),
    touchesOf: async (site, visitor) => touches.of(site, visitor),
    withdrawalsOf: async (site, visitor) => withdrawals.of(site, visitor),
    withdrawn: async (site, names) => withdrawals.newest(site, names),
    attemptsSince: async (site, connection, since) => deliveries.attemptsSince(site, connection, since),
    browserAttemptsSince: async (site, connection, since) => deliveries.browserAttemptsSince(site, connection, since),
    noteAsked: async (site, connection, at) => write(() => deliveries.noteAsked(site, connection, at)),
    askedSince: async (site, connection, since) => deliveries.askedSince(site, connection, since),
    aheadOf: async (site, id) => deliveries.aheadOf(site, id),
    boundNextTimes: async (now, longest) => write(() => deliveries.boundNextTimes(now, longest)),

    refusedPages: async () => refusedPages.list(),
    quarantine: async (filter) => quarantine.list(filter),
    dropQuarantine: async (ids, deed) =>
      write(() => {
        const dropped = quarantine.drop(ids);
        if (deed && dropped > 0) logDeed(deed, { dropped });
        return dropped;
      }),

    addApiKey: async (key, deed) =>
      write(() => {
        configuration.addKey(key);
        logDeed(deed);
      }),
    apiKeys: async () => configuration.keys(),
    revokeApiKey: async (id, deed) =>
      write(() => {
        const revoked = configuration.revokeKey(id, deed.at);
        if (revoked) logDeed(deed);
        return revoked;
      }),

    knowsMessage: async (site, id) => selectMessage.get(site, id) !== undefined,
    rememberMessage: async (site, id, at) => write(() => rememberOne({ site, id, at })),
    rememberMessages: async (messages) => write(() => messages.map(rememberOne)),

    usage: async (day) => usage.of(day),
    probe: async (now) => installation.probe(now),
    keyCheck: async () => installation.keyCheck(),
    agreedTime: async () => installation.agreedTime(),
    agreeOnTime: async (at, deed) =>
      write(() => {
        installation.agreeOnTime(at);
        if (deed) logDeed(deed);
      }),
    newestMoment: async () => installation.newestMoment(),

    deliveryCounts: async () => selectCounts.all(),
    counts: async () =>
      ['touch', 'orders', 'delivery', 'attempt', 'quarantine'].map((table) => ({
        table,
        rows: db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get() as number,
      })),
  };
}
