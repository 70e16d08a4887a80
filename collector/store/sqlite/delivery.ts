/** SQL of deliveries and attempts: insert, claim, settle, list. */
import type Database from 'better-sqlite3';
import { hours } from '../../lib/duration.ts';
import { continueIdsAfter, newId } from '../../lib/id.ts';
import { advanceDeliveries } from '../../model/advance.ts';
import type { Attempt, Delivery } from '../../model/delivery.ts';
import { pausedReason } from '../../model/paused.ts';
import { deliveryFromRow, type DeliveryRow } from '../rows/delivery-row.ts';
import type { DeliveryFilter } from '../store.ts';

export interface DeliveryTable {
  put(delivery: Delivery): void;
  get(id: string): (Delivery & { fence: number }) | undefined;
  ofOrder(site: string, orderId: string): Delivery[];
  /** `confirmed`: whether the shop has spoken for the order. */
  due(want: {
    site: string;
    connection: string;
    confirmed: boolean;
    now: number;
    limit: number;
  }): (Delivery & { fence: number; confirmed: boolean })[];
  /** How many leave before it when the vendor's hour is full. */
  aheadOf(site: string, id: string): number;
  /** Marks what is still to be told about an order as the shop's word. */
  confirm(site: string, orderId: string): void;
  /** Brings back what a clock that was wrong has put too far into the future. */
  boundNextTimes(now: number, longest: number): number;
  verdictsDue(want: { site: string; connection: string; now: number; limit: number }): (Delivery & { fence: number })[];
  lease(id: string, until: number, owner: string): void;
  leaseVerdict(id: string, until: number): void;
  /** Moves what waited for a delivery, and what waited for that; returns those that are due now. */
  advance(settled: Delivery, now: number): Delivery[];
  list(filter: DeliveryFilter): Delivery[];
  /** Those that waited for a connection that was paused then and is not any more. */
  resumed(filter: DeliveryFilter): Delivery[];
  /** The greatest id. */
  newest(): string | null | undefined;
  agenda(): { site: string; connection: string; at: number }[];
  releaseLeases(now: number): number;
  leasedNow(site: string, connection: string, now: number): number;
  bringForward(site: string, connection: string, now: number, spreadMs: number): void;
  addAttempt(delivery: Delivery, attempt: Attempt): void;
  attemptsOf(id: string): Attempt[];
  attemptsSince(site: string, connection: string, since: number): number;
  browserAttemptsSince(site: string, connection: string, since: number): number;
  noteAsked(site: string, connection: string, at: number): void;
  askedSince(site: string, connection: string, since: number): number;
}

/**
 * SQLite looks into the bound value of a plain `LIMIT ?` to plan by it, and so prepares the statement again at every call
 * (sqlite3ExprIsInteger and SQLITE_EnableQPSG in its source). The sign keeps it from looking.
 */
const PLANNED = '+?';
const DUE = `state IN ('due', 'sending') AND next_at <= ?`;

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
  const selectDue = db.prepare<[string, string, number, number, number], DeliveryRow>(
    `SELECT * FROM delivery WHERE site = ? AND connection = ? AND confirmed = ? AND ${DUE} ORDER BY next_at LIMIT ${PLANNED}`,
  );
  const selectVerdicts = db.prepare<[string, string, number, number], DeliveryRow>(
    `SELECT * FROM delivery WHERE site = ? AND connection = ? AND confirm_at <= ? ORDER BY confirm_at LIMIT ${PLANNED}`,
  );
  const countAhead = db
    .prepare<[string, string], number>(
      `SELECT COUNT(*) FROM delivery mine JOIN delivery other ON other.site = mine.site AND other.connection = mine.connection
         AND other.confirmed >= mine.confirmed AND (other.confirmed > mine.confirmed OR (other.next_at, other.rowid) < (mine.next_at, mine.rowid))
       WHERE mine.site = ? AND mine.id = ? AND other.state IN ('due', 'sending') AND other.next_at IS NOT NULL`,
    )
    .pluck();
  const updateConfirmed = db.prepare(
    'UPDATE delivery SET confirmed = 1 WHERE site = ? AND order_id = ? AND confirmed = 0',
  );
  // First tries keep the time that their vendor must be given; the rest is asked again at once.
  const updateFarRetries = db.prepare(`
    UPDATE delivery SET next_at = CASE WHEN attempts = 0 THEN @now + max(0, next_at - created_at) ELSE @now END
    WHERE state = 'due' AND next_at > @now + @longest
      AND (updated_at > @now + 60000 OR (attempts > 0 AND next_at > @now + 24 * 3600000 + @longest))`);
  const updateFarVerdicts = db.prepare(`
    UPDATE delivery SET confirm_at = @now WHERE confirm_at > @now + @longest
      AND (updated_at > @now + 60000 OR confirm_at > @now + 24 * 3600000 + @longest)`);
  const updateLease = db.prepare(
    `UPDATE delivery SET state = 'sending', next_at = ?, lease_owner = ?, fence = fence + 1 WHERE id = ?`,
  );
  const updateVerdictLease = db.prepare(
    `UPDATE delivery SET confirm_at = ?, lease_owner = 'verdict', fence = fence + 1 WHERE id = ?`,
  );
  const selectNewest = db.prepare<[], string | null>('SELECT MAX(id) FROM delivery').pluck();
  const selectAfter = db.prepare<[string], DeliveryRow>(`SELECT * FROM delivery WHERE after = ? AND state = 'waiting'`);
  const selectAgenda = db.prepare<[], { site: string; connection: string; at: number }>(`
    SELECT c.site AS site, c.id AS connection, MIN(
      COALESCE((SELECT MIN(next_at) FROM delivery d WHERE d.site = c.site AND d.connection = c.id AND d.confirmed = 1 AND d.state IN ('due', 'sending')), 9e15),
      COALESCE((SELECT MIN(next_at) FROM delivery d WHERE d.site = c.site AND d.connection = c.id AND d.confirmed = 0 AND d.state IN ('due', 'sending')), 9e15),
      COALESCE((SELECT MIN(confirm_at) FROM delivery d WHERE d.site = c.site AND d.connection = c.id AND d.confirm_at IS NOT NULL), 9e15)
    ) AS at FROM connection c`);
  const updateLeases = db.prepare(`UPDATE delivery SET next_at = ? WHERE state = 'sending' AND next_at > ?`);
  const updateVerdictLeases = db.prepare(
    `UPDATE delivery SET confirm_at = ?, lease_owner = NULL WHERE confirm_at > ? AND lease_owner = 'verdict'`,
  );
  const countLeased = db
    .prepare<[{ site: string; connection: string; now: number }], number>(
      `SELECT (SELECT COUNT(*) FROM delivery WHERE site = @site AND connection = @connection AND state = 'sending' AND next_at > @now)
        + (SELECT COUNT(*) FROM delivery WHERE site = @site AND connection = @connection AND confirm_at > @now AND lease_owner = 'verdict')`,
    )
    .pluck();
  const selectWaitingRetries = db
    .prepare<[string, string, number], string>(
      `SELECT id FROM delivery WHERE site = ? AND connection = ? AND state = 'due' AND next_at > ? AND attempts > 0 LIMIT 10000`,
    )
    .pluck();
  const updateNextAt = db.prepare('UPDATE delivery SET next_at = ? WHERE id = ?');
  const insertAttempt = db.prepare(`
    INSERT INTO attempt (delivery, id, site, connection, at, purpose, request, response, outcome, reason, took)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const selectNewestAttempt = db
    .prepare<[string], string | null>('SELECT MAX(id) FROM attempt WHERE delivery = ?')
    .pluck();
  const selectAttempts = db.prepare<
    [string],
    Omit<Attempt, 'request' | 'response'> & { request: string; response: string | null }
  >(
    'SELECT at, purpose, request, response, outcome, reason, took FROM attempt WHERE delivery = ? ORDER BY id LIMIT 500',
  );
  const countAttempts = db
    .prepare<[string, string, number], number>(
      'SELECT COUNT(*) FROM attempt WHERE site = ? AND connection = ? AND at >= ?',
    )
    .pluck();
  // What left beside the deliveries stands under no delivery's id.
  const countAsked = db
    .prepare<[string, number], number>('SELECT COUNT(*) FROM attempt WHERE delivery = ? AND at >= ?')
    .pluck();
  const forgetAsked = db.prepare<[string, number]>('DELETE FROM attempt WHERE delivery = ? AND at < ?');
  const countBrowserAttempts = db
    .prepare<[string, string, number], number>(
      `SELECT COUNT(*) FROM attempt a JOIN delivery d ON d.id = a.delivery
       WHERE a.site = ? AND a.connection = ? AND a.at >= ? AND d.confirmed = 0`,
    )
    .pluck();

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
    due: ({ site, connection, confirmed, now, limit }) =>
      selectDue
        .all(site, connection, confirmed ? 1 : 0, now, limit)
        .map((row) => ({ ...deliveryFromRow(row), fence: row.fence, confirmed })),
    aheadOf: (site, id) => countAhead.get(site, id) ?? 0,
    confirm: (site, orderId) => void updateConfirmed.run(site, orderId),
    boundNextTimes: (now, longest) =>
      updateFarRetries.run({ now, longest }).changes + updateFarVerdicts.run({ now, longest }).changes,
    verdictsDue: ({ site, connection, now, limit }) =>
      selectVerdicts.all(site, connection, now, limit).map((row) => ({ ...deliveryFromRow(row), fence: row.fence })),
    lease: (id, until, owner) => void updateLease.run(until, owner, id),
    leaseVerdict: (id, until) => void updateVerdictLease.run(until, id),
    advance,
    list: (filter) => list(db, filter),
    resumed: (filter) => list(db, { ...filter, states: ['waiting'] }, RESUMED),
    newest: () => selectNewest.get(),
    agenda: () => selectAgenda.all().filter((row) => row.at < 9e15),
    releaseLeases: (now) => updateLeases.run(now, now).changes + updateVerdictLeases.run(now, now).changes,
    leasedNow: (site, connection, now) => countLeased.get({ site, connection, now }) ?? 0,
    bringForward(site, connection, now, spreadMs) {
      const ids = selectWaitingRetries.all(site, connection, now) as string[];
      ids.forEach((id, index) => updateNextAt.run(now + Math.floor((spreadMs * index) / Math.max(1, ids.length)), id));
    },
    addAttempt(d, a) {
      continueIdsAfter(selectNewestAttempt.get(d.id));
      insertAttempt.run(
        d.id,
        newId(a.at),
        d.site,
        d.connection,
        a.at,
        a.purpose,
        JSON.stringify(a.request),
        a.response && JSON.stringify(a.response),
        a.outcome,
        a.reason,
        a.took,
      );
    },
    attemptsOf: (id) =>
      selectAttempts.all(id).map((row) => ({
        ...row,
        request: JSON.parse(row.request) as Attempt['request'],
        response: row.response === null ? null : (JSON.parse(row.response) as Attempt['response']),
      })),
    attemptsSince: (site, connection, since) => countAttempts.get(site, connection, since) as number,
    browserAttemptsSince: (site, connection, since) => countBrowserAttempts.get(site, connection, since) as number,
    noteAsked(site, connection, at) {
      const key = askedKey(site, connection);
      forgetAsked.run(key, at - hours(1));
      insertAttempt.run(key, newId(at), site, connection, at, 'report', '{}', null, 'delivered', 'asked beside', 0);
    },
    askedSince: (site, connection, since) => countAsked.get(askedKey(site, connection), since) as number,
  };
}

/** In place of a delivery's id, of which none has a slash. */
const askedKey = (site: string, connection: string): string => `asked/${site}/${connection}`;

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
