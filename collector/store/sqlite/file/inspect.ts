/** What must hold of the data file before anything is changed: whole, not newer than this version, sealed with this key. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { createSeal } from '../../../lib/seal.ts';
import { explainEmptyFile, explainFileFault, type StartError } from '../../start-error.ts';
import { checkKey } from './sealed.ts';
import { migrateTables } from '../migrate.ts';

/** Looking through every page of such a file takes less than a second; of a larger one, its length and its tables are looked at. */
const LOOKED_THROUGH = 256 * 1024 * 1024;
const HEADER = 100;

/** Throws a {@link StartError} that says what is wrong and what to do. A file that is missing is a new one. `whole: false` leaves the pages alone. */
export function inspectFile(options: { file: string; key: string; now: number; whole?: boolean }): void {
  const { file, key, now } = options;
  try {
    if (!existsSync(file)) return;
    const { size } = statSync(file);
    if (size === 0) throw explainEmptyFile(file);
    checkLength(file, size);
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      migrateTables({ db, file, now, dryRun: true });
      if (options.whole !== false && size <= LOOKED_THROUGH) lookThrough(db, file);
      checkKey(db, file, createSeal(key));
    } finally {
      db.close();
    }
  } catch (error) {
    throw explainFileFault(file, error);
  }
}

/** Half a file: shorter than its own header says, with no log that could still hold the rest. https://www.sqlite.org/fileformat.html#in_header_database_size */
function checkLength(file: string, size: number): void {
  const log = `${file}-wal`;
  if (existsSync(log) && statSync(log).size > 0) return;
  const header = Buffer.alloc(HEADER);
  const handle = openSync(file, 'r');
  const read = readSync(handle, header, 0, HEADER, 0);
  closeSync(handle);
  const pageSize = header.readUInt16BE(16) === 1 ? 65536 : header.readUInt16BE(16);
  const isSqlite = read === HEADER && header.toString('latin1', 0, 16) === 'SQLite format 3\0';
  const claimed = header.readUInt32BE(24) === header.readUInt32BE(92) ? header.readUInt32BE(28) * pageSize : 0;
  if (!isSqlite) throw damaged(file, 'it does not begin as a database does');
  if (size < claimed) throw damaged(file, `it has ${size} of ${claimed} bytes`);
}

function lookThrough(db: Database.Database, file: string): void {
  const [first] = db.pragma('quick_check(1)') as { quick_check: string }[];
  if (first !== undefined && first.quick_check !== 'ok') throw damaged(file, first.quick_check);
}

const damaged = (file: string, message: string): StartError =>
  explainFileFault(file, Object.assign(new Error(message), { code: 'SQLITE_CORRUPT' }));
