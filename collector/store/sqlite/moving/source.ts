/** Reads every table of a data file, row by row, so that another engine can be given the same. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { BackupError } from '../../backup-error.ts';
import type { MovedKey, MovedRow, MovedTable } from '../../moving/moved-row.ts';
import type { MovingSource } from '../../moving/sides.ts';
import { withoutZero } from '../../rows/without-zero.ts';
import { migrate } from '../migrate.ts';

/** Rows read at once. */
const PAGE = 500;
/** What an engine keeps about itself. */
const OWN_TABLES = ['migration'];

export interface SqliteSource extends MovingSource {
  /** By which the installation is known; null before its first start. */
  keyCheck(): Buffer | null;
  close(): void;
  /** Gives the file another name, so that nothing is started on it by mistake; needs `exclusive`. Returns that name. */
  retire(): string;
}

/**
 * `exclusive`: nobody else reads or writes the file until it is closed. Without it others go on writing, and each page is as the file was
 * when it was read.
 */
export function openSqliteSource(file: string, { exclusive = false }: { exclusive?: boolean } = {}): SqliteSource {
  const db = new Database(file, { readonly: !exclusive, fileMustExist: true });
  if (exclusive) takeAlone(db, file);
  refuseOlder(db, file);
  return {
    keyCheck: () => db.prepare<[], Buffer | null>('SELECT key_check FROM installation').pluck().get() ?? null,
    tables: () =>
      tablesOf(db).map((name) => ({ name, columns: columnsOfTable(db, name).map((column) => column.name) })),
    count: ({ name }) => db.prepare<[], number>(`SELECT count(*) FROM "${name}"`).pluck().get() ?? 0,
    pages: (table) => readPages(db, table),
    has(table, key) {
      const where = table.key.map((place) => `"${table.columns[place]!.name}" = ?`).join(' AND ');
      return db.prepare(`SELECT 1 FROM "${table.name}" WHERE ${where}`).get(...key) !== undefined;
    },
    close: () => void db.close(),
    retire() {
      db.pragma('wal_checkpoint(TRUNCATE)');
      const kept = freeName(file);
      renameSync(file, kept);
      // The log is empty now; SQLite leaves it to a file of that name.
      for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
      return kept;
    },
  };
}

function takeAlone(db: Database.Database, file: string): void {
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE; COMMIT');
  } catch (cause) {
    db.close();
    throw new BackupError(`${file} is in use: stop the collector (and every command) first.`, { cause });
  }
}

function refuseOlder(db: Database.Database, file: string): void {
  try {
    const missing = migrate({ db, file, now: 0, dryRun: true });
    if (missing.length > 0)
      throw new BackupError(
        `${file} is of an older version. Run "clickthread migrate" first; "serve" does it by itself.`,
      );
  } catch (error) {
    db.close();
    throw error;
  }
}

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

function freeName(file: string): string {
  const names = [`${file}.moved`, ...Array.from({ length: 98 }, (_, n) => `${file}.moved-${n + 2}`)];
  return names.find((name) => !existsSync(name)) ?? `${file}.moved-100`;
}
