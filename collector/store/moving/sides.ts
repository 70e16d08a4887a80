/** The two sides of a move: the engine that is read, and the one that is brought to the same rows. */
import type { MovedKey, MovedRow, MovedTable } from './moved-row.ts';

export interface MovingSource {
  /** Tables and their columns, as far as this engine knows them. */
  tables(): { name: string; columns: string[] }[];
  count(table: MovedTable): number;
  /** Every row, some at a time, in the order that this engine finds them by. */
  pages(table: MovedTable): Iterable<MovedRow[]>;
  has(table: MovedTable, key: MovedKey): boolean;
}

export interface MovingTarget {
  tables(): Promise<MovedTable[]>;
  count(table: MovedTable): Promise<number>;
  pages(table: MovedTable): AsyncIterable<MovedRow[]>;
  /** Those of the rows of these keys that are there. */
  find(table: MovedTable, keys: readonly MovedKey[]): Promise<MovedRow[]>;
  /** Makes or replaces rows. */
  put(table: MovedTable, rows: readonly MovedRow[]): Promise<void>;
  remove(table: MovedTable, keys: readonly MovedKey[]): Promise<void>;
}
