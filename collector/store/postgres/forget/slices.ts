/** A table of one site from its first row to its last, in slices, so that nobody waits and nothing is held in memory. */
import type { Sql } from '../database.ts';

/** Rows that are looked at before others have their turn. */
const SLICE = 500;

export interface Sliced {
  table: string;
  /** The columns that name a row, beside its site. */
  key: readonly string[];
  columns: readonly string[];
  /** Rows of no site. */
  everywhere?: true;
}

export type SlicedRow = Record<string, string | number | Buffer | null>;

export async function* rowSlices(
  sql: Sql,
  site: string,
  { table, key, columns, everywhere }: Sliced,
): AsyncGenerator<SlicedRow[]> {
  const names = [...new Set([...key, ...columns])].map(quoteName).join(', ');
  const order = key.map(quoteName).join(', ');
  const mine = everywhere === true ? '$1::text IS NOT NULL' : 'site = $1';
  const marks = key.map((_, index) => `$${index + 2}`).join(', ');
  const select = (from: string): string =>
    `SELECT ${names} FROM ${table} WHERE ${mine} ${from} ORDER BY ${order} LIMIT ${SLICE}`;
  let rows = await sql.rows<SlicedRow>(select(''), [site]);
  while (rows.length > 0) {
    yield rows;
    const last = rows.at(-1)!;
    if (rows.length < SLICE) return;
    rows = await sql.rows<SlicedRow>(select(`AND (${order}) > (${marks})`), [site, ...key.map((name) => last[name])]);
  }
}

/** `over` is a word of SQL, and a column. */
export const quoteName = (name: string): string => `"${name}"`;
