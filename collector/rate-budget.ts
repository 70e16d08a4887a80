/** How many requests a connection may still make this hour: a sliding window of minutes. */

const MINUTE = 60_000;
const HOUR = 60;

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

/** `perHour` undefined means that the vendor names no limit. */
export function createRateBudget(perHour: number | undefined): RateBudget {
  const used = new Map<number, number>();
  const minuteOf = (at: number): number => Math.floor(at / MINUTE);
  const prune = (now: number): void => {
    const oldest = minuteOf(now) - HOUR;
    // A minute counts until its last second is an hour old.
    for (const minute of used.keys()) if (minute < oldest) used.delete(minute);
  };
  const add = (count: number, at: number): void => {
    const minute = minuteOf(at);
    used.set(minute, (used.get(minute) ?? 0) + count);
  };
  return {
    available(now) {
      if (perHour === undefined) return Infinity;
      prune(now);
      let sum = 0;
      for (const count of used.values()) sum += count;
      return Math.max(0, perHour - sum);
    },
    take(count, now) {
      if (perHour !== undefined) add(count, now);
    },
    freeAt(now) {
      const oldest = Math.min(...used.keys());
      return Number.isFinite(oldest) ? Math.max(now, (oldest + HOUR + 1) * MINUTE) : now;
    },
    seed(count, at) {
      if (perHour !== undefined && count > 0) add(count, at);
    },
  };
}
