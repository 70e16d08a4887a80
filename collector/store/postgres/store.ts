/** The engine for many: any number of replicas on one PostgreSQL. Implements `Stores` over the tables beside it. */
import type { Clock } from '../../lib/clock.ts';
import type { Seal } from '../../lib/seal.ts';
import type { Store, Stores } from '../store.ts';
import { MESSAGE_MEMORY } from '../../model/upkeep/message-memory.ts';
import { postgresAlertStore } from './alert.ts';
import { logDeed } from './audit.ts';
import { checkServer } from './check-server.ts';
import * as configuration from './configuration.ts';
import { type Database, openPool, type PoolOptions } from './database.ts';
import { attemptsOfOrder, countAsked, countAttempts, noteAsked } from './delivering/attempt.ts';
import { closeBreakers, listBreakers, putBreaker } from './delivering/breaker.ts';
import { createDeliveryDeeds } from './delivering/deeds.ts';
import { boundNextTimes, bringForward, countAhead, endLeases, readAgenda } from './delivering/lease.ts';
import { createClaims } from './delivering/settle.ts';
import { countDeliveries, deliveriesOfOrder, listDeliveries } from './delivery.ts';
import { explainDatabaseFault, placeOf } from './fault.ts';
import { listRefusedPages } from './facts/refused-page.ts';
import { postgresComparisonStore } from './figures/comparison.ts';
import { postgresFiguresStore } from './figures/figures.ts';
import { createTransact } from './ingest/transact.ts';
import { postgresInstallationStore } from './installation.ts';
import { agreeOnKey, readDatabaseSeal } from './keys/sealed.ts';
import { migrateDatabase } from './migrate.ts';
import { countOrders, findOrder, ordersToRead, pendingOf, selectOrders, sitesOfOrder, storyOf } from './order.ts';
import { aliasesOfOrders } from './orders/alias.ts';
import { postgresPeopleStore } from './people/people.ts';
import { postgresLaneStore } from './lane.ts';
import { dropRefused, listQuarantine } from './quarantine.ts';
import { postgresListStore } from './shops/list.ts';
import { postgresSyncStore } from './shops/sync.ts';
import { touchesOf } from './touch.ts';
import { postgresUpkeepStore } from './upkeep/upkeep.ts';
import { refuseMoved } from './moving/move-state.ts';
import { createNews } from './news.ts';
import { LONG, type Patience, SHORT } from './patience.ts';
import { usageOf } from './usage.ts';
import { gatesOf, newestWithdrawals, withdrawalsOf } from './withdrawal.ts';

export interface DatabaseOptions extends Omit<PoolOptions, 'onFault'> {
  clock: Clock;
  /** Leaves migrations and the key's check as they are. */
  readonly?: boolean;
  /** Opens the pool; `openPool` unless something stands between. */
  connect?: (options: PoolOptions) => Database;
}

/** Connects and applies missing migrations. `seal` is kept as a check, so that another key is noticed. Faults are told in words. */
export async function openPostgresStore(options: DatabaseOptions & { seal?: Seal }): Promise<Stores> {
  const { store } = await open(options, () => Promise.resolve(options.seal));
  return store;
}

/** The same with the seal of the database, and refused where the key is another one. */
export async function openPostgresData(
  options: DatabaseOptions & { key: string },
): Promise<{ store: Stores; seal: Seal }> {
  const { store, seal } = await open(options, (sql) => readDatabaseSeal(sql, placeOf(options.url), options.key));
  return { store, seal: seal! };
}

/** The same for one command: an export or a report over everything may take its time. */
export const openPostgresCommand: typeof openPostgresData = (options) =>
  openPostgresData({ patience: LONG, ...options });

async function open(
  options: DatabaseOptions,
  sealOf: (sql: Database) => Promise<Seal | undefined>,
): Promise<{ store: Stores; seal: Seal | undefined }> {
  const { url, clock, connect = openPool } = options;
  const db = connect(options);
  try {
    await checkServer(db, placeOf(url));
    const seal = await sealOf(db);
    if (!options.readonly) await migrateDatabase({ db, clock });
    if (!options.readonly && seal) await agreeOnKey(db, placeOf(url), seal);
    // After the key: that waits for a move that is just being finished.
    if (!options.readonly) await refuseMoved(db, placeOf(url));
    return { store: storesOf({ db, clock, url, patience: options.patience ?? SHORT }), seal };
  } catch (error) {
    await db.end();
    throw explainDatabaseFault(placeOf(url), error);
  }
}

const storesOf = (given: Parameters<typeof postgresStore>[0]): Stores => ({
  ...postgresStore(given),
  ...postgresSyncStore(given.db),
  ...postgresListStore(given.db),
  ...postgresPeopleStore(given),
  ...postgresFiguresStore(given.db),
  ...postgresComparisonStore(given.db),
});

/** The store over a migrated database. */
function postgresStore(given: { db: Database; clock: Clock; url: string; patience: Patience }): Store {
  const { db, clock, url, patience } = given;
  const { end: endNews, ...news } = createNews({ sql: db, url });
  return {
    ...news,
    ...postgresUpkeepStore({ db, clock }),
    ...postgresAlertStore(db),
    ...postgresLaneStore(db),
    ...postgresInstallationStore({ db, clock }),
    ...createClaims(db),
    ...createDeliveryDeeds({ db, clock }),
    ...configurationStore({ db, clock }),
    ...recordStore({ db, clock }),
    ...workStore(db),
    migrate: (dryRun) => migrateDatabase({ db, clock, dryRun: dryRun ?? false }),
    close: async () => {
      await endNews();
      await db.end();
    },
    ...createTransact({ db, clock, patience }),
    usage: (day) => usageOf(db, day),
    counts: () =>
      Promise.all(
        ['touch', 'orders', 'delivery', 'attempt', 'quarantine'].map(async (table) => {
          const row = await db.row<{ rows: number }>(`SELECT count(*) AS rows FROM ${table}`);
          return { table, rows: row!.rows };
        }),
      ),
  };
}

const configurationStore = ({ db, clock }: { db: Database; clock: Clock }) =>
  ({
    configuration: () => configuration.readConfiguration(db),
    configurationVersion: () => configuration.readVersion(db),
    configure: (change) => db.transaction((sql) => configuration.writeConfiguration(sql, change, clock())),
    connectionToken: (site, id) => configuration.connectionToken(db, site, id),
    keepConnectionToken: (site, id, sealed) => configuration.keepConnectionToken(db, site, id, sealed),
    addApiKey: (key, deed) =>
      db.transaction(async (sql) => {
        await configuration.insertApiKey(sql, key);
        await logDeed(sql, deed, clock());
      }),
    apiKeys: () => configuration.listApiKeys(db),
    revokeApiKey: (id, deed) =>
      db.transaction(async (sql) => {
        const revoked = await configuration.endApiKey(sql, id, deed.at);
        if (revoked) await logDeed(sql, deed, clock());
        return revoked;
      }),
  }) satisfies Partial<Store>;

/** What is known of orders, visitors and refusals. */
const recordStore = ({ db, clock }: { db: Database; clock: Clock }) =>
  ({
    order: (site, orderId) => findOrder(db, site, orderId),
    aliasesOf: (orders) => aliasesOfOrders(db, orders),
    findOrders: (filter) => selectOrders(db, filter),
    orderCounts: () => countOrders(db),
    ordersToRead: (want) => ordersToRead(db, want),
    sitesOfOrder: (orderId) => sitesOfOrder(db, orderId),
    deliveriesOf: async (site, orderId) => {
      const deliveries = await deliveriesOfOrder(db, site, orderId);
      const attempts = await attemptsOfOrder(db, site, orderId);
      return deliveries.map((delivery) => ({ ...delivery, attemptLog: attempts.get(delivery.id) ?? [] }));
    },
    eventsOf: (site, orderId) => storyOf(db, site, orderId),
    pendingChanges: async (site, orderId) =>
      (await pendingOf(db, [{ site, orderId }])).get(`${site}\n${orderId}`) ?? [],
    touchesOf: async (site, visitor) => (await touchesOf(db, [{ site, visitor }])).get(`${site}\n${visitor}`)!,
    withdrawalsOf: (site, visitor) => withdrawalsOf(db, site, visitor),
    withdrawn: async (site, names) => {
      const found = await newestWithdrawals(
        db,
        names.map((name) => ({ site, name })),
      );
      return found.map(({ name, at }) => ({ name, at }));
    },
    gateOf: async (site, orderId) =>
      (await gatesOf(db, [{ site, orderId }])).get(`${site}\n${orderId}`)?.gate ?? 'open',
    refusedPages: () => listRefusedPages(db),
    quarantine: (filter) => listQuarantine(db, filter),
    dropQuarantine: (ids, deed) =>
      db.transaction(async (sql) => {
        const dropped = await dropRefused(sql, ids);
        if (deed && dropped > 0) await logDeed(sql, deed, clock(), { dropped });
        return dropped;
      }),
    knowsMessage: async (site, id) =>
      (await db.row('SELECT 1 FROM message WHERE site = $1 AND id = $2', [site, id])) !== undefined,
    rememberMessage: async (site, id, at) => (await rememberAll(db, [{ site, id, at }]))[0]!,
    rememberMessages: (messages) => rememberAll(db, messages),
  }) satisfies Partial<Store>;

/** What is owed to networks, and what holds it up. */
const workStore = (db: Database) =>
  ({
    releaseLeases: (now) => db.transaction((sql) => endLeases(sql, now)),
    agenda: () => readAgenda(db),
    breakers: () => listBreakers(db),
    setBreaker: (breaker) => putBreaker(db, breaker),
    clearBreaker: (site, connection, now, spreadMs) =>
      db.transaction(async (sql) => {
        if ((await closeBreakers(sql, [{ site, connection }])) > 0)
          await bringForward(sql, { site, connection, now, spreadMs });
      }),
    deliveries: (filter) => listDeliveries(db, filter),
    deliveryCounts: () => countDeliveries(db),
    attemptsSince: (site, connection, since) => countAttempts(db, { site, connection, since }),
    browserAttemptsSince: (site, connection, since) =>
      countAttempts(db, { site, connection, since, browserOnly: true }),
    noteAsked: (site, connection, at) => noteAsked(db, { site, connection, at }),
    askedSince: (site, connection, since) => countAsked(db, { site, connection, since }),
    aheadOf: (site, id) => countAhead(db, site, id),
    boundNextTimes: (now, longest) => db.transaction((sql) => boundNextTimes(sql, now, longest)),
  }) satisfies Partial<Store>;

/** Message ids of signed webhooks: what was taken once is not taken again. */
const DELETE_OLD = 'DELETE FROM message WHERE at < $1';
const INSERT = `INSERT INTO message (site, id, at) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])
  ON CONFLICT DO NOTHING RETURNING site, id`;

interface Message {
  site: string;
  id: string;
  at: number;
}

/** Whether each is new: of one that comes twice the first is. */
async function rememberAll(db: Database, messages: readonly Message[]): Promise<boolean[]> {
  if (messages.length === 0) return [];
  const nameOf = ({ site, id }: Pick<Message, 'site' | 'id'>): string => `${site}\n${id}`;
  const fresh = await db.transaction(async (sql) => {
    await sql.run(DELETE_OLD, [Math.min(...messages.map(({ at }) => at)) - MESSAGE_MEMORY]);
    const columns = [messages.map(({ site }) => site), messages.map(({ id }) => id), messages.map(({ at }) => at)];
    return new Set((await sql.rows<Pick<Message, 'site' | 'id'>>(INSERT, columns)).map(nameOf));
  });
  return messages.map((message) => fresh.delete(nameOf(message)));
}
