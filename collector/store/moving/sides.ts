/** The two sides of a move: the engine that is read, and the one that is brought to the same rows. Either engine can be either. */
import type { MovedKey, MovedRow, MovedTable } from './moved-row.ts';

/** A table as an engine knows it whose columns don't tell flags from numbers. */
export interface NamedTable {
  name: string;
  columns: readonly { name: string }[];
}

export interface MovingSource {
  tables(): Promise<readonly NamedTable[]>;
  count(table: MovedTable): Promise<number>;
  /** Every row, some at a time, in the order that this engine finds them by. */
  pages(table: MovedTable): AsyncIterable<MovedRow[]> | Iterable<MovedRow[]>;
  /** Those of the rows of these keys that are there. */
  find(table: MovedTable, keys: readonly MovedKey[]): Promise<MovedRow[]>;
}

export interface MovingTarget extends MovingSource {
  /** Makes or replaces rows. */
  put(table: MovedTable, rows: readonly MovedRow[]): Promise<void>;
  remove(table: MovedTable, keys: readonly MovedKey[]): Promise<void>;
}

/** The tables of both; throws where one of them has others, or other columns. The side that knows their kinds describes them. */
export async function tablesOfBoth(one: MovingSource, other: MovingSource): Promise<MovedTable[]> {
  const [ours, theirs] = [await one.tables(), await other.tables()];
  const wrong = ours.filter(
    (table) =>
      !hasSameColumns(
        table,
        theirs.find(({ name }) => name === table.name),
      ),
  );
  if (wrong.length > 0 || theirs.length !== ours.length)
    throw new Error(`The two engines differ in their tables: ${wrong.map(({ name }) => name).join(', ')}.`);
  return [ours, theirs].find((tables) => tables.every(isDescribed)) as MovedTable[];
}

const isDescribed = (table: NamedTable): table is MovedTable => 'key' in table;

function hasSameColumns({ columns }: NamedTable, other: NamedTable | undefined): boolean {
  const known = new Set(other?.columns.map(({ name }) => name));
  return known.size === columns.length && columns.every(({ name }) => known.has(name));
}
