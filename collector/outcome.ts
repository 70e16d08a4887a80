/** What an attempt meant. The definition reads the vendor's answer first; what it leaves open falls to the default rules here. */
import type { Report } from './event.ts';
import type { Destination, HttpResponse, Outcome, Settings, Verdict } from './destinations/destination.ts';
import { retryAfter } from './destinations/retry-after.ts';
import { secretsOf } from './destinations/settings.ts';
import { personalValues, redactText } from './redact.ts';
import type { SendFailure } from './send.ts';

interface Context {
  definition: Destination;
  report: Report;
  settings: Settings;
}

export type Attempt = Context &
  ({ response: HttpResponse; failure?: undefined } | { response?: undefined; failure: SendFailure }) & {
    /** How often this delivery has ended without a clear answer before: destinations that can't recognise a repeat are repeated once. */
    ambiguousBefore?: number;
  };

const LONGEST_REASON = 400;

/** The outcome of one attempt. Its reason is fit to be stored and shown: no secret, nothing personal. */
export function classify(attempt: Attempt): Outcome {
  const { definition, response, failure, report, settings } = attempt;
  const outcome =
    response === undefined
      ? ofFailure(failure)
      : (definition.outcome?.(response, report, settings) ?? byStatus(response, definition));
  return clean(guardRepeats(outcome, attempt), attempt);
}

/** The answer to a definition's remedy, by the default rules alone: `delivered` means that the report may be sent again. */
export function classifyRemedy(attempt: Attempt): Outcome {
  const outcome =
    attempt.response === undefined ? ofFailure(attempt.failure) : byStatus(attempt.response, attempt.definition);
  // Nothing has been counted by an upsert: repeating it is safe.
  return clean(outcome.state === 'retry' ? { ...outcome, ambiguous: undefined } : outcome, attempt);
}

/** A vendor's verdict with a reason fit to be stored and shown. */
export function readVerdict({ definition, response, report, settings }: Context & { response: HttpResponse }): Verdict {
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

/** A report that a vendor would count twice goes out again once after an unclear answer, and then waits for a person's eyes. */
function guardRepeats(outcome: Outcome, { definition, ambiguousBefore = 0 }: Attempt): Outcome {
  if (outcome.state !== 'retry' || outcome.ambiguous !== true || definition.idempotent) return outcome;
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
