/** What an attempt meant. The definition reads the vendor's answer first; what it leaves open falls to the default rules here. */
import { type Destination, type Outcome, repeatsAs, type Verdict } from '../kit/destination.ts';
import { retryAfter } from '../kit/retry-after.ts';
import type { Settings } from '../kit/setting.ts';
import { secretsOf } from '../kit/validate-settings.ts';
import type { HttpResponse } from '../model/http.ts';
import type { VendorFacts, Report } from '../model/report.ts';
import { personalValues, redactText } from '../outbound/redact.ts';
import type { SendFailure } from '../outbound/send-failure.ts';

interface Context {
  definition: Destination;
  report: Report;
  settings: Settings;
}

export type AttemptResult = Context &
  ({ response: HttpResponse; failure?: undefined } | { response?: undefined; failure: SendFailure }) & {
    /** How often this delivery has ended without a clear answer before: destinations that can't recognise a repeat are repeated once. */
    ambiguousBefore?: number;
  };

const LONGEST_REASON = 400;

/** The outcome of one attempt. Its reason is fit to be stored and shown: no secret, nothing personal. */
export function classifyAnswer(attempt: AttemptResult): Outcome {
  const { definition, response, failure, report, settings } = attempt;
  const outcome =
    response === undefined
      ? ofFailure(failure)
      : (definition.outcome?.(response, report, settings) ?? byStatus(response, definition));
  return clean(guardRepeats(outcome, attempt), attempt);
}

/** The answer to a definition's remedy, by the default rules alone: `delivered` means that the report may be sent again. */
export function classifyRemedy(attempt: AttemptResult): Outcome {
  const outcome =
    attempt.response === undefined ? ofFailure(attempt.failure) : byStatus(attempt.response, attempt.definition);
  // Nothing has been counted by an upsert: repeating it is safe.
  return clean(outcome.state === 'retry' ? { ...outcome, ambiguous: undefined } : outcome, attempt);
}

export type LookedUp = { state: 'found'; reason: string; facts: VendorFacts } | Outcome;

/** The answer to a definition's look-up. Nothing was written by it, so it may be asked again whatever came of it. */
export function classifyLookup(attempt: AttemptResult): LookedUp {
  const { definition, response, failure, report, settings } = attempt;
  const read = response && definition.prepare?.read(response, report, settings);
  if (read && 'facts' in read) return clean({ state: 'found', ...read }, attempt);
  const outcome = read ?? (response === undefined ? ofFailure(failure!) : byStatus(response, definition));
  if (outcome.state === 'retry') return clean({ ...outcome, ambiguous: undefined }, attempt);
  if (outcome.state !== 'delivered') return clean(outcome, attempt);
  const reason = `${definition.title} answered the look-up with ${response?.status}, but not with what was asked for`;
  return { state: 'retry', reason, alone: true };
}

/** A vendor's verdict with a reason fit to be stored and shown. */
export function classifyVerdict({
  definition,
  response,
  report,
  settings,
}: Context & { response: HttpResponse }): Verdict {
  if (definition.confirm === undefined)
    return { state: 'confirmed', reason: `${definition.title} confirms nothing later` };
  return clean(definition.confirm.verdict(response, report), { definition, report, settings });
}

/**
 * - 2xx: delivered
 * - 408, 425, 429, 5xx: retry, honouring the vendor's wish
 * - 401, 403, 407 and redirects (which are never followed): held, a person must act
 * - other 4xx: rejected
 */
export function byStatus(response: HttpResponse, { title }: Pick<Destination, 'title'>): Outcome {
  const { status } = response;
  if (status >= 200 && status < 300) return { state: 'delivered', reason: `accepted by ${title}` };
  if (status === 429)
    return { state: 'retry', reason: `${title} asks to slow down (429)`, after: retryAfter(response) };
  if (status === 408 || status === 425 || status >= 500) {
    // A gateway's time-out leaves open whether the server behind it has done the work.
    const ambiguous = status === 504 ? true : undefined;
    return { state: 'retry', reason: `${title} is unavailable (${status})`, after: retryAfter(response), ambiguous };
  }
  if (status === 401 || status === 403 || status === 407) {
    return {
      state: 'held',
      reason: `${title} does not accept the credentials (${status}): check the connection's settings`,
    };
  }
  if (status >= 300 && status < 400) {
    return {
      state: 'held',
      reason: `${title} redirects to another address (${status}): correct the connection's address`,
    };
  }
  return { state: 'rejected', reason: `${title} refused the report (${status})` };
}

function ofFailure(failure: SendFailure): Outcome {
  const { kind, sent, message } = failure;
  if (kind === 'refused') return { state: 'held', reason: message };
  return {
    state: 'retry',
    reason: sent ? `${message}; it may have arrived` : message,
    ambiguous: sent ? true : undefined,
  };
}

/** What a person does about a report that may have been counted. */
export const lookThere = ({ title }: Pick<Destination, 'title'>): string =>
  `${title} can't recognise a repeat: look there, then replay it if it is missing ("clickthread replay --order ORDERID"), or tick it off ("clickthread deliveries done ID")`;

/** A server that fails may have done the work before; one that is overloaded (503) says that it hasn't begun. */
const mayHaveCounted = (response: HttpResponse | undefined): boolean =>
  response !== undefined && response.status >= 500 && response.status !== 503;

/**
 * A report that a vendor would count twice goes out again once after an unclear answer. What adds with each repeat never does, and a fault of
 * the vendor's is unclear enough for it: it waits for a person's eyes.
 */
function guardRepeats(outcome: Outcome, { definition, report, response, ambiguousBefore = 0 }: AttemptResult): Outcome {
  const repeats = repeatsAs(definition, report.kind);
  if (outcome.state !== 'retry' || repeats === true) return outcome;
  if (repeats === 'delta' && (outcome.ambiguous === true || mayHaveCounted(response)))
    return { state: 'held', ambiguous: true, reason: `${outcome.reason}; ${lookThere(definition)}` };
  if (outcome.ambiguous !== true) return outcome;
  if (ambiguousBefore === 0) return { ...outcome, limit: 1 };
  return {
    state: 'rejected',
    reason: `no clear answer twice (${outcome.reason}); ${definition.title} can't recognise a repeat: look there before you replay it`,
  };
}

function clean<T extends { reason: string }>(result: T, { definition, report, settings }: Context): T {
  const secrets = secretsOf(definition, settings);
  const reason = redactText(result.reason, { secrets, personal: personalValues(report.order) });
  return { ...result, reason: reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason };
}
