/**
 * Step 5 of 5. A report that takes several requests: a basket line each, a commission group each. What has arrived is written down before the
 * next one leaves, so that none is sent again. Pure.
 */
import type { Outcome } from '../kit/destination.ts';
import type { VendorFacts } from '../model/report.ts';

/** The fact that counts what has arrived; no definition sees it. */
const ARRIVED = '(arrived)';

/** How many of a report's requests have arrived. */
export const arrivedOf = (facts: VendorFacts | undefined): number => Number(facts?.[ARRIVED] ?? 0);

/** Which request is next. What is told again after all have arrived begins anew. */
export const nextPart = (facts: VendorFacts | undefined, count: number): number =>
  arrivedOf(facts) >= count ? 0 : arrivedOf(facts);

export const withArrived = (facts: VendorFacts | undefined, arrived: number): VendorFacts => ({
  ...facts,
  [ARRIVED]: String(arrived),
});

/** The facts as a definition knows them: what stands in brackets is the relay's. */
export function ownFacts(facts: VendorFacts | undefined): VendorFacts | undefined {
  const own = Object.entries(facts ?? {}).filter(([name]) => !name.startsWith('('));
  return own.length > 0 ? Object.fromEntries(own) : undefined;
}

/** What is told in part has neither failed nor arrived: it is for a person, and nothing of it is forgotten. */
export function toldInPart(outcome: Outcome, { part, count }: { part: number; count: number }): Outcome {
  if (count === 1) return outcome;
  const reason = `${outcome.reason} (${part + 1} of ${count} requests)`;
  const failed = outcome.state === 'rejected' || outcome.state === 'no_match';
  if (part === 0 || !failed) return { ...outcome, reason };
  return { state: 'held', ambiguous: true, reason: `${reason}; those before it were told: look there` };
}
