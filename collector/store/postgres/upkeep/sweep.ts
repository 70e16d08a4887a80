/** SQL of retention: looks at one slice of a table and forgets what is too old. A slice with nothing to forget writes nothing. */
import { days } from '../../../lib/duration.ts';
import type { Swept, SweptTable, UpkeepStore } from '../../upkeep-store.ts';
import { emptyExchanges, isFullExchange, type Exchange } from '../forget/bare-attempt.ts';
import type { Database } from '../database.ts';
import { forgetAddresses } from '../former-address.ts';

type Want = Parameters<UpkeepStore['sweep']>[1];
type Key = (string | number)[];

/**
 * `key` orders the slices of the rows that `among` admits; `old` tells which of them are to be forgotten (`$2` is the moment); `forget` does
 * it, for those that still are: somebody may have written them anew since they were looked at.
 */
interface Sweep {
  key: readonly string[];
  among?: string;
  old: string;
  forget: string;
}

const SWEEPS: Record<Exclude<SweptTable, 'attempt'>, Sweep> = {
  touch: { key: ['visitor', 'at', 'param', 'value'], old: 't.at < $2', forget: 'DELETE FROM touch t USING' },
  orders: {
    key: ['received_at', 'order_id'],
    among: 't.received_at < $2',
    old: 't.received_at < $2 AND (t.personal IS NOT NULL OR t.heard_personal IS NOT NULL OR t.email_hash IS NOT NULL)',
    forget: 'UPDATE orders t SET personal = NULL, heard_personal = NULL, email_hash = NULL FROM',
  },
  identity: { key: ['key', 'visitor'], old: 't.at < $2', forget: 'DELETE FROM identity t USING' },
  withdrawal: { key: ['visitor', 'at'], old: 't.at < $2', forget: 'DELETE FROM withdrawal t USING' },
  // Not the row: its figures are the shop's, and without its digest the next synchronization would take the contact for a new one.
  contact: {
    key: ['connection', 'key'],
    old: 't.personal IS NOT NULL AND greatest(t.changed_at, t.seen_at) < $2',
    forget: 'UPDATE contact t SET personal = NULL FROM',
  },
  quarantine: { key: ['id'], old: 't.at < $2', forget: 'DELETE FROM quarantine t USING' },
};

/** Columns of keys that are numbers; the others are texts. */
const NUMBERS = new Set(['at', 'received_at']);

/** Orders of one visitor, address or click are counted over so long: tokens, which guard for a day, are swept beside them. */
const SIGHTINGS = days(29);

export const sweepTable = (db: Database, table: SweptTable, want: Want): Promise<Swept> =>
  table === 'attempt' ? sweepAttempts(db, want) : sweepRows(db, table, SWEEPS[table], want);

async function sweepRows(db: Database, table: string, sweep: Sweep, want: Want): Promise<Swept> {
  const { key, among = '$2::bigint IS NOT NULL', old, forget } = sweep;
  const reading = slice({ table, key, read: `${key.join(', ')}, (${old}) AS old`, among }, want);
  const rows = await db.rows<Record<string, string | number> & { old: boolean }>(reading.sql, reading.values);
  const due = rows.filter((row) => row.old);
  const next = nextOf(key, rows, want.limit);
  if (due.length === 0) return { changed: 0, next };
  const changed = await db.transaction(async (sql) => {
    // With an order's address go those that it had before.
    if (table === 'orders')
      await forgetAddresses(
        sql,
        want.site,
        'order',
        due.map((row) => String(row.order_id)),
      );
    return sql.run(forgetting(forget, key, old), [...given(want), ...columns(key, due)]);
  });
  return { changed, next };
}

const EXCHANGE = 'connection, at, delivery, id, request, response';

/** Read here: what a vendor answered may hold what PostgreSQL's own reader of JSON refuses. */
async function sweepAttempts(db: Database, want: Want): Promise<Swept> {
  const key = ['connection', 'at', 'delivery', 'id'];
  const { sql, values } = slice({ table: 'attempt', key, read: EXCHANGE, among: 't.at < $2' }, want);
  const rows = await db.rows<Exchange & Record<string, string | number>>(sql, values);
  const changed = await emptyExchanges(db, want.site, rows.filter(isFullExchange));
  return { changed, next: nextOf(key, rows, want.limit) };
}

const given = ({ site, before }: Want): unknown[] => [site, before];

/** What a slice reads of which rows, in the order of their keys. */
interface Reading {
  table: string;
  key: readonly string[];
  read: string;
  among: string;
}

function slice({ table, key, read, among }: Reading, want: Want): { sql: string; values: unknown[] } {
  const values = given(want);
  const mark = (value: unknown): string => `$${values.push(value)}`;
  const after = want.after === null ? [] : (JSON.parse(want.after) as Key);
  const behind = after.length === 0 ? '' : `AND (${key.join(', ')}) > (${after.map(mark).join(', ')})`;
  const sql = `SELECT ${read} FROM ${table} t WHERE site = $1 AND ${among} ${behind} ORDER BY ${key.join(', ')} LIMIT ${mark(want.limit)}`;
  return { sql, values };
}

function forgetting(forget: string, key: readonly string[], old: string): string {
  const arrays = key.map((name, index) => `$${index + 3}::${NUMBERS.has(name) ? 'bigint' : 'text'}[]`);
  const same = key.map((name) => `t.${name} = due.${name}`);
  return `${forget} unnest(${arrays.join(', ')}) AS due (${key.join(', ')}) WHERE t.site = $1 AND ${same.join(' AND ')} AND ${old}`;
}

const columns = (key: readonly string[], rows: readonly Record<string, unknown>[]): unknown[] =>
  key.map((name) => rows.map((row) => row[name]));

function nextOf(key: readonly string[], rows: readonly Record<string, unknown>[], limit: number): string | null {
  const last = rows.at(-1);
  return last === undefined || rows.length < limit ? null : JSON.stringify(key.map((name) => last[name]));
}

const FORGET_TOKENS = ['handover', 'message'].map(
  (table) => `DELETE FROM ${table} WHERE (site, id) IN (SELECT site, id FROM ${table} WHERE at < $1 LIMIT $2)`,
);
/** Not those that somebody holds right now. */
const FORGET_TURNS = `
  DELETE FROM turn WHERE (site, key) IN (SELECT site, key FROM turn WHERE at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`;
const FORGET_SIGHTINGS = `
  DELETE FROM sighting WHERE (site, mark, order_id) IN (SELECT site, mark, order_id FROM sighting WHERE at < $1 LIMIT $2)`;

export async function sweepTokens(db: Database, before: number, limit: number): Promise<number> {
  let gone = await db.run(FORGET_SIGHTINGS, [before - SIGHTINGS, limit]);
  for (const statement of [...FORGET_TOKENS, FORGET_TURNS]) gone += await db.run(statement, [before, limit]);
  return gone;
}

const WITH_DATA = ['touch', 'orders', 'attempt', 'identity', 'contact', 'withdrawal'];
/** The next site of any table, by one step through the key of each. A recursive query would ask once, and none that spreads over servers takes it. */
const NEXT_SITE = `
  SELECT min(site) AS site FROM (
    ${WITH_DATA.map((table) => `(SELECT min(site) AS site FROM ${table} WHERE site > $1)`).join(' UNION ALL ')}
  ) found`;

export async function sitesWithData(db: Database): Promise<string[]> {
  const sites: string[] = [];
  for (;;) {
    const next = await db.row<{ site: string | null }>(NEXT_SITE, [sites.at(-1) ?? '']);
    if (next?.site == null) return sites;
    sites.push(next.site);
  }
}
