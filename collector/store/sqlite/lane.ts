/** Lanes where one process serves a file: whoever asks last is that process. The fence keeps what it was before from claiming. */
import type { LaneToken, TakenLane } from '../lane-store.ts';

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
