/** Step 5 of 5. One delivery: build the request from stored data, send it, read the outcome, say what becomes of it. */
import { nextDelay } from './backoff.ts';
import type { HttpRequest, Outcome } from './destinations/destination.ts';
import type { Report } from './event.ts';
import type { Clock } from './lib/clock.ts';
import { newId } from './lib/id.ts';
import type { Seal } from './lib/seal.ts';
import { openPersonal, SEALED_OTHERWISE } from './open-personal.ts';
import { classify, classifyRemedy } from './outcome.ts';
import { prepare } from './prepare.ts';
import { personalValues, redactExchange } from './redact.ts';
import type { Sender, SendResult } from './send.ts';
import type { Connection } from './sites.ts';
import type { Attempt, Claimed, Settlement } from './store/store.ts';

export interface DeliverDeps {
  sender: Sender;
  seal: Seal;
  clock: Clock;
  random: () => number;
}

export interface Delivered {
  settlement: Settlement;
  /** What the last attempt meant; absent where nothing was sent. */
  outcome?: Outcome;
  /** Requests that left. */
  requests: number;
}

type Destination = NonNullable<Connection['destination']>;

/** Never rejects: a fault of ours ends as a rejected delivery that says so. */
export async function deliver(claimed: Claimed, connection: Connection, deps: DeliverDeps): Promise<Delivered> {
  const destination = connection.destination!;
  const { delivery } = claimed;
  const personal = openPersonal(claimed, deps.seal);
  if (personal === undefined) {
    return {
      settlement: settlement(claimed, { state: 'held', reason: `${SEALED_OTHERWISE}, then replay`, nextAt: null }, []),
      requests: 0,
    };
  }
  const report: Report = { ...delivery.report, order: { ...delivery.report.order, personal } };
  const now = deps.clock();
  const stop = reasonNotToSend({ claimed, destination, report, now });
  if (stop) return { settlement: settlement(claimed, { ...stop, nextAt: null }, []), requests: 0 };

  const repeated = delivery.ambiguous || (claimed.resumed && !destination.idempotent);
  const log: Attempt[] = [];
  const exchange = async (request: HttpRequest, purpose: Attempt['purpose']): Promise<Outcome> => {
    const at = deps.clock();
    const sent = await deps.sender.send(
      request,
      connection.limits.timeout === undefined ? {} : { timeout: connection.limits.timeout },
    );
    const result = sent.ok ? { response: sent.response } : { failure: sent };
    const given = {
      definition: destination,
      report,
      settings: connection.settings,
      ambiguousBefore: repeated ? 1 : 0,
      ...result,
    };
    const outcome = purpose === 'remedy' ? classifyRemedy(given) : classify(given);
    log.push(attemptOf({ request, sent, outcome, purpose, at, connection, report, clock: deps.clock }));
    if (purpose === 'remedy' || !sent.ok || !destination.remedy || log.length > 1) return outcome;
    const remedy = destination.remedy(sent.response, report, connection.settings);
    if (!remedy) return outcome;
    const remedied = await exchange(remedy.request, 'remedy');
    return remedied.state === 'delivered' ? exchange(request, 'report') : remedied;
  };
  try {
    const prepared = prepare({ definition: destination, report, settings: connection.settings });
    const outcome = 'request' in prepared ? await exchange(prepared.request, 'report') : prepared.outcome;
    const change = changeOf({ outcome, claimed, destination, repeated, now: deps.clock(), random: deps.random() });
    return { settlement: settlement(claimed, change, log), outcome, requests: log.length };
  } catch (error) {
    const reason = `the request could not be built: ${error instanceof Error ? error.message : String(error)}`;
    return { settlement: settlement(claimed, { state: 'rejected', reason, nextAt: null }, log), requests: log.length };
  }
}

function reasonNotToSend(given: {
  claimed: Claimed;
  destination: Destination;
  report: Report;
  now: number;
}): { state: 'skipped' | 'rejected'; reason: string } | undefined {
  const { claimed, destination, report, now } = given;
  const { delivery, consent } = claimed;
  if (destination.needs.consent && consent?.marketing === 'denied') {
    return { state: 'skipped', reason: 'the visitor withdrew consent before it was sent' };
  }
  if (destination.needs.email && report.order.personal.email === undefined) {
    return { state: 'skipped', reason: 'the e-mail address was erased before it was sent' };
  }
  if (now > delivery.deadlineAt)
    return { state: 'rejected', reason: `given up at its deadline; last: ${delivery.reason}` };
  if (claimed.resumed && !destination.idempotent && delivery.ambiguous) {
    return {
      state: 'rejected',
      reason: `interrupted twice; ${destination.title} can't recognise a repeat: look there before you replay it`,
    };
  }
  return undefined;
}

function changeOf(given: {
  outcome: Outcome;
  claimed: Claimed;
  destination: Destination;
  repeated: boolean;
  now: number;
  random: number;
}): Settlement['change'] {
  const { outcome, claimed, destination, repeated, now, random } = given;
  const { delivery } = claimed;
  const attempts = delivery.attempts + 1;
  const base = { reason: outcome.reason, attempts, ambiguous: delivery.ambiguous || repeated, nextAt: null };
  switch (outcome.state) {
    case 'delivered': {
      const asks = destination.confirm !== undefined && outcome.reference !== undefined;
      return {
        ...base,
        state: 'delivered',
        reference: outcome.reference ?? null,
        confirmAt: asks ? now + (outcome.confirmAfter ?? 2000) : null,
      };
    }
    case 'retry': {
      const delay = nextDelay({
        attempt: attempts,
        random,
        ...(outcome.after === undefined ? {} : { hint: outcome.after }),
      });
      if (now + delay > delivery.deadlineAt)
        return { ...base, state: 'rejected', reason: `given up at its deadline; last: ${outcome.reason}` };
      return { ...base, state: 'due', nextAt: now + delay, ambiguous: base.ambiguous || outcome.limit === 1 };
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
    case 'rejected':
    case 'held':
      return { ...base, state: outcome.state };
  }
}

function settlement(claimed: Claimed, change: Settlement['change'], attempts: Attempt[]): Settlement {
  const { id, site } = claimed.delivery;
  return { id, site, fence: claimed.fence, change, attempts };
}

/** The exchange as it may be stored. */
export function attemptOf(given: {
  request: HttpRequest;
  sent: SendResult;
  outcome: { state: string; reason: string };
  purpose: Attempt['purpose'];
  at: number;
  connection: Connection;
  report: Report;
  clock: Clock;
}): Attempt {
  const { request, sent, outcome, purpose, at, connection, report, clock } = given;
  const shown = redactExchange({
    request,
    ...(sent.ok ? { response: sent.response } : {}),
    secrets: connection.secrets,
    personal: personalValues(report.order),
  });
  return {
    id: newId(at),
    at,
    purpose,
    request: shown.request,
    response: shown.response ?? null,
    outcome: outcome.state,
    reason: outcome.reason,
    took: clock() - at,
  };
}
