/** SQL of synchronization: state, lease and fence of a connection, hints, and what ingest was told. Implements `SyncStore`. */
import type Database from 'better-sqlite3';
import {
  LeaseLost,
  type Checkpoint,
  type Hint,
  type Lease,
  type SyncKey,
  type SyncRow,
  type SyncStore,
  type IngestedOrder,
} from '../sync-store.ts';
import { contactTable } from './contact.ts';
import { historyTable } from './history.ts';

/** Hints kept a connection: beyond it the hourly run finds the order anyway. */
const MOST_HINTS = 10_000;

const START: Checkpoint = { phase: 'customers', next: 0, last: null, watermark: null, newestCustomer: 0, sweep: 0 };

type Flat = Omit<SyncRow, 'temporary' | 'checkpoint' | 'progress' | 'statuses' | 'map'> & {
  temporary: number;
  checkpoint: string;
  progress: string | null;
  statuses: string;
  map: string;
};

const COLUMNS = `site, connection, state, reason, temporary, tested, checkpoint, progress, statuses, map,
  succeeded_at AS succeededAt, ended_at AS endedAt, lease_until AS leaseUntil, created_at AS createdAt, updated_at AS updatedAt`;

/** The tables that `remove` empties. */
const TABLES = ['sync', 'sync_hint', 'sync_told', 'history', 'contact', 'list_remote', 'subscriber'];

export function sqliteSyncStore(db: Database.Database): SyncStore {
  const contacts = contactTable(db);
  const history = historyTable(db, contacts);
  const select = db.prepare<[string, string], Flat>(`SELECT ${COLUMNS} FROM sync WHERE site = ? AND connection = ?`);
  const selectAll = db.prepare<[], Flat>(`SELECT ${COLUMNS} FROM sync ORDER BY site, connection`);
  const insert = db.prepare(`
    INSERT INTO sync (site, connection, state, reason, temporary, checkpoint, statuses, map, lease_until, fence, created_at, updated_at)
    VALUES (@site, @connection, 'untested', '', 0, @checkpoint, '[]', '{}', 0, 0, @now, @now) ON CONFLICT DO NOTHING`);
  const change = db.prepare(`
    UPDATE sync SET state = @to, reason = @reason, temporary = 0, updated_at = @now,
      tested = CASE WHEN @keep THEN tested ELSE @tested END, lease_owner = NULL, lease_until = 0, fence = fence + 1
    WHERE site = @site AND connection = @connection AND state IN (SELECT value FROM json_each(@from))`);
  const acquire = db
    .prepare<unknown[], number>(
      `UPDATE sync SET state = @to, reason = '', temporary = 0, lease_owner = @owner, lease_until = @until, fence = fence + 1,
         updated_at = @now
       WHERE site = @site AND connection = @connection AND lease_until <= @now
         AND state IN (SELECT value FROM json_each(@from))
       RETURNING fence`,
    )
    .pluck();
  const extend = db.prepare(`
    UPDATE sync SET lease_until = @until, updated_at = @now, checkpoint = coalesce(@checkpoint, checkpoint),
      progress = coalesce(@progress, progress), statuses = coalesce(@statuses, statuses), map = coalesce(@map, map)
    WHERE site = @site AND connection = @connection AND lease_owner = @owner AND fence = @fence`);
  const finish = db.prepare(`
    UPDATE sync SET state = @state, reason = @reason, temporary = @temporary, lease_owner = NULL, lease_until = 0,
      updated_at = @now, ended_at = CASE WHEN @ended IS NULL THEN ended_at ELSE @now END,
      succeeded_at = CASE WHEN @ended = 'well' THEN @now ELSE succeeded_at END
    WHERE site = @site AND connection = @connection AND lease_owner = @owner AND fence = @fence`);
  const selectTold = db.prepare<[string, string, string], IngestedOrder>(
    'SELECT order_id AS orderId, status, total FROM sync_told WHERE site = ? AND connection = ? AND order_id = ?',
  );
  const upsertTold = db.prepare(`
    INSERT INTO sync_told (site, connection, order_id, status, total, at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (site, connection, order_id) DO UPDATE SET status = excluded.status, total = excluded.total, at = excluded.at`);
  const insertHint = db.prepare(`
    INSERT INTO sync_hint (site, connection, order_id, at)
    SELECT @site, @connection, @orderId, @now
    WHERE (SELECT count(*) FROM sync_hint WHERE site = @site AND connection = @connection) < ${MOST_HINTS}
    ON CONFLICT (site, connection, order_id) DO UPDATE SET at = excluded.at`);
  const selectHints = db.prepare<[string, string, number], Hint>(
    'SELECT order_id AS orderId, at FROM sync_hint WHERE site = ? AND connection = ? ORDER BY at, order_id LIMIT ?',
  );
  const deleteHint = db.prepare('DELETE FROM sync_hint WHERE site = ? AND connection = ? AND order_id = ? AND at <= ?');
  const removals = TABLES.map((table) => db.prepare(`DELETE FROM ${table} WHERE site = ? AND connection = ?`));

  const write = <T>(work: () => T): T => db.transaction(work).immediate();
  const hold = (
    lease: Lease,
    now: number,
    more: Partial<Record<'checkpoint' | 'progress' | 'statuses' | 'map', unknown>>,
  ) => {
    const text = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
    const { checkpoint, progress, statuses, map } = more;
    const { changes } = extend.run({
      ...lease,
      now,
      until: now + lease.ttl,
      checkpoint: text(checkpoint),
      progress: text(progress),
      statuses: text(statuses),
      map: text(map),
    });
    if (changes === 0) throw new LeaseLost(lease);
  };

  const store = {
    sync: (key) => unflat(select.get(key.site, key.connection)),
    syncs: () => selectAll.all().map((row) => unflat(row)!),
    createSync: (key, now) => void insert.run({ ...keyOf(key), now, checkpoint: JSON.stringify(START) }),
    changeSync(key, { from, to, reason, now, tested }) {
      const keep = tested === undefined ? 1 : 0;
      const params = { ...keyOf(key), to, reason, now, keep, tested: tested ?? null, from: JSON.stringify(from) };
      return change.run(params).changes > 0;
    },
    acquireSync(key, { from, to, owner, now, ttl }) {
      const fence = acquire.get({ ...keyOf(key), from: JSON.stringify(from), to, owner, now, until: now + ttl });
      return fence === undefined ? undefined : { ...keyOf(key), owner, fence, ttl };
    },
    saveSync(lease, page) {
      const { site, connection } = lease;
      write(() => {
        hold(lease, page.now, page);
        for (const row of page.customers ?? []) contacts.saveAccount(lease, row, page.now);
        history.save(lease, page.orders ?? [], page.now);
        for (const { orderId, status, total } of page.told ?? []) {
          upsertTold.run(site, connection, orderId, status, total, page.now);
        }
        for (const { orderId, at } of page.hintsDone ?? []) deleteHint.run(site, connection, orderId, at);
      });
    },
    finishSync(lease, { state, reason, temporary, now, ended }) {
      const params = { ...lease, state, reason, temporary: Number(temporary), now, ended };
      if (finish.run(params).changes === 0) throw new LeaseLost(lease);
    },
    toldOrders: ({ site, connection }, ids) => ids.flatMap((id) => selectTold.get(site, connection, id) ?? []),
    remapOrders: (lease, { map, after, since, now }) =>
      write(() => {
        hold(lease, now, {});
        const { changed, next } = history.remap(lease, { map, after, now });
        for (const order of changed) {
          if (order.placedAt >= since) insertHint.run({ ...keyOf(lease), orderId: order.orderId, now });
        }
        return { changed: changed.length, ...(next === undefined ? {} : { next }) };
      }),
    addHints: ({ site, connection }, ids, now) =>
      write(() => ids.forEach((orderId) => void insertHint.run({ site, connection, orderId, now }))),
    hints: ({ site, connection }, limit) => selectHints.all(site, connection, limit),
    removeSync: ({ site, connection }) =>
      write(() => removals.forEach((statement) => void statement.run(site, connection))),
  } satisfies { [K in keyof SyncStore]: (...args: Parameters<SyncStore[K]>) => Awaited<ReturnType<SyncStore[K]>> };
  return asPromised<SyncStore>(store);
}

const keyOf = ({ site, connection }: SyncKey): SyncKey => ({ site, connection });

function unflat(row: Flat | undefined): SyncRow | undefined {
  if (!row) return undefined;
  return {
    ...row,
    temporary: row.temporary === 1,
    checkpoint: JSON.parse(row.checkpoint) as Checkpoint,
    progress: row.progress === null ? null : (JSON.parse(row.progress) as SyncRow['progress']),
    statuses: JSON.parse(row.statuses) as SyncRow['statuses'],
    map: JSON.parse(row.map) as SyncRow['map'],
  };
}

/** The same methods behind promises: what is synchronous here crosses a network in another engine. */
export function asPromised<T extends object>(methods: object): T {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      async (...args: unknown[]): Promise<unknown> => (method as (...all: unknown[]) => unknown)(...args),
    ]),
  ) as T;
}
