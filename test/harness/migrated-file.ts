/** A data file as a first start leaves it, made once for a worker: migrating a new one takes longer than most tests that want one. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../collector/store/sqlite/open.ts';
import { migrateTables } from '../../collector/store/sqlite/migrate.ts';

/** Files of a worker share it, also where each has modules of its own. */
const SHARED = globalThis as { clickthreadMigratedFile?: Buffer };

/** Puts one there unless there is a file already; returns its path. What a test opens it with finds nothing to migrate, and checks that as ever. */
export function migratedFile(file: string): string {
  SHARED.clickthreadMigratedFile ??= make();
  if (!existsSync(file)) writeFileSync(file, SHARED.clickthreadMigratedFile, { mode: 0o600 });
  return file;
}

function make(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'clickthread-migrated-'));
  const file = join(folder, 'clickthread.db');
  const db = openDatabase(file);
  migrateTables({ db, file, now: 0 });
  // Its log goes into the file with the last connection.
  db.close();
  const made = readFileSync(file);
  rmSync(folder, { recursive: true });
  return made;
}
