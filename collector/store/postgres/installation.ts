/** SQL of the one row that an installation keeps about itself. Implements `InstallationStore`. */
import type { Clock } from '../../lib/clock.ts';
import type { InstallationStore } from '../installation-store.ts';
import { logDeed } from './audit.ts';
import type { Database } from './database.ts';

const NEWEST = `
  SELECT max(at) AS at FROM (
    (SELECT at FROM audit ORDER BY id DESC LIMIT 1) UNION ALL (SELECT created_at FROM delivery ORDER BY id DESC LIMIT 1)
  ) newest`;

export function postgresInstallationStore({ db, clock }: { db: Database; clock: Clock }): InstallationStore {
  return {
    probe: async (now) => void (await db.run('UPDATE installation SET probed_at = $1', [now])),
    async keyCheck() {
      return (await db.row<{ check: Buffer | null }>('SELECT key_check AS "check" FROM installation'))?.check ?? null;
    },
    async agreedTime() {
      return (await db.row<{ at: number | null }>('SELECT agreed_at AS at FROM installation'))?.at ?? null;
    },
    agreeOnTime: (at, deed) =>
      db.transaction(async (sql) => {
        await sql.run('UPDATE installation SET agreed_at = $1', [at]);
        if (deed) await logDeed(sql, deed, clock());
      }),
    newestMoment: async () => (await db.row<{ at: number | null }>(NEWEST))?.at ?? null,
  };
}
