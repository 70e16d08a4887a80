/** Brings a table of the target to the rows of the source, whatever it held before: so a move can be broken off and begun again. */
import { createRowSum, isSameRow, keyOfRow, type MovedRow, type MovedTable, type RowSum } from './moved-row.ts';
import type { MovingSource, MovingTarget } from './sides.ts';

export interface MovedSides {
  source: MovingSource;
  target: MovingTarget;
}

/** Only what differs is written. `onRows` hears how many rows were looked at. Returns what the source holds. */
export async function alignTable(
  { source, target }: MovedSides,
  table: MovedTable,
  onRows: (rows: number) => void,
): Promise<RowSum> {
  const isEmpty = (await target.count(table)) === 0;
  // First what is gone: its unique values may have gone over to a new row.
  if (!isEmpty) await removeGone({ source, target }, table);
  const sum = createRowSum();
  for await (const rows of source.pages(table)) {
    sum.add(rows);
    await target.put(table, isEmpty ? rows : await changedAmong(target, table, rows));
    onRows(rows.length);
  }
  return sum.sum();
}

async function removeGone({ source, target }: MovedSides, table: MovedTable): Promise<void> {
  for await (const rows of target.pages(table)) {
    const keys = rows.map((row) => keyOfRow(table, row));
    const there = new Set((await source.find(table, keys)).map((row) => nameOfRow(table, row)));
    await target.remove(
      table,
      keys.filter((key) => !there.has(JSON.stringify(key))),
    );
  }
}

async function changedAmong(target: MovingTarget, table: MovedTable, rows: readonly MovedRow[]): Promise<MovedRow[]> {
  const keys = rows.map((row) => keyOfRow(table, row));
  const there = new Map((await target.find(table, keys)).map((row) => [nameOfRow(table, row), row]));
  return rows.filter((row) => {
    const known = there.get(nameOfRow(table, row));
    return known === undefined || !isSameRow(known, row);
  });
}

const nameOfRow = (table: MovedTable, row: MovedRow): string => JSON.stringify(keyOfRow(table, row));

/** What the target holds, read anew. */
export async function sumTarget(target: MovingTarget, table: MovedTable): Promise<RowSum> {
  const sum = createRowSum();
  for await (const rows of target.pages(table)) sum.add(rows);
  return sum.sum();
}
