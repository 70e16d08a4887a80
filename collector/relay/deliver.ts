/** Step 5 of 5. One delivery: look up what it needs, build the request from stored data, send it, read the outcome, say what becomes of it. */
import type { Connection } from '../configuration/sites.ts';
import type { Outcome } from '../kit/destination.ts';
import type { Attempt } from '../model/delivery.ts';
import type { HttpRequest } from '../model/http.ts';
import type { VendorFacts } from '../model/report.ts';
import type { SendResult } from '../outbound/send.ts';
import type { Claimed, Settlement } from '../store/store.ts';
import { nextPart, ownFacts, toldInPart, withArrived } from './parts.ts';
import { type AttemptResult, classifyAnswer, classifyLookup, classifyRemedy } from './outcome.ts';
import { prepareReport, refusalOf } from './personal.ts';
import { attemptOf } from './record-attempt.ts';
import { type DeliverDeps, openDelivery, sendFor } from './open-delivery.ts';
import { changeOf, type Sendable, settlementOf } from './settle-outcome.ts';

export interface Delivered {
  settlement: Settlement;
  /** What the last attempt meant; absent where nothing was sent. */
  outcome?: Outcome;
  /** Requests that left. */
  requests: number;
}

/** Questions before one report: a definition that always has another would never tell it. */
const MOST_LOOKUPS = 3;

/** Never rejects: a fault of ours ends as a rejected delivery that says so. */
export async function sendDelivery(claimed: Claimed, connection: Connection, deps: DeliverDeps): Promise<Delivered> {
  const opened = openDelivery(claimed, connection, deps);
  if ('settlement' in opened) return { ...opened, requests: 0 };
  const log: Attempt[] = [];
  try {
    const { outcome, ...came } = await runErrand(opened, deps, log);
    return {
      settlement: settleExchanges({ sendable: opened, outcome, ...came, log }, deps),
      outcome,
      requests: log.length,
    };
  } catch (error) {
    return { settlement: rejectUnbuilt(claimed, error, log), requests: log.length };
  }
}

/** The exchanges that one delivery takes, each written into the log. */
async function runErrand(
  sendable: Sendable,
  deps: DeliverDeps,
  log: Attempt[],
): Promise<{ outcome: Outcome; facts: VendorFacts | undefined; further?: boolean }> {
  const { claimed, connection, destination, report, repeated } = sendable;
  let { facts } = claimed.delivery;
  const count = destination.parts?.(report, connection.settings) ?? 1;
  const part = nextPart(facts, count);
  const telling = () => {
    const own = ownFacts(facts);
    return {
      definition: destination,
      report: { ...report, ...(own ? { facts: own } : {}), ...(count > 1 ? { part } : {}) },
      settings: connection.settings,
    };
  };
  const exchange = async <T extends { state: string; reason: string }>(
    request: HttpRequest,
    purpose: Attempt['purpose'],
    classify: (attempt: AttemptResult) => T,
  ): Promise<{ outcome: T; sent: SendResult }> => {
    const at = deps.clock();
    const sent = await sendFor(connection, request, deps);
    const result = sent.ok ? { response: sent.response } : { failure: sent };
    const outcome = classify({ ...telling(), ambiguousBefore: repeated ? 1 : 0, ...result });
    log.push(attemptOf({ request, sent, outcome, purpose, at, connection, report, clock: deps.clock }));
    return { outcome, sent };
  };
  /** Undefined once the report has all that it needs. */
  const lookUp = async (): Promise<Outcome | undefined> => {
    for (let asked = 0; ; asked += 1) {
      const request = destination.prepare?.request(telling().report, connection.settings);
      if (request === undefined) return undefined;
      if (asked === MOST_LOOKUPS) throw new Error(`it asks more than ${MOST_LOOKUPS} questions before it`);
      const { outcome } = await exchange(request, 'lookup', classifyLookup);
      if (outcome.state !== 'found') return outcome;
      facts = { ...facts, ...outcome.facts };
    }
  };
  const tell = async (): Promise<Outcome> => {
    const prepared = prepareReport(telling());
    if ('outcome' in prepared) return prepared.outcome;
    const { outcome, sent } = await exchange(prepared.request, 'report', classifyAnswer);
    const remedy = sent.ok && destination.remedy?.(sent.response, telling().report, connection.settings);
    if (!remedy) return outcome;
    const remedied = await exchange(remedy.request, 'remedy', classifyRemedy);
    if (remedied.outcome.state !== 'delivered') return remedied.outcome;
    return (await exchange(prepared.request, 'report', classifyAnswer)).outcome;
  };
  const outcome = toldInPart(refusalOf(telling()) ?? (await lookUp()) ?? (await tell()), { part, count });
  const told = outcome.state === 'delivered' || outcome.state === 'unverified';
  if (count === 1 || !told) return { outcome, facts };
  return { outcome, facts: withArrived(facts, part + 1), further: part + 1 < count };
}

/** What becomes of a delivery whose exchanges are over. */
export function settleExchanges(
  given: { sendable: Sendable; outcome: Outcome; facts: VendorFacts | undefined; further?: boolean; log: Attempt[] },
  { clock, agreed = clock, random }: DeliverDeps,
): Settlement {
  const { log, ...rest } = given;
  const change = changeOf({ ...rest, now: clock(), agreed: agreed(), random: random() });
  return settlementOf(given.sendable.claimed, change, log);
}

export function rejectUnbuilt(claimed: Claimed, error: unknown, log: Attempt[]): Settlement {
  const reason = `the request could not be built: ${error instanceof Error ? error.message : String(error)}`;
  return settlementOf(claimed, { state: 'rejected', reason, nextAt: null }, log);
}
