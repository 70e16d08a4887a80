/** SQL of what orders are counted by: marks of visitors, addresses and clicks, and what a site's orders usually look like. */
import type { Changes, Sighting } from '../ingest-store.ts';
import { columnsOf, lastOf } from './columns.ts';
import type { Sql } from './database.ts';

/** Orders counted under one mark; a sign of invention is shown long before. */
const MOST_COUNTED = 100;

interface MarkKey {
  site: string;
  mark: string;
}
const textOf = ({ site, mark }: MarkKey): string => `${site}\n${mark}`;

/** Under `site\nmark`, every wanted one. */
export async function sightingsOf(sql: Sql, marks: readonly MarkKey[]): Promise<Map<string, Sighting>> {
  const found = new Map<string, Sighting>(marks.map((key) => [textOf(key), { orders: 0, unconfirmed: [] }]));
  if (marks.length === 0) return found;
  const rows = await sql.rows<MarkKey & { orderId: string; unconfirmed: boolean | null }>(
    `SELECT w.site, w.mark, s.order_id AS "orderId", NOT o.shop_confirmed AS unconfirmed
     FROM unnest($1::text[], $2::text[]) AS w (site, mark)
     CROSS JOIN LATERAL (
       SELECT order_id FROM sighting WHERE site = w.site AND mark = w.mark ORDER BY order_id LIMIT ${MOST_COUNTED}
     ) s LEFT JOIN orders o ON o.site = w.site AND o.order_id = s.order_id`,
    columnsOf(lastOf(marks, textOf), ({ site, mark }) => [site, mark]),
  );
  for (const row of rows) {
    const sighting = found.get(textOf(row))!;
    sighting.orders += 1;
    if (row.unconfirmed === true) sighting.unconfirmed.push(row.orderId);
  }
  return found;
}

export async function addSightings(sql: Sql, sightings: NonNullable<Changes['sightings']>): Promise<void> {
  if (sightings.length === 0) return;
  await sql.run(
    `INSERT INTO sighting (site, mark, order_id, at)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) ON CONFLICT DO NOTHING`,
    columnsOf(sightings, ({ site, mark, orderId, at }) => [site, mark, orderId, at]),
  );
}

/** By site; those without one are absent. */
export async function normsOf(sql: Sql, sites: readonly string[]): Promise<Map<string, string>> {
  if (sites.length === 0) return new Map();
  const rows = await sql.rows<{ site: string; body: string }>(
    'SELECT site, body FROM norm WHERE site = ANY($1::text[])',
    [[...new Set(sites)]],
  );
  return new Map(rows.map(({ site, body }) => [site, body]));
}

/** It sums up many orders: of two replicas that write it in the same moment the later one stands. */
export async function setNorms(sql: Sql, norms: NonNullable<Changes['norms']>): Promise<void> {
  if (norms.length === 0) return;
  await sql.run(
    `INSERT INTO norm (site, body) SELECT * FROM unnest($1::text[], $2::text[])
     ON CONFLICT (site) DO UPDATE SET body = excluded.body`,
    columnsOf(
      lastOf(norms, ({ site }) => site),
      ({ site, body }) => [site, body],
    ),
  );
}
