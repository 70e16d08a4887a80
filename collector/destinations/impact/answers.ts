/** impact.com: what its answers mean. A 200 says "queued"; the verdict comes later from APISubmissions. */
import type { Outcome, Verdict } from '../../kit/destination.ts';
import { isObject, type Json, parseObject, pickField, textOf } from '../../kit/json.ts';
import { retryAfter } from '../../kit/retry-after.ts';
import type { Settings } from '../../kit/setting.ts';
import { seconds } from '../../lib/duration.ts';
import type { HttpResponse } from '../../model/http.ts';
import type { Report } from '../../model/report.ts';
import { reasonText, splitCodes } from './reasons.ts';

/** Duplicates answer the question "was it counted?" with yes, wherever the code stands. */
const DUPLICATE = 'CONV_DUPLICATE';

export function readAnswer(response: HttpResponse, report: Report): Outcome | undefined {
  const { status, body } = response;
  const json = parseObject(body);
  if (status < 500 && splitCodes(errorText(json)).includes(DUPLICATE)) {
    return { state: 'delivered', reason: `impact.com: ${reasonText(DUPLICATE).words}` };
  }
  if (status >= 200 && status < 300) return readSuccess(status, json);
  switch (status) {
    case 400:
      return { state: 'rejected', reason: `impact.com refused the data: ${errorText(json) || 'no detail given'}` };
    case 401:
      return { state: 'held', reason: 'impact.com does not accept the credentials: check accountSid and authToken' };
    case 402:
      return {
        state: 'rejected',
        reason: `impact.com could not carry the request out: ${errorText(json) || 'no detail given'}`,
      };
    case 403:
      return {
        state: 'held',
        reason:
          "impact.com's token is disabled or lacks the scope for this call: allow Conversions, Actions and APISubmissions",
      };
    case 404:
    case 405:
      return notFound(status, report);
    default:
      return undefined;
  }
}

function readSuccess(status: number, json: Json | undefined): Outcome {
  const queued = textOf(pickField(json, 'QueuedUri'));
  if (queued !== undefined) {
    const reason = 'queued by impact.com, verdict pending';
    return { state: 'delivered', reason, reference: queued, confirmAfter: seconds(2) };
  }
  const action = textOf(pickField(json, 'ActionId', 'ActionUri', 'Uri'));
  if (action !== undefined)
    return { state: 'delivered', reason: `recorded by impact.com as ${action.split('/').pop()}` };
  const errors = errorText(json);
  if (errors !== '') return { state: 'rejected', reason: `impact.com refused the data: ${errors}` };
  // A proxy's or maintenance page. Sending again is safe: the same order id is recognised as a duplicate.
  return { state: 'retry', reason: `impact.com answered ${status} without queueing anything` };
}

/** A wrong address stops everything, so a person must act; a missing action concerns this order alone. */
function notFound(status: number, report: Report): Outcome {
  if (report.kind === 'conversion') {
    return {
      state: 'held',
      reason: `impact.com has nothing at this address (${status}): check accountSid and baseUrl`,
    };
  }
  return { state: 'rejected', reason: `impact.com found no action to change for this order (${status})` };
}

/** `errors[]` with `field`, `message` or `Errors[]` with `Field`, `Message`; a bare `Message` where there is no list. */
function errorText(json: Json | undefined): string {
  const list = pickField(json, 'errors');
  const errors = Array.isArray(list) ? list.filter(isObject) : [];
  const parts = errors.map((error) => {
    const field = textOf(pickField(error, 'field'));
    const message = textOf(pickField(error, 'message')) ?? 'is not accepted';
    return field === undefined || message.includes(field) ? message : `${field}: ${message}`;
  });
  if (parts.length > 0) return parts.join('; ');
  return textOf(pickField(json, 'message')) ?? '';
}

const STATUS_WORDS: Record<number, string> = {
  401: 'impact.com does not accept the credentials: check accountSid and authToken',
  403: 'the token may not read the verdict: allow APISubmissions in its scope at impact.com',
  404: 'impact.com does not know the submission (yet)',
};

export function readSubmission(response: HttpResponse, _report: Report): Verdict {
  const { status } = response;
  if (status !== 200) {
    const reason = STATUS_WORDS[status] ?? `no verdict yet: impact.com answered ${status}`;
    return { state: 'pending', reason, after: retryAfter(response) };
  }
  const json = parseObject(response.body);
  const phase = textOf(pickField(json, 'Status'))?.toLowerCase() ?? '';
  const codes = splitCodes(textOf(pickField(json, 'ErrorReason')) ?? '');
  // Queued and In Progress may come with words of an earlier try; only Complete is a verdict.
  if (phase !== 'complete')
    return { state: 'pending', reason: `impact.com: ${phase === '' ? 'no status yet' : phase}` };
  if (codes.includes(DUPLICATE)) return { state: 'confirmed', reason: `impact.com: ${reasonText(DUPLICATE).words}` };
  const kind = textOf(pickField(json, 'ErrorType'));
  if (codes.length === 0 && kind === undefined) return { state: 'confirmed', reason: 'recorded by impact.com' };
  if (codes.length === 0) return { state: 'declined', reason: `impact.com declined it without a reason (${kind})` };
  const texts = codes.map(reasonText);
  return {
    state: 'declined',
    reason: `impact.com: ${texts.map(({ words }) => words).join('; ')} [${codes.join(' ')}]`,
    benign: texts.every((text) => text.class === 'not-ours'),
  };
}

export function readTest(response: HttpResponse, settings: Settings): { ok: boolean; message: string } {
  const { status } = response;
  if (status === 200) return { ok: true, message: `impact.com knows programme ${String(settings['campaignId'])}` };
  const messages: Record<number, string> = {
    401: 'the credentials are wrong: copy Account SID and Auth Token again from Settings → API at impact.com',
    403: 'the token is disabled, or its scope lacks Campaigns (read): allow it beside Conversions, Actions and APISubmissions',
    404: 'the programme is unknown to this account: check campaignId (Settings → General), accountSid and baseUrl',
    429: "the account's hourly limit is used up: try again later",
  };
  return { ok: false, message: messages[status] ?? `impact.com answered ${status}: try again later` };
}
