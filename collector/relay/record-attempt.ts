/** An exchange as it may be stored: everything that was said, nothing that is secret or personal. Pure. */
import type { Connection } from '../configuration/sites.ts';
import type { Attempt } from '../model/delivery.ts';
import type { HttpRequest } from '../model/http.ts';
import type { Report } from '../model/report.ts';
import { personalValues, redactExchange } from '../outbound/redact.ts';
import type { SendResult } from '../outbound/send.ts';

export function attemptOf(given: {
  request: HttpRequest;
  sent: SendResult;
  outcome: { state: string; reason: string };
  purpose: Attempt['purpose'];
  at: number;
  connection: Connection;
  report: Report;
  clock: () => number;
}): Attempt {
  const { request, sent, outcome, purpose, at, connection, report, clock } = given;
  const shown = redactExchange({
    request,
    ...(sent.ok ? { response: sent.response } : {}),
    secrets: connection.secrets,
    personal: personalValues(report.order),
  });
  return {
    at,
    purpose,
    request: shown.request,
    response: shown.response ?? null,
    outcome: outcome.state,
    reason: outcome.reason,
    took: clock() - at,
  };
}
