/** The rows of a data file's tables on their way: read for another engine, or written as another one holds them. */
import type Database from 'better-sqlite3';
import type { MovedKey, MovedRow, MovedTable } from '../../moving/moved-row.ts';
import type { MovingSource, MovingTarget } from '../../moving/sides.ts';
import { withoutZero } from '../../rows/without-zero.ts';

/** Rows read at once. */
const PAGE = 500;
/** What an engine keeps about itself. */
const OWN_TABLES = ['migration'];

/** By which the installation is known; null before its first start. */
export const keyCheckOf = (db: Database.Database): Buffer | null =>
  db.prepare<[], Buffer | null>('SELECT key_check FROM installation').pluck().get() ?? null;

export const sqliteRows = (db: Database.Database): MovingSource => ({
  tables: () =>
    Promise.resolve(
      tablesOf(db).map((name) => ({
        name,
        columns: columnsOfTable(db, name).map((column) => ({ name: column.name })),
      })),
    ),
  count: ({ name }) => Promise.resolve(db.prepare<[], number>(`SELECT count(*) FROM "${name}"`).pluck().get() ?? 0),
  pages: (table) => readPages(db, table),
  find: (table, keys) => Promise.resolve(findRows(db, table, keys)),
});

/** The same of a file that nobody else has. */
export const writableRows = (db: Database.Database): MovingTarget => ({
  ...sqliteRows(db),
  put: (table, rows) =>
    Promise.resolve(
      writeRows(db, {
        table,
        // What was there under any of its unique names gives way: it is gone, or comes under another one.
        text: `INSERT OR REPLACE INTO "${table.name}" (${listOf(table.columns)}) VALUES (${table.columns.map(() => '?').join(', ')})`,
        values: rows,
      }),
    ),
  remove: (table, keys) =>
    Promise.resolve(writeRows(db, { table, text: `DELETE FROM "${table.name}" WHERE ${keyIs(table)}`, values: keys })),
});

/** Without the triggers of the table: what they would add up and note is moved as it stands. They are back with the commit. */
function writeRows(
  db: Database.Database,
  { table, text, values }: { table: MovedTable; text: string; values: readonly MovedRow[] },
): void {
  if (values.length === 0) return;
  db.transaction(() => {
    const triggers = db
      .prepare<[string], { name: string; sql: string }>(
        `SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?`,
      )
      .all(table.name);
    for (const { name } of triggers) db.exec(`DROP TRIGGER "${name}"`);
    const write = db.prepare(text);
    for (const row of values) write.run(...row);
    for (const { sql } of triggers) db.exec(sql);
  })();
}

function findRows(db: Database.Database, table: MovedTable, keys: readonly MovedKey[]): MovedRow[] {
  const find = db
    .prepare<unknown[], unknown[]>(`SELECT ${listOf(table.columns)} FROM "${table.name}" WHERE ${keyIs(table)}`)
    .raw();
  return keys.flatMap((key) => {
    const row = find.get(...key);
    return row === undefined ? [] : [asMoved(row)];
  });
}

const listOf = (columns: MovedTable['columns']): string => columns.map(({ name }) => `"${name}"`).join(', ');
const keyIs = ({ columns, key }: MovedTable): string =>
  key.map((place) => `"${columns[place]!.name}" = ?`).join(' AND ');

const tablesOf = (db: Database.Database): string[] =>
  db
    .prepare<[], string>(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
    )
    .pluck()
    .all()
    .filter((name) => !OWN_TABLES.includes(name));

const columnsOfTable = (db: Database.Database, table: string): { name: string; pk: number }[] =>
  db.prepare<[string], { name: string; pk: number }>('SELECT name, pk FROM pragma_table_info(?)').all(table);

/** The columns that rows are found by in their order: the primary key, else the first unique index. */
function orderOf(db: Database.Database, table: string): string[] {
  const primary = columnsOfTable(db, table).filter(({ pk }) => pk > 0);
  if (primary.length > 0) return primary.toSorted((a, b) => a.pk - b.pk).map(({ name }) => name);
  return db
    .prepare<[string], string>(
      `SELECT name FROM pragma_index_info((SELECT name FROM pragma_index_list(?) WHERE "unique" = 1 AND partial = 0 ORDER BY name LIMIT 1))`,
    )
    .pluck()
    .all(table);
}

function* readPages(db: Database.Database, table: MovedTable): Generator<MovedRow[]> {
  const order = orderOf(db, table.name);
  const names = (columns: readonly string[]): string => columns.map((name) => `"${name}"`).join(', ');
  const places = order.map((name) => table.columns.findIndex((column) => column.name === name));
  const select = `SELECT ${names(table.columns.map(({ name }) => name))} FROM "${table.name}"`;
  const from = `WHERE (${names(order)}) > (${order.map(() => '?').join(', ')})`;
  let after: MovedKey | undefined;
  for (;;) {
    const rows = db
      .prepare<unknown[], unknown[]>(`${select} ${after ? from : ''} ORDER BY ${names(order)} LIMIT ${PAGE}`)
      .raw()
      .all(...(after ?? []));
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(asMoved);
    if (rows.length < PAGE) return;
    after = places.map((place) => last[place] as string | number);
  }
}

function asMoved(row: unknown[]): MovedRow {
  return row.map((value) => {
    if (typeof value === 'string') return withoutZero(value);
    return typeof value === 'number' ? Math.round(value) : (value as Buffer | null);
  });
}
