/** Totals of sales are kept by a quarter of an hour and by a quarter of a day: of which of them a period is made, for every engine. Pure. */

/** A quarter of an hour: every zone's day begins with one. */
export const SLOT = 900_000;
/** A quarter of a day, in slots: what lies in the middle of a period. */
export const BLOCK = 24;

/** Slots before the first whole block, whole blocks, slots after the last one; each up to, but without, its end. */
export interface SumBounds {
  since: number;
  head: number;
  first: number;
  last: number;
  tail: number;
  until: number;
}

/** `since` and `until` in slots. */
export function boundSums(since: number, until: number): SumBounds {
  const first = Math.ceil(since / BLOCK);
  const last = Math.max(first, Math.floor(until / BLOCK));
  const head = Math.min(first * BLOCK, until);
  return { since, head, first, last, tail: Math.max(last * BLOCK, head), until };
}
