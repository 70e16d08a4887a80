/** Looks at a database and changes nothing: for the doctor, and for "migrate". */
import type { Clock } from '../../lib/clock.ts';
import { checkServer } from './check-server.ts';
import { type Database, openPool } from './database.ts';
import { explainDatabaseFault, placeOf } from './fault.ts';
import { migrateDatabase } from './migrate.ts';
import { LONG } from './patience.ts';

export type DatabaseLook = { problem: string } | { version: number; fsync: boolean; missing: string[] };

export async function examineDatabase({ url, clock }: { url: string; clock: Clock }): Promise<DatabaseLook> {
  try {
    return await withDatabase(url, async (db) => ({
      ...(await checkServer(db, placeOf(url))),
      missing: await migrateDatabase({ db, clock, dryRun: true }),
    }));
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** Names of the migrations that were applied, or would be. */
export const migrateDatabaseAt = (options: { url: string; clock: Clock; dryRun: boolean }): Promise<string[]> =>
  withDatabase(options.url, async (db) => {
    await checkServer(db, placeOf(options.url));
    return migrateDatabase({ db, ...options });
  });

async function withDatabase<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openPool({ url, size: 1, patience: LONG });
  try {
    return await work(db);
  } catch (error) {
    throw explainDatabaseFault(placeOf(url), error);
  } finally {
    await db.end();
  }
}
