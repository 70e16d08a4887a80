/** Step 5 of 5. Several deliveries of one connection in as few requests as it takes; each reads the common answer and settles alone. */
import type { Connection } from '../configuration/sites.ts';
import { batchOf, type Outcome } from '../kit/destination.ts';
import type { HttpRequest } from '../model/http.ts';
import { personalValues, redactExchange } from '../outbound/redact.ts';
import type { SendResult } from '../outbound/send.ts';
import type { Claimed } from '../store/store.ts';
import { type Delivered, settleExchanges, rejectUnbuilt } from './deliver.ts';
import { type DeliverDeps, openDelivery, sendFor } from './open-delivery.ts';
import { classifyAnswer } from './outcome.ts';
import { prepareReport } from './personal.ts';
import type { Sendable } from './settle-outcome.ts';

interface Part {
  sendable: Sendable;
  request: HttpRequest;
}

/** Never rejects. In the order in which they became clear. */
export async function deliverTogether(
  claims: readonly Claimed[],
  connection: Connection,
  deps: DeliverDeps,
): Promise<Delivered[]> {
  const done: Delivered[] = [];
  const groups = new Map<string, Part[]>();
  for (const claimed of claims) {
    const part = readPart(claimed, connection, deps);
    if (!('request' in part)) {
      done.push(part);
      continue;
    }
    const { method, url, headers } = part.request;
    const key = JSON.stringify([method, url, headers]);
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  for (const parts of groups.values()) done.push(...(await tellParts(parts, connection, deps)));
  return done;
}

function readPart(claimed: Claimed, connection: Connection, deps: DeliverDeps): Part | Delivered {
  const opened = openDelivery(claimed, connection, deps);
  if ('settlement' in opened) return { ...opened, requests: 0 };
  const { destination, report } = opened;
  try {
    const { settings } = opened.connection;
    const prepared = prepareReport({ definition: destination, report, settings });
    if ('request' in prepared) return { sendable: opened, request: prepared.request };
    const { outcome } = prepared;
    return {
      settlement: settleExchanges({ sendable: opened, outcome, facts: undefined, log: [] }, deps),
      outcome,
      requests: 0,
    };
  } catch (error) {
    return { settlement: rejectUnbuilt(claimed, error, []), requests: 0 };
  }
}

async function tellParts(parts: readonly Part[], connection: Connection, deps: DeliverDeps): Promise<Delivered[]> {
  const { join } = batchOf(connection.destination!, connection.settings)!;
  const at = deps.clock();
  try {
    const request = { ...parts[0]!.request, body: join(parts.map((part) => part.request.body ?? '')) };
    const sent = await sendFor(connection, request, deps);
    const outcomes = parts.map((part) => outcomeOf(part, sent));
    if (parts.length > 1 && refusesAll(sent, outcomes)) {
      const half = Math.ceil(parts.length / 2);
      const [first, ...others] = [
        ...(await tellParts(parts.slice(0, half), connection, deps)),
        ...(await tellParts(parts.slice(half), connection, deps)),
      ];
      return [{ ...first!, requests: first!.requests + 1 }, ...others];
    }
    return settleParts({ parts, outcomes, sent, at }, connection, deps);
  } catch (error) {
    return parts.map(({ sendable }) => ({ settlement: rejectUnbuilt(sendable.claimed, error, []), requests: 0 }));
  }
}

const outcomeOf = ({ sendable }: Part, sent: SendResult): Outcome => {
  const { connection, destination, report, repeated } = sendable;
  const result = sent.ok ? { response: sent.response } : { failure: sent };
  const given = { definition: destination, report, settings: connection.settings };
  return classifyAnswer({ ...given, ambiguousBefore: repeated ? 1 : 0, ...result });
};

/**
 * One report at fault makes a vendor refuse the whole, or call it known (409): then the halves go alone, until it stands alone. Of the
 * others such an answer says nothing.
 */
const refusesAll = (sent: SendResult, outcomes: readonly Outcome[]): boolean =>
  sent.ok &&
  sent.response.status >= 400 &&
  outcomes.every(({ state }) => state === 'rejected' || state === 'delivered');

/** Each keeps its own part of the request; the answer is the same for all. The request counts once. */
function settleParts(
  told: { parts: readonly Part[]; outcomes: readonly Outcome[]; sent: SendResult; at: number },
  connection: Connection,
  deps: DeliverDeps,
): Delivered[] {
  const { parts, outcomes, sent, at } = told;
  const { secrets } = connection;
  const everybody = parts.flatMap(({ sendable }) => personalValues(sendable.report.order));
  const response = sent.ok
    ? redactExchange({ request: { method: 'GET', url: '' }, response: sent.response, secrets, personal: everybody })
        .response
    : null;
  const beside = parts.length === 1 ? '' : ` (in one request with ${parts.length - 1} more)`;
  const took = deps.clock() - at;
  return parts.map(({ sendable, request }, index) => {
    const outcome = outcomes[index]!;
    const personal = personalValues(sendable.report.order);
    const shown = redactExchange({ request, secrets, personal }).request;
    const attempt = { at, purpose: 'report' as const, request: shown, response, took };
    const log = [{ ...attempt, outcome: outcome.state, reason: `${outcome.reason}${beside}` }];
    const settlement = settleExchanges({ sendable, outcome, facts: undefined, log }, deps);
    return { settlement, outcome, requests: index === 0 ? 1 : 0 };
  });
}

/** What several outcomes of one request say about their connection: a fault of the settings above all, an outage only if nobody got through. */
export function commonOutcome(told: readonly Delivered[]): Outcome | undefined {
  const outcomes = told.flatMap(({ outcome }) => outcome ?? []);
  return (
    outcomes.find(({ state }) => state === 'held') ?? outcomes.find(({ state }) => state !== 'retry') ?? outcomes[0]
  );
}
