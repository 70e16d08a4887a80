/** Lanes where one process serves a file: whoever asks last is that process. The fence keeps what it was before from claiming. */
import type { LaneToken, TakenLane } from '../lane-store.ts';

export interface Lanes {
  take(owner: string, names: readonly string[]): TakenLane[];
  keep(owner: string): TakenLane[];
  leave(owner: string, names: readonly string[]): void;
  /** Whether a token is still the newest. */
  isNewest(token: LaneToken): boolean;
}

export function createLanes(): Lanes {
  const lanes = new Map<string, LaneToken>();
  const heldBy = (owner: string): TakenLane[] =>
    [...lanes.values()].filter((lane) => lane.owner === owner).map((lane) => ({ ...lane, lasts: Infinity }));
  return {
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
