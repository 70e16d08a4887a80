/** Takes the rows of another engine into the tables of PostgreSQL. */
import type { ColumnKind, MovedKey, MovedRow, MovedTable } from '../../moving/moved-row.ts';
import type { MovingTarget } from '../../moving/sides.ts';
import type { Sql } from '../database.ts';

/** Rows read at once. */
const PAGE = 500;
/** What PostgreSQL alone keeps: which migrations ran, who decides, watches or waits right now. */
const OWN_TABLES = ['migration', 'turn', 'watch', 'pause'];
/** The share that a writer keeps of a sum: what is moved is one share. */
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

export function postgresTarget(sql: Sql): MovingTarget {
  const shared = new Set<string>();
  const mine = (table: MovedTable): string => (shared.has(table.name) ? `AND t.${SHARE} = 0` : '');
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
    count: async ({ name }) => (await sql.row<{ rows: number }>(`SELECT count(*) AS rows FROM ${quote(name)}`))!.rows,
    pages: (table) => readPages(sql, table),
    async find(table, keys) {
      if (keys.length === 0) return [];
      const text = `SELECT ${columnsOf(table)} FROM ${quote(table.name)} t JOIN ${asked(table)} ON ${sameKey(table)} ${mine(table)}`;
      return (await sql.rows<Record<string, unknown>>(text, keyArrays(table, keys))).map((row) => asMoved(table, row));
    },
    async put(table, rows) {
      if (rows.length > 0) await sql.run(upserting(table, shared.has(table.name)), valueArrays(table, rows));
    },
    async remove(table, keys) {
      const text = `DELETE FROM ${quote(table.name)} t USING ${asked(table)} WHERE ${sameKey(table)} ${mine(table)}`;
      if (keys.length > 0) await sql.run(text, keyArrays(table, keys));
    },
  };
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

async function* readPages(sql: Sql, table: MovedTable): AsyncGenerator<MovedRow[]> {
  const order = table.key.map((place) => `t.${quote(table.columns[place]!.name)}`).join(', ');
  const select = `SELECT ${columnsOf(table)} FROM ${quote(table.name)} t`;
  const from = `WHERE (${order}) > (${table.key.map((_, index) => `$${index + 1}`).join(', ')})`;
  let after: MovedKey | undefined;
  for (;;) {
    const text = `${select} ${after ? from : ''} ORDER BY ${order} LIMIT ${PAGE}`;
    const rows = (await sql.rows<Record<string, unknown>>(text, after)).map((row) => asMoved(table, row));
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    after = table.key.map((place) => rows.at(-1)![place] as string | number);
  }
}

const quote = (name: string): string => `"${name}"`;
const columnsOf = ({ columns }: MovedTable): string => columns.map(({ name }) => `t.${quote(name)}`).join(', ');

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
