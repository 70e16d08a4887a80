/** The rows of PostgreSQL's tables on their way: read for another engine, or written as another one holds them. */
import { type ColumnKind, keyOfRow, type MovedKey, type MovedRow, type MovedTable } from '../../moving/moved-row.ts';
import type { MovingTarget } from '../../moving/sides.ts';
import type { Sql } from '../database.ts';

/** Rows read at once. */
const PAGE = 500;
/** What PostgreSQL alone keeps: which migrations ran, who decides, watches or waits right now, and how far a move is. */
const OWN_TABLES = ['migration', 'turn', 'watch', 'pause', 'move_state'];
/** The share that a writer keeps of a sum: shares are moved added up, and arrive as one. */
const SHARE = 'part';

const KINDS: Readonly<Record<string, ColumnKind>> = {
  ...{ text: 'text', bigint: 'number', boolean: 'flag', bytea: 'bytes' },
};
const ARRAYS: Readonly<Record<ColumnKind, string>> = {
  ...{ text: 'text[]', number: 'bigint[]', flag: 'boolean[]', bytes: 'bytea[]' },
};

const SELECT_COLUMNS = `
  SELECT c.table_name AS "table", c.column_name AS name, c.data_type AS type, array_position(i.indkey::int[], c.ordinal_position::int) AS place
  FROM information_schema.columns c
  JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p')
  LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
  WHERE c.table_schema = current_schema() AND NOT t.relispartition ORDER BY c.table_name, c.ordinal_position`;

interface ColumnRow {
  table: string;
  name: string;
  type: string;
  /** Place in the primary key. */
  place: number | null;
}

export interface PostgresRows extends MovingTarget {
  /** With the kinds of their columns, which SQLite can't tell. */
  tables(): Promise<MovedTable[]>;
}

export function postgresRows(sql: Sql): PostgresRows {
  const shared = new Set<string>();
  const isShared = ({ name }: MovedTable): boolean => shared.has(name);
  return {
    async tables() {
      const columns = await sql.rows<ColumnRow>(SELECT_COLUMNS);
      for (const { table, name } of columns) if (name === SHARE) shared.add(table);
      const names = [...new Set(columns.map(({ table }) => table))].filter((name) => !OWN_TABLES.includes(name));
      return names.map((name) =>
        movedTable(
          name,
          columns.filter(({ table }) => table === name),
        ),
      );
    },
    async count(table) {
      const one = isShared(table)
        ? `SELECT 1 FROM ${quote(table.name)} t GROUP BY ${keyOf(table)}`
        : `SELECT 1 FROM ${quote(table.name)}`;
      return (await sql.row<{ rows: number }>(`SELECT count(*) AS rows FROM (${one}) one`))!.rows;
    },
    pages: (table) => readPages(sql, table, isShared(table)),
    async find(table, keys) {
      if (keys.length === 0) return [];
      const text = `${selecting(table, isShared(table))} JOIN ${asked(table)} ON ${sameKey(table)} ${grouping(table, isShared(table))}`;
      return (await sql.rows<Record<string, unknown>>(text, keyArrays(table, keys))).map((row) => asMoved(table, row));
    },
    async put(table, rows) {
      // Other shares of the same sum would be added to what is put.
      if (isShared(table))
        await removeRows(
          sql,
          table,
          rows.map((row) => keyOfRow(table, row)),
        );
      if (rows.length > 0) await sql.run(upserting(table, isShared(table)), valueArrays(table, rows));
    },
    remove: (table, keys) => removeRows(sql, table, keys),
  };
}

async function removeRows(sql: Sql, table: MovedTable, keys: readonly MovedKey[]): Promise<void> {
  const text = `DELETE FROM ${quote(table.name)} t USING ${asked(table)} WHERE ${sameKey(table)}`;
  if (keys.length > 0) await sql.run(text, keyArrays(table, keys));
}

function movedTable(name: string, found: readonly ColumnRow[]): MovedTable {
  const all = found.filter((column) => column.name !== SHARE);
  const columns = all.map(({ name: column, type }) => ({ name: column, kind: KINDS[type]! }));
  const key = all
    .map(({ place }, index) => ({ place, index }))
    .filter(({ place }) => place !== null)
    .toSorted((a, b) => a.place! - b.place!)
    .map(({ index }) => index);
  return { name, columns, key };
}

async function* readPages(sql: Sql, table: MovedTable, isShared: boolean): AsyncGenerator<MovedRow[]> {
  const from = `WHERE (${keyOf(table)}) > (${table.key.map((_, index) => `$${index + 1}`).join(', ')})`;
  const rest = `${grouping(table, isShared)} ORDER BY ${keyOf(table)} LIMIT ${PAGE}`;
  let after: MovedKey | undefined;
  for (;;) {
    const text = `${selecting(table, isShared)} ${after ? from : ''} ${rest}`;
    const rows = (await sql.rows<Record<string, unknown>>(text, after)).map((row) => asMoved(table, row));
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    after = keyOfRow(table, rows.at(-1)!);
  }
}

const quote = (name: string): string => `"${name}"`;
const keyOf = ({ columns, key }: MovedTable): string =>
  key.map((place) => `t.${quote(columns[place]!.name)}`).join(', ');

/** What is kept in shares is their sum. */
function selecting({ name, columns, key }: MovedTable, isShared: boolean): string {
  const read = columns.map(({ name: column }, place) =>
    isShared && !key.includes(place) ? `sum(t.${quote(column)}) AS ${quote(column)}` : `t.${quote(column)}`,
  );
  return `SELECT ${read.join(', ')} FROM ${quote(name)} t`;
}

const grouping = (table: MovedTable, isShared: boolean): string => (isShared ? `GROUP BY ${keyOf(table)}` : '');

/** The keys that are asked for, as rows. */
function asked({ columns, key }: MovedTable): string {
  const arrays = key.map((place, index) => `$${index + 1}::${ARRAYS[columns[place]!.kind]}`).join(', ');
  return `unnest(${arrays}) AS k (${key.map((_, index) => `k${index}`).join(', ')})`;
}

const sameKey = ({ columns, key }: MovedTable): string =>
  key.map((place, index) => `t.${quote(columns[place]!.name)} = k.k${index}`).join(' AND ');

const keyArrays = ({ key }: MovedTable, keys: readonly MovedKey[]): unknown[] =>
  key.map((_, index) => keys.map((values) => values[index]));

const valueArrays = ({ columns }: MovedTable, rows: readonly MovedRow[]): unknown[] =>
  columns.map(({ kind }, place) =>
    rows.map((row) => (kind === 'flag' && row[place] !== null ? row[place] === 1 : row[place])),
  );

function upserting({ name, columns, key }: MovedTable, isShared: boolean): string {
  const names = columns.map((column) => quote(column.name));
  const arrays = columns.map(({ kind }, index) => `$${index + 1}::${ARRAYS[kind]}`).join(', ');
  const keys = [...key.map((place) => names[place]), ...(isShared ? [SHARE] : [])].join(', ');
  const others = names.filter((_, place) => !key.includes(place));
  const change = others.map((column) => `${column} = excluded.${column}`).join(', ');
  return `
    INSERT INTO ${quote(name)} (${[...names, ...(isShared ? [SHARE] : [])].join(', ')})
    SELECT given.*${isShared ? ', 0' : ''} FROM unnest(${arrays}) AS given
    ON CONFLICT (${keys}) DO ${others.length === 0 ? 'NOTHING' : `UPDATE SET ${change}`}`;
}

const asMoved = ({ columns }: MovedTable, row: Record<string, unknown>): MovedRow =>
  columns.map(({ name, kind }) => {
    const value = row[name];
    return kind === 'flag' && value !== null ? Number(value) : (value as string | number | Buffer | null);
  });
