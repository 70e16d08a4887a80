/** Step 5 of 5. A lane's turn: whether it may tell anything at this moment, and within which bounds. */
import type { Connection, Sites } from '../../configuration/sites.ts';
import type { Work } from '../../intake/command.ts';
import { type Batch, batchOf, type Destination } from '../../kit/destination.ts';
import type { Clock } from '../../lib/clock.ts';
import { seconds } from '../../lib/duration.ts';
import type { LaneToken } from '../../store/lane-store.ts';
import type { Store } from '../../store/store.ts';
import type { InFlight } from './in-flight.ts';
import type { LaneKeeper } from './keep-lanes.ts';
import { laneKey, readBreakers } from './known-lanes.ts';
import type { Lane } from './lane.ts';
import type { RateBudget } from './rate-budget.ts';

const DEFAULT_CONCURRENCY = 4;
const DEFAULT_TIMEOUT = seconds(15);
/** A lease outlasts the three exchanges that a delivery may need by this much: so long may it wait in memory before the first. */
export const LEASE_SPARE = seconds(5);

export interface Turn {
  lane: Lane;
  connection: Connection;
  destination: Destination;
  token: LaneToken;
  now: number;
  budget: RateBudget;
  /** The breaker is open: one at a time goes out to see whether it must stay so. */
  probing: boolean;
  concurrency: number;
  timeout: number;
  leaseMs: number;
  batch: Batch | undefined;
}

export interface TurnDeps {
  store: Pick<Store, 'breakers' | 'pausedFor' | 'tellDue'>;
  sites: () => Promise<Sites>;
  lanes: Pick<LaneKeeper, 'hold'>;
  clock: Clock;
  inFlight: Pick<InFlight, 'track'>;
  laneNameOf: (connection: Connection) => string;
  budgetOf: (lane: Lane, connection: Connection, now: number) => Promise<RateBudget>;
  closeBreaker: (lane: Lane, now: number) => Promise<void>;
  giveBack: (lane: Lane) => Promise<void>;
}

/** The connection of a lane, if anything may be told to it. */
export async function findTellable(sites: () => Promise<Sites>, work: Work): Promise<Connection | undefined> {
  const found = (await sites()).byId.get(work.site)?.connections.find(({ id }) => id === work.connection);
  return found?.enabled && found.destination?.transport === 'server' ? found : undefined;
}

/** Nothing where the lane must wait; what it has leased is then to be given back. */
export async function beginTurn(lane: Lane, deps: TurnDeps): Promise<Turn | undefined> {
  const connection = await findTellable(deps.sites, lane);
  const token = connection && (await deps.lanes.hold(deps.laneNameOf(connection)));
  const { untold } = lane;
  lane.untold = false;
  // Not waited for: what it says is found by looking, too.
  if (connection && !token && untold)
    deps.inFlight.track(deps.store.tellDue([{ site: lane.site, connection: lane.connection }]));
  if (!connection?.destination || !token) return undefined;
  const now = deps.clock();
  if (token.name !== lane.token?.name || token.fence !== lane.token.fence) await takeOver(lane, token, now, deps);
  if (lane.breaker && connection.updatedAt > lane.breaker.openedAt) await deps.closeBreaker(lane, now);
  if (lane.pausedUntil > now) return undefined;
  if (lane.buffer.some(({ until }) => until < now)) await deps.giveBack(lane);
  const budget = await deps.budgetOf(lane, connection, now);
  const probing = lane.breaker !== undefined;
  if (probing && (lane.running > 0 || now < lane.breaker!.probeAt)) return undefined;
  const { destination, limits, settings } = connection;
  const timeout = limits.timeout ?? DEFAULT_TIMEOUT;
  return {
    ...{ lane, connection, destination, token, now, budget, probing, timeout },
    concurrency: probing ? 1 : (limits.concurrency ?? DEFAULT_CONCURRENCY),
    leaseMs: 3 * timeout + LEASE_SPARE,
    batch: batchOf(destination, settings),
  };
}

/** Begins where whoever held the lane before has ended: what the store says of the connection counts, nothing that was remembered. */
async function takeOver(lane: Lane, token: LaneToken, now: number, { store }: Pick<TurnDeps, 'store'>): Promise<void> {
  lane.breaker = (await readBreakers(store, now)).get(laneKey(lane));
  lane.failures = 0;
  lane.budget = undefined;
  lane.pausedUntil = Math.max(lane.pausedUntil, now + (await store.pausedFor(lane.site, lane.connection)));
  lane.token = token;
}
