/** SQL of how many orders each hour brought a site: read from the sums that are kept a quarter of an hour, a few rows whatever is stored. */
import type { Sql } from '../database.ts';

/** Quarters of an hour. */
const SLOTS = 4;

export async function orderHourSpan(sql: Sql, site: string): Promise<{ first: number; last: number } | null> {
  const found = await sql.row<{ first: number | null; last: number | null }>(
    'SELECT min(slot) AS first, max(slot) AS last FROM sale WHERE site = $1',
    [site],
  );
  if (found?.first == null || found.last === null) return null;
  return { first: Math.floor(found.first / SLOTS), last: Math.floor(found.last / SLOTS) };
}

export async function ordersBetweenHours(sql: Sql, site: string, from: number, until: number): Promise<number> {
  const found = await sql.row<{ orders: number }>(
    'SELECT coalesce(sum(orders), 0) AS orders FROM sale WHERE site = $1 AND slot >= $2 AND slot < $3',
    [site, from * SLOTS, until * SLOTS],
  );
  return found?.orders ?? 0;
}
