/** A connection's lane: what one process keeps of it in memory while it holds the right to it, and what the lane is called. */
import type { Connection } from '../../configuration/sites.ts';
import type { Work } from '../../intake/command.ts';
import type { Seal } from '../../lib/seal.ts';
import type { LaneToken } from '../../store/lane-store.ts';
import type { Guarded } from '../breaker.ts';
import type { Leased } from '../look-again.ts';
import type { RateBudget } from './rate-budget.ts';

export interface Lane extends Guarded {
  /** With which its budget was opened and its breaker was read. */
  token: LaneToken | undefined;
  running: number;
  /** Something was put in here that nobody else has been told of. */
  untold: boolean;
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

export const emptyLane = ({ site, connection }: Work): Lane => ({
  site,
  connection,
  token: undefined,
  running: 0,
  untold: false,
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
});

/** Nothing waits or is remembered that the next holder could not find in the store. */
export const isAtRest = (lane: Lane, now: number): boolean =>
  lane.running === 0 &&
  lane.buffer.length === 0 &&
  !lane.pumping &&
  !lane.breaker &&
  lane.failures === 0 &&
  lane.pausedUntil <= now;

/**
 * The lane of a connection. Those whose vendor counts their minute together are in one: whoever tells for one of them tells for all. What they
 * share may be a credential, and so its hash is all that the store sees.
 */
export function createLaneNames(seal: Pick<Seal, 'hash'>): (connection: Connection) => string {
  const names = new WeakMap<Connection, string>();
  const nameOf = ({ site, id, type, destination, limits, settings }: Connection): string => {
    const shared = limits.perMinute === undefined ? undefined : destination?.sharesLimit?.(settings);
    return shared === undefined ? `${site}/${id}` : `${type} ${seal.hash(`lane ${type} ${shared}`)}`;
  };
  return (connection) => {
    const name = names.get(connection) ?? nameOf(connection);
    names.set(connection, name);
    return name;
  };
}
