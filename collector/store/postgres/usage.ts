/** SQL of what sites add a day: counted in the transaction that adds it. */
import { days } from '../../lib/duration.ts';
import type { Changes } from '../ingest-store.ts';
import { sumUsage } from '../rows/usage-sum.ts';
import type { Usage } from '../usage-store.ts';
import { columnsOf, lastOf } from './columns.ts';
import type { Sql } from './database.ts';
import { OWN_PART } from './sale.ts';

/** Days that are kept for the eye. */
const KEPT = 90;

export function createUsageCounter(): (sql: Sql, changes: Changes, now: number) => Promise<void> {
  let last: number | undefined;
  return async (sql, changes, now) => {
    const day = Math.floor(now / days(1));
    // A clock that was wrong for a while leaves days behind that never were.
    if (day !== last) await sql.run('DELETE FROM usage WHERE day < $1 OR day > $2', [day - KEPT, day]);
    last = day;
    const sums = lastOf([...sumUsage(changes)], ([site]) => site);
    if (sums.length === 0) return;
    await sql.run(
      `INSERT INTO usage (site, day, part, bytes, rows)
       SELECT site, $4, $5, bytes, rows FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS w (site, bytes, rows)
       ON CONFLICT (site, day, part) DO UPDATE SET bytes = usage.bytes + excluded.bytes, rows = usage.rows + excluded.rows`,
      [...columnsOf(sums, ([site, { bytes, rows }]) => [site, bytes, rows]), day, OWN_PART],
    );
  };
}

export const usageOf = (sql: Sql, day: number): Promise<Usage[]> =>
  sql.rows(
    'SELECT site, sum(bytes) AS bytes, sum(rows) AS rows FROM usage WHERE day = $1 GROUP BY site ORDER BY site',
    [day],
  );
