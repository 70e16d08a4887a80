/** Takes a data file for one process alone, until it is closed. */
import type Database from 'better-sqlite3';
import { BackupError } from '../../backup-error.ts';

/** Closes it and throws where somebody else has it. */
export function takeAlone(db: Database.Database, file: string): void {
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE; COMMIT');
  } catch (cause) {
    db.close();
    throw new BackupError(`${file} is in use: stop the collector (and every command) first.`, { cause });
  }
}
