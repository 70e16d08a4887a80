/** SQL of the one row that an installation keeps about itself. */
import type Database from 'better-sqlite3';

export interface InstallationTable {
  probe(now: number): void;
  keyCheck(): Buffer | null;
  agreedTime(): number | null;
  agreeOnTime(at: number): void;
  newestMoment(): number | null;
}

export function installationTable(db: Database.Database): InstallationTable {
  const updateProbe = db.prepare('UPDATE installation SET probed_at = ?');
  const updateAgreed = db.prepare('UPDATE installation SET agreed_at = ?');
  const selectAgreed = db.prepare<[], number | null>('SELECT agreed_at FROM installation').pluck();
  const selectCheck = db.prepare<[], Buffer | null>('SELECT key_check FROM installation').pluck();
  const selectNewest = db
    .prepare<[], number | null>(
      `SELECT max(at) FROM (
         SELECT * FROM (SELECT at FROM audit ORDER BY id DESC LIMIT 1)
         UNION ALL SELECT * FROM (SELECT created_at AS at FROM delivery ORDER BY rowid DESC LIMIT 1))`,
    )
    .pluck();
  return {
    probe: (now) => void updateProbe.run(now),
    keyCheck: () => selectCheck.get() ?? null,
    agreedTime: () => selectAgreed.get() ?? null,
    agreeOnTime: (at) => void updateAgreed.run(at),
    newestMoment: () => selectNewest.get() ?? null,
  };
}
