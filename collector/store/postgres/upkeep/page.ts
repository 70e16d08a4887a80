/** SQL of pages: every order, touch or delivery in the order of its key, so that an export of any size needs no memory. */
import type { Page, PageWant } from '../../upkeep-store.ts';
import type { Sql } from '../database.ts';

type PagedTable = keyof typeof TABLES;

const TABLES = {
  orders: { key: ['site', 'order_id'], time: 'received_at' },
  touch: { key: ['site', 'visitor', 'at', 'param', 'value'], time: 'at' },
  delivery: { key: ['site', 'id'], time: 'created_at' },
} as const;

export async function selectPage<Row, T>(
  sql: Sql,
  table: PagedTable,
  want: PageWant & { connection?: string },
  read: (row: Row) => T,
): Promise<Page<T>> {
  const { key, time } = TABLES[table];
  const where = ['true'];
  const values: unknown[] = [];
  const mark = (value: unknown): string => `$${values.push(value)}`;
  if (want.after !== null) {
    const marks = (JSON.parse(want.after) as (string | number)[]).map(mark);
    where.push(`(${key.join(', ')}) > (${marks.join(', ')})`);
  }
  if (want.site !== undefined) where.push(`site = ${mark(want.site)}`);
  if (want.connection !== undefined) where.push(`connection = ${mark(want.connection)}`);
  if (want.since !== undefined) where.push(`${time} >= ${mark(want.since)}`);
  if (want.until !== undefined) where.push(`${time} < ${mark(want.until)}`);
  const rows = await sql.rows<Record<string, unknown>>(
    `SELECT * FROM ${table} WHERE ${where.join(' AND ')} ORDER BY ${key.join(', ')} LIMIT ${mark(want.limit)}`,
    values,
  );
  const last = rows.at(-1);
  return {
    rows: rows.map((row) => read(row as Row)),
    next: last === undefined || rows.length < want.limit ? null : JSON.stringify(key.map((name) => last[name])),
  };
}
