/** How many requests may still be made this hour or this minute: a sliding window of sixty parts. */

const MINUTE = 60_000;
const PARTS = 60;

export interface RateBudget {
  /** Requests that may leave now. */
  available(now: number): number;
  /** Counts requests that leave now. */
  take(count: number, now: number): void;
  /** When at least one request may leave again, epoch milliseconds. */
  freeAt(now: number): number;
  /** Counts what left before this process started. */
  seed(count: number, at: number): void;
}

/** `most` undefined means that the vendor names no limit; `part` is a sixtieth of the time that it counts by, a minute unless given. */
export function createRateBudget(most: number | undefined, part = MINUTE): RateBudget {
  const used = new Map<number, number>();
  const partOf = (at: number): number => Math.floor(at / part);
  const prune = (now: number): void => {
    const oldest = partOf(now) - PARTS;
    // A part counts until its last moment is a whole window old.
    // What a clock that was ahead for a while has counted is not of this window.
    for (const index of used.keys()) if (index < oldest || index > oldest + PARTS + 5) used.delete(index);
  };
  const add = (count: number, at: number): void => {
    const index = partOf(at);
    used.set(index, (used.get(index) ?? 0) + count);
  };
  return {
    available(now) {
      if (most === undefined) return Infinity;
      prune(now);
      let sum = 0;
      for (const count of used.values()) sum += count;
      return Math.max(0, most - sum);
    },
    take(count, now) {
      if (most !== undefined) add(count, now);
    },
    freeAt(now) {
      const oldest = Math.min(...used.keys());
      return Number.isFinite(oldest) ? Math.max(now, (oldest + PARTS + 1) * part) : now;
    },
    seed(count, at) {
      if (most !== undefined && count > 0) add(count, at);
    },
  };
}

/** What leaves must fit into both. */
export function joinBudgets(one: RateBudget, other: RateBudget): RateBudget {
  return {
    available: (now) => Math.min(one.available(now), other.available(now)),
    take(count, now) {
      one.take(count, now);
      other.take(count, now);
    },
    freeAt: (now) => Math.max(one.freeAt(now), other.freeAt(now)),
    seed(count, at) {
      one.seed(count, at);
      other.seed(count, at);
    },
  };
}
