/** SQL of deliveries: written, found, listed, moved on. */
import { advanceDeliveries } from '../../model/advance.ts';
import type { Delivery } from '../../model/delivery.ts';
import { pausedReason } from '../../model/paused.ts';
import { deliveryFromRow, type DeliveryRow } from '../rows/delivery-row.ts';
import type { DeliveryFilter } from '../store.ts';
import { columnsOf, lastOf } from './columns.ts';
import type { Sql } from './database.ts';
import type { OrderKey } from './order.ts';

/** A delivery and the fence of its latest claim. */
export type Fenced = Delivery & { fence: number };

export const fencedFromRow = (row: DeliveryRow): Fenced => ({ ...deliveryFromRow(row), fence: row.fence });

const WANTED = 'unnest($1::text[], $2::text[]) AS w (site, order_id)';

const UPSERT = `
  INSERT INTO delivery (site, id, order_id, connection, kind, seq, state, reason, report, next_at, deadline_at, attempts,
    after, reference, confirm_at, polls, ambiguous, facts, created_at, updated_at, confirmed)
  SELECT w.*, coalesce(o.shop_confirmed, false)
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[],
      $10::bigint[], $11::bigint[], $12::bigint[], $13::text[], $14::text[], $15::bigint[], $16::bigint[], $17::boolean[],
      $18::text[], $19::bigint[], $20::bigint[])
    AS w (site, id, order_id, connection, kind, seq, state, reason, report, next_at, deadline_at, attempts,
      after, reference, confirm_at, polls, ambiguous, facts, created_at, updated_at)
  LEFT JOIN orders o ON o.site = w.site AND o.order_id = w.order_id
  ON CONFLICT (site, id) DO UPDATE SET state = excluded.state, reason = excluded.reason, report = excluded.report,
    next_at = excluded.next_at, deadline_at = excluded.deadline_at, attempts = excluded.attempts, after = excluded.after,
    reference = excluded.reference, confirm_at = excluded.confirm_at, polls = excluded.polls,
    ambiguous = excluded.ambiguous, facts = excluded.facts, lease_owner = NULL, updated_at = excluded.updated_at,
    fence = delivery.fence + $21::int`;

/** `isSettled`: the answer to what was claimed; with it that claim has ended. */
export async function putDeliveries(sql: Sql, deliveries: readonly Delivery[], isSettled = false): Promise<void> {
  if (deliveries.length === 0) return;
  await sql.run(UPSERT, [
    ...columnsOf(
      lastOf(deliveries, ({ site, id }) => `${site}\n${id}`),
      (d) => [
        ...[d.site, d.id, d.orderId, d.connection, d.kind, d.seq, d.state, d.reason, JSON.stringify(d.report)],
        ...[d.nextAt, d.deadlineAt, d.attempts, d.after, d.reference, d.confirmAt, d.polls, d.ambiguous],
        ...[d.facts ? JSON.stringify(d.facts) : null, d.createdAt, d.updatedAt],
      ],
    ),
    isSettled ? 1 : 0,
  ]);
}

/** Marks what is still to be told about these orders as the shop's word. */
export async function confirmDeliveries(sql: Sql, orders: readonly OrderKey[]): Promise<void> {
  if (orders.length === 0) return;
  await sql.run(
    `UPDATE delivery d SET confirmed = true FROM ${WANTED}
     WHERE d.site = w.site AND d.order_id = w.order_id AND NOT d.confirmed`,
    columnsOf(orders, ({ site, orderId }) => [site, orderId]),
  );
}

/** Locked, under `site\norder id`: while an order is decided on, nothing of it is claimed or settled. */
export async function lockDeliveriesOf(sql: Sql, orders: readonly OrderKey[]): Promise<Map<string, Delivery[]>> {
  const found = new Map<string, Delivery[]>(orders.map(({ site, orderId }) => [`${site}\n${orderId}`, []]));
  if (orders.length === 0) return found;
  const rows = await sql.rows<DeliveryRow>(
    `SELECT d.* FROM delivery d JOIN ${WANTED} ON d.site = w.site AND d.order_id = w.order_id
     ORDER BY d.site, d.id FOR UPDATE OF d`,
    columnsOf(orders, ({ site, orderId }) => [site, orderId]),
  );
  for (const row of rows) found.get(`${row.site}\n${row.order_id}`)!.push(deliveryFromRow(row));
  return found;
}

export async function deliveriesOfOrder(sql: Sql, site: string, orderId: string): Promise<Delivery[]> {
  const rows = await sql.rows<DeliveryRow>('SELECT * FROM delivery WHERE site = $1 AND order_id = $2 ORDER BY id', [
    ...[site, orderId],
  ]);
  return rows.map(deliveryFromRow);
}

/** Locked, by id; those that do not exist are absent. */
export async function lockDeliveries(sql: Sql, ids: readonly string[]): Promise<Map<string, Fenced>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.rows<DeliveryRow>(
    'SELECT * FROM delivery WHERE id = ANY($1::text[]) ORDER BY site, id FOR UPDATE',
    [ids],
  );
  return new Map(rows.map((row) => [row.id, fencedFromRow(row)]));
}

/** The same where their sites are known. */
export async function lockOwnDeliveries(
  sql: Sql,
  keys: readonly { site: string; id: string }[],
): Promise<Map<string, Fenced>> {
  if (keys.length === 0) return new Map();
  const rows = await sql.rows<DeliveryRow>(
    `SELECT d.* FROM delivery d JOIN unnest($1::text[], $2::text[]) AS w (site, id) ON d.site = w.site AND d.id = w.id
     ORDER BY d.site, d.id FOR UPDATE OF d`,
    columnsOf(
      lastOf(keys, ({ site, id }) => `${site}\n${id}`),
      ({ site, id }) => [site, id],
    ),
  );
  return new Map(rows.map((row) => [row.id, fencedFromRow(row)]));
}

/** Moves what waited for these deliveries, and what waited for that; returns those that are due now. */
export async function advanceAfter(sql: Sql, settled: readonly Delivery[], now: number): Promise<Delivery[]> {
  const due: Delivery[] = [];
  for (let level = [...settled]; level.length > 0;) {
    const before = new Map(level.map((delivery) => [`${delivery.site}\n${delivery.id}`, delivery]));
    const rows = await sql.rows<DeliveryRow>(
      `SELECT d.* FROM delivery d JOIN unnest($1::text[], $2::text[]) AS w (site, id) ON d.site = w.site AND d.after = w.id
       WHERE d.state = 'waiting' ORDER BY d.site, d.id FOR UPDATE OF d`,
      columnsOf([...before.values()], ({ site, id }) => [site, id]),
    );
    const moved = rows.flatMap((row) => {
      const one = advanceDeliveries(deliveryFromRow(row), before.get(`${row.site}\n${row.after!}`)!, now);
      return one ? [one] : [];
    });
    await putDeliveries(sql, moved);
    due.push(...moved.filter(({ state }) => state === 'due'));
    level = moved.filter(({ state }) => state === 'skipped');
  }
  return due;
}

/** Where no such connection exists any more nothing can be sent. The reason is that of `model/paused.ts`. */
const RESUMED = `reason = connection || '${pausedReason('')}' AND EXISTS (
  SELECT 1 FROM connection c WHERE c.site = delivery.site AND c.id = delivery.connection AND (c.config::json ->> 'enabled')::boolean)`;

/** Newest first. `resumed`: those alone that waited for a connection that was paused then and is not any more. `locked`: until the commit. */
export async function listDeliveries(
  sql: Sql,
  filter: DeliveryFilter,
  how: { resumed?: boolean; locked?: boolean } = {},
): Promise<Delivery[]> {
  const where = [how.resumed ? RESUMED : 'true'];
  const values: unknown[] = [];
  const and = (text: string, value: unknown): void => void where.push(text.replaceAll('?', `$${values.push(value)}`));
  if (filter.site !== undefined) and('site = ?', filter.site);
  if (filter.connection !== undefined) and('connection = ?', filter.connection);
  if (filter.orderId !== undefined)
    and(
      '(order_id = ? OR (site, order_id) IN (SELECT site, order_id FROM order_alias WHERE alias = ?))',
      filter.orderId,
    );
  if (filter.since !== undefined) and('created_at >= ?', filter.since);
  if (filter.states) and('state = ANY(?::text[])', filter.states);
  const limit = `LIMIT $${values.push(filter.limit ?? 1000)}${how.locked ? ' FOR UPDATE' : ''}`;
  const rows = await sql.rows<DeliveryRow>(
    `SELECT * FROM delivery WHERE ${where.join(' AND ')} ORDER BY id DESC ${limit}`,
    values,
  );
  return rows.map(deliveryFromRow);
}

export const countDeliveries = (
  sql: Sql,
): Promise<{ site: string; connection: string; state: Delivery['state']; count: number }[]> =>
  sql.rows('SELECT site, connection, state, count(*) AS count FROM delivery GROUP BY site, connection, state');
