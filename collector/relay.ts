/**
 * Step 5 of 5. Sends what is due and asks for verdicts, a lane a connection.
 *
 * A delivery's life: `waiting` → `due` when what it waits for has come (consent, the shop's word, an earlier delivery of the order).
 * `due` → `sending` when a lane leases it. `sending` → `delivered` (→ `confirmed` or `declined` by a later verdict), → `due` again
 * (retry, at its backoff), → `rejected` (the payload needs a change), → `held` (a person must act; the breaker opens), → `no_match`.
 * A lease that runs out puts `sending` back to `due`. `waiting` and `due` → `skipped` when there is nothing to tell any more.
 *
 * A breaker opens at once when the configuration is at fault (`held`), and after several failures in a row (`outage`): one probe at
 * a time then, further and further apart. The first clear answer closes it and brings the waiting retries forward, spread out.
 */
import { confirmDelivery } from './confirm.ts';
import { deliver, type Delivered, type DeliverDeps } from './deliver.ts';
import type { Work } from './command.ts';
import { createBatches } from './batches.ts';
import { hours, minutes, seconds } from './lib/duration.ts';
import { createRateBudget, type RateBudget } from './rate-budget.ts';
import type { Connection, Sites } from './sites.ts';
import type { Breaker, Claimed, Settlement, Store } from './store/store.ts';

const DEFAULT_CONCURRENCY = 4;
const DEFAULT_TIMEOUT = seconds(15);
/** Failures in a row before a vendor counts as down. */
const OUTAGE_AFTER = 5;
const LONGEST_PROBE_GAP = minutes(1);
const HELD_PROBE_GAP = minutes(5);
const LONGEST_HELD_GAP = hours(1);
/** After an outage the backlog leaves over this time, not at once. */
const DRAIN_SPREAD = seconds(10);
/** Work that other processes put in (the command line, replicas) is seen within this time. */
const SWEEP = seconds(1);
/** Together less than a lease: a store that comes back in time makes no report go out twice. */
const SETTLE_TRIES = 30;
const SETTLE_PAUSE = seconds(1);
/** A lease outlasts the three exchanges that a delivery may need by this much: so long may it wait in memory before the first. */
const LEASE_SPARE = seconds(5);
/** Questions for verdicts use at most this share of a vendor's hourly limit; sales come first. */
const POLL_SHARE = 0.5;

export interface Relay {
  start(): Promise<void>;
  /** Tells that connections have something due. */
  wake(work: readonly Work[]): void;
  /** Lets running exchanges end and settle, starts no more. */
  stop(): Promise<void>;
}

export interface RelayDeps extends DeliverDeps {
  store: Pick<
    Store,
    | 'claim'
    | 'claimConfirm'
    | 'settle'
    | 'agenda'
    | 'breakers'
    | 'setBreaker'
    | 'clearBreaker'
    | 'releaseLeases'
    | 'attemptsSince'
  >;
  sites: () => Promise<Sites>;
  /** Names this process in leases. */
  owner: string;
  log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
}

interface Lane {
  site: string;
  connection: string;
  running: number;
  /** Leased ahead; worthless after `until`, because the lease would run out during the exchange. */
  buffer: { claimed: Claimed; until: number }[];
  /** A pump is under way; another wake makes it go round once more. */
  pumping: boolean;
  again: boolean;
  budget: RateBudget | undefined;
  perHour: number | undefined;
  breaker: Breaker | undefined;
  failures: number;
  pausedUntil: number;
}

export function createRelay(deps: RelayDeps): Relay {
  const { store, clock, log } = deps;
  const lanes = new Map<string, Lane>();
  const running = new Set<Promise<void>>();
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

    const ahead = probing ? 1 : concurrency * 2;
    const wanted = Math.min(ahead - lane.running - lane.buffer.length, budget.available(now) - lane.buffer.length);
    if (wanted > 0 && lane.buffer.length < Math.max(1, concurrency / 2)) {
      const claims = await store.claim({ site, connection: id, now, leaseMs, limit: wanted, owner: deps.owner });
      lane.buffer.push(...claims.map((claimed) => ({ claimed, until: now + LEASE_SPARE })));
    }
    while (lane.buffer.length > 0 && lane.running < concurrency && budget.available(now) > 0) {
      budget.take(1, now);
      run(lane, connection, deliver(lane.buffer.shift()!.claimed, connection, deps));
    }
    if (probing || !connection.destination.confirm) return;
    const forPolls = Math.min(
      concurrency - lane.running,
      Math.floor(budget.available(now) - (lane.perHour ?? 0) * (1 - POLL_SHARE)),
    );
    if (forPolls <= 0) return;
    for (const claimed of await store.claimConfirm({ site, connection: id, now, leaseMs, limit: forPolls })) {
      budget.take(1, now);
      run(lane, connection, confirmDelivery(claimed, connection, deps), true);
    }
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
    lane.running += 1;
    track(
      work
        .then(async (delivered) => {
          await settle(delivered.settlement);
          if (!poll) await learn(lane, delivered, connection);
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

  /** What an outcome says about the connection as a whole. */
  async function learn(lane: Lane, { outcome }: Delivered, connection: Connection): Promise<void> {
    if (!outcome) return;
    const now = clock();
    if (outcome.state === 'held') return open(lane, { kind: 'held', reason: outcome.reason, now });
    if (outcome.state !== 'retry') {
      lane.failures = 0;
      if (lane.breaker) await close(lane, now);
      return;
    }
    if (outcome.after !== undefined) {
      lane.pausedUntil = Math.max(lane.pausedUntil, now + outcome.after);
      log.warn(
        { site: lane.site, connection: lane.connection, ms: outcome.after },
        `${connection.destination?.title ?? ''} asked to wait`,
      );
      return;
    }
    lane.failures += 1;
    if (lane.failures >= OUTAGE_AFTER) await open(lane, { kind: 'outage', reason: outcome.reason, now });
  }

  async function open(lane: Lane, why: { kind: Breaker['kind']; reason: string; now: number }): Promise<void> {
    const { kind, reason, now } = why;
    const failures = (lane.breaker?.failures ?? 0) + 1;
    const [first, longest] = kind === 'held' ? [HELD_PROBE_GAP, LONGEST_HELD_GAP] : [seconds(1), LONGEST_PROBE_GAP];
    const probeAt = now + Math.min(longest, first * 2 ** Math.min(failures - 1, 20));
    lane.breaker = {
      site: lane.site,
      connection: lane.connection,
      kind,
      reason,
      openedAt: lane.breaker?.openedAt ?? now,
      probeAt,
      failures,
    };
    await store.setBreaker(lane.breaker);
    log.warn(
      { site: lane.site, connection: lane.connection, reason, probeAt: new Date(probeAt).toISOString() },
      `connection is ${kind}`,
    );
  }

  async function close(lane: Lane, now: number): Promise<void> {
    lane.breaker = undefined;
    lane.failures = 0;
    await store.clearBreaker(lane.site, lane.connection, now, DRAIN_SPREAD);
  }

  async function budgetOf(lane: Lane, { limits }: Connection, now: number): Promise<RateBudget> {
    if (lane.budget && lane.perHour === limits.perHour) return lane.budget;
    lane.perHour = limits.perHour;
    lane.budget = createRateBudget(limits.perHour);
    if (limits.perHour === undefined) return lane.budget;
    // What left before a restart still counts: twelve steps of five minutes tell when it stops counting.
    let counted = 0;
    for (let step = 1; step <= 12; step += 1) {
      const since = now - step * minutes(5);
      const sum = await store.attemptsSince(lane.site, lane.connection, since);
      // Counted from the end of their step: rather minutes too late than one request too many.
      lane.budget.seed(sum - counted, since + minutes(5));
      counted = sum;
    }
    return lane.budget;
  }

  async function lookAround(): Promise<void> {
    const now = clock();
    const open = new Map(
      (await store.breakers()).map((breaker) => [`${breaker.site}\n${breaker.connection}`, breaker]),
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
