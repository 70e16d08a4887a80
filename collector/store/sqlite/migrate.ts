/** Runs the numbered migrations: in one transaction that locks out a second migrator, after a backup of the file. */
import { renameSync, rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { labelOf, migrations } from '../migrations/index.ts';
import { openDatabase } from './open.ts';
import { fillDigits } from './fill-digits.ts';

const BOOK = `CREATE TABLE IF NOT EXISTS migration (id INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL)`;

/** Rows that SQL alone can't fill, by the migration that they belong to. */
const FILLS: Readonly<Record<number, (given: { db: Database.Database; now: number }) => void>> = { 5: fillDigits };

/** Applies what is missing; with `dryRun` only names it. Backs an existing file up to `FILE.before-N` first. */
export function migrateTables(options: {
  db: Database.Database;
  file: string;
  now: number;
  dryRun?: boolean;
}): string[] {
  const { db, file, now, dryRun } = options;
  const missing = pending(db);
  if (dryRun || missing.length === 0) return missing.map(labelOf);
  backUp(db, file, missing[0]!.id);
  db.exec('BEGIN IMMEDIATE');
  try {
    db.exec(BOOK);
    const todo = pending(db);
    for (const migration of todo) {
      db.exec(migration.sqlite);
      FILLS[migration.id]?.({ db, now });
      db.prepare('INSERT INTO migration (id, name, at) VALUES (?, ?, ?)').run(migration.id, migration.name, now);
    }
    db.exec('COMMIT');
    return todo.map(labelOf);
  } catch (cause) {
    // A full disk has ended the transaction already.
    if (db.inTransaction) db.exec('ROLLBACK');
    const { message, code } = cause as Error & { code?: string };
    throw Object.assign(
      new Error(`Migration of ${file} failed; the file is as it was before (${message}).`, { cause }),
      {
        code,
      },
    );
  }
}

/** Number of the newest migration that a file has. */
export function dataVersion(file: string): number {
  const db = openDatabase(file, { readonly: true });
  try {
    return (db.prepare('SELECT MAX(id) FROM migration').pluck().get() as number | null) ?? 0;
  } finally {
    db.close();
  }
}

function pending(db: Database.Database): (typeof migrations)[number][] {
  const hasBook = db.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'`).get();
  if (!hasBook) return [...migrations];
  const done = new Set(db.prepare('SELECT id FROM migration').pluck().all() as number[]);
  const newest = Math.max(0, ...done);
  const known = migrations.at(-1)?.id ?? 0;
  if (newest > known) {
    throw new Error(
      `The data was written by a newer Clickthread (migration ${newest}, this one knows ${known}). Start the newer version.`,
    );
  }
  return migrations.filter((migration) => !done.has(migration.id));
}

function backUp(db: Database.Database, file: string, first: number): void {
  const holdsData = db.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'orders'`).get();
  if (!holdsData) return;
  // A backup of an earlier try that failed lacks what was acknowledged since: it makes room, but only for a whole new one.
  const target = `${file}.before-${first}`;
  const fresh = `${target}.new`;
  rmSync(fresh, { force: true });
  db.prepare('VACUUM INTO ?').run(fresh);
  renameSync(fresh, target);
}
