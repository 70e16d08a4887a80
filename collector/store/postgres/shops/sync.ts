/** SQL of synchronization: state, lease and fence of a connection, hints, and what ingest was told. Implements `SyncStore`. */
import {
  LeaseLost,
  type Checkpoint,
  type Hint,
  type IngestedOrder,
  type Lease,
  type SyncKey,
  type SyncPage,
  type SyncRow,
  type SyncStore,
} from '../../sync-store.ts';
import { saveAccount } from './contact.ts';
import type { Database, Sql } from '../database.ts';
import { remapHistory, saveHistory } from './history.ts';

/** Hints kept a connection: beyond it the hourly run finds the order anyway. */
const MOST_HINTS = 10_000;

const START: Checkpoint = { phase: 'customers', next: 0, last: null, watermark: null, newestCustomer: 0, sweep: 0 };

type Flat = Omit<SyncRow, 'checkpoint' | 'progress' | 'statuses' | 'map'> & {
  checkpoint: string;
  progress: string | null;
  statuses: string;
  map: string;
};

const COLUMNS = `site, connection, state, reason, temporary, tested, checkpoint, progress, statuses, map, succeeded_at AS "succeededAt",
  ended_at AS "endedAt", lease_until AS "leaseUntil", created_at AS "createdAt", updated_at AS "updatedAt"`;

const SELECT = `SELECT ${COLUMNS} FROM sync WHERE site = $1 AND connection = $2`;
const SELECT_ALL = `SELECT ${COLUMNS} FROM sync ORDER BY site, connection`;
const INSERT = `
  INSERT INTO sync (site, connection, state, reason, temporary, checkpoint, statuses, map, lease_until, fence, created_at, updated_at)
  VALUES ($1, $2, 'untested', '', false, $3, '[]', '{}', 0, 0, $4, $4) ON CONFLICT DO NOTHING`;
const CHANGE = `
  UPDATE sync SET state = $4, reason = $5, temporary = false, updated_at = $6, tested = CASE WHEN $7 THEN tested ELSE $8 END,
    lease_owner = NULL, lease_until = 0, fence = fence + 1
  WHERE site = $1 AND connection = $2 AND state = ANY($3::text[])`;
const ACQUIRE = `
  UPDATE sync SET state = $4, reason = '', temporary = false, lease_owner = $5, lease_until = $6, fence = fence + 1, updated_at = $7
  WHERE site = $1 AND connection = $2 AND lease_until <= $7 AND state = ANY($3::text[]) RETURNING fence`;
/** Locks the row until the commit: of two that save, the one whose lease was taken over meanwhile writes nothing. */
const EXTEND = `
  UPDATE sync SET lease_until = $5, updated_at = $6, checkpoint = coalesce($7, checkpoint), progress = coalesce($8, progress),
    statuses = coalesce($9, statuses), map = coalesce($10, map)
  WHERE site = $1 AND connection = $2 AND lease_owner = $3 AND fence = $4`;
const FINISH = `
  UPDATE sync SET state = $5, reason = $6, temporary = $7, lease_owner = NULL, lease_until = 0, updated_at = $8,
    ended_at = CASE WHEN $9::text IS NULL THEN ended_at ELSE $8 END,
    succeeded_at = CASE WHEN $9::text = 'well' THEN $8 ELSE succeeded_at END
  WHERE site = $1 AND connection = $2 AND lease_owner = $3 AND fence = $4`;
const SELECT_TOLD = `
  SELECT t.order_id AS "orderId", t.status, t.total FROM unnest($3::text[]) WITH ORDINALITY AS asked (id, place)
  JOIN sync_told t ON t.site = $1 AND t.connection = $2 AND t.order_id = asked.id ORDER BY asked.place`;
const UPSERT_TOLD = `
  INSERT INTO sync_told (site, connection, order_id, status, total, at)
  SELECT $1, $2, told.order_id, told.status, told.total, $6 FROM unnest($3::text[], $4::text[], $5::bigint[]) AS told (order_id, status, total)
  ON CONFLICT (site, connection, order_id) DO UPDATE SET status = excluded.status, total = excluded.total, at = excluded.at`;
/** Of several orders as many as there is room for. */
const INSERT_HINTS = `
  INSERT INTO sync_hint (site, connection, order_id, at)
  SELECT $1, $2, fresh.id, $4 FROM (SELECT DISTINCT unnest($3::text[]) AS id) fresh
  ORDER BY fresh.id
  LIMIT greatest(0, ${MOST_HINTS} - (SELECT count(*) FROM sync_hint WHERE site = $1 AND connection = $2))
  ON CONFLICT (site, connection, order_id) DO UPDATE SET at = excluded.at`;
const SELECT_HINTS = `
  SELECT order_id AS "orderId", at FROM sync_hint WHERE site = $1 AND connection = $2 ORDER BY at, order_id LIMIT $3`;
const DELETE_HINTS = `
  DELETE FROM sync_hint h USING unnest($3::text[], $4::bigint[]) AS done (order_id, at)
  WHERE h.site = $1 AND h.connection = $2 AND h.order_id = done.order_id AND h.at <= done.at`;

/** The tables that `removeSync` empties. */
const REMOVALS = ['sync', 'sync_hint', 'sync_told', 'history', 'contact', 'list_remote', 'subscriber'].map(
  (table) => `DELETE FROM ${table} WHERE site = $1 AND connection = $2`,
);

const FORGET_ADDRESSES = `DELETE FROM former_address WHERE site = $1 AND kind = 'contact' AND starts_with(key, $2)`;

export function postgresSyncStore(db: Database): SyncStore {
  return {
    sync: async ({ site, connection }) => syncFromRow(await db.row<Flat>(SELECT, [site, connection])),
    syncs: async () => (await db.rows<Flat>(SELECT_ALL)).map((row) => syncFromRow(row)!),
    createSync: async ({ site, connection }, now) =>
      void (await db.run(INSERT, [site, connection, JSON.stringify(START), now])),
    async changeSync({ site, connection }, { from, to, reason, now, tested }) {
      const keep = tested === undefined;
      return (await db.run(CHANGE, [site, connection, from, to, reason, now, keep, tested ?? null])) > 0;
    },
    async acquireSync({ site, connection }, { from, to, owner, now, ttl }) {
      const taken = await db.row<{ fence: number }>(ACQUIRE, [site, connection, from, to, owner, now + ttl, now]);
      return taken && { site, connection, owner, fence: taken.fence, ttl };
    },
    saveSync: (lease, page) => db.transaction((sql) => savePage(sql, lease, page)),
    async finishSync(lease, { state, reason, temporary, now, ended }) {
      const { site, connection, owner, fence } = lease;
      const changed = await db.run(FINISH, [site, connection, owner, fence, state, reason, temporary, now, ended]);
      if (changed === 0) throw new LeaseLost(lease);
    },
    toldOrders: ({ site, connection }, ids) => db.rows<IngestedOrder>(SELECT_TOLD, [site, connection, ids]),
    remapOrders: (lease, { map, after, since, now }) =>
      db.transaction(async (sql) => {
        await holdLease(sql, lease, { now });
        const { changed, next } = await remapHistory(sql, lease, { map, after, now });
        const recent = changed.filter(({ placedAt }) => placedAt >= since).map(({ orderId }) => orderId);
        await addHints(sql, lease, recent, now);
        return { changed: changed.length, ...(next === undefined ? {} : { next }) };
      }),
    addHints: (key, ids, now) => addHints(db, key, ids, now),
    hints: ({ site, connection }, limit) => db.rows<Hint>(SELECT_HINTS, [site, connection, limit]),
    removeSync: ({ site, connection }) =>
      db.transaction(async (sql) => {
        for (const statement of REMOVALS) await sql.run(statement, [site, connection]);
        await sql.run(FORGET_ADDRESSES, [site, `${connection}/`]);
      }),
  };
}

async function savePage(sql: Sql, lease: Lease, page: SyncPage): Promise<void> {
  const { site, connection } = lease;
  const { now, told = [], hintsDone = [] } = page;
  await holdLease(sql, lease, page);
  for (const row of page.customers ?? []) await saveAccount(sql, lease, row, now);
  await saveHistory(sql, lease, page.orders ?? [], now);
  // The last word about an order counts where a page has two.
  const last = [...new Map(told.map((order) => [order.orderId, order])).values()];
  if (last.length > 0) {
    const columns = [last.map(({ orderId }) => orderId), last.map(({ status }) => status)];
    await sql.run(UPSERT_TOLD, [site, connection, ...columns, last.map(({ total }) => total), now]);
  }
  if (hintsDone.length > 0) {
    const done = [hintsDone.map(({ orderId }) => orderId), hintsDone.map(({ at }) => at)];
    await sql.run(DELETE_HINTS, [site, connection, ...done]);
  }
}

async function holdLease(sql: Sql, lease: Lease, page: SyncPage): Promise<void> {
  const text = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  const { now, checkpoint, progress, statuses, map } = page;
  const changed = await sql.run(EXTEND, [
    ...[lease.site, lease.connection, lease.owner, lease.fence, now + lease.ttl, now],
    ...[text(checkpoint), text(progress), text(statuses), text(map)],
  ]);
  if (changed === 0) throw new LeaseLost(lease);
}

async function addHints(sql: Sql, { site, connection }: SyncKey, ids: readonly string[], now: number): Promise<void> {
  if (ids.length > 0) await sql.run(INSERT_HINTS, [site, connection, ids, now]);
}

function syncFromRow(row: Flat | undefined): SyncRow | undefined {
  if (!row) return undefined;
  return {
    ...row,
    checkpoint: JSON.parse(row.checkpoint) as Checkpoint,
    progress: row.progress === null ? null : (JSON.parse(row.progress) as SyncRow['progress']),
    statuses: JSON.parse(row.statuses) as SyncRow['statuses'],
    map: JSON.parse(row.map) as SyncRow['map'],
  };
}
