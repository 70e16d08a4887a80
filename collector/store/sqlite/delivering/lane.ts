/** Lanes where one process serves a file: whoever asks last is that process. The fence keeps what it was before from claiming. */
import type { Clock } from '../../../lib/clock.ts';
import type { LaneToken, TakenLane } from '../../lane-store.ts';
import type { Store } from '../../store.ts';
import type { Tables } from '../tables.ts';

export interface Lanes {
  take(owner: string, names: readonly string[]): TakenLane[];
  keep(owner: string): TakenLane[];
  leave(owner: string, names: readonly string[]): void;
  /** Whether a token is still the newest. */
  isNewest(token: LaneToken): boolean;
  /** For this process alone, as it keeps the lane: `key` names a connection. */
  pause(key: string, until: number): void;
  pausedUntil(key: string): number;
}

export function createLanes(): Lanes {
  const lanes = new Map<string, LaneToken>();
  const pauses = new Map<string, number>();
  const heldBy = (owner: string): TakenLane[] =>
    [...lanes.values()].filter((lane) => lane.owner === owner).map((lane) => ({ ...lane, lasts: Infinity }));
  return {
    pause: (key, until) => void pauses.set(key, Math.max(until, pauses.get(key) ?? 0)),
    pausedUntil: (key) => pauses.get(key) ?? 0,
    take(owner, names) {
      for (const name of names) {
        const known = lanes.get(name);
        if (known?.owner !== owner) lanes.set(name, { name, owner, fence: (known?.fence ?? 0) + 1 });
      }
      return heldBy(owner).filter(({ name }) => names.includes(name));
    },
    keep: heldBy,
    leave(owner, names) {
      for (const name of names) {
        const known = lanes.get(name);
        if (known?.owner === owner) lanes.set(name, { ...known, owner: '' });
      }
    },
    isNewest({ name, owner, fence }) {
      const known = lanes.get(name);
      return known?.owner === owner && known.fence === fence;
    },
  };
}

type LaneStore = Pick<
  Store,
  'takeLanes' | 'keepLanes' | 'leaveLanes' | 'tellDue' | 'hearDue' | 'notePause' | 'pausedFor' | 'leasedNow'
>;

export function sqliteLaneStore(lanes: Lanes, { queue }: Pick<Tables, 'queue'>, clock: Clock): LaneStore {
  return {
    takeLanes: async (owner, names) => lanes.take(owner, names),
    keepLanes: async (owner) => lanes.keep(owner),
    leaveLanes: async (owner, names) => lanes.leave(owner, names),
    // One process holds every lane of a file.
    tellDue: async () => undefined,
    hearDue: async () => async () => undefined,
    notePause: async (site, connection, ms) => lanes.pause(`${site}/${connection}`, clock() + ms),
    pausedFor: async (site, connection) => Math.max(0, lanes.pausedUntil(`${site}/${connection}`) - clock()),
    leasedNow: async (site, connection, now) => queue.leasedNow(site, connection, now),
  };
}
