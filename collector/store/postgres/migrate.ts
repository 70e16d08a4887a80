/** Runs PostgreSQL's numbered migrations in one transaction: one replica at a time, the others wait for its row and find everything done. */
import type { Clock } from '../../lib/clock.ts';
import type { Database, Sql } from './database.ts';
import { LONGEST } from './patience.ts';
import { type PostgresMigration, postgresMigrations } from './migrations/index.ts';

const BOOK = `
  CREATE TABLE IF NOT EXISTS migration (id bigint PRIMARY KEY, name text NOT NULL, at bigint NOT NULL)`;
/** The row that a migrator holds: it is 0 and names none. */
const TURN = `INSERT INTO migration (id, name, at) VALUES (0, 'turn', $1) ON CONFLICT (id) DO UPDATE SET at = excluded.at`;

/** Applies what is missing; with `dryRun` only names it. Nothing of it is kept if one fails. */
export async function migrateDatabase(options: { db: Database; clock: Clock; dryRun?: boolean }): Promise<string[]> {
  const { db, clock, dryRun = false } = options;
  const missing = await missingMigrations(db);
  if (dryRun || missing.length === 0) return missing.map(label);
  return db.transaction(async (sql) => {
    // Two that make the table at once: one of them fails by a unique key of the catalogue, and is run again.
    await sql.run(BOOK);
    await sql.run(TURN, [clock()]);
    const todo = await missingMigrations(sql);
    for (const migration of todo) {
      for (const statement of statementsOf(migration)) await sql.run(statement);
      await sql.run('INSERT INTO migration (id, name, at) VALUES ($1, $2, $3)', [
        migration.id,
        migration.name,
        clock(),
      ]);
    }
    return todo.map(label);
  }, LONGEST);
}

async function missingMigrations(sql: Sql): Promise<PostgresMigration[]> {
  const book = await sql.row<{ found: boolean }>(`SELECT to_regclass('migration') IS NOT NULL AS found`);
  if (book?.found !== true) return [...postgresMigrations];
  const done = new Set((await sql.rows<{ id: number }>('SELECT id FROM migration')).map(({ id }) => id));
  const newest = Math.max(0, ...done);
  const known = postgresMigrations.at(-1)!.id;
  if (newest > known)
    throw new Error(
      `The data was written by a newer Clickthread (migration ${newest}, this one knows ${known}). Start the newer version.`,
    );
  return postgresMigrations.filter(({ id }) => !done.has(id));
}

/** One that is prepared is one statement; none of ours has a semicolon inside. */
const statementsOf = ({ sql }: PostgresMigration): string[] =>
  sql
    .replace(/^--.*$/gm, '')
    .split(';')
    .map((text) => text.trim())
    .filter((text) => text !== '');

const label = ({ id, name }: PostgresMigration): string => `${String(id).padStart(4, '0')}-${name}`;
