/** SQL of refused orders: bounded, sealed, each refusal kept once. */
import type { Problem } from '../../../wire/problem.ts';
import { isOfBrowsers, type Quarantined } from '../../model/quarantined.ts';
import {
  QUARANTINE_AFTER_TRIM,
  QUARANTINE_BYTES,
  QUARANTINE_COUNT_EVERY,
  QUARANTINE_KEPT,
} from '../rows/quarantine-bounds.ts';
import { columnsOf } from './columns.ts';
import type { Sql } from './database.ts';

const MINE = `site = $1 AND (route IN ('conversion', 'sale')) = $2`;
const SIZE = 'length(body) + length(errors) + coalesce(length(arrival), 0)';

/** By whom a site was sent something: strangers push out nothing of the shop's. */
interface Sent {
  site: string;
  isBrowser: boolean;
}

const sentBy = ({ site, route }: Pick<Quarantined, 'site' | 'route'>): Sent => ({
  site,
  isBrowser: isOfBrowsers(route),
});
const keyOf = ({ site, isBrowser }: Sent): string => `${site}\n${String(isBrowser)}`;

/** Keeps what was refused. What one process has counted so far is remembered, so that few refusals have to count. */
export function createQuarantineKeeper(): (sql: Sql, refused: readonly Quarantined[]) => Promise<void> {
  const since = new Map<string, number>();
  /** Bytes by site and sender; a repeated refusal counts twice until the next look. */
  const used = new Map<string, number>();

  const boundRows = async (sql: Sql, { site, isBrowser, count }: Sent & { count: number }): Promise<void> => {
    const key = keyOf({ site, isBrowser });
    const kept = (since.get(key) ?? QUARANTINE_COUNT_EVERY) + count;
    since.set(key, kept >= QUARANTINE_COUNT_EVERY ? 0 : kept);
    if (kept < QUARANTINE_COUNT_EVERY) return;
    await sql.run(
      `DELETE FROM quarantine WHERE site = $1 AND id IN (SELECT id FROM quarantine WHERE ${MINE} ORDER BY id DESC OFFSET $3)`,
      [site, isBrowser, QUARANTINE_KEPT],
    );
  };
  const sumBytes = async (sql: Sql, site: string, isBrowser: boolean): Promise<number> =>
    (await sql.row<{ bytes: number }>(`SELECT coalesce(sum(${SIZE}), 0) AS bytes FROM quarantine WHERE ${MINE}`, [
      ...[site, isBrowser],
    ]))!.bytes;
  const boundBytes = async (sql: Sql, { site, route, body, errors, arrival }: Quarantined): Promise<void> => {
    const isBrowser = isOfBrowsers(route);
    const key = keyOf({ site, isBrowser });
    const known = used.get(key);
    const grown = (known ?? 0) + body.length + JSON.stringify(errors).length + (arrival?.length ?? 0);
    let bytes = known === undefined ? await sumBytes(sql, site, isBrowser) : grown;
    if (bytes > QUARANTINE_BYTES) {
      await sql.run(
        `DELETE FROM quarantine WHERE site = $1 AND id IN (SELECT id FROM
           (SELECT id, sum(${SIZE}) OVER (ORDER BY id DESC) AS reached FROM quarantine WHERE ${MINE}) kept WHERE reached > $3)`,
        [site, isBrowser, QUARANTINE_AFTER_TRIM],
      );
      bytes = await sumBytes(sql, site, isBrowser);
    }
    used.set(key, bytes);
  };

  return async (sql, refused) => {
    if (refused.length === 0) return;
    await insertRefused(sql, refused);
    const senders = new Map(
      refused.map(({ site, route }) => [keyOf(sentBy({ site, route })), sentBy({ site, route })]),
    );
    for (const [key, sent] of senders)
      await boundRows(sql, { ...sent, count: refused.filter((one) => keyOf(sentBy(one)) === key).length });
    for (const one of refused) await boundBytes(sql, one);
  };
}

async function insertRefused(sql: Sql, refused: readonly Quarantined[]): Promise<void> {
  const rows = new Map<string, Quarantined>();
  for (const one of refused) {
    const key = `${one.site}\n${one.fingerprint}`;
    const first = rows.get(key);
    rows.set(key, first ? { ...first, errors: one.errors, seen: first.seen + 1 } : { ...one, seen: 1 });
  }
  await sql.run(
    `INSERT INTO quarantine (site, id, at, route, errors, body, arrival, fingerprint, seen)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::text[], $9::bigint[])
     ON CONFLICT (site, fingerprint) DO UPDATE SET seen = quarantine.seen + excluded.seen, errors = excluded.errors`,
    columnsOf([...rows.values()], (q) => [
      ...[q.site, q.id, q.at, q.route, JSON.stringify(q.errors), q.body, q.arrival ?? null, q.fingerprint, q.seen],
    ]),
  );
}

export async function listQuarantine(
  sql: Sql,
  { site, id, limit }: { site?: string; id?: string; limit?: number },
): Promise<Quarantined[]> {
  const rows = await sql.rows<Omit<Quarantined, 'errors'> & { errors: string }>(
    `SELECT id, site, at, route, errors, body, arrival, fingerprint, seen FROM quarantine
     WHERE ($1::text IS NULL OR site = $1) AND ($2::text IS NULL OR id = $2) ORDER BY id DESC LIMIT $3`,
    [site ?? null, id ?? null, limit ?? 100],
  );
  return rows.map((row) => ({ ...row, errors: JSON.parse(row.errors) as Problem[] }));
}

export const dropRefused = (sql: Sql, ids: readonly string[]): Promise<number> =>
  sql.run('DELETE FROM quarantine WHERE id = ANY($1::text[])', [ids]);
