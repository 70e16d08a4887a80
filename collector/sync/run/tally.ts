/** Counts rows that a run reads, each once: pages overlap, and what changes while the first run reads is read a second time. */

export interface Tally {
  /** Everything up to this id was read in ascending order, and counted. */
  upTo: number;
  /** Ids above it: no more than a page while everything is read, no more than what has changed afterwards. */
  above: Set<number>;
}

export const newTally = (): Tally => ({ upTo: 0, above: new Set() });

/** How many of these had not been counted. */
export function countNew(tally: Tally, ids: readonly string[]): number {
  const before = tally.above.size;
  for (const id of ids) if (Number(id) > tally.upTo) tally.above.add(Number(id));
  return tally.above.size - before;
}

/** A walk in ascending order has come to this id: half a million of them need no memory. */
export function countPast(tally: Tally, id: number | null): void {
  tally.upTo = Math.max(tally.upTo, id ?? 0);
  tally.above.clear();
}
