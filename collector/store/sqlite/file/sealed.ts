/** Whether a key opens what is sealed in a data file, and the seal that goes with it. */
import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { createSeal, type Seal } from '../../../lib/seal.ts';
import { KEY_CHECK, SEALED_COLUMNS } from '../../rows/sealed-columns.ts';
import { explainFileFault, wrongKey } from '../../start-error.ts';

/** Whether this file has the column: it may be of an older version. */
export const hasColumn = (db: Database.Database, table: string, column: string): boolean =>
  db.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').get(table, column) !== undefined;

/** One sealed value, the check first; undefined where nothing was sealed yet. */
export function sealedSample(db: Database.Database): Buffer | undefined {
  for (const { table, column } of SEALED_COLUMNS) {
    if (!hasColumn(db, table, column)) continue;
    const sample = db.prepare(`SELECT ${column} FROM ${table} WHERE ${column} IS NOT NULL LIMIT 1`).pluck().get();
    if (sample !== undefined) return sample as Buffer;
  }
  return undefined;
}

/** Throws where the file holds sealed values that this key doesn't open. */
export function checkKey(db: Database.Database, file: string, seal: Pick<Seal, 'open'>): void {
  const sample = sealedSample(db);
  if (sample === undefined) return;
  try {
    seal.open(sample);
  } catch {
    throw wrongKey(file);
  }
}

/** Keeps a sealed value, so that another key is noticed before anything else is sealed with it. */
export function keepKeyCheck(db: Database.Database, seal: Pick<Seal, 'seal'>): void {
  const missing = db.prepare('SELECT 1 FROM installation WHERE key_check IS NULL').get();
  if (missing) db.prepare('UPDATE installation SET key_check = ? WHERE key_check IS NULL').run(seal.seal(KEY_CHECK));
}

/** Whether a file holds anything sealed: beside it no new key may be made. */
export function holdsSealed(file: string): boolean {
  if (!existsSync(file) || statSync(file).size === 0) return false;
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      return sealedSample(db) !== undefined;
    } finally {
      db.close();
    }
  } catch (error) {
    throw explainFileFault(file, error);
  }
}

/** The seal of a data file: its hashes go on with the key that they were made with, whatever key seals today. Throws where the key is another one. */
export function readSeal(file: string, key: string): Seal {
  const seal = createSeal(key);
  if (!existsSync(file) || statSync(file).size === 0) return seal;
  let kept: Buffer | null | undefined;
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      if (!hasColumn(db, 'installation', 'hash_key')) return seal;
      kept = db.prepare<[], Buffer | null>('SELECT hash_key FROM installation').pluck().get();
    } finally {
      db.close();
    }
  } catch (error) {
    throw explainFileFault(file, error);
  }
  if (!kept) return seal;
  try {
    return createSeal(key, seal.open(kept));
  } catch {
    throw wrongKey(file);
  }
}

/** Whether a key opens what the file holds; true where it holds nothing sealed. */
export function opensWith(file: string, key: string): boolean {
  if (!existsSync(file) || statSync(file).size === 0) return true;
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      checkKey(db, file, createSeal(key));
      return true;
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}
