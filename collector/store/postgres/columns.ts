/** Rows as arrays, a column each: what one statement unnests to write or find many rows. */

/** `read` gives the values of a row; there must be a row. */
export function columnsOf<Row>(rows: readonly Row[], read: (row: Row) => readonly unknown[]): unknown[][] {
  const values = rows.map(read);
  return values[0]!.map((_, column) => values.map((row) => row[column]));
}

/** One of each key, the last: a statement that inserts or updates meets no row twice. In the order of the keys, so that two writers lock alike. */
export function lastOf<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  const last = new Map(rows.map((row) => [keyOf(row), row]));
  return [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
