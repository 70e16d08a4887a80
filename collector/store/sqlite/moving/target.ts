/** Opens the data file that a database moves to. It has another name until all has arrived: so nothing is started on half of it. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { BackupError } from '../../backup-error.ts';
import type { MovingTarget } from '../../moving/sides.ts';
import type { AuditEntry } from '../../upkeep-store.ts';
import { auditTable } from '../audit.ts';
import { migrateTables } from '../migrate.ts';
import { openDatabase } from '../open.ts';
import { keyCheckOf, writableRows } from './rows.ts';
import { takeAlone } from './take-alone.ts';

export interface SqliteTarget extends MovingTarget {
  /** Keeps what the audit log says of the move. */
  note(entry: AuditEntry): void;
  /** Gives the file its name. */
  finish(): void;
  close(): void;
}

const nameWhileArriving = (file: string): string => `${file}.arriving`;

/** `keyCheck`: the source's own, by which an interrupted move is known again. */
export function openSqliteTarget(options: { file: string; now: number; keyCheck: Buffer | null }): SqliteTarget {
  const { file, now, keyCheck } = options;
  if (existsSync(file))
    throw new BackupError(`${file} exists already: name a folder without data, or move that file away.`);
  const arriving = nameWhileArriving(file);
  const db = openDatabase(arriving);
  takeAlone(db, arriving);
  try {
    migrateTables({ db, file: arriving, now });
    // Rows come table by table; what one refers to may come later.
    db.pragma('foreign_keys = OFF');
    // A power cut may take back the last commits, and never harms the file: the next run writes them again. The last step syncs.
    db.pragma('synchronous = NORMAL');
    const there = keyCheckOf(db);
    if (there !== null && !(keyCheck !== null && there.equals(keyCheck)))
      throw new BackupError(
        `${arriving} is what is left of another installation's move: remove it, then run this again.`,
      );
  } catch (error) {
    db.close();
    throw error;
  }
  return {
    ...writableRows(db),
    note: (entry) => db.transaction(() => auditTable(db).add(entry, now))(),
    finish() {
      db.pragma('wal_checkpoint(TRUNCATE)');
      db.close();
      // The log is empty now; SQLite would leave it to a file of that name.
      for (const suffix of ['-wal', '-shm']) rmSync(`${arriving}${suffix}`, { force: true });
      renameSync(arriving, file);
      syncFolder(dirname(file));
    },
    close: () => void db.close(),
  };
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
