/** SQL of what is due: in which order it leaves, who has it on lease, when it is tried again. */
import type Database from 'better-sqlite3';
import type { Delivery } from '../../../model/delivery.ts';
import { deliveryFromRow, type DeliveryRow } from '../../rows/delivery-row.ts';

export interface QueueTable {
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
  /** Brings back what a clock that was wrong has put too far into the future. */
  boundNextTimes(now: number, longest: number): number;
  verdictsDue(want: { site: string; connection: string; now: number; limit: number }): (Delivery & { fence: number })[];
  lease(id: string, until: number, owner: string): void;
  leaseVerdict(id: string, until: number): void;
  agenda(): { site: string; connection: string; at: number }[];
  releaseLeases(now: number): number;
  leasedNow(site: string, connection: string, now: number): number;
  bringForward(site: string, connection: string, now: number, spreadMs: number): void;
}

/**
 * SQLite looks into the bound value of a plain `LIMIT ?` to plan by it, and so prepares the statement again at every call
 * (sqlite3ExprIsInteger and SQLITE_EnableQPSG in its source). The sign keeps it from looking.
 */
const PLANNED = '+?';
const DUE = `state IN ('due', 'sending') AND next_at <= ?`;

export function queueTable(db: Database.Database): QueueTable {
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

  return {
    due: ({ site, connection, confirmed, now, limit }) =>
      selectDue
        .all(site, connection, confirmed ? 1 : 0, now, limit)
        .map((row) => ({ ...deliveryFromRow(row), fence: row.fence, confirmed })),
    aheadOf: (site, id) => countAhead.get(site, id) ?? 0,
    boundNextTimes: (now, longest) =>
      updateFarRetries.run({ now, longest }).changes + updateFarVerdicts.run({ now, longest }).changes,
    verdictsDue: ({ site, connection, now, limit }) =>
      selectVerdicts.all(site, connection, now, limit).map((row) => ({ ...deliveryFromRow(row), fence: row.fence })),
    lease: (id, until, owner) => void updateLease.run(until, owner, id),
    leaseVerdict: (id, until) => void updateVerdictLease.run(until, id),
    agenda: () => selectAgenda.all().filter((row) => row.at < 9e15),
    releaseLeases: (now) => updateLeases.run(now, now).changes + updateVerdictLeases.run(now, now).changes,
    leasedNow: (site, connection, now) => countLeased.get({ site, connection, now }) ?? 0,
    bringForward(site, connection, now, spreadMs) {
      const ids = selectWaitingRetries.all(site, connection, now) as string[];
      ids.forEach((id, index) => updateNextAt.run(now + Math.floor((spreadMs * index) / Math.max(1, ids.length)), id));
    },
  };
}
