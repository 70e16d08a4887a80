/**
 * Step 5 of 5. Sends what is due and asks for verdicts, a lane a connection. Of several processes on one store one at a time holds a lane; the others leave
 * what they write to it.
 *
 * A delivery's life: `waiting` → `due` when what it waits for has come (consent, the shop's word, an earlier delivery of the order).
 * `due` → `sending` when a lane leases it. `sending` → `delivered` (→ `confirmed` or `declined` by a later verdict), → `unverified` (told,
 * and the network gives no answer; → `confirmed` or `declined` by its own report or a read-back), → `due` again
 * (retry, at its backoff), → `rejected` (the payload needs a change), → `held` (a person must act; the breaker opens), → `no_match`.
 * A lease that runs out puts `sending` back to `due`. `waiting` and `due` → `skipped` when there is nothing to tell any more.
 * `by_hand`: the network has no way to be told; → `delivered` when a person ticks it off, → `skipped` when a later change overtakes it.
 * What is reported while its connection is paused waits; a replay after the pause makes it `due`.
 *
 * A breaker opens at once when the configuration is at fault (`held`), and after several failures in a row (`outage`): one probe at
 * a time then, further and further apart. The first clear answer closes it and brings the waiting retries forward, spread out.
 */
import type { Sites } from '../configuration/sites.ts';
import type { Work } from '../intake/command.ts';
import { seconds } from '../lib/duration.ts';
import type { Store } from '../store/store.ts';
import { createBreaker } from './breaker.ts';
import { createLaneBudgets } from './lane/budgets.ts';
import { fillLane } from './lane/fill-lane.ts';
import { createInFlight } from './lane/in-flight.ts';
import type { LaneKeeper } from './lane/keep-lanes.ts';
import { createKnownLanes } from './lane/known-lanes.ts';
import { createLaneNames, type Lane } from './lane/lane.ts';
import { createLookAround } from './lane/look-around.ts';
import { createPump } from './lane/pump.ts';
import { findTellable } from './lane/turn.ts';
import type { DeliverDeps } from './open-delivery.ts';
import { createOutcomeStore } from './store-outcomes.ts';
import { createTokenKeeper } from './tokens.ts';

/** Work that other processes put in (the command line, replicas) is seen within this time. */
const SWEEP = seconds(1);

export interface Relay {
  start(): Promise<void>;
  /** Tells that connections have something due. */
  wake(work: readonly Work[]): void;
  /** Lets running exchanges end and settle, starts no more. */
  stop(): Promise<void>;
}

export interface RelayDeps extends Omit<DeliverDeps, 'tokens' | 'mayStart' | 'leave'> {
  store: Pick<
    Store,
    | 'claim'
    | 'claimConfirm'
    | 'gateOf'
    | 'settle'
    | 'agenda'
    | 'breakers'
    | 'setBreaker'
    | 'clearBreaker'
    | 'releaseLeases'
    | 'connectionToken'
    | 'keepConnectionToken'
    | 'attemptsSince'
    | 'askedSince'
    | 'leasedNow'
    | 'notePause'
    | 'tellDue'
    | 'hearDue'
    | 'pausedFor'
    | 'browserAttemptsSince'
    | 'boundNextTimes'
    | 'apiKeys'
  >;
  sites: () => Promise<Sites>;
  /** Names this process in leases. */
  owner: string;
  /** Who of several tells a connection's reports; the relay keeps it going and ends it. */
  lanes: LaneKeeper;
  log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
}

export function createRelay(deps: RelayDeps): Relay {
  const { store, clock, log, sites, lanes } = deps;
  const known = createKnownLanes();
  const inFlight = createInFlight(log);
  const laneNameOf = createLaneNames(deps.seal);
  const budgetOf = createLaneBudgets({ store, sites, laneNameOf });
  const { learn, close: closeBreaker } = createBreaker(deps);
  const telling = { ...deps, tokens: createTokenKeeper(deps) };
  const wakeLane = (lane: Lane): void => pump.wake(lane);
  const outcomes = createOutcomeStore({ store, clock, log, wake: (work) => wakeLane(known.of(work)) });
  const filling = { ...deps, ...outcomes, inFlight, laneNameOf, budgetOf, closeBreaker, learn, telling, wakeLane };
  const pump = createPump((lane) => fillLane(lane, filling), inFlight);
  const lookAround = createLookAround({ store, sites, lanes, clock, known, laneNameOf, wakeLane });
  let endNews = (): Promise<void> => Promise.resolve();
  let sweep: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  /** What another process wrote for a lane that is held here. */
  async function hear(work: Work): Promise<void> {
    const connection = await findTellable(sites, work);
    if (connection && lanes.holds(laneNameOf(connection))) wakeLane(known.of(work));
  }

  async function listen(): Promise<void> {
    const end = await store.hearDue((work) => !pump.isStopped() && inFlight.track(hear(work)));
    if (pump.isStopped()) return end();
    endNews = end;
  }

  return {
    async start() {
      await store.releaseLeases(clock());
      await lookAround();
      // Beside the start: a server that carries no news takes seconds to show it.
      void listen().catch((error: unknown) => log.error({ err: error }, 'no news of other collectors'));
      sweep = setInterval(() => {
        if (looking) return;
        looking = lookAround().finally(() => (looking = undefined));
        inFlight.track(looking);
      }, SWEEP);
    },
    wake(work) {
      for (const item of work) {
        const lane = known.of(item);
        lane.untold = true;
        wakeLane(lane);
      }
    },
    async stop() {
      pump.stop();
      await endNews();
      clearInterval(sweep);
      await inFlight.end();
      for (const lane of known.all()) await outcomes.giveBack(lane);
      await lanes.leave();
    },
  };
}
