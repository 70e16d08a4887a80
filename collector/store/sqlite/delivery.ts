/**
 * SQL of deliveries: their rows, as the order's life moves them and as people list them. What is due is `delivering/queue.ts`, what was sent
 * `delivering/attempt.ts`.
 */
import type Database from 'better-sqlite3';
import { advanceDeliveries } from '../../model/advance.ts';
import type { Delivery } from '../../model/delivery.ts';
import { pausedReason } from '../../model/paused.ts';
import { deliveryFromRow, type DeliveryRow } from '../rows/delivery-row.ts';
import type { DeliveryFilter } from '../store.ts';

export interface DeliveryTable {
  put(delivery: Delivery): void;
  get(id: string): (Delivery & { fence: number }) | undefined;
  ofOrder(site: string, orderId: string): Delivery[];
  /** Marks what is still to be told about an order as the shop's word. */
  confirm(site: string, orderId: string): void;
  /** Moves what waited for a delivery, and what waited for that; returns those that are due now. */
  advance(settled: Delivery, now: number): Delivery[];
  list(filter: DeliveryFilter): Delivery[];
  /** Those that waited for a connection that was paused then and is not any more. */
  resumed(filter: DeliveryFilter): Delivery[];
  /** The greatest id. */
  newest(): string | null | undefined;
}

export function deliveryTable(db: Database.Database): DeliveryTable {
  const upsert = db.prepare(`
    INSERT INTO delivery (id, site, order_id, connection, kind, seq, state, reason, report, next_at, deadline_at, attempts,
      after, reference, confirm_at, polls, ambiguous, facts, created_at, updated_at, confirmed)
    VALUES (@id, @site, @orderId, @connection, @kind, @seq, @state, @reason, @report, @nextAt, @deadlineAt, @attempts,
      @after, @reference, @confirmAt, @polls, @ambiguous, @facts, @createdAt, @updatedAt,
      COALESCE((SELECT shop_confirmed FROM orders WHERE site = @site AND order_id = @orderId), 0))
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, reason = excluded.reason, report = excluded.report,
      next_at = excluded.next_at, deadline_at = excluded.deadline_at, attempts = excluded.attempts, after = excluded.after,
      reference = excluded.reference, confirm_at = excluded.confirm_at, polls = excluded.polls,
      ambiguous = excluded.ambiguous, facts = excluded.facts, lease_owner = NULL, updated_at = excluded.updated_at`);
  const select = db.prepare<[string], DeliveryRow>('SELECT * FROM delivery WHERE id = ?');
  const selectOrder = db.prepare<[string, string], DeliveryRow>(
    'SELECT * FROM delivery WHERE site = ? AND order_id = ? ORDER BY id',
  );
  const updateConfirmed = db.prepare(
    'UPDATE delivery SET confirmed = 1 WHERE site = ? AND order_id = ? AND confirmed = 0',
  );
  const selectNewest = db.prepare<[], string | null>('SELECT MAX(id) FROM delivery').pluck();
  const selectAfter = db.prepare<[string], DeliveryRow>(`SELECT * FROM delivery WHERE after = ? AND state = 'waiting'`);

  const put = (d: Delivery): void => {
    const facts = d.facts ? JSON.stringify(d.facts) : null;
    upsert.run({ ...d, report: JSON.stringify(d.report), ambiguous: d.ambiguous ? 1 : 0, facts });
  };
  const advance = (from: Delivery, now: number): Delivery[] => {
    const due: Delivery[] = [];
    const queue = [from];
    for (let settled = queue.shift(); settled; settled = queue.shift()) {
      for (const waiting of selectAfter.all(settled.id).map(deliveryFromRow)) {
        const moved = advanceDeliveries(waiting, settled, now);
        if (!moved) continue;
        put(moved);
        if (moved.state === 'skipped') queue.push(moved);
        if (moved.state === 'due') due.push(moved);
      }
    }
    return due;
  };

  return {
    put,
    get(id) {
      const row = select.get(id);
      return row && { ...deliveryFromRow(row), fence: row.fence };
    },
    ofOrder: (site, orderId) => selectOrder.all(site, orderId).map(deliveryFromRow),
    confirm: (site, orderId) => void updateConfirmed.run(site, orderId),
    advance,
    list: (filter) => list(db, filter),
    resumed: (filter) => list(db, { ...filter, states: ['waiting'] }, RESUMED),
    newest: () => selectNewest.get(),
  };
}

/** Where no such connection exists any more nothing can be sent. The reason is that of `model/paused.ts`. */
const RESUMED = `reason = connection || '${pausedReason('')}' AND EXISTS (
  SELECT 1 FROM connection c WHERE c.site = delivery.site AND c.id = delivery.connection AND c.config ->> 'enabled' = 1)`;

function list(db: Database.Database, filter: DeliveryFilter, further = '1'): Delivery[] {
  const where: string[] = [further];
  const values: (string | number)[] = [];
  const and = (sql: string, ...given: (string | number)[]): void => {
    where.push(sql);
    values.push(...given);
  };
  if (filter.site !== undefined) and('site = ?', filter.site);
  if (filter.connection !== undefined) and('connection = ?', filter.connection);
  if (filter.orderId !== undefined)
    and(
      '(order_id = ? OR (site, order_id) IN (SELECT site, order_id FROM order_alias WHERE alias = ?))',
      ...[filter.orderId, filter.orderId],
    );
  if (filter.since !== undefined) and('created_at >= ?', filter.since);
  if (filter.states) and(`state IN (${filter.states.map(() => '?').join(', ')})`, ...filter.states);
  const rows = db
    .prepare(`SELECT * FROM delivery WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ?`)
    .all(...values, filter.limit ?? 1000) as DeliveryRow[];
  return rows.map(deliveryFromRow);
}
