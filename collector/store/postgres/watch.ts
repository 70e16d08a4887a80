/** SQL of work that one replica at a time does. By the clock of the database: those of replicas may differ. */
import type { Sql } from './database.ts';

/** Milliseconds after which another one takes over from a replica that does not ask any more. */
const HELD = 30_000;

const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';
const HOLD = `
  INSERT INTO watch (name, owner, until) VALUES ($1, $2, ${NOW} + ${HELD})
  ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
    WHERE watch.owner = excluded.owner OR watch.until <= ${NOW}`;

/** Takes or keeps the right to it; false where another replica holds it. */
export const holdWatch = async (sql: Sql, { name, owner }: { name: string; owner: string }): Promise<boolean> =>
  (await sql.run(HOLD, [name, owner])) > 0;
