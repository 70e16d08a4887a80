/** Rows on their way from one engine to another: what their tables have in common, and a checksum that doesn't ask in which order they come. */
import { createHash } from 'node:crypto';

export type ColumnKind = 'text' | 'number' | 'flag' | 'bytes';

export interface MovedTable {
  name: string;
  columns: readonly { name: string; kind: ColumnKind }[];
  /** Places among the columns of those that name a row. */
  key: readonly number[];
}

/** Values in the order of the table's columns, alike on both sides: texts without the character 0, whole numbers, flags as 0 and 1. */
export type MovedRow = (string | number | Buffer | null)[];
export type MovedKey = (string | number)[];

export const keyOfRow = (table: MovedTable, row: MovedRow): MovedKey =>
  table.key.map((place) => row[place] as string | number);

export const isSameRow = (one: MovedRow, other: MovedRow): boolean => textOf(one) === textOf(other);

const textOf = (row: MovedRow): string =>
  JSON.stringify(row.map((value) => (Buffer.isBuffer(value) ? { bytes: value.toString('base64') } : value)));

/** How many rows there were, and a sum of their hashes: alike for the same rows in another order, and for no others. */
export interface RowSum {
  rows: number;
  checksum: string;
}

const WIDTH = 1n << 128n;

export function createRowSum(): { add(rows: readonly MovedRow[]): void; sum(): RowSum } {
  let rows = 0;
  let total = 0n;
  return {
    add(more) {
      rows += more.length;
      for (const row of more)
        total = (total + BigInt(`0x${createHash('sha256').update(textOf(row)).digest('hex').slice(0, 32)}`)) % WIDTH;
    },
    sum: () => ({ rows, checksum: total.toString(16).padStart(32, '0') }),
  };
}
