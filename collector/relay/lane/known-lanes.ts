/** The lanes that this process has had to do with, and the breakers that the store remembers, both by connection. */
import type { Work } from '../../intake/command.ts';
import type { Breaker } from '../../model/delivery.ts';
import type { Store } from '../../store/store.ts';
import { boundProbe } from '../breaker.ts';
import { emptyLane, type Lane } from './lane.ts';

export const laneKey = ({ site, connection }: Work): string => `${site}\n${connection}`;

export interface KnownLanes {
  /** The lane of a connection, empty where there was none. */
  of(work: Work): Lane;
  all(): Lane[];
}

export function createKnownLanes(): KnownLanes {
  const known = new Map<string, Lane>();
  return {
    of(work) {
      const key = laneKey(work);
      const lane = known.get(key) ?? emptyLane(work);
      known.set(key, lane);
      return lane;
    },
    all: () => [...known.values()],
  };
}

export async function readBreakers(store: Pick<Store, 'breakers'>, now: number): Promise<Map<string, Breaker>> {
  const breakers = await store.breakers();
  return new Map(breakers.map((breaker) => [laneKey(breaker), boundProbe(breaker, now)]));
}
