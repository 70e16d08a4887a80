/** Step 5 of 5. What an outcome makes of a delivery, and what stands in the way of sending it. Pure. */
import type { Connection } from '../configuration/sites.ts';
import { orderAsTold, worthOf } from '../kit/amount.ts';
import { type Destination, type Outcome, repeatsAs } from '../kit/destination.ts';
import { keepSettings } from '../model/amounts/kept-settings.ts';
import type { Settings } from '../kit/setting.ts';
import { nextDelay } from '../lib/backoff.ts';
import { GATE_REASONS } from '../model/authority/consent-gate.ts';
import type { Attempt, Delivery } from '../model/delivery.ts';
import type { VendorFacts, Report } from '../model/report.ts';
import type { Claimed, Settlement } from '../store/store.ts';
import { lookThere } from './outcome.ts';
import { arrivedOf } from './parts.ts';

/** A delivery as it can be sent: its definition, its report with the customer's data, and the times by which it is judged. */
export interface Sendable {
  claimed: Claimed;
  destination: Destination;
  connection: Connection;
  report: Report;
  /** A repeat would count twice, and this may be one. */
  repeated: boolean;
}

export const mayBeRepeated = ({ delivery, resumed }: Claimed, destination: Destination): boolean =>
  delivery.ambiguous || (resumed && repeatsAs(destination, delivery.kind) !== true);

/** Where each report is a difference, a refund of all that is left leaves nothing for the reversal that follows it. */
function isTakenBackAlready(report: Report, destination: Destination, settings: Settings): boolean {
  const basis = destination.basis?.(settings);
  if (report.kind !== 'reversal' || report.before === undefined || basis === undefined) return false;
  return repeatsAs(destination, report.kind) === 'delta' && worthOf(orderAsTold(report), basis) === 0;
}

/** Whether its person took the consent back, or was erased: of them nothing is told, whatever the network needs. A reversal takes back what was told. */
export function isStopped(
  { delivery, gate }: Pick<Claimed, 'delivery' | 'gate'>,
  destination: Pick<Destination, 'needs'>,
): boolean {
  const asks = destination.needs.consent || gate === 'erased';
  return asks && delivery.kind !== 'reversal' && gate !== 'open' && gate !== 'waiting';
}

export function reasonNotToSend(given: {
  claimed: Claimed;
  destination: Destination;
  report: Report;
  settings: Settings;
  now: number;
}): { state: 'skipped' | 'rejected' | 'held'; reason: string; ambiguous?: true } | undefined {
  const { claimed, destination, report, settings, now } = given;
  const { delivery, gate } = claimed;
  if (isTakenBackAlready(report, destination, settings))
    return { state: 'skipped', reason: `${destination.title} was told already that nothing is left of it` };
  if (gate !== 'open' && gate !== 'waiting' && isStopped(claimed, destination))
    return { state: 'skipped', reason: GATE_REASONS[gate] };
  if (destination.needs.email && report.order.personal.email === undefined) {
    return { state: 'skipped', reason: 'the e-mail address was erased before it was sent' };
  }
  if (now > delivery.deadlineAt) return givenUp(delivery, delivery.reason);
  // Whether it arrived, nobody here knows; a repeat would count twice.
  if (claimed.resumed && repeatsAs(destination, delivery.kind) !== true)
    return { state: 'held', ambiguous: true, reason: `interrupted while it was sent; ${lookThere(destination)}` };
  return undefined;
}

/** Of what was told in part something stands there. */
function givenUp({ facts }: Delivery, last: string): { state: 'rejected' | 'held'; reason: string; ambiguous?: true } {
  const reason = `given up at its deadline; last: ${last}`;
  return arrivedOf(facts) > 0 ? { state: 'held', ambiguous: true, reason } : { state: 'rejected', reason };
}

/** What of the delivery changes by an outcome. `facts` are those that were looked up on the way. */
export function changeOf(given: {
  outcome: Outcome;
  sendable: Sendable;
  facts: VendorFacts | undefined;
  /** One of several requests has arrived, and the next is due. */
  further?: boolean;
  now: number;
  agreed: number;
  random: number;
}): Settlement['change'] {
  const { outcome, sendable, facts, further, now, agreed, random } = given;
  const { claimed, destination, repeated } = sendable;
  const { delivery } = claimed;
  const attempts = delivery.attempts + 1;
  const ambiguous = delivery.ambiguous || repeated;
  const base = { reason: outcome.reason, attempts, ambiguous, nextAt: null, ...(facts ? { facts } : {}) };
  // Whatever is said of it later goes by the settings that it was told by.
  const kept = delivery.kind === 'conversion' ? keepSettings(destination, sendable.connection.settings) : {};
  const known = { ...(facts ?? delivery.facts), ...kept };
  switch (outcome.state) {
    case 'delivered':
    case 'unverified': {
      if (further) return { ...base, state: 'due', nextAt: now, ambiguous: false, facts: known };
      const asks = destination.confirm !== undefined && outcome.reference !== undefined;
      return {
        ...base,
        ...(Object.keys(known).length > 0 ? { facts: known } : {}),
        state: outcome.state,
        reference: outcome.reference ?? null,
        confirmAt: asks ? now + (outcome.confirmAfter ?? 2000) : null,
      };
    }
    case 'retry': {
      const delay = nextDelay({
        // Each request that arrived took an attempt that was no failure.
        attempt: Math.max(1, attempts - arrivedOf(delivery.facts)),
        random,
        ...(outcome.after === undefined ? {} : { hint: outcome.after }),
      });
      if (agreed + delay > delivery.deadlineAt) return { ...base, ...givenUp(delivery, outcome.reason) };
      return { ...base, state: 'due', nextAt: now + delay, ambiguous: ambiguous || outcome.limit === 1 };
    }
    case 'no_match':
      if (outcome.retryOnceAfter !== undefined && delivery.attempts === 0) {
        return {
          ...base,
          state: 'due',
          reason: `${outcome.reason}; asked once more later`,
          nextAt: now + outcome.retryOnceAfter,
        };
      }
      return { ...base, state: 'no_match' };
    case 'held':
      return { ...base, state: 'held', ambiguous: ambiguous || outcome.ambiguous === true };
    case 'rejected':
      return { ...base, state: 'rejected' };
  }
}

export function settlementOf(claimed: Claimed, change: Settlement['change'], attempts: Attempt[]): Settlement {
  const { id, site } = claimed.delivery;
  return { id, site, fence: claimed.fence, change, attempts };
}
