/** SQL of orders, their story and changes that came before them. */
import { continueIdsAfter, newId } from '../../lib/id.ts';
import type { OrderEvent, PendingChange, StoredOrder } from '../../model/stored-order.ts';
import { orderColumns, orderFromRow, type OrderRow } from '../rows/order-row.ts';
import type { OrderCount, OrderFilter, Store } from '../store.ts';
import { columnsOf, lastOf } from './columns.ts';
import type { Sql } from './database.ts';
import { followAddresses, type FollowedAddress } from './former-address.ts';
import { addSales, type CountedOrder, salesOf } from './sale.ts';

export interface OrderKey {
  site: string;
  orderId: string;
}
const textOf = ({ site, orderId }: OrderKey): string => `${site}\n${orderId}`;
const keysOf = ({ site, orderId }: OrderKey): string[] => [site, orderId];

const WANTED = 'unnest($1::text[], $2::text[]) AS w (site, order_id)';

/** Locked in the order of their keys: until the commit nobody else decides about them. */
export async function lockOrders(sql: Sql, keys: readonly OrderKey[]): Promise<StoredOrder[]> {
  if (keys.length === 0) return [];
  const rows = await sql.rows<OrderRow>(
    `SELECT o.* FROM orders o JOIN ${WANTED} ON o.site = w.site AND o.order_id = w.order_id
     ORDER BY o.site, o.order_id FOR UPDATE OF o`,
    columnsOf(lastOf(keys, textOf), keysOf),
  );
  return rows.map(orderFromRow);
}

const BY_NUMBER = 'SELECT * FROM orders WHERE site = $1 AND order_id = $2';
const BY_NAME = `
  SELECT o.* FROM order_alias a JOIN orders o ON o.site = a.site AND o.order_id = a.order_id
  WHERE a.site = $1 AND a.alias = $2`;

/** By its number; else the one that the shop calls so besides. */
export async function findOrder(sql: Sql, site: string, orderId: string): Promise<StoredOrder | undefined> {
  const row =
    (await sql.row<OrderRow>(BY_NUMBER, [site, orderId])) ?? (await sql.row<OrderRow>(BY_NAME, [site, orderId]));
  return row && orderFromRow(row);
}

const WRITTEN = `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::int[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::text[], $13::text[], $14::bytea[], $15::text[], $16::text[], $17::text[], $18::int[],
    $19::text[], $20::bigint[], $21::bigint[], $22::bigint[], $23::text[], $24::text[], $25::int[])
  AS w (site, order_id, status, body, personal, reporter, shop_confirmed, visitor, customer_id, email_hash,
    consent, attribution, words, heard_personal, contest, signals, gate, stopped, subjects, received_at, updated_at, total, currency, partner, is_new)`;
// Without "on conflict": where another replica has written the order first, the decision is made again.
const INSERT = `
  INSERT INTO orders (site, order_id, status, body, personal, reporter, shop_confirmed, visitor, customer_id, email_hash,
    consent, attribution, words, heard_personal, contest, signals, gate, stopped, subjects, received_at, updated_at, total, currency, partner, is_new)
  SELECT site, order_id, status, body, personal, reporter, shop_confirmed::boolean, visitor, customer_id, email_hash,
    consent, attribution, words, heard_personal, contest, signals, gate, stopped::boolean, subjects, received_at, updated_at, total, currency, partner,
    is_new::boolean FROM ${WRITTEN}`;
const UPDATE = `
  UPDATE orders o SET status = w.status, body = w.body, personal = w.personal, reporter = w.reporter,
    shop_confirmed = w.shop_confirmed::boolean, visitor = w.visitor, customer_id = w.customer_id, email_hash = w.email_hash,
    consent = w.consent, attribution = w.attribution, words = w.words, heard_personal = w.heard_personal,
    contest = w.contest, signals = w.signals, gate = w.gate, stopped = w.stopped::boolean, subjects = w.subjects,
    updated_at = w.updated_at, total = w.total, currency = w.currency, partner = w.partner, is_new = w.is_new::boolean
  FROM ${WRITTEN} WHERE o.site = w.site AND o.order_id = w.order_id`;

/** New ones are inserted, known ones change; the sums of sales follow in the same transaction. */
export async function putOrders(sql: Sql, orders: readonly StoredOrder[]): Promise<void> {
  if (orders.length === 0) return;
  const keyOf = ({ site, order }: StoredOrder): OrderKey => ({ site, orderId: order.orderId });
  const rows = lastOf(orders, (stored) => textOf(keyOf(stored)));
  const known = await sql.rows<CountedOrder & { orderId: string; emailHash: string | null }>(
    `SELECT o.site, o.order_id AS "orderId", o.email_hash AS "emailHash", o.received_at AS "receivedAt", o.partner, o.currency, o.status, o.total, o.is_new AS "isNew"
     FROM orders o JOIN ${WANTED} ON o.site = w.site AND o.order_id = w.order_id ORDER BY o.site, o.order_id FOR UPDATE OF o`,
    columnsOf(rows, (stored) => keysOf(keyOf(stored))),
  );
  const before = new Map(known.map((row) => [textOf(row), row]));
  // An order is counted in the hour in which it was first heard of.
  const first = new Map([...orders].reverse().map((stored) => [textOf(keyOf(stored)), stored.receivedAt]));
  const written = rows.map((stored) => {
    const key = textOf(keyOf(stored));
    return { ...stored, receivedAt: before.get(key)?.receivedAt ?? first.get(key)! };
  });
  const fresh = written.filter((stored) => !before.has(textOf(keyOf(stored))));
  const changed = written.filter((stored) => before.has(textOf(keyOf(stored))));
  if (fresh.length > 0) await sql.run(INSERT, columnsOf(fresh, orderColumns));
  if (changed.length > 0) {
    await sql.run(UPDATE, columnsOf(changed, orderColumns));
    await sql.run(
      `DELETE FROM read_again r USING ${WANTED} WHERE r.site = w.site AND r.order_id = w.order_id`,
      columnsOf(changed, (stored) => keysOf(keyOf(stored))),
    );
  }
  await followAddresses(sql, addressesOf(orders, before));
  await addSales(sql, salesOf(known, written));
}

/** What became of each order's address, step by step where it comes more than once. */
function addressesOf(
  orders: readonly StoredOrder[],
  before: ReadonlyMap<string, { emailHash: string | null }>,
): FollowedAddress[] {
  const newest = new Map([...before].map(([key, { emailHash }]) => [key, emailHash]));
  return orders.map(({ site, order: { orderId }, emailHash }) => {
    const key = textOf({ site, orderId });
    const followed = { site, kind: 'order' as const, key: orderId, before: newest.get(key) ?? null, after: emailHash };
    newest.set(key, emailHash);
    return followed;
  });
}

export async function selectOrders(sql: Sql, filter: OrderFilter): Promise<StoredOrder[]> {
  const { site, contested, signal, since, limit } = filter;
  const where = ['true'];
  const values: unknown[] = [];
  const and = (text: string, value: unknown): void => void where.push(`${text} $${values.push(value)}`);
  if (site !== undefined) and('site =', site);
  if (since !== undefined) and('received_at >=', since);
  if (contested) where.push('contest IS NOT NULL');
  if (signal !== undefined) and('signals IS NOT NULL AND signals::jsonb ?', signal);
  const rows = await sql.rows<OrderRow>(
    `SELECT * FROM orders WHERE ${where.join(' AND ')} ORDER BY received_at DESC, order_id LIMIT $${values.push(limit ?? 100)}`,
    values,
  );
  return rows.map(orderFromRow);
}

export const countOrders = (sql: Sql): Promise<OrderCount[]> =>
  sql.rows(
    `SELECT site, 'contested' AS what, contest::json ->> 'kind' AS name, count(*) AS count FROM orders
       WHERE contest IS NOT NULL GROUP BY site, name
     UNION ALL SELECT site, 'signal', value, count(*) FROM orders, json_array_elements_text(signals::json) AS value
       WHERE signals IS NOT NULL GROUP BY site, value
     UNION ALL SELECT site, 'consent', gate, count(*) FROM orders WHERE stopped GROUP BY site, gate`,
  );

/** Orders of an older version that were not written since. */
export const ordersToRead = (
  sql: Sql,
  { after, limit }: Parameters<Store['ordersToRead']>[0],
): ReturnType<Store['ordersToRead']> =>
  sql.rows(
    `SELECT site, order_id AS "orderId" FROM read_again WHERE (site, order_id) > ($1, $2) ORDER BY site, order_id LIMIT $3`,
    [after?.site ?? '', after?.orderId ?? '', limit],
  );

/** Numbers of the orders that each visitor reported from its moment on, newest first; a few. */
export async function reportedSince(
  sql: Sql,
  wanted: readonly { site: string; visitor: string; since: number }[],
): Promise<{ site: string; visitor: string; orderId: string }[]> {
  if (wanted.length === 0) return [];
  return sql.rows(
    `SELECT w.site, w.visitor, o.order_id AS "orderId" FROM unnest($1::text[], $2::text[], $3::bigint[]) AS w (site, visitor, since)
     CROSS JOIN LATERAL (
       SELECT order_id, received_at FROM orders WHERE site = w.site AND visitor = w.visitor AND received_at >= w.since
       ORDER BY received_at DESC, order_id LIMIT 10
     ) o ORDER BY o.received_at DESC, o.order_id`,
    columnsOf(
      lastOf(wanted, ({ site, visitor }) => `${site}\n${visitor}`),
      ({ site, visitor, since }) => [site, visitor, since],
    ),
  );
}

export const sitesOfOrder = async (sql: Sql, orderId: string): Promise<string[]> =>
  (
    await sql.rows<{ site: string }>(
      `(SELECT site FROM orders WHERE order_id = $1 LIMIT 100) UNION (SELECT site FROM order_alias WHERE alias = $1 LIMIT 100)`,
      [orderId],
    )
  ).map(({ site }) => site);

/** Ids made from now on come after all that these orders hold in the table. */
async function continueAfter(sql: Sql, table: 'order_event' | 'pending_change', keys: OrderKey[]): Promise<void> {
  const newest = await sql.row<{ id: string | null }>(
    `SELECT max(m.id) AS id FROM ${WANTED}
     CROSS JOIN LATERAL (SELECT max(id) AS id FROM ${table} WHERE site = w.site AND order_id = w.order_id) m`,
    columnsOf(lastOf(keys, textOf), keysOf),
  );
  continueIdsAfter(newest?.id);
}

/** Events come after all that their order's story holds, whatever the clock says. */
export async function tellEvents(sql: Sql, events: readonly OrderEvent[], now: number): Promise<void> {
  if (events.length === 0) return;
  await continueAfter(sql, 'order_event', [...events]);
  await sql.run(
    `INSERT INTO order_event (site, order_id, id, at, type, text)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[])`,
    columnsOf(events, ({ site, orderId, at, type, text }) => [site, orderId, newId(now), at, type, text]),
  );
}

export const storyOf = (sql: Sql, site: string, orderId: string): Promise<OrderEvent[]> =>
  sql.rows(
    `SELECT site, order_id AS "orderId", at, type, text FROM order_event WHERE site = $1 AND order_id = $2 ORDER BY id LIMIT 1000`,
    [site, orderId],
  );

/** Under `site\norder id`; orders without any are absent. */
export async function pendingOf(sql: Sql, keys: readonly OrderKey[]): Promise<Map<string, PendingChange[]>> {
  const found = new Map<string, PendingChange[]>();
  if (keys.length === 0) return found;
  const rows = await sql.rows<PendingChange>(
    `SELECT w.site, w.order_id AS "orderId", p.at, p.patch FROM ${WANTED}
     CROSS JOIN LATERAL (
       SELECT id, at, patch FROM pending_change WHERE site = w.site AND order_id = w.order_id ORDER BY id LIMIT 100
     ) p ORDER BY p.id`,
    columnsOf(lastOf(keys, textOf), keysOf),
  );
  for (const row of rows) found.set(textOf(row), [...(found.get(textOf(row)) ?? []), row]);
  return found;
}

export async function keepPending(sql: Sql, changes: readonly PendingChange[], now: number): Promise<void> {
  if (changes.length === 0) return;
  await continueAfter(sql, 'pending_change', [...changes]);
  await sql.run(
    `INSERT INTO pending_change (site, order_id, id, at, patch)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[])`,
    columnsOf(changes, ({ site, orderId, at, patch }) => [site, orderId, newId(now), at, patch]),
  );
}

export async function dropPending(sql: Sql, keys: readonly OrderKey[]): Promise<void> {
  if (keys.length === 0) return;
  await sql.run(
    `DELETE FROM pending_change p USING ${WANTED} WHERE p.site = w.site AND p.order_id = w.order_id`,
    columnsOf(keys, keysOf),
  );
}
