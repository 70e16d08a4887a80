/** What outcomes say of a connection as a whole: whether it is down, when it is probed, how long its vendor asked to be left alone. */
import type { Connection } from '../configuration/sites.ts';
import type { Outcome } from '../kit/destination.ts';
import { hours, minutes, seconds } from '../lib/duration.ts';
import type { Breaker } from '../model/delivery.ts';
import type { Store } from '../store/store.ts';

/** Failures in a row before a vendor counts as down. */
const OUTAGE_AFTER = 5;
const LONGEST_PROBE_GAP = minutes(1);
/** No pause lies further off. */
export const LONGEST_WISH = hours(25);
const HELD_PROBE_GAP = minutes(5);
const LONGEST_HELD_GAP = hours(1);
/** After an outage the backlog leaves over this time, not at once. */
const DRAIN_SPREAD = seconds(10);

/** A connection's lane, as far as its breaker goes. */
export interface Guarded {
  site: string;
  connection: string;
  breaker: Breaker | undefined;
  /** In a row. */
  failures: number;
  pausedUntil: number;
}

export interface BreakerDeps {
  store: Pick<Store, 'setBreaker' | 'clearBreaker' | 'notePause'>;
  clock: () => number;
  log: { warn(fields: object, message: string): void };
}

/** Opened while the clock was ahead, it must not stay shut until then. */
export const boundProbe = (breaker: Breaker, now: number): Breaker =>
  breaker.probeAt > now + LONGEST_HELD_GAP ? { ...breaker, probeAt: now } : breaker;

export function createBreaker({ store, clock, log }: BreakerDeps) {
  /** `probed`: the exchange left while the breaker was open. Of those that had left before, all fail for the one reason that opened it. */
  async function learn(
    lane: Guarded,
    outcome: Outcome | undefined,
    { connection, probed }: { connection: Connection; probed: boolean },
  ): Promise<void> {
    if (!outcome || (outcome.state === 'retry' && outcome.alone)) return;
    const now = clock();
    const counted = lane.breaker !== undefined && !probed;
    if (outcome.state === 'held' && !outcome.ambiguous) {
      if (counted && lane.breaker?.kind === 'held') return;
      return open(lane, { kind: 'held', reason: outcome.reason, now });
    }
    // Without a clear answer it fails as well, whether or not this report may be tried again.
    const failed = outcome.state === 'retry' || outcome.state === 'held';
    if (!failed) {
      lane.failures = 0;
      if (lane.breaker) await close(lane, now);
      return;
    }
    if (outcome.state === 'retry' && outcome.after !== undefined) {
      lane.pausedUntil = Math.max(lane.pausedUntil, now + outcome.after);
      log.warn(
        { site: lane.site, connection: lane.connection, ms: outcome.after },
        `${connection.destination?.title ?? ''} asked to wait`,
      );
      await store.notePause(lane.site, lane.connection, Math.min(outcome.after, LONGEST_WISH));
      return;
    }
    lane.failures += 1;
    if (lane.failures >= OUTAGE_AFTER && !counted) await open(lane, { kind: 'outage', reason: outcome.reason, now });
  }

  async function open(lane: Guarded, why: { kind: Breaker['kind']; reason: string; now: number }): Promise<void> {
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

  async function close(lane: Guarded, now: number): Promise<void> {
    lane.breaker = undefined;
    lane.failures = 0;
    await store.clearBreaker(lane.site, lane.connection, now, DRAIN_SPREAD);
  }

  return { learn, close };
}
