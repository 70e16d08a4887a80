/** Who else uses a database right now: collectors and commands are known by the name that their connections carry. */
import type { Sql } from '../database.ts';

/** Their connections, less the one that asks: whoever asks must have no other. */
export async function countOthers(sql: Sql): Promise<number> {
  const others = await sql.row<{ many: number }>(
    `SELECT count(*) AS many FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'clickthread' AND pid <> pg_backend_pid()`,
  );
  return others?.many ?? 0;
}
