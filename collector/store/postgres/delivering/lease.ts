/** SQL of leases: which deliveries and verdicts are due, who holds them until when, and what brings them forward. Replicas skip what another one holds. */
import type { DeliveryRow } from '../../rows/delivery-row.ts';
import type { Store } from '../../store.ts';
import type { LaneToken } from '../../lane-store.ts';
import { type Fenced, fencedFromRow } from '../delivery.ts';
import type { Sql } from '../database.ts';
import { isNewestToken } from '../lane.ts';

export type DueDelivery = Fenced & { confirmed: boolean };

const asDue = (row: DeliveryRow): DueDelivery => ({ ...fencedFromRow(row), confirmed: Boolean(row.confirmed) });

/** What a claim goes by: where it names a lane, only the newest token of that gets anything. */
interface DueWish {
  site: string;
  connection: string;
  now: number;
  limit: number;
  lane: LaneToken | undefined;
}

const tokenOf = ({ lane }: DueWish): unknown[] => [lane?.name, lane?.owner, lane?.fence];

/** Locked until the commit; `confirmed`: whether the shop has spoken for the order. */
export async function takeDue(sql: Sql, want: DueWish & { confirmed: boolean }): Promise<DueDelivery[]> {
  const { site, connection, confirmed, now, limit } = want;
  if (limit <= 0) return [];
  const rows = await sql.rows<DeliveryRow>(
    `SELECT * FROM delivery WHERE site = $1 AND connection = $2 AND confirmed = $3 AND state IN ('due', 'sending') AND next_at <= $4
       AND ${isNewestToken(6)} ORDER BY next_at, id LIMIT $5 FOR UPDATE SKIP LOCKED`,
    [site, connection, confirmed, now, limit, ...tokenOf(want)],
  );
  return rows.map(asDue);
}

export async function takeVerdictsDue(sql: Sql, want: DueWish): Promise<DueDelivery[]> {
  const rows = await sql.rows<DeliveryRow>(
    `SELECT * FROM delivery WHERE site = $1 AND connection = $2 AND confirm_at <= $3
       AND ${isNewestToken(5)} ORDER BY confirm_at, id LIMIT $4 FOR UPDATE SKIP LOCKED`,
    [want.site, want.connection, want.now, want.limit, ...tokenOf(want)],
  );
  // A verdict is asked for, whoever reported the order.
  return rows.map((row) => ({ ...asDue(row), confirmed: false }));
}

export const leaseDeliveries = (
  sql: Sql,
  want: { site: string; ids: string[]; until: number; owner: string },
): Promise<number> =>
  sql.run(
    `UPDATE delivery SET state = 'sending', next_at = $3, lease_owner = $4, fence = fence + 1 WHERE site = $1 AND id = ANY($2::text[])`,
    [want.site, want.ids, want.until, want.owner],
  );

export const leaseVerdicts = (sql: Sql, want: { site: string; ids: string[]; until: number }): Promise<number> =>
  sql.run(
    `UPDATE delivery SET confirm_at = $3, lease_owner = 'verdict', fence = fence + 1 WHERE site = $1 AND id = ANY($2::text[])`,
    [want.site, want.ids, want.until],
  );

export async function endLeases(sql: Sql, now: number): Promise<number> {
  const sends = await sql.run(`UPDATE delivery SET next_at = $1 WHERE state = 'sending' AND next_at > $1`, [now]);
  const verdicts = await sql.run(
    `UPDATE delivery SET confirm_at = $1, lease_owner = NULL WHERE confirm_at > $1 AND lease_owner = 'verdict'`,
    [now],
  );
  return sends + verdicts;
}

const EARLIEST = (confirmed: boolean): string => `
  (SELECT min(next_at) FROM delivery d WHERE d.site = c.site AND d.connection = c.id AND d.confirmed = ${String(confirmed)}
     AND d.state IN ('due', 'sending'))`;

export const readAgenda = (sql: Sql): ReturnType<Store['agenda']> =>
  sql.rows(
    `SELECT * FROM (SELECT c.site AS site, c.id AS connection, least(${EARLIEST(true)}, ${EARLIEST(false)},
       (SELECT min(confirm_at) FROM delivery d WHERE d.site = c.site AND d.connection = c.id AND d.confirm_at IS NOT NULL)) AS at
     FROM connection c) planned WHERE at IS NOT NULL`,
  );

/** Brings waiting retries forward, spread over a while. */
export async function bringForward(
  sql: Sql,
  want: { site: string; connection: string; now: number; spreadMs: number },
): Promise<void> {
  const { site, connection, now, spreadMs } = want;
  await sql.run(
    `UPDATE delivery d SET next_at = $3 + ($4 * w.place) / w.many
     FROM (
       SELECT id, row_number() OVER (ORDER BY next_at, id) - 1 AS place, count(*) OVER () AS many FROM (
         SELECT id, next_at FROM delivery
         WHERE site = $1 AND connection = $2 AND state = 'due' AND next_at > $3 AND attempts > 0 ORDER BY next_at, id LIMIT 10000
       ) waiting
     ) w WHERE d.site = $1 AND d.id = w.id AND d.state = 'due'`,
    [site, connection, now, spreadMs],
  );
}

/** Brings back what a clock that was wrong has put too far into the future. First tries keep the time that their vendor must be given. */
export async function boundNextTimes(sql: Sql, now: number, longest: number): Promise<number> {
  const retries = await sql.run(
    `UPDATE delivery SET next_at = CASE WHEN attempts = 0 THEN $1::bigint + greatest(0, next_at - created_at) ELSE $1::bigint END
     WHERE state = 'due' AND next_at > $1::bigint + $2::bigint
       AND (updated_at > $1::bigint + 60000 OR (attempts > 0 AND next_at > $1::bigint + 24 * 3600000 + $2::bigint))`,
    [now, longest],
  );
  const verdicts = await sql.run(
    `UPDATE delivery SET confirm_at = $1::bigint WHERE confirm_at > $1::bigint + $2::bigint
       AND (updated_at > $1::bigint + 60000 OR confirm_at > $1::bigint + 24 * 3600000 + $2::bigint)`,
    [now, longest],
  );
  return retries + verdicts;
}

/** How many leave before it when the vendor's hour is full. */
export async function countAhead(sql: Sql, site: string, id: string): Promise<number> {
  const row = await sql.row<{ count: number }>(
    `SELECT count(*) AS count FROM delivery mine JOIN delivery other ON other.site = mine.site AND other.connection = mine.connection
       AND other.confirmed >= mine.confirmed AND (other.confirmed > mine.confirmed OR (other.next_at, other.id) < (mine.next_at, mine.id))
     WHERE mine.site = $1 AND mine.id = $2 AND other.state IN ('due', 'sending') AND other.next_at IS NOT NULL`,
    [site, id],
  );
  return row?.count ?? 0;
}
