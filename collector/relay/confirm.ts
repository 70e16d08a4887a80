/** Step 5 of 5. Asks a vendor that only queued a report what became of it. */
import type { Connection } from '../configuration/sites.ts';
import { settingsAsTold } from '../model/amounts/kept-settings.ts';
import { confirmDelay } from '../lib/backoff.ts';
import { hours } from '../lib/duration.ts';
import type { Attempt } from '../model/delivery.ts';
import type { Report } from '../model/report.ts';
import type { Claimed, Settlement } from '../store/store.ts';
import type { Delivered } from './deliver.ts';
import { type DeliverDeps, sendFor } from './open-delivery.ts';
import { openPersonal, SEALED_OTHERWISE } from './open-personal.ts';
import { classifyVerdict } from './outcome.ts';
import { attemptOf } from './record-attempt.ts';

/** Refused or unknown this often, the question is dropped: what waits for the verdict must not wait for ever. */
const MOST_UNANSWERED = 8;
/** At an hour between questions this covers well over the 21 minutes that vendors were seen to take. */
const MOST_POLLS = 48;
/** Until it is looked again whether the right key is there. */
const KEY_PAUSE = hours(1);

/** One question. Never rejects. */
export async function confirmDelivery(claimed: Claimed, asks: Connection, deps: DeliverDeps): Promise<Delivered> {
  const { delivery } = claimed;
  const connection = { ...asks, settings: settingsAsTold(asks.settings, delivery.report) };
  const destination = connection.destination!;
  const personal = openPersonal(claimed, deps.seal);
  // It was accepted: held, a replay would report it a second time. The question waits for the key, and does not count until asked.
  if (personal === undefined) {
    const change = { reason: `accepted; ${SEALED_OTHERWISE}`, confirmAt: deps.clock() + KEY_PAUSE };
    const settlement = { id: delivery.id, site: delivery.site, fence: claimed.fence, change, attempts: [] };
    return { settlement, requests: 0 };
  }
  const report: Report = { ...delivery.report, order: { ...delivery.report.order, personal } };
  const polls = delivery.polls + 1;
  const settle = (change: Settlement['change'], attempts: Attempt[]): Delivered => ({
    settlement: { id: delivery.id, site: delivery.site, fence: claimed.fence, change: { ...change, polls }, attempts },
    requests: attempts.length === 0 ? 0 : 1,
  });
  if (!destination.confirm || delivery.reference === null) return settle({ confirmAt: null }, []);
  try {
    const at = deps.clock();
    const request = destination.confirm.request(delivery.reference, connection.settings, report);
    const sent = await sendFor(connection, request, { sender: deps.sender, tokens: deps.tokens });
    const understood = sent.ok && sent.response.status >= 200 && sent.response.status < 300;
    const verdict = sent.ok
      ? classifyVerdict({ definition: destination, response: sent.response, report, settings: connection.settings })
      : { state: 'pending' as const, reason: `accepted; its verdict could not be asked for: ${sent.message}` };
    const attempt = attemptOf({
      request,
      sent,
      outcome: verdict,
      purpose: 'confirm',
      at,
      connection,
      report,
      clock: deps.clock,
    });
    if (verdict.state !== 'pending') {
      return settle(
        {
          state: verdict.state,
          reason: verdict.reason,
          confirmAt: null,
          ...('reference' in verdict ? referenceOf(verdict) : {}),
        },
        [attempt],
      );
    }
    if (polls >= (understood ? MOST_POLLS : MOST_UNANSWERED)) {
      return settle({ reason: `accepted by ${destination.title}; its verdict never came`, confirmAt: null }, [attempt]);
    }
    const wish = 'after' in verdict ? (verdict.after ?? 0) : 0;
    const confirmAt = deps.clock() + Math.max(wish, confirmDelay(polls, deps.random()));
    // An unchanged "still queued" tells nothing new, so only the first is kept beside faults and verdicts.
    return settle({ reason: verdict.reason, confirmAt }, understood && polls > 1 ? [] : [attempt]);
  } catch (error) {
    const reason = `the answer to the question for its verdict could not be read: ${error instanceof Error ? error.message : String(error)}`;
    return settle({ reason, confirmAt: null }, []);
  }
}

function referenceOf(verdict: { reference?: string }): Partial<Settlement['change']> {
  return verdict.reference === undefined ? {} : { reference: verdict.reference };
}
