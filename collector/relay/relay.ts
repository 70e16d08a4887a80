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
import type { Connection, Sites } from '../configuration/sites.ts';
import type { Work } from '../intake/command.ts';
import { batchOf } from '../kit/destination.ts';
import { hours, seconds } from '../lib/duration.ts';
import type { Breaker } from '../model/delivery.ts';
import type { LaneToken } from '../store/lane-store.ts';
import type { Store } from '../store/store.ts';
import { boundProbe, createBreaker, LONGEST_WISH } from './breaker.ts';
import { confirmDelivery } from './confirm.ts';
import { sendDelivery, type Delivered } from './deliver.ts';
import { commonOutcome, deliverTogether } from './deliver-together.ts';
import { createAskedBeside, createSharedMinutes, openHour } from './lane/budgets.ts';
import type { LaneKeeper } from './lane/keep-lanes.ts';
import { createLaneNames, emptyLane, isAtRest, type Lane } from './lane/lane.ts';
import { joinBudgets, type RateBudget } from './lane/rate-budget.ts';
import { lookAgain } from './look-again.ts';
import type { DeliverDeps } from './open-delivery.ts';
import { createOutcomeStore } from './store-outcomes.ts';
import { createTokenKeeper } from './tokens.ts';

const DEFAULT_CONCURRENCY = 4;
const DEFAULT_TIMEOUT = seconds(15);
/** Work that other processes put in (the command line, replicas) is seen within this time. */
const SWEEP = seconds(1);
/** A lease outlasts the three exchanges that a delivery may need by this much: so long may it wait in memory before the first. */
const LEASE_SPARE = seconds(5);
/** One order of a browser alone leaves after so many that the shop has confirmed, so that they don't wait for ever. */
const BROWSER_TURN = 4;
/** No retry lies further off than this but by a vendor's own wish. */
const LONGEST_WAIT = hours(1);
/** Sweeps between two looks for times that a wrong clock left behind, and for lanes that need not be held. */
const BOUND_EVERY = 60;
/** Questions for verdicts use at most this share of a vendor's hourly limit; sales come first. */
const POLL_SHARE = 0.5;
/** Questions for verdicts that leave beside a batch. */
const POLLS_BESIDE = 4;

export interface Relay {
  start(): Promise<void>;
  /** Tells that connections have something due. */
  wake(work: readonly Work[]): void;
  /** Lets running exchanges end and settle, starts no more. */
  stop(): Promise<void>;
}

export interface RelayDeps extends Omit<DeliverDeps, 'tokens' | 'mayStart'> {
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
  const { store, clock, log, sites } = deps;
  const known = new Map<string, Lane>();
  const running = new Set<Promise<void>>();
  const laneNameOf = createLaneNames(deps.seal);
  const minutesOf = createSharedMinutes({ store, sites, laneOf: laneNameOf });
  const asked = createAskedBeside(store);
  const { learn, close } = createBreaker(deps);
  const telling = { ...deps, tokens: createTokenKeeper(deps) };
  let stopped = false;
  let endNews = (): Promise<void> => Promise.resolve();
  let sweep: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  const laneOf = (work: Work): Lane => {
    const key = `${work.site}\n${work.connection}`;
    const lane = known.get(key) ?? emptyLane(work);
    known.set(key, lane);
    return lane;
  };
  const { settle, giveBack } = createOutcomeStore({ store, clock, log, wake: (work) => wakeLane(laneOf(work)) });

  /** The connection of a lane, if anything may be told to it. */
  const connectionOf = async ({ site, connection }: Work): Promise<Connection | undefined> => {
    const found = (await sites()).byId.get(site)?.connections.find(({ id }) => id === connection);
    return found?.enabled && found.destination?.transport === 'server' ? found : undefined;
  };

  const track = (work: Promise<void>): void => {
    const watched = work
      .catch((error: unknown) => log.error({ err: error }, 'relay step failed'))
      .finally(() => running.delete(watched));
    running.add(watched);
  };

  const wakeLane = (lane: Lane): void => {
    if (stopped) return;
    lane.again = true;
    if (!lane.pumping) track(pump(lane));
  };

  async function pump(lane: Lane): Promise<void> {
    lane.pumping = true;
    try {
      while (lane.again && !stopped) {
        lane.again = false;
        await fill(lane);
      }
    } finally {
      lane.pumping = false;
    }
  }

  async function fill(lane: Lane): Promise<void> {
    const connection = await connectionOf(lane);
    const token = connection && (await deps.lanes.hold(laneNameOf(connection)));
    const { untold } = lane;
    lane.untold = false;
    // Not waited for: what it says is found by looking, too.
    if (connection && !token && untold) track(store.tellDue([{ site: lane.site, connection: lane.connection }]));
    if (!connection?.destination || !token) return giveBack(lane);
    const now = clock();
    if (token.name !== lane.token?.name || token.fence !== lane.token.fence) await begin(lane, token, now);
    if (lane.breaker && connection.updatedAt > lane.breaker.openedAt) await close(lane, now);
    if (lane.pausedUntil > now) return giveBack(lane);
    if (lane.buffer.some(({ until }) => until < now)) await giveBack(lane);
    const budget = await budgetOf(lane, connection, now);
    const probing = lane.breaker !== undefined;
    if (probing && (lane.running > 0 || now < lane.breaker!.probeAt)) return giveBack(lane);
    const concurrency = probing ? 1 : (connection.limits.concurrency ?? DEFAULT_CONCURRENCY);
    const leaseMs = 3 * (connection.limits.timeout ?? DEFAULT_TIMEOUT) + LEASE_SPARE;
    const { site, connection: id } = lane;

    // What may not be told twice is leased only when it leaves: a crash then leaves little in doubt.
    const { idempotent } = connection.destination;
    const batch = batchOf(connection.destination, connection.settings);
    const depth = idempotent === true ? concurrency * 2 : concurrency;
    const ahead = probing ? 1 : depth;
    const most = probing ? 1 : (batch?.most ?? 1);
    const requests = Math.min(ahead - lane.running, budget.available(now));
    const wanted = (batch ? Math.min(1, requests) * most : requests) - lane.buffer.length;
    if (wanted > 0 && lane.buffer.length < Math.max(1, concurrency / 2)) {
      const browserOnly = browserShare(lane, now);
      const claims = await store.claim({
        ...{ site, connection: id, now, leaseMs, limit: wanted, owner: deps.owner, lane: token },
        ...(browserOnly ? { browserOnly } : {}),
      });
      const times = { leasedAt: now, until: now + LEASE_SPARE, leaseEnds: now + leaseMs };
      lane.buffer.push(...claims.map((claimed) => ({ claimed, ...times })));
    }
    while (lane.buffer.length > 0 && lane.running < concurrency && budget.available(now) > 0) {
      budget.take(1, now);
      const entries = lane.buffer.splice(0, most);
      for (const { claimed } of entries) {
        lane.confirmedInTurn = claimed.confirmed ? lane.confirmedInTurn + 1 : 0;
        if (!claimed.confirmed) lane.browserBudget?.take(1, now);
      }
      // A process that was frozen wakes up with a request in its hands that somebody else has made meanwhile.
      const lastStart =
        Math.min(...entries.map(({ leaseEnds }) => leaseEnds)) - (connection.limits.timeout ?? DEFAULT_TIMEOUT);
      const mayStart = (): boolean => clock() <= lastStart && deps.lanes.lasts(token);
      const sending = { ...telling, mayStart };
      const claims = await lookAgain(entries, store, now);
      if (!batch) {
        run(lane, connection, sendDelivery(claims[0]!, connection, sending));
        continue;
      }
      // What comes meanwhile goes together.
      lane.pausedUntil = Math.max(lane.pausedUntil, now + batch.every);
      runTogether(lane, connection, deliverTogether(claims, connection, sending));
      break;
    }
    if (probing || !connection.destination.confirm) return;
    const forPolls = Math.min(
      // Beside a batch there is room for questions, or a steady stream of orders would leave none.
      (batch ? concurrency + POLLS_BESIDE : concurrency) - lane.running,
      Math.floor(budget.available(now) - (lane.perHour ?? 0) * (1 - POLL_SHARE)),
    );
    if (forPolls <= 0) return;
    const asking = { ...telling, mayStart: (): boolean => deps.lanes.lasts(token) };
    const polls = { site, connection: id, now, leaseMs, limit: forPolls, lane: token };
    for (const claimed of await store.claimConfirm(polls)) {
      budget.take(1, now);
      run(lane, connection, confirmDelivery(claimed, connection, asking), true);
    }
  }

  /** Only where a vendor limits the hour; elsewhere whoever is due leaves. */
  function browserShare({ perHour, browserBudget, buffer, confirmedInTurn }: Lane, now: number) {
    if (perHour === undefined || !browserBudget) return undefined;
    const ahead = buffer.filter(({ claimed }) => !claimed.confirmed).length;
    const atMost = Math.max(0, browserBudget.available(now) - ahead);
    return { atLeast: confirmedInTurn >= BROWSER_TURN && ahead === 0 ? Math.min(1, atMost) : 0, atMost };
  }

  /** Begins where whoever held the lane before has ended: what the store says of the connection counts, nothing that was remembered. */
  async function begin(lane: Lane, token: LaneToken, now: number): Promise<void> {
    lane.breaker = (await readBreakers(now)).get(`${lane.site}\n${lane.connection}`);
    lane.failures = 0;
    lane.budget = undefined;
    lane.pausedUntil = Math.max(lane.pausedUntil, now + (await store.pausedFor(lane.site, lane.connection)));
    lane.token = token;
  }

  function run(lane: Lane, connection: Connection, work: Promise<Delivered>, poll = false): void {
    runTogether(
      lane,
      connection,
      work.then((delivered) => [delivered]),
      poll,
    );
  }

  function runTogether(lane: Lane, connection: Connection, work: Promise<Delivered[]>, poll = false): void {
    lane.running += 1;
    const probed = lane.breaker !== undefined;
    const { token } = lane;
    track(
      work
        .then(async (told) => {
          await Promise.all(told.map(({ settlement }) => settle(settlement)));
          const extra = told.reduce((sum, { requests }) => sum + requests, 0) - 1;
          if (extra > 0) (await budgetOf(lane, connection, clock())).take(extra, clock());
          // Of a lane that went to somebody else meanwhile it says nothing: what was not sent is no failure of the vendor.
          if (!poll && token && deps.lanes.lasts(token)) await learn(lane, commonOutcome(told), { connection, probed });
        })
        .finally(() => {
          lane.running -= 1;
          wakeLane(lane);
        }),
    );
  }

  async function budgetOf(lane: Lane, connection: Connection, now: number): Promise<RateBudget> {
    const { perHour } = connection.limits;
    const key = `${lane.site}\n${lane.connection}`;
    if (lane.budget && perHour !== undefined)
      lane.budget.seed(await asked.since(key, async () => [connection], now), now);
    if (!lane.budget || lane.perHour !== perHour) {
      lane.perHour = perHour;
      asked.begin(key, now);
      const site = (await sites()).byId.get(lane.site);
      const opened = await openHour({ connection, site, store, now });
      lane.budget = opened.budget;
      lane.browserBudget = opened.browserBudget;
    }
    return joinBudgets(lane.budget, await minutesOf(connection, lane.token, now));
  }

  const readBreakers = async (now: number): Promise<Map<string, Breaker>> =>
    new Map(
      (await store.breakers()).map((breaker) => [`${breaker.site}\n${breaker.connection}`, boundProbe(breaker, now)]),
    );

  let looks = 0;
  async function lookAround(): Promise<void> {
    await deps.lanes.keep();
    const now = clock();
    const minutely = looks % BOUND_EVERY === 0;
    looks += 1;
    if (minutely) await store.boundNextTimes(now, LONGEST_WAIT);
    // Keys come and go, so who confirms is asked anew; never while something is on its way that is not counted in the store yet.
    if (minutely)
      for (const lane of known.values()) if (lane.running === 0 && lane.buffer.length === 0) lane.budget = undefined;
    for (const lane of known.values()) if (lane.pausedUntil > now + LONGEST_WISH) lane.pausedUntil = 0;
    const open = await readBreakers(now);
    for (const [key, lane] of known) lane.breaker = open.get(key);
    const due = (await store.agenda()).filter((item) => item.at <= now || laneOf(item).buffer.length > 0);
    const connections = await Promise.all(due.map(connectionOf));
    await deps.lanes.take(connections.flatMap((connection) => (connection ? [laneNameOf(connection)] : [])));
    for (const item of due) wakeLane(laneOf(item));
    if (minutely) await leaveIdle(now);
  }

  /** What nobody needs to hold goes to whoever hears of the next order: so several share the work. */
  async function leaveIdle(now: number): Promise<void> {
    const busy = new Set([...known.values()].flatMap((lane) => (isAtRest(lane, now) ? [] : (lane.token?.name ?? []))));
    const idle = [...known.values()].flatMap(({ token }) => (token && !busy.has(token.name) ? [token.name] : []));
    await deps.lanes.leave([...new Set(idle)]);
  }

  /** What another process wrote for a lane that is held here. */
  async function hear(work: Work): Promise<void> {
    const connection = await connectionOf(work);
    if (connection && deps.lanes.holds(laneNameOf(connection))) wakeLane(laneOf(work));
  }

  async function listen(): Promise<void> {
    const end = await store.hearDue((work) => !stopped && track(hear(work)));
    if (stopped) return end();
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
        track(looking);
      }, SWEEP);
    },
    wake(work) {
      for (const item of work) {
        const lane = laneOf(item);
        lane.untold = true;
        wakeLane(lane);
      }
    },
    async stop() {
      stopped = true;
      await endNews();
      clearInterval(sweep);
      while (running.size > 0) await Promise.all(running);
      for (const lane of known.values()) await giveBack(lane);
      await deps.lanes.leave();
    },
  };
}
