/** Looks for what nobody told this process of: due work, lanes without a holder, times that a wrong clock left behind. */
import type { Connection, Sites } from '../../configuration/sites.ts';
import type { Clock } from '../../lib/clock.ts';
import { hours } from '../../lib/duration.ts';
import type { Store } from '../../store/store.ts';
import { LONGEST_WISH } from '../breaker.ts';
import type { LaneKeeper } from './keep-lanes.ts';
import { type KnownLanes, laneKey, readBreakers } from './known-lanes.ts';
import { isAtRest, type Lane } from './lane.ts';
import { findTellable } from './turn.ts';

/** No retry lies further off than this but by a vendor's own wish. */
const LONGEST_WAIT = hours(1);
/** Looks between two for what changes slowly. */
const SLOW_EVERY = 60;

export interface LookAroundDeps {
  store: Pick<Store, 'agenda' | 'breakers' | 'boundNextTimes'>;
  sites: () => Promise<Sites>;
  lanes: Pick<LaneKeeper, 'keep' | 'take' | 'leave'>;
  clock: Clock;
  known: KnownLanes;
  laneNameOf: (connection: Connection) => string;
  wakeLane: (lane: Lane) => void;
}

export function createLookAround(deps: LookAroundDeps): () => Promise<void> {
  const { store, lanes, known } = deps;
  let looks = 0;
  return async () => {
    await lanes.keep();
    const now = deps.clock();
    const isSlow = looks % SLOW_EVERY === 0;
    looks += 1;
    if (isSlow) {
      await store.boundNextTimes(now, LONGEST_WAIT);
      openBudgetsAnew(known);
    }
    await readAnew(known, store, now);
    await wakeDue(deps, now);
    if (isSlow) await leaveIdle(known, lanes, now);
  };
}

/** Keys come and go, so who confirms is asked anew; never while something is on its way that is not counted in the store yet. */
function openBudgetsAnew(known: KnownLanes): void {
  for (const lane of known.all()) if (lane.running === 0 && lane.buffer.length === 0) lane.budget = undefined;
}

/** What others may have written of a connection, and a pause that no clock can have meant. */
async function readAnew(known: KnownLanes, store: Pick<Store, 'breakers'>, now: number): Promise<void> {
  for (const lane of known.all()) if (lane.pausedUntil > now + LONGEST_WISH) lane.pausedUntil = 0;
  const open = await readBreakers(store, now);
  for (const lane of known.all()) lane.breaker = open.get(laneKey(lane));
}

async function wakeDue({ store, sites, lanes, known, laneNameOf, wakeLane }: LookAroundDeps, now: number) {
  const agenda = await store.agenda();
  const due = agenda.filter((item) => item.at <= now || known.of(item).buffer.length > 0);
  const connections = await Promise.all(due.map((item) => findTellable(sites, item)));
  await lanes.take(connections.flatMap((connection) => (connection ? [laneNameOf(connection)] : [])));
  for (const item of due) wakeLane(known.of(item));
}

/** What nobody needs to hold goes to whoever hears of the next order: so several share the work. */
async function leaveIdle(known: KnownLanes, lanes: Pick<LaneKeeper, 'leave'>, now: number): Promise<void> {
  const all = known.all();
  const busy = new Set(all.flatMap((lane) => (isAtRest(lane, now) ? [] : (lane.token?.name ?? []))));
  const idle = all.flatMap(({ token }) => (token && !busy.has(token.name) ? [token.name] : []));
  await lanes.leave([...new Set(idle)]);
}
