/** Whether a server can keep what this product promises. */
import { StartError } from '../start-error.ts';
import type { Sql } from './database.ts';

/** What the SQL here needs; older servers get no more mends either. */
const OLDEST_SERVER = 14;

/**
 * An acknowledged order must be on disk: a server that only promises it is refused, as SQLite is without its fsync. One that runs without fsync
 * altogether was set so on purpose, for a test: the doctor says so.
 */
export async function checkServer(sql: Sql, place: string): Promise<{ version: number; fsync: boolean }> {
  const row = (await sql.row<{ version: number; fsync: string; commit: string }>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS commit`,
  ))!;
  const version = Math.floor(row.version / 10_000);
  if (version < OLDEST_SERVER)
    throw new StartError(
      `${place} is PostgreSQL ${version}. Version ${OLDEST_SERVER} or newer is needed: upgrade the server.`,
    );
  if (row.commit === 'off')
    throw new StartError(
      `${place} does not keep acknowledged orders safe: synchronous_commit is off. Set it to on for this database.`,
    );
  return { version, fsync: row.fsync === 'on' };
}
