/**
 * Which lanes this process holds. Of several on one store one at a time tells a connection's reports; who falls silent loses its lanes
 * within seconds, and knows it by its own clocks before anybody else can have them: a right that was not prolonged in time is none.
 */
import type { Clock } from '../../lib/clock.ts';
import { seconds } from '../../lib/duration.ts';
import type { LaneStore, LaneToken, TakenLane } from '../../store/lane-store.ts';

export interface LaneKeeper {
  /** The right to a lane, taken where nobody holds it. */
  hold(name: string): Promise<LaneToken | undefined>;
  /** Whether it is held at this moment; asks nobody. */
  holds(name: string): boolean;
  /** Takes what nobody holds, all in one question; asks again also for what was refused a moment ago. */
  take(names: readonly string[]): Promise<void>;
  /** Whether the right lasts at this moment. */
  lasts(token: LaneToken): boolean;
  /** Prolongs everything that is held. To be called every second. */
  keep(): Promise<void>;
  /** Gives back those of the named that others could take, or all there are. */
  leave(names?: readonly string[]): Promise<void>;
}

/** What somebody else holds is not asked for again sooner: every order that comes would ask. */
const REFUSED_FOR = seconds(1);

interface HeldLane {
  token: LaneToken;
  /** By both clocks: one stands still while a machine sleeps, the other may be set back. */
  until: number;
  untilMonotonic: number;
}

export function createLaneKeeper(deps: {
  store: Pick<LaneStore, 'takeLanes' | 'keepLanes' | 'leaveLanes'>;
  /** Names this process. */
  owner: string;
  clock: Clock;
  monotonic: Clock;
}): LaneKeeper {
  const { store, owner, clock, monotonic } = deps;
  const held = new Map<string, HeldLane>();
  const refused = new Map<string, number>();
  let last: Promise<unknown> = Promise.resolve();

  /** One question after the other: a lane that is given back and taken again must not come to the store the other way round. */
  const inTurn = <T>(ask: () => Promise<T>): Promise<T> => {
    const asked = last.then(ask, ask);
    last = asked.catch(() => undefined);
    return asked;
  };
  const current = (name: string): LaneToken | undefined => {
    const lane = held.get(name);
    return lane && lane.until > clock() && lane.untilMonotonic > monotonic() ? lane.token : undefined;
  };
  /** `since`: when it was asked for; it lasts from then at least. */
  const note = ({ lasts, ...token }: TakenLane, since: { at: number; monotonic: number }): void => {
    const until = { until: since.at + lasts, untilMonotonic: since.monotonic + lasts };
    held.set(token.name, { token, ...until });
  };
  const take = (names: readonly string[]): Promise<void> =>
    inTurn(async () => {
      const wanted = [...new Set(names)].filter((name) => !current(name));
      if (wanted.length === 0) return;
      const since = { at: clock(), monotonic: monotonic() };
      const taken = new Map((await store.takeLanes(owner, wanted)).map((lane) => [lane.name, lane]));
      for (const name of wanted) {
        const lane = taken.get(name);
        if (lane) {
          note(lane, since);
          refused.delete(name);
        } else {
          held.delete(name);
          refused.set(name, since.monotonic);
        }
      }
    });

  return {
    async hold(name) {
      const known = current(name);
      if (known) return known;
      if (monotonic() - (refused.get(name) ?? -Infinity) < REFUSED_FOR) return undefined;
      await take([name]);
      return current(name);
    },
    holds: (name) => current(name) !== undefined,
    take,
    lasts: ({ name, fence }) => current(name)?.fence === fence,
    keep: () =>
      inTurn(async () => {
        if ([...held.values()].every(({ until }) => until === Infinity)) return;
        const since = { at: clock(), monotonic: monotonic() };
        const kept = new Map((await store.keepLanes(owner)).map((lane) => [lane.name, lane]));
        for (const [name, { token }] of held) {
          const lane = kept.get(name);
          if (lane?.fence === token.fence) note(lane, since);
          else held.delete(name);
        }
      }),
    leave: (names) =>
      inTurn(async () => {
        const left = names?.filter((name) => held.get(name)?.until !== Infinity) ?? [...held.keys()];
        for (const name of left) held.delete(name);
        if (left.length > 0) await store.leaveLanes(owner, left);
      }),
  };
}
