import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { checkMoved, copyTables, type MoveProgress } from '../../../collector/admin/move/move-data.ts';
import { openPool, type Database as Postgres } from '../../../collector/store/postgres/database.ts';
import { postgresTarget } from '../../../collector/store/postgres/moving/target.ts';
import { openSqliteSource, type SqliteSource } from '../../../collector/store/sqlite/moving/source.ts';
import { openSqliteStore } from '../../../collector/store/sqlite/store.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { noPostgres, postgresServer } from '../../harness/postgres.ts';
import { NOON } from './rows.ts';

const folder = temporaryFolders();

/** Fills every table of a fresh file with rows that are told apart in every column; more in one than are read at once. */
async function filledFile(): Promise<string> {
  const file = join(folder(), 'clickthread.db');
  await openSqliteStore({ file, clock: () => NOON }).close();
  const db = new Database(file);
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migration'",
    )
    .pluck()
    .all();
  db.pragma('foreign_keys = OFF');
  // What is added up while orders come in is written as it stands.
  db.exec('DROP TRIGGER sale_of_new_order');
  for (const table of tables) fill(db, table, table === 'touch' ? 1203 : 3);
  db.exec(
    "UPDATE touch SET extra = '{\"a\":\"nothing \\u0000 here\"}', url = 'zero ' || char(0) WHERE value LIKE '%7 ä'",
  );
  db.close();
  return file;
}

const FLAGS = /^(temporary|active|agreed|ambiguous|confirmed|shop_confirmed|stopped|is_new)$/;

function fill(db: Database.Database, table: string, rows: number): void {
  const columns = db
    .prepare<[string], { name: string; type: string }>('SELECT name, type FROM pragma_table_info(?)')
    .all(table);
  const isSingle = columns.some(({ name }) => name === 'one');
  const value = ({ name, type }: { name: string; type: string }, n: number): unknown => {
    if (name === 'one') return 1;
    if (type === 'BLOB') return Buffer.from([0, n % 256, 255]);
    if (type === 'INTEGER') return FLAGS.test(name) ? n % 2 : NOON + n;
    return `${table} ${name} ${n} ä`;
  };
  const insert = db.prepare(
    `INSERT OR REPLACE INTO "${table}" (${columns.map(({ name }) => `"${name}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  for (let n = 0; n < (isSingle ? 1 : rows); n += 1) insert.run(...columns.map((column) => value(column, n)));
}

describe.skipIf(noPostgres)(`a move from SQLite to PostgreSQL ${noPostgres ?? ''}`, () => {
  const server = postgresServer();

  const withSides = async (work: (sides: Open) => Promise<void>): Promise<void> => {
    const file = await filledFile();
    const db = openPool({ url: await server.migratedDatabase() });
    const source = openSqliteSource(file);
    try {
      await work({ file, db, source, target: postgresTarget(db), onProgress: () => undefined });
    } finally {
      source.close();
      await db.end();
    }
  };

  interface Open {
    file: string;
    db: Postgres;
    source: SqliteSource;
    target: ReturnType<typeof postgresTarget>;
    onProgress: (progress: MoveProgress) => void;
  }

  test('carries every column of every table, and counts and checksums agree', () =>
    withSides(async (sides) => {
      const heard: MoveProgress[] = [];
      const sums = await copyTables({ ...sides, onProgress: (progress) => void heard.push(progress) }, 'copy');
      expect(sums.map(({ table }) => table).toSorted()).toEqual(sides.source.tables().map(({ name }) => name));
      expect(sums.every(({ rows }) => rows > 0)).toBe(true);
      expect(heard.at(-1)).toMatchObject({ done: heard.at(-1)!.total, step: 'copy' });
      await checkMoved(sums, sides);
      const row = await sides.db.row<{ personal: Buffer; total: number; stopped: boolean; body: string }>(
        "SELECT personal, total, stopped, body FROM orders WHERE order_id = 'orders order_id 1 ä'",
      );
      expect(row).toEqual({
        personal: Buffer.from([0, 1, 255]),
        total: NOON + 1,
        stopped: true,
        body: 'orders body 1 ä',
      });
    }));

  test('that is begun again writes what changed, came and went meanwhile', () =>
    withSides(async (sides) => {
      await copyTables(sides, 'copy');
      const db = new Database(sides.file);
      db.pragma('foreign_keys = OFF');
      db.exec("UPDATE delivery SET state = 'delivered', updated_at = 5 WHERE order_id LIKE '% 1 ä'");
      db.exec("DELETE FROM touch WHERE value LIKE '%9 ä'");
      // The same refusal under another id, as it is kept after it was sent again.
      db.exec("UPDATE quarantine SET id = 'another' WHERE fingerprint LIKE '% 2 ä'");
      fill(db, 'message', 7);
      db.close();
      const sums = await copyTables(sides, 'catch up');
      await checkMoved(sums, sides);
      expect((await sides.db.rows("SELECT 1 FROM delivery WHERE state = 'delivered'")).length).toBe(1);
      expect((await sides.db.rows('SELECT 1 FROM message')).length).toBe(7);
    }));

  test.each<[string, string]>([
    ['a row is missing', "DELETE FROM touch WHERE value = 'touch value 1000 ä'"],
    ['a value is another', "UPDATE orders SET total = total + 1 WHERE order_id = 'orders order_id 2 ä'"],
    ['a flag is another', 'UPDATE contact SET agreed = NOT agreed'],
    ['bytes are others', "UPDATE connection SET secrets = '\\x00'"],
    ['there is a row more', "INSERT INTO message (site, id, at) VALUES ('shop', 'm', 1)"],
  ])('is not taken for whole where %s', (_what, statement) =>
    withSides(async (sides) => {
      const sums = await copyTables(sides, 'copy');
      await sides.db.run(statement);
      await expect(checkMoved(sums, sides)).rejects.toThrow(/did not arrive as it was.*Nothing was switched/);
    }),
  );
});
