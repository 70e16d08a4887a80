/** SQL of the names that the shop has for an order besides the one that it goes by here, and of orders that turned out to be one. */
import type { OrderAlias, OrderJoin } from '../../ingest-store.ts';
import type { NamedOrder } from '../../store.ts';
import { columnsOf, lastOf } from '../columns.ts';
import type { Sql } from '../database.ts';
import type { OrderKey } from '../order.ts';
import { addSales, type CountedOrder, salesOf } from '../sale.ts';

const textOf = ({ site, orderId }: OrderKey): string => `${site}\n${orderId}`;

/** Name, as `site\nname` → number that its order goes by; names of no order are absent. */
export async function aliasesAmong(sql: Sql, names: readonly OrderKey[]): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const rows = await sql.rows<{ site: string; alias: string; orderId: string }>(
    `SELECT a.site, a.alias, a.order_id AS "orderId" FROM order_alias a
     JOIN unnest($1::text[], $2::text[]) AS w (site, alias) ON a.site = w.site AND a.alias = w.alias`,
    columnsOf(lastOf(names, textOf), ({ site, orderId }) => [site, orderId]),
  );
  return new Map(rows.map(({ site, alias, orderId }) => [`${site}\n${alias}`, orderId]));
}

/** In the order of the names. */
export const aliasesOfOrders = (
  sql: Sql,
  orders: readonly NamedOrder[],
): Promise<(NamedOrder & { alias: string })[]> =>
  orders.length === 0
    ? Promise.resolve([])
    : sql.rows(
        `SELECT w.site, w.order_id AS "orderId", a.alias FROM unnest($1::text[], $2::text[]) AS w (site, order_id)
         CROSS JOIN LATERAL (
           SELECT alias FROM order_alias WHERE site = w.site AND order_id = w.order_id ORDER BY alias LIMIT 100
         ) a ORDER BY w.site, w.order_id, a.alias`,
        columnsOf(lastOf(orders, textOf), ({ site, orderId }) => [site, orderId]),
      );

/** The last word on each name stands. */
export async function putAliases(sql: Sql, aliases: readonly OrderAlias[]): Promise<void> {
  const last = lastOf(aliases, ({ site, alias }) => `${site}\n${alias}`);
  const given = last.filter(({ orderId }) => orderId !== null);
  const taken = last.filter(({ orderId }) => orderId === null);
  if (given.length > 0)
    await sql.run(
      `INSERT INTO order_alias (site, alias, order_id) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
       ON CONFLICT (site, alias) DO UPDATE SET order_id = excluded.order_id`,
      columnsOf(given, ({ site, alias, orderId }) => [site, alias, orderId]),
    );
  if (taken.length > 0)
    await sql.run(
      `DELETE FROM order_alias a USING unnest($1::text[], $2::text[]) AS w (site, alias)
       WHERE a.site = w.site AND a.alias = w.alias`,
      columnsOf(taken, ({ site, alias }) => [site, alias]),
    );
}

const MOVES = [
  'UPDATE order_event SET order_id = $3 WHERE site = $1 AND order_id = $2',
  'UPDATE pending_change SET order_id = $3 WHERE site = $1 AND order_id = $2',
  'UPDATE story_link SET order_id = $3 WHERE site = $1 AND order_id = $2',
  `INSERT INTO former_address (site, hash, kind, key) SELECT site, hash, kind, $3 FROM former_address
   WHERE site = $1 AND kind = 'order' AND key = $2 ON CONFLICT DO NOTHING`,
  'UPDATE order_alias SET order_id = $3 WHERE site = $1 AND order_id = $2',
];
const REMOVALS = [
  'DELETE FROM delivery WHERE site = $1 AND order_id = $2',
  `DELETE FROM former_address WHERE site = $1 AND kind = 'order' AND key = $2`,
  'DELETE FROM read_again WHERE site = $1 AND order_id = $2',
];
const COPY_SIGHTINGS = `
  INSERT INTO sighting (site, mark, order_id, at) SELECT site, mark, $3, at FROM sighting
  WHERE site = $1 AND order_id = $2 AND mark = ANY($4::text[]) ON CONFLICT DO NOTHING`;
const DELETE_SIGHTINGS = 'DELETE FROM sighting WHERE site = $1 AND order_id = $2 AND mark = ANY($3::text[])';
const DELETE_ORDER = `
  DELETE FROM orders WHERE site = $1 AND order_id = $2
  RETURNING site, received_at AS "receivedAt", partner, currency, status, total, is_new AS "isNew"`;

/** One after the other: an order may be joined to one that is joined in the same breath. */
export async function applyJoins(sql: Sql, joins: readonly OrderJoin[]): Promise<void> {
  for (const { site, from, into, marks } of joins) {
    if (marks.length > 0) {
      await sql.run(COPY_SIGHTINGS, [site, from, into, marks]);
      await sql.run(DELETE_SIGHTINGS, [site, from, marks]);
    }
    for (const move of MOVES) await sql.run(move, [site, from, into]);
    for (const removal of REMOVALS) await sql.run(removal, [site, from]);
    const gone = await sql.rows<CountedOrder>(DELETE_ORDER, [site, from]);
    await addSales(sql, salesOf(gone, []));
  }
}
