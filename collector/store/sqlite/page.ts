/** SQL of pages: every order, touch or delivery in the order of its key, so that an export of any size needs no memory. */
import type Database from 'better-sqlite3';
import type { Page, PageWant } from '../upkeep-store.ts';

export interface Pages {
  page<Row, T>(table: PagedTable, want: PageWant & { connection?: string }, read: (row: Row) => T): Page<T>;
}

type PagedTable = keyof typeof TABLES;

const TABLES = {
  orders: { key: ['site', 'order_id'], time: 'received_at' },
  touch: { key: ['site', 'visitor', 'at', 'param', 'value'], time: 'at' },
  delivery: { key: ['id'], time: 'created_at' },
} as const;

export function pagesOf(db: Database.Database): Pages {
  return {
    page(table, want, read) {
      const { key, time } = TABLES[table];
      const where = ['1'];
      const values: (string | number)[] = [];
      const and = (sql: string, ...given: (string | number)[]): void => {
        where.push(sql);
        values.push(...given);
      };
      const marks = key.map(() => '?').join(', ');
      if (want.after !== null) and(`(${key.join(', ')}) > (${marks})`, ...(JSON.parse(want.after) as string[]));
      if (want.site !== undefined) and('site = ?', want.site);
      if (want.connection !== undefined) and('connection = ?', want.connection);
      if (want.since !== undefined) and(`${time} >= ?`, want.since);
      if (want.until !== undefined) and(`${time} < ?`, want.until);
      const rows = db
        .prepare(`SELECT * FROM ${table} WHERE ${where.join(' AND ')} ORDER BY ${key.join(', ')} LIMIT ?`)
        .all(...values, want.limit) as Record<string, unknown>[];
      const last = rows.at(-1);
      return {
        rows: rows.map((row) => read(row as never)),
        next: last === undefined || rows.length < want.limit ? null : JSON.stringify(key.map((name) => last[name])),
      };
    },
  };
}
