import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { checkMoved, copyTables, type MoveProgress } from '../../../collector/admin/move/move-data.ts';
import { createRowSum } from '../../../collector/store/moving/moved-row.ts';
import { openPool, type Database as Postgres } from '../../../collector/store/postgres/database.ts';
import { postgresRows } from '../../../collector/store/postgres/moving/rows.ts';
import { openSqliteSource, type SqliteSource } from '../../../collector/store/sqlite/moving/source.ts';
import { openSqliteTarget, type SqliteTarget } from '../../../collector/store/sqlite/moving/target.ts';
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
      await work({ file, db, source, target: postgresRows(db), onProgress: () => undefined });
    } finally {
      source.close();
      await db.end();
    }
  };

  interface Open {
    file: string;
    db: Postgres;
    source: SqliteSource;
    target: ReturnType<typeof postgresRows>;
    onProgress: (progress: MoveProgress) => void;
  }

  test('carries every column of every table, and counts and checksums agree', () =>
    withSides(async (sides) => {
      const heard: MoveProgress[] = [];
      const sums = await copyTables({ ...sides, onProgress: (progress) => void heard.push(progress) }, 'copy');
      expect(sums.map(({ table }) => table).toSorted()).toEqual((await sides.source.tables()).map(({ name }) => name));
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

  describe('and back', { timeout: 60_000 }, () => {
    interface Back {
      db: Postgres;
      /** The file that everything came from. */
      first: string;
      file: string;
      target: SqliteTarget;
      sides: { source: ReturnType<typeof postgresRows>; target: SqliteTarget; onProgress: () => void };
    }

    /** A database that a file was moved to, and a new file. */
    const withBack = (work: (back: Back) => Promise<void>): Promise<void> =>
      withSides(async (there) => {
        await copyTables(there, 'copy');
        const file = join(folder(), 'clickthread.db');
        const target = openSqliteTarget({ file, now: NOON, keyCheck: there.source.keyCheck() });
        const sides = { source: there.target, target, onProgress: () => undefined };
        await work({ db: there.db, first: there.file, file, target, sides }).finally(() => target.close());
      });

    const schemaOf = (file: string): unknown[] => {
      const db = new Database(file, { readonly: true });
      try {
        return db
          .prepare("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
          .all();
      } finally {
        db.close();
      }
    };

    test('every row is as it was, and what adds up in the file goes on adding up', () =>
      withBack(async ({ first, file, target, sides }) => {
        const sums = await copyTables(sides, 'copy');
        await checkMoved(sums, sides);
        expect(existsSync(file)).toBe(false);
        target.finish();
        const fresh = join(folder(), 'clickthread.db');
        await openSqliteStore({ file: fresh, clock: () => NOON }).close();
        expect(schemaOf(file)).toEqual(schemaOf(fresh));
        const [one, two] = [openSqliteSource(first), openSqliteSource(file)];
        try {
          for (const table of await sides.source.tables()) {
            const rows = async (side: SqliteSource) => {
              const all = createRowSum();
              for await (const page of side.pages(table)) all.add(page);
              return all.sum();
            };
            expect(await rows(two), table.name).toEqual(await rows(one));
          }
        } finally {
          one.close();
          two.close();
        }
      }));

    test('begun again it writes what changed, came and went meanwhile; a sum that several collectors kept in shares arrives as one', () =>
      withBack(async ({ db, file, target, sides }) => {
        await copyTables(sides, 'copy');
        await db.run("UPDATE orders SET status = 'gone', total = 7 WHERE order_id LIKE '% 1 ä'");
        await db.run("DELETE FROM touch WHERE value LIKE '%9 ä'");
        await db.run("UPDATE quarantine SET id = 'another' WHERE fingerprint LIKE '% 2 ä'");
        await db.run("INSERT INTO message (site, id, at) VALUES ('shop', 'new', 1)");
        await db.run(
          "INSERT INTO usage (site, day, part, bytes, rows) VALUES ('shop', 5, 3, 10, 1), ('shop', 5, 9, 32, 2)",
        );
        target.close();
        const again = openSqliteTarget({ file, now: NOON, keyCheck: Buffer.from([0, 0, 255]) });
        const there = { ...sides, target: again };
        await checkMoved(await copyTables(there, 'catch up'), there);
        again.finish();
        const moved = new Database(file, { readonly: true });
        expect(moved.prepare("SELECT total FROM orders WHERE status = 'gone'").pluck().all()).toEqual([7]);
        expect(moved.prepare('SELECT count(*) FROM message').pluck().get()).toBe(4);
        expect(moved.prepare("SELECT bytes, rows FROM usage WHERE site = 'shop'").all()).toEqual([
          { bytes: 42, rows: 3 },
        ]);
        moved.close();
      }));

    test('a file that differs in one value is not taken for whole', () =>
      withBack(async ({ file, target, sides }) => {
        const sums = await copyTables(sides, 'copy');
        target.close();
        const changed = new Database(`${file}.arriving`);
        changed.exec('UPDATE contact SET agreed = NOT agreed');
        changed.close();
        const again = openSqliteTarget({ file, now: NOON, keyCheck: Buffer.from([0, 0, 255]) });
        await expect(checkMoved(sums, { ...sides, target: again })).rejects.toThrow(/contact did not arrive as it was/);
        again.close();
      }));

    test.each<[string, (file: string) => void, RegExp]>([
      ['a folder that has data', (file) => writeFileSync(file, ''), /exists already: name a folder without data/],
      [
        'what another installation left',
        (file) => openSqliteTarget({ file, now: NOON, keyCheck: null }).close(),
        /is what is left of another installation's move/,
      ],
    ])('%s is left alone', (_what, make, words) => {
      const file = join(folder(), 'clickthread.db');
      make(file);
      if (existsSync(`${file}.arriving`)) {
        const left = new Database(`${file}.arriving`);
        left.exec("UPDATE installation SET key_check = x'01'");
        left.close();
      }
      expect(() => openSqliteTarget({ file, now: NOON, keyCheck: Buffer.from([2]) })).toThrow(words);
    });
  });
});
