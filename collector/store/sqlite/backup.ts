/** Copies of the SQLite file: taken while the collector serves, checked before they are put back. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { createSeal } from '../../lib/seal.ts';
import { BackupError } from '../backup-error.ts';
import { migrations } from '../migrations/index.ts';
import { sealedSample } from './file/sealed.ts';

/** Writes a consistent copy to a new file, and checks it. Other connections go on reading and writing. */
export function backUp({ from, to }: { from: string; to: string }): { bytes: number } {
  if (to.trim() === '') throw new BackupError('Name the file that the copy is written to.');
  copyWhole(from, to, () => {
    if (existsSync(to)) throw new BackupError(`${to} exists already: name another file or move it away.`);
  });
  return { bytes: statSync(to).size };
}

export interface Restored {
  orders: number;
  /** Where the data that was there before lies now. */
  kept: string | null;
}

/** Puts a copy in place of `to`. What was there before is kept beside it. `key` is absent where the folder has none: then nothing sealed comes in. */
export function restoreBackup(given: { from: string; to: string; force: boolean; key: string | undefined }): Restored {
  const { from, to, force, key } = given;
  const orders = checkBackup(from, key);
  const exists = existsSync(to);
  if (exists && isOpenElsewhere(to))
    throw new BackupError(`${to} is in use: stop the collector (and every command) first.`);
  if (exists && !force)
    throw new BackupError(`${to} exists already: repeat with --force to replace it. It is kept beside it.`);
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  const fresh = `${to}.restoring`;
  rmSync(fresh, { force: true });
  copyWhole(from, fresh);
  keepLog(fresh);
  const kept = exists ? `${to}.before-restore` : null;
  if (kept !== null) {
    foldLog(to);
    renameSync(to, kept);
  }
  // A log of the old file would be taken for one of the new.
  for (const suffix of ['-wal', '-shm']) rmSync(`${to}${suffix}`, { force: true });
  renameSync(fresh, to);
  sync(dirname(to));
  return { orders, kept };
}

/** Orders in a copy that is whole, ours, not newer than this version, and sealed with this key; throws in words where it isn't. */
export function checkBackup(file: string, key: string | undefined): number {
  if (!existsSync(file)) throw new BackupError(`${file} does not exist.`);
  if (statSync(file).isDirectory()) throw new BackupError(`${file} is a folder: name the copy in it.`);
  const db = open(file);
  try {
    const state = db.pragma('quick_check', { simple: true });
    if (state !== 'ok') throw new BackupError(`${file} is damaged: ${String(state)}. Take another copy.`);
    const ours = db.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'`).get();
    if (!ours) throw new BackupError(`${file} is not a backup of Clickthread.`);
    const newest = db.prepare('SELECT max(id) FROM migration').pluck().get() as number;
    const known = migrations.at(-1)?.id ?? 0;
    if (newest > known)
      throw new BackupError(
        `${file} was written by a newer Clickthread (migration ${newest}, this one knows ${known}).`,
      );
    const sealed = sealedSample(db);
    if (sealed) openSealed(sealed, key, file);
    return db.prepare('SELECT count(*) FROM orders').pluck().get() as number;
  } finally {
    db.close();
  }
}

function openSealed(sealed: Buffer, key: string | undefined, file: string): void {
  const mend = 'set CLICKTHREAD_KEY to the one that was in force then, or put its "key" file into the data folder';
  if (key === undefined)
    throw new BackupError(`${file} is sealed, and here is no key yet: ${mend}. Nothing was changed.`);
  try {
    createSeal(key).open(sealed);
  } catch (cause) {
    throw new BackupError(`${file} was sealed with another key: ${mend}. Nothing was changed.`, { cause });
  }
}

function open(file: string): Database.Database {
  try {
    const db = new Database(file, { readonly: true });
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    return db;
  } catch (cause) {
    const mend = 'Take another copy. Nothing was changed.';
    throw new BackupError(`${file} can't be read as a database (${(cause as Error).message}). ${mend}`, { cause });
  }
}

/**
 * `VACUUM INTO` reads one snapshot, log included. It does not sync, so that is done here, before the name is given. `check` throws where the name
 * is taken, asked before and after: two commands may have begun with one name.
 */
function copyWhole(from: string, to: string, check = (): void => undefined): void {
  check();
  const part = `${to}.${process.pid}.part`;
  const db = open(from);
  try {
    db.prepare('VACUUM INTO ?').run(part);
    check();
    sync(part);
    renameSync(part, to);
  } catch (fault) {
    if (existsSync(part)) rmSync(part);
    throw fault instanceof BackupError ? fault : unwritable(to, fault as Error & { code?: string });
  } finally {
    db.close();
  }
  sync(dirname(to));
}

/** Why no copy came to be, and what to do; what was begun is gone again. */
function unwritable(to: string, cause: Error & { code?: string }): BackupError {
  const { message, code = '' } = cause;
  const folder = dirname(resolve(to));
  const say = (text: string): BackupError => new BackupError(text, { cause });
  if (!existsSync(folder)) return say(`There is no folder ${folder}: make it, or name another file.`);
  if (!statSync(folder).isDirectory()) return say(`${folder} is a file: name a file in a folder.`);
  if (/^SQLITE_FULL|^ENOSPC|^EDQUOT|^EFBIG/.test(code))
    return say(`No room is left for ${to} (${message}). Make room, or name a file on another disk.`);
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|^EACCES|^EROFS|^EPERM/.test(code))
    return say(`${to} can't be written: ${folder} is read-only or somebody else's. Name a file in another folder.`);
  return say(`${to} can't be written (${message}). Look at its disk, or name a file on another one.`);
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** Every connection to a file in WAL mode holds a shared lock on it as long as it is open; a stale one can't be left behind. */
function isOpenElsewhere(file: string): boolean {
  const db = new Database(file, { timeout: 0 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE; COMMIT');
    return false;
  } catch (error) {
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) return true;
    throw error;
  } finally {
    db.close();
  }
}

/** A copy has no write-ahead log: it is given one, as every file that is written here has. */
function keepLog(file: string): void {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.close();
}

/** Moves the log into the file, so that the file alone is whole. */
function foldLog(file: string): void {
  const db = new Database(file);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
