/**
 * Step 5 of 5. Sends what is due and asks for verdicts, a lane a connection.
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
import { createBatches } from '../lib/batches.ts';
import { hours, seconds } from '../lib/duration.ts';
import type { Settlement, Store } from '../store/store.ts';
import { boundProbe, createBreaker, type Guarded } from './breaker.ts';
import { confirmDelivery } from './confirm.ts';
import { deliver, type Delivered } from './deliver.ts';
import { commonOutcome, deliverTogether } from './deliver-together.ts';
import { createSharedMinutes, openHour } from './lane-budgets.ts';
import { type Leased, lookAgain } from './look-again.ts';
import type { DeliverDeps } from './open-delivery.ts';
import { joinBudgets, type RateBudget } from './rate-budget.ts';
import { createTokenKeeper } from './tokens.ts';

const DEFAULT_CONCURRENCY = 4;
const DEFAULT_TIMEOUT = seconds(15);
/** Work that other processes put in (the command line, replicas) is seen within this time. */
const SWEEP = seconds(1);
/** Together less than a lease: a store that comes back in time makes no report go out twice. */
const SETTLE_TRIES = 30;
const SETTLE_PAUSE = seconds(1);
/** A lease outlasts the three exchanges that a delivery may need by this much: so long may it wait in memory before the first. */
const LEASE_SPARE = seconds(5);
/** One order of a browser alone leaves after so many that the shop has confirmed, so that they don't wait for ever. */
const BROWSER_TURN = 4;
/** No retry lies further off than this but by a vendor's own wish. */
const LONGEST_WAIT = hours(1);
const LONGEST_WISH = hours(25);
/** Sweeps between two looks for times that a wrong clock left behind. */
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
    | 'browserAttemptsSince'
    | 'boundNextTimes'
    | 'apiKeys'
  >;
  sites: () => Promise<Sites>;
  /** Names this process in leases. */
  owner: string;
  log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
}

interface Lane extends Guarded {
  running: number;
  /** Leased ahead; worthless after `until`, because the lease would run out during the exchange. */
  buffer: (Leased & { until: number; leaseEnds: number })[];
  /** A pump is under way; another wake makes it go round once more. */
  pumping: boolean;
  again: boolean;
  budget: RateBudget | undefined;
  /** Of the budget, what orders reported by browsers alone may still take. */
  browserBudget: RateBudget | undefined;
  /** Confirmed ones that left since one of a browser alone did. */
  confirmedInTurn: number;
  perHour: number | undefined;
}

export function createRelay(deps: RelayDeps): Relay {
  const { store, clock, log } = deps;
  const lanes = new Map<string, Lane>();
  const running = new Set<Promise<void>>();
  const minutesOf = createSharedMinutes();
  const { learn, close } = createBreaker(deps);
  const telling = { ...deps, tokens: createTokenKeeper(deps) };
  let stopped = false;
  let sweep: NodeJS.Timeout | undefined;

  const laneOf = ({ site, connection }: Work): Lane => {
    const key = `${site}\n${connection}`;
    const known = lanes.get(key);
    if (known) return known;
    const lane: Lane = {
      site,
      connection,
      running: 0,
      buffer: [],
      pumping: false,
      again: false,
      budget: undefined,
      browserBudget: undefined,
      confirmedInTurn: 0,
      perHour: undefined,
      breaker: undefined,
      failures: 0,
      pausedUntil: 0,
    };
    lanes.set(key, lane);
    return lane;
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
    const connection = (await deps.sites()).byId.get(lane.site)?.connections.find(({ id }) => id === lane.connection);
    if (!connection?.enabled || connection.destination?.transport !== 'server') return giveBack(lane);
    const now = clock();
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
    const { idempotent, batch } = connection.destination;
    const depth = idempotent === true ? concurrency * 2 : concurrency;
    const ahead = probing ? 1 : depth;
    const most = probing ? 1 : (batch?.most ?? 1);
    const requests = Math.min(ahead - lane.running, budget.available(now));
    const wanted = (batch ? Math.min(1, requests) * most : requests) - lane.buffer.length;
    if (wanted > 0 && lane.buffer.length < Math.max(1, concurrency / 2)) {
      const browserOnly = browserShare(lane, now);
      const claims = await store.claim({
        ...{ site, connection: id, now, leaseMs, limit: wanted, owner: deps.owner },
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
      const sending = { ...telling, mayStart: (): boolean => clock() <= lastStart };
      const claims = await lookAgain(entries, store, now);
      if (!batch) {
        run(lane, connection, deliver(claims[0]!, connection, sending));
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
    for (const claimed of await store.claimConfirm({ site, connection: id, now, leaseMs, limit: forPolls })) {
      budget.take(1, now);
      run(lane, connection, confirmDelivery(claimed, connection, telling), true);
    }
  }

  /** Only where a vendor limits the hour; elsewhere whoever is due leaves. */
  function browserShare({ perHour, browserBudget, buffer, confirmedInTurn }: Lane, now: number) {
    if (perHour === undefined || !browserBudget) return undefined;
    const ahead = buffer.filter(({ claimed }) => !claimed.confirmed).length;
    const atMost = Math.max(0, browserBudget.available(now) - ahead);
    return { atLeast: confirmedInTurn >= BROWSER_TURN && ahead === 0 ? Math.min(1, atMost) : 0, atMost };
  }

  /** What was leased ahead and can't leave now is due again: left to its lease, it would be claimed a second time beside itself. */
  async function giveBack(lane: Lane): Promise<void> {
    const unsent = lane.buffer.splice(0);
    if (unsent.length === 0) return;
    const now = clock();
    const back = unsent.map(({ claimed: { delivery, fence, resumed } }): Settlement => {
      const change = { state: 'due' as const, nextAt: now, ambiguous: delivery.ambiguous || resumed };
      return { id: delivery.id, site: delivery.site, fence, change, attempts: [] };
    });
    await settleAll(back);
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
    track(
      work
        .then(async (told) => {
          await Promise.all(told.map(({ settlement }) => settle(settlement)));
          const extra = told.reduce((sum, { requests }) => sum + requests, 0) - 1;
          if (extra > 0) (await budgetOf(lane, connection, clock())).take(extra, clock());
          if (!poll) await learn(lane, commonOutcome(told), { connection, probed });
        })
        .finally(() => {
          lane.running -= 1;
          wakeLane(lane);
        }),
    );
  }

  /** Settlements that come while others are being stored wait for those, and then go together: an fsync is dear. */
  const settle = createBatches<Settlement, void>(async (batch) => {
    for (const work of await settleAll(batch)) wakeLane(laneOf(work));
    return batch.map(() => undefined);
  });

  /** A vendor has been told: that must be written down, or the lease would run out and it would be told again. */
  async function settleAll(batch: Settlement[]): Promise<Work[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await store.settle(batch, clock());
      } catch (error) {
        if (tries >= SETTLE_TRIES) throw error;
        log.error({ err: error, deliveries: batch.length }, 'outcomes could not be stored; trying again');
        await new Promise((resolve) => setTimeout(resolve, SETTLE_PAUSE));
      }
    }
  }

  async function budgetOf(lane: Lane, connection: Connection, now: number): Promise<RateBudget> {
    const { perHour } = connection.limits;
    if (!lane.budget || lane.perHour !== perHour) {
      lane.perHour = perHour;
      const site = (await deps.sites()).byId.get(lane.site);
      const opened = await openHour({ connection, site, store, now });
      lane.budget = opened.budget;
      lane.browserBudget = opened.browserBudget;
    }
    return joinBudgets(lane.budget, minutesOf(connection));
  }

  let looks = 0;
  async function lookAround(): Promise<void> {
    const now = clock();
    if (looks % BOUND_EVERY === 0) await store.boundNextTimes(now, LONGEST_WAIT);
    // Keys come and go, so who confirms is asked anew; never while something is on its way that is not counted in the store yet.
    if (looks % BOUND_EVERY === 0)
      for (const lane of lanes.values()) if (lane.running === 0 && lane.buffer.length === 0) lane.budget = undefined;
    looks += 1;
    for (const lane of lanes.values()) if (lane.pausedUntil > now + LONGEST_WISH) lane.pausedUntil = 0;
    const open = new Map(
      (await store.breakers()).map((breaker) => [`${breaker.site}\n${breaker.connection}`, boundProbe(breaker, now)]),
    );
    for (const [key, lane] of lanes) lane.breaker = open.get(key);
    for (const item of await store.agenda()) {
      const lane = laneOf(item);
      lane.breaker = open.get(`${item.site}\n${item.connection}`);
      if (item.at <= now || lane.buffer.length > 0) wakeLane(lane);
    }
  }

  return {
    async start() {
      await store.releaseLeases(clock());
      await lookAround();
      sweep = setInterval(() => track(lookAround()), SWEEP);
    },
    wake(work) {
      for (const item of work) wakeLane(laneOf(item));
    },
    async stop() {
      stopped = true;
      clearInterval(sweep);
      while (running.size > 0) await Promise.all(running);
      for (const lane of lanes.values()) await giveBack(lane);
    },
  };
}
