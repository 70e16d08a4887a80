/** The embedded engine: SQLite in the process, one writer, every commit fsynced. Implements `Store` over the tables beside it. */
import type Database from 'better-sqlite3';
import type { Clock } from '../../lib/clock.ts';
import type { Seal } from '../../lib/seal.ts';
import type { ListStore } from '../list-store.ts';
import type { Store, Stores } from '../store.ts';
import type { SyncStore } from '../sync-store.ts';
import { sqliteAlertStore } from './alert.ts';
import { sqliteBreakers } from './delivering/breaker.ts';
import { sqliteClaims } from './delivering/claims.ts';
import { sqliteDeliveryDeeds } from './delivering/deeds.ts';
import { createLanes, sqliteLaneStore } from './delivering/lane.ts';
import { sqliteComparisonStore } from './figures/comparison.ts';
import { sqliteFiguresStore } from './figures/figures.ts';
import { sqliteMessages } from './ingest/message.ts';
import { sqliteTransact } from './ingest/transact.ts';
import { sqliteListStore } from './list.ts';
import { migrateTables } from './migrate.ts';
import { openDatabase } from './open.ts';
import { sqlitePeopleStore } from './people/people.ts';
import { keepKeyCheck } from './file/sealed.ts';
import { asPromised, sqliteSyncStore } from './sync.ts';
import { openTables, type Tables } from './tables.ts';
import { sqliteUpkeepStore } from './upkeep.ts';

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
  const tables = openTables({ db, clock });
  const lanes = createLanes();
  return {
    ...sqliteUpkeepStore({ db, clock }),
    ...sqliteAlertStore(db),
    ...sqliteTransact(tables, clock),
    ...sqliteClaims(db, tables, lanes),
    ...sqliteLaneStore(lanes, tables, clock),
    ...sqliteBreakers(db, tables),
    ...sqliteDeliveryDeeds(db, tables),
    ...sqliteMessages(db, tables),
    ...configurationStore(tables, clock),
    ...recordStore(tables),
    ...refusedStore(tables),
    ...installationStore(tables),
    ...countStore(db),
    migrate: async (dryRun) => migrateTables({ db, file, now: clock(), dryRun: dryRun ?? false }),
    close: async () => void db.close(),
  };
}

const configurationStore = ({ configuration, logDeed, write }: Tables, clock: Clock) =>
  ({
    configuration: async () => configuration.read(),
    configurationVersion: async () => configuration.version(),
    configure: async (change) => write(() => configuration.write(change, clock())),
    connectionToken: async (site, id) => configuration.token(site, id),
    keepConnectionToken: async (site, id, sealed) => write(() => configuration.keepToken(site, id, sealed)),
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
  }) satisfies Partial<Store>;

const recordStore = ({ orders, aliases, deliveries, queue, attempts, touches, withdrawals, write }: Tables) =>
  ({
    order: async (site, orderId) => orders.get(site, orderId) ?? orders.get(site, aliases.orderOf(site, orderId) ?? ''),
    aliasesOf: async (asked) => asked.flatMap((one) => aliases.of(one).map((alias) => ({ ...one, alias }))),
    findOrders: async (filter) => orders.find(filter),
    orderCounts: async () => orders.counts(),
    ordersToRead: orders.toRead,
    sitesOfOrder: async (orderId) => [...new Set([...orders.sitesOf(orderId), ...aliases.sitesOf(orderId)])],
    deliveriesOf: async (site, orderId) =>
      deliveries
        .ofOrder(site, orderId)
        .map((delivery) => ({ ...delivery, attemptLog: attempts.attemptsOf(delivery.id) })),
    eventsOf: async (site, orderId) => orders.story(site, orderId),
    pendingChanges: async (site, orderId) => orders.pendingOf(site, orderId),
    deliveries: async (filter) => deliveries.list(filter),
    touchesOf: async (site, visitor) => touches.of(site, visitor),
    withdrawalsOf: async (site, visitor) => withdrawals.of(site, visitor),
    withdrawn: async (site, names) => withdrawals.newest(site, names),
    attemptsSince: async (site, connection, since) => attempts.attemptsSince(site, connection, since),
    browserAttemptsSince: async (site, connection, since) => attempts.browserAttemptsSince(site, connection, since),
    noteAsked: async (site, connection, at) => write(() => attempts.noteAsked(site, connection, at)),
    askedSince: async (site, connection, since) => attempts.askedSince(site, connection, since),
    aheadOf: async (site, id) => queue.aheadOf(site, id),
    boundNextTimes: async (now, longest) => write(() => queue.boundNextTimes(now, longest)),
  }) satisfies Partial<Store>;

const refusedStore = ({ refusedPages, quarantine, logDeed, write }: Tables) =>
  ({
    refusedPages: async () => refusedPages.list(),
    quarantine: async (filter) => quarantine.list(filter),
    dropQuarantine: async (ids, deed) =>
      write(() => {
        const dropped = quarantine.drop(ids);
        if (deed && dropped > 0) logDeed(deed, { dropped });
        return dropped;
      }),
  }) satisfies Partial<Store>;

const installationStore = ({ usage, installation, logDeed, write }: Tables) =>
  ({
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
  }) satisfies Partial<Store>;

function countStore(db: Database.Database): Pick<Store, 'deliveryCounts' | 'counts'> {
  const selectCounts = db.prepare<[], Awaited<ReturnType<Store['deliveryCounts']>>[number]>(
    'SELECT site, connection, state, COUNT(*) AS count FROM delivery GROUP BY site, connection, state',
  );
  return {
    deliveryCounts: async () => selectCounts.all(),
    counts: async () =>
      ['touch', 'orders', 'delivery', 'attempt', 'quarantine'].map((table) => ({
        table,
        rows: db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get() as number,
      })),
  };
}
