/** Runs the numbered migrations: in one transaction that locks out a second migrator, after a backup of the file. */
import { renameSync, rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { migrations } from '../migrations/index.ts';

const BOOK = `CREATE TABLE IF NOT EXISTS migration (id INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL)`;

/** Applies what is missing; with `dryRun` only names it. Backs an existing file up to `FILE.before-N` first. */
export function migrate(options: { db: Database.Database; file: string; now: number; dryRun?: boolean }): string[] {
  const { db, file, now, dryRun } = options;
  const missing = pending(db);
  if (dryRun || missing.length === 0) return missing.map(label);
  backUp(db, file, missing[0]!.id);
  db.exec('BEGIN IMMEDIATE');
  try {
    db.exec(BOOK);
    const todo = pending(db);
    for (const migration of todo) {
      db.exec(migration.sqlite);
      db.prepare('INSERT INTO migration (id, name, at) VALUES (?, ?, ?)').run(migration.id, migration.name, now);
    }
    db.exec('COMMIT');
    return todo.map(label);
  } catch (cause) {
    db.exec('ROLLBACK');
    throw new Error(`Migration of ${file} failed; the file is as it was before.`, { cause });
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

const label = (migration: { id: number; name: string }): string =>
  `${String(migration.id).padStart(4, '0')}-${migration.name}`;
