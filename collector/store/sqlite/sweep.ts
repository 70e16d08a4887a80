/** SQL of retention: looks at one slice of a table and forgets what is too old. A slice with nothing to forget writes nothing. */
import type Database from 'better-sqlite3';
import { days } from '../../lib/duration.ts';
import type { Swept, SweptTable } from '../upkeep-store.ts';

export interface Sweeper {
  sweep(table: SweptTable, want: { site: string; before: number; after: string | null; limit: number }): Swept;
  tokens(before: number, limit: number): number;
  sites(): string[];
}

type Key = (string | number)[];

/** What is left of an exchange: time, method, address without its query, status, outcome and reason. */
export const BARE_ATTEMPT = `
  request = json_object('method', request ->> 'method', 'url',
    CASE WHEN instr(request ->> 'url', '?') > 0 THEN substr(request ->> 'url', 1, instr(request ->> 'url', '?')) || '…' ELSE request ->> 'url' END),
  response = CASE WHEN response IS NULL THEN NULL
    ELSE json_object('status', response ->> 'status', 'headers', json_object(), 'body', '') END`;

/** `key` orders the slices of the rows that `among` admits; `old` tells which of them are to be forgotten; `forget` does it. */
const SWEEPS: Record<SweptTable, { key: readonly string[]; among?: string; old: string; forget: string }> = {
  touch: {
    key: ['visitor', 'at', 'param', 'value'],
    old: 'at < @before',
    forget: 'DELETE FROM touch WHERE site = ? AND visitor = ? AND at = ? AND param = ? AND value = ?',
  },
  orders: {
    key: ['received_at', 'order_id'],
    among: 'received_at < @before',
    old: 'personal IS NOT NULL OR heard_personal IS NOT NULL OR email_hash IS NOT NULL',
    forget:
      'UPDATE orders SET personal = NULL, heard_personal = NULL, email_hash = NULL WHERE site = ? AND received_at = ? AND order_id = ?',
  },
  attempt: {
    key: ['connection', 'at', 'delivery', 'id'],
    old: `at < @before AND (request ->> 'body' IS NOT NULL OR response ->> 'body' <> '')`,
    forget: `UPDATE attempt SET ${BARE_ATTEMPT} WHERE site = ? AND connection = ? AND at = ? AND delivery = ? AND id = ?`,
  },
  identity: {
    key: ['key', 'visitor'],
    old: 'at < @before',
    forget: 'DELETE FROM identity WHERE site = ? AND key = ? AND visitor = ?',
  },
  withdrawal: {
    key: ['visitor', 'at'],
    old: 'at < @before',
    forget: 'DELETE FROM withdrawal WHERE site = ? AND visitor = ? AND at = ?',
  },
  // Not the row: its figures are the shop's, and without its digest the next synchronization would take the contact for a new one.
  contact: {
    key: ['connection', 'key'],
    old: 'personal IS NOT NULL AND max(changed_at, seen_at) < @before',
    forget: 'UPDATE contact SET personal = NULL WHERE site = ? AND connection = ? AND key = ?',
  },
  quarantine: {
    key: ['id'],
    old: 'at < @before',
    forget: 'DELETE FROM quarantine WHERE site = ? AND id = ?',
  },
};

/** Orders of one visitor, address or click are counted over so long: tokens, which guard for a day, are swept beside them. */
const SIGHTINGS = days(29);

function forgetSightings(db: Database.Database, before: number, limit: number): number {
  return db
    .prepare(
      `DELETE FROM sighting WHERE (site, mark, order_id) IN (SELECT site, mark, order_id FROM sighting WHERE at < ? LIMIT ?)`,
    )
    .run(before, limit).changes;
}

/** Sites of a table, each found by one step through its key. */
const sitesOf = (table: string): string => `
  WITH RECURSIVE found(site) AS (
    SELECT min(site) FROM ${table}
    UNION ALL SELECT (SELECT min(site) FROM ${table} WHERE site > found.site) FROM found WHERE found.site IS NOT NULL
  ) SELECT site FROM found WHERE site IS NOT NULL`;

export function createSweeper(db: Database.Database): Sweeper {
  const write = <T>(work: () => T): T => db.transaction(work).immediate();
  return {
    sweep(table, { site, before, after, limit }) {
      const { key, among, old, forget } = SWEEPS[table];
      const from = after === null ? '' : `AND (${key.join(', ')}) > (${key.map((_, i) => `@k${i}`).join(', ')})`;
      const keys = after === null ? {} : Object.fromEntries((JSON.parse(after) as Key).map((k, i) => [`k${i}`, k]));
      const rows = db
        .prepare(
          `SELECT ${key.join(', ')}, (${old}) AS old FROM ${table} WHERE site = @site AND ${among ?? '@before'} ${from} ORDER BY ${key.join(', ')} LIMIT @limit`,
        )
        .all({ site, before, limit, ...keys }) as Record<string, string | number>[];
      const keyOf = (row: Record<string, string | number>): Key => key.map((name) => row[name]!);
      const due = rows.filter((row) => row.old === 1);
      if (due.length > 0) {
        const statement = db.prepare(forget);
        write(() => due.forEach((row) => void statement.run(site, ...keyOf(row))));
      }
      const last = rows.at(-1);
      return {
        changed: due.length,
        next: last === undefined || rows.length < limit ? null : JSON.stringify(keyOf(last)),
      };
    },
    tokens: (before, limit) =>
      write(() =>
        ['handover', 'message'].reduce(
          (gone, table) =>
            gone +
            db
              .prepare(`DELETE FROM ${table} WHERE (site, id) IN (SELECT site, id FROM ${table} WHERE at < ? LIMIT ?)`)
              .run(before, limit).changes,
          forgetSightings(db, before - SIGHTINGS, limit),
        ),
      ),
    sites: () => [
      ...new Set(
        ['touch', 'orders', 'attempt', 'identity', 'contact', 'withdrawal'].flatMap(
          (table) => db.prepare(sitesOf(table)).pluck().all() as string[],
        ),
      ),
    ],
  };
}
