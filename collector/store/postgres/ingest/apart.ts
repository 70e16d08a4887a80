/**
 * What leaves its group because somebody else holds a row that it needs (a person at a console, a collector that was frozen, a long erasure): each
 * piece is tried alone beside the groups, so that one held order costs the others a second and refuses none of them.
 *
 * In two steps: a quick look tells the pieces that nobody holds, which are written; what is held waits for as long as a single statement would have
 * waited, a few pieces at a time. Meanwhile all that names the same goes to wait there at once, and costs no further group its second.
 */
import { createAtMost } from '../../../lib/limits/at-most.ts';
import { isRowHeld, ROW_HELD } from '../../row-held.ts';
import type { Patience } from '../patience.ts';

/** Connections that one of the two steps takes at most: of eight, the groups and the relay must keep enough. */
const AT_ONCE = 2;
/** A table that is held as a whole would let them heap up: what is refused now can be sent again. */
const MOST_WAITING = 1000;
/** Shares of the patience for a row: of a group, and of the look whether a single piece is held. */
const GROUP_SHARE = 10;
const LOOK_SHARE = 100;

/** Somebody else holds what is asked for. Nothing was written; whoever asked may ask again. */
class RowHeld extends Error {
  readonly code = ROW_HELD;
  constructor(why: string) {
    super(`somebody else holds rows of PostgreSQL that this needs, ${why}`);
    this.name = 'RowHeld';
  }
}

const within = (patience: Patience, lock: number): Patience => ({ ...patience, lock: Math.max(1, Math.floor(lock)) });
/** A group waits for a row so long. */
export const patienceOfGroup = (patience: Patience): Patience => within(patience, patience.lock / GROUP_SHARE);

export function createApart({ patience }: { patience: Patience }) {
  const look = createAtMost(AT_ONCE);
  const wait = createAtMost(AT_ONCE);
  const held = new Map<string, number>();
  const count = (keys: readonly string[], by: number): void => {
    for (const key of keys) {
      const now = (held.get(key) ?? 0) + by;
      if (now > 0) held.set(key, now);
      else held.delete(key);
    }
  };

  return {
    /** Whether what is known to be held is among these. */
    isAwaited: (keys: () => readonly string[]): boolean => held.size > 0 && keys().some((key) => held.has(key)),
    /** `write` is a transaction of its own, and rejects where a row does not come free in time. `known`: one of the keys is awaited already. */
    async run<T>(piece: {
      keys: readonly string[];
      known: boolean;
      write: (patience: Patience) => Promise<T>;
    }): Promise<T> {
      const { keys, known, write } = piece;
      const until = performance.now() + patience.lock;
      if (look.waiting + wait.waiting > MOST_WAITING) throw new RowHeld('and too much waits for such rows already');
      const tryOnce = (lock: () => number): Promise<T> => {
        if (performance.now() >= until) throw new RowHeld(`for longer than ${patience.lock / 1000} seconds`);
        return write(within(patience, lock()));
      };
      if (!known) {
        try {
          return await look(async () => tryOnce(() => patience.lock / LOOK_SHARE));
        } catch (error) {
          if (!isRowHeld(error)) throw error;
        }
      }
      count(keys, 1);
      try {
        return await wait(async () => tryOnce(() => until - performance.now()));
      } finally {
        count(keys, -1);
      }
    },
  };
}
