/** SQL of deliveries and attempts: insert, claim, settle, list. */
import type Database from 'better-sqlite3';
import type { Report } from '../../event.ts';
import type { Attempt, Delivery, DeliveryFilter } from '../store.ts';

export interface DeliveryRow {
  id: string;
  site: string;
  order_id: string;
  connection: string;
  kind: Delivery['kind'];
  seq: number;
  state: Delivery['state'];
  reason: string;
  report: string;
  next_at: number | null;
  deadline_at: number;
  attempts: number;
  after: string | null;
  reference: string | null;
  confirm_at: number | null;
  polls: number;
  ambiguous: number;
  fence: number;
  created_at: number;
  updated_at: number;
}

export interface DeliveryTable {
  put(delivery: Delivery): void;
  get(id: string): (Delivery & { fence: number }) | undefined;
  ofOrder(site: string, orderId: string): Delivery[];
  due(want: { site: string; connection: string; now: number; limit: number }): (Delivery & { fence: number })[];
  verdictsDue(want: { site: string; connection: string; now: number; limit: number }): (Delivery & { fence: number })[];
  lease(id: string, until: number, owner: string): void;
  leaseVerdict(id: string, until: number): void;
  waitingFor(id: string): Delivery[];
  list(filter: DeliveryFilter): Delivery[];
  agenda(): { site: string; connection: string; at: number }[];
  releaseLeases(now: number): number;
  bringForward(site: string, connection: string, now: number, spreadMs: number): void;
  addAttempt(delivery: Delivery, attempt: Attempt): void;
  attemptsOf(id: string): Attempt[];
  attemptsSince(site: string, connection: string, since: number): number;
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
      after, reference, confirm_at, polls, ambiguous, created_at, updated_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, reason = excluded.reason, report = excluded.report,
      next_at = excluded.next_at, deadline_at = excluded.deadline_at, attempts = excluded.attempts, after = excluded.after,
      reference = excluded.reference, confirm_at = excluded.confirm_at, polls = excluded.polls,
      ambiguous = excluded.ambiguous, lease_owner = NULL, updated_at = excluded.updated_at`);
  const select = db.prepare<[string], DeliveryRow>('SELECT * FROM delivery WHERE id = ?');
  const selectOrder = db.prepare<[string, string], DeliveryRow>(
    'SELECT * FROM delivery WHERE site = ? AND order_id = ? ORDER BY created_at, id',
  );
  const selectDue = db.prepare<[string, string, number, number], DeliveryRow>(
    `SELECT * FROM delivery WHERE site = ? AND connection = ? AND ${DUE} ORDER BY next_at LIMIT ${PLANNED}`,
  );
  const selectVerdicts = db.prepare<[string, string, number, number], DeliveryRow>(
    `SELECT * FROM delivery WHERE site = ? AND connection = ? AND confirm_at <= ? ORDER BY confirm_at LIMIT ${PLANNED}`,
  );
  const updateLease = db.prepare(
    `UPDATE delivery SET state = 'sending', next_at = ?, lease_owner = ?, fence = fence + 1 WHERE id = ?`,
  );
  const updateVerdictLease = db.prepare(
    `UPDATE delivery SET confirm_at = ?, lease_owner = 'verdict', fence = fence + 1 WHERE id = ?`,
  );
  const selectAfter = db.prepare<[string], DeliveryRow>(`SELECT * FROM delivery WHERE after = ? AND state = 'waiting'`);
  const selectAgenda = db.prepare<[], { site: string; connection: string; at: number }>(`
    SELECT c.site AS site, c.id AS connection, MIN(
      COALESCE((SELECT MIN(next_at) FROM delivery d WHERE d.site = c.site AND d.connection = c.id AND d.state IN ('due', 'sending')), 9e15),
      COALESCE((SELECT MIN(confirm_at) FROM delivery d WHERE d.site = c.site AND d.connection = c.id AND d.confirm_at IS NOT NULL), 9e15)
    ) AS at FROM connection c`);
  const updateLeases = db.prepare(`UPDATE delivery SET next_at = ? WHERE state = 'sending' AND next_at > ?`);
  const updateVerdictLeases = db.prepare(
    `UPDATE delivery SET confirm_at = ?, lease_owner = NULL WHERE confirm_at > ? AND lease_owner = 'verdict'`,
  );
  const selectWaitingRetries = db
    .prepare<[string, string, number], string>(
      `SELECT id FROM delivery WHERE site = ? AND connection = ? AND state = 'due' AND next_at > ? AND attempts > 0 LIMIT 10000`,
    )
    .pluck();
  const updateNextAt = db.prepare('UPDATE delivery SET next_at = ? WHERE id = ?');
  const insertAttempt = db.prepare(`
    INSERT INTO attempt (delivery, id, site, connection, at, purpose, request, response, outcome, reason, took)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const selectAttempts = db.prepare<
    [string],
    Omit<Attempt, 'request' | 'response'> & { request: string; response: string | null }
  >(
    'SELECT id, at, purpose, request, response, outcome, reason, took FROM attempt WHERE delivery = ? ORDER BY id LIMIT 500',
  );
  const countAttempts = db
    .prepare<[string, string, number], number>(
      'SELECT COUNT(*) FROM attempt WHERE site = ? AND connection = ? AND at >= ?',
    )
    .pluck();

  return {
    put(d) {
      upsert.run(
        d.id,
        d.site,
        d.orderId,
        d.connection,
        d.kind,
        d.seq,
        d.state,
        d.reason,
        JSON.stringify(d.report),
        d.nextAt,
        d.deadlineAt,
        d.attempts,
        d.after,
        d.reference,
        d.confirmAt,
        d.polls,
        d.ambiguous ? 1 : 0,
        d.createdAt,
        d.updatedAt,
      );
    },
    get(id) {
      const row = select.get(id);
      return row && { ...readDelivery(row), fence: row.fence };
    },
    ofOrder: (site, orderId) => selectOrder.all(site, orderId).map(readDelivery),
    due: ({ site, connection, now, limit }) =>
      selectDue.all(site, connection, now, limit).map((row) => ({ ...readDelivery(row), fence: row.fence })),
    verdictsDue: ({ site, connection, now, limit }) =>
      selectVerdicts.all(site, connection, now, limit).map((row) => ({ ...readDelivery(row), fence: row.fence })),
    lease: (id, until, owner) => void updateLease.run(until, owner, id),
    leaseVerdict: (id, until) => void updateVerdictLease.run(until, id),
    waitingFor: (id) => selectAfter.all(id).map(readDelivery),
    list: (filter) => list(db, filter),
    agenda: () => selectAgenda.all().filter((row) => row.at < 9e15),
    releaseLeases: (now) => updateLeases.run(now, now).changes + updateVerdictLeases.run(now, now).changes,
    bringForward(site, connection, now, spreadMs) {
      const ids = selectWaitingRetries.all(site, connection, now) as string[];
      ids.forEach((id, index) => updateNextAt.run(now + Math.floor((spreadMs * index) / Math.max(1, ids.length)), id));
    },
    addAttempt(d, a) {
      insertAttempt.run(
        d.id,
        a.id,
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
  };
}

function list(db: Database.Database, filter: DeliveryFilter): Delivery[] {
  const where: string[] = ['1'];
  const values: (string | number)[] = [];
  const and = (sql: string, ...given: (string | number)[]): void => {
    where.push(sql);
    values.push(...given);
  };
  if (filter.site !== undefined) and('site = ?', filter.site);
  if (filter.connection !== undefined) and('connection = ?', filter.connection);
  if (filter.orderId !== undefined) and('order_id = ?', filter.orderId);
  if (filter.since !== undefined) and('created_at >= ?', filter.since);
  if (filter.states) and(`state IN (${filter.states.map(() => '?').join(', ')})`, ...filter.states);
  const rows = db
    .prepare(`SELECT * FROM delivery WHERE ${where.join(' AND ')} ORDER BY created_at DESC, id DESC LIMIT ?`)
    .all(...values, filter.limit ?? 1000) as DeliveryRow[];
  return rows.map(readDelivery);
}

export function readDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    site: row.site,
    orderId: row.order_id,
    connection: row.connection,
    kind: row.kind,
    seq: row.seq,
    state: row.state,
    reason: row.reason,
    report: JSON.parse(row.report) as Report,
    nextAt: row.next_at,
    deadlineAt: row.deadline_at,
    attempts: row.attempts,
    after: row.after,
    reference: row.reference,
    confirmAt: row.confirm_at,
    polls: row.polls,
    ambiguous: row.ambiguous === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
