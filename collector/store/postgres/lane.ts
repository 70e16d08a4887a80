/** SQL of lanes: work that one replica at a time does. By the clock of the database: those of replicas may differ. */
import { days, seconds } from '../../lib/duration.ts';
import type { LaneStore, TakenLane } from '../lane-store.ts';
import type { Database, Sql } from './database.ts';

/** After which another one takes over from a replica that does not ask any more. */
const LASTS = seconds(5);
/** What nobody has held for so long is forgotten. */
const KEPT = days(1);

const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';
const HELD_BY_OTHERS = `SELECT 1 FROM watch w WHERE w.name = wanted.name AND w.owner <> $2 AND w.until > ${NOW}`;
/** Looks first without a lock; of two that want the same, the second finds it held by the first. In the order of names, so that nobody waits in a circle. */
const TAKE = `
  INSERT INTO watch (name, owner, until, fence)
  SELECT wanted.name, $2, ${NOW} + $3::bigint, 1 FROM unnest($1::text[]) AS wanted (name)
  WHERE NOT EXISTS (${HELD_BY_OTHERS}) ORDER BY wanted.name
  ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until,
    fence = watch.fence + CASE WHEN watch.owner = excluded.owner THEN 0 ELSE 1 END
    WHERE watch.owner = excluded.owner OR watch.until <= ${NOW}
  RETURNING name, owner, fence`;
const KEEP = `UPDATE watch SET until = ${NOW} + $2::bigint WHERE owner = $1 RETURNING name, owner, fence`;
const LEAVE = `UPDATE watch SET owner = '', until = ${NOW} WHERE owner = $1 AND name = ANY($2::text[])`;
const FORGET = `DELETE FROM watch WHERE until < ${NOW} - $1::bigint`;
/** Milliseconds, not a moment: the clocks of two replicas may differ. */
const PAUSE = `
  INSERT INTO pause (site, connection, until) VALUES ($1, $2, ${NOW} + $3::bigint)
  ON CONFLICT (site, connection) DO UPDATE SET until = greatest(pause.until, excluded.until)`;
const PAUSED = `SELECT until - ${NOW} AS ms FROM pause WHERE site = $1 AND connection = $2`;
const END_PAUSES = `DELETE FROM pause WHERE site = $1 AND until <= ${NOW}`;
const COUNT_LEASED = `
  SELECT (SELECT count(*) FROM delivery WHERE site = $1 AND connection = $2 AND state = 'sending' AND next_at > $3)
    + (SELECT count(*) FROM delivery WHERE site = $1 AND connection = $2 AND confirm_at > $3 AND lease_owner = 'verdict') AS count`;

/** Whether a token is still the newest: `$n` to `$n+2` are its name, owner and fence; without a name nobody asks for one. */
export const isNewestToken = (n: number): string =>
  `($${n}::text IS NULL OR EXISTS (SELECT 1 FROM watch WHERE name = $${n}::text AND owner = $${n + 1}::text AND fence = $${n + 2}::bigint))`;

/** Takes or keeps the right to it; false where another replica holds it. */
export const holdLane = async (sql: Sql, want: { name: string; owner: string; lasts: number }): Promise<boolean> =>
  (await sql.run(TAKE, [[want.name], want.owner, want.lasts])) > 0;

export function postgresLaneStore(db: Database): Omit<LaneStore, 'tellDue' | 'hearDue'> {
  const lasting = (rows: Omit<TakenLane, 'lasts'>[]): TakenLane[] => rows.map((row) => ({ ...row, lasts: LASTS }));
  // One statement each: a replica that freezes between the two of a transaction would hold the rows that others wait for.
  return {
    takeLanes: async (owner, names) => (names.length === 0 ? [] : lasting(await db.rows(TAKE, [names, owner, LASTS]))),
    keepLanes: async (owner) => lasting(await db.rows(KEEP, [owner, LASTS])),
    leaveLanes: async (owner, names) => {
      await db.run(LEAVE, [owner, names]);
      await db.run(FORGET, [KEPT]);
    },
    notePause: async (site, connection, ms) => {
      await db.run(END_PAUSES, [site]);
      await db.run(PAUSE, [site, connection, ms]);
    },
    pausedFor: async (site, connection) =>
      Math.max(0, (await db.row<{ ms: number }>(PAUSED, [site, connection]))?.ms ?? 0),
    leasedNow: async (site, connection, now) =>
      (await db.row<{ count: number }>(COUNT_LEASED, [site, connection, now]))?.count ?? 0,
  };
}
