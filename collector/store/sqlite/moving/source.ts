/** Opens a data file that is moved away, so that another engine can be given the same rows. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { BackupError } from '../../backup-error.ts';
import type { MovingSource } from '../../moving/sides.ts';
import { migrateTables } from '../migrate.ts';
import { keyCheckOf, sqliteRows } from './rows.ts';
import { takeAlone } from './take-alone.ts';

export interface SqliteSource extends MovingSource {
  /** By which the installation is known; null before its first start. */
  keyCheck(): Buffer | null;
  close(): void;
  /** Gives the file another name, so that nothing is started on it by mistake; needs `exclusive`. Returns that name. */
  retire(): string;
}

/**
 * `exclusive`: nobody else reads or writes the file until it is closed. Without it others go on writing, and each page is as the file was
 * when it was read.
 */
export function openSqliteSource(file: string, { exclusive = false }: { exclusive?: boolean } = {}): SqliteSource {
  const db = new Database(file, { readonly: !exclusive, fileMustExist: true });
  if (exclusive) takeAlone(db, file);
  refuseOlder(db, file);
  return {
    keyCheck: () => keyCheckOf(db),
    ...sqliteRows(db),
    close: () => void db.close(),
    retire() {
      db.pragma('wal_checkpoint(TRUNCATE)');
      const kept = freeName(file);
      renameSync(file, kept);
      // The log is empty now; SQLite leaves it to a file of that name.
      for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
      return kept;
    },
  };
}

function refuseOlder(db: Database.Database, file: string): void {
  try {
    const missing = migrateTables({ db, file, now: 0, dryRun: true });
    if (missing.length > 0)
      throw new BackupError(
        `${file} is of an older version. Run "clickthread migrate" first; "serve" does it by itself.`,
      );
  } catch (error) {
    db.close();
    throw error;
  }
}

function freeName(file: string): string {
  const names = [`${file}.moved`, ...Array.from({ length: 98 }, (_, n) => `${file}.moved-${n + 2}`)];
  return names.find((name) => !existsSync(name)) ?? `${file}.moved-100`;
}
