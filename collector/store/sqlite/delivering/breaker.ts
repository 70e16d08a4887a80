/** Connections that are held, and why. */
import type Database from 'better-sqlite3';
import type { Store } from '../../store.ts';
import type { Tables } from '../tables.ts';

const ALL = `SELECT site, connection, kind, reason, opened_at AS openedAt, probe_at AS probeAt, failures FROM breaker`;
const UPSERT = `
  INSERT INTO breaker (site, connection, kind, reason, opened_at, probe_at, failures) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (site, connection) DO UPDATE SET kind = excluded.kind, reason = excluded.reason,
    probe_at = excluded.probe_at, failures = excluded.failures`;

export function sqliteBreakers(
  db: Database.Database,
  { queue, write }: Tables,
): Pick<Store, 'breakers' | 'setBreaker' | 'clearBreaker'> {
  const selectBreakers = db.prepare<[], Awaited<ReturnType<Store['breakers']>>[number]>(ALL);
  const upsertBreaker = db.prepare(UPSERT);
  const deleteBreaker = breakerDeletion(db);
  return {
    breakers: async () => selectBreakers.all(),
    setBreaker: async (b) =>
      void write(() => upsertBreaker.run(b.site, b.connection, b.kind, b.reason, b.openedAt, b.probeAt, b.failures)),
    clearBreaker: async (site, connection, now, spreadMs) =>
      write(() => {
        if (deleteBreaker.run(site, connection).changes > 0) queue.bringForward(site, connection, now, spreadMs);
      }),
  };
}

/** What is replayed is tried at once. */
export const breakerDeletion = (db: Database.Database): Database.Statement<[string, string]> =>
  db.prepare<[string, string]>('DELETE FROM breaker WHERE site = ? AND connection = ?');
