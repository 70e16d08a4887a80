/** Takes secrets and personal data out of an exchange before it is stored or logged, in every spelling that they travel in. */
import type { HttpRequest, HttpResponse } from '../model/http.ts';
import type { Order } from '../model/order.ts';
import { findDigests } from './redact-digests.ts';
import { mayHoldEncoded, type Spellings, spellingsOf, spellOut } from './redact-spellings.ts';

export interface Hidden {
  /** Values of secret settings. */
  secrets: readonly string[];
  /** Values of the customer's personal fields. */
  personal: readonly string[];
}

const SECRET = '[secret]';
const PERSONAL = '[personal]';

/** What is kept of a body: enough to see what was said. */
const LONGEST_BODY = 4096;

/** Parameters that carry a secret by their very name, whoever configured them. */
const SECRET_PARAMS =
  /(^|[?&#;\s"'])((?:api[_-]?key|key|token|security_token|access_token|auth_token|verification_token|idev_secret|secret|password|signature)=)[^&#\s"'<]*/gi;

const SECRET_HEADERS = /authorization|cookie|token|secret|api-?key|signature|password/i;

/** All personal values of an order: never shown, whichever of them a request has used. */
export const personalValues = (order: Pick<Order, 'personal'>): string[] =>
  Object.values(order.personal).filter((value): value is string => typeof value === 'string' && value.trim() !== '');

/** The exchange as it may be stored: an attempt keeps nothing that a reader of the dashboard should not see. */
export function redactExchange<R extends HttpResponse | undefined>({
  request,
  response,
  ...hidden
}: Hidden & { request: HttpRequest; response?: R }): { request: HttpRequest; response: R } {
  const hide = hider(hidden);
  const shown: HttpRequest = { ...request, url: hide(request.url) };
  if (request.headers !== undefined) shown.headers = headers(request.headers, hide);
  if (request.body !== undefined) shown.body = shorten(hide(request.body));
  if (response === undefined) return { request: shown, response: response as R };
  return {
    request: shown,
    response: { ...response, headers: headers(response.headers, hide), body: shorten(hide(response.body)) },
  };
}

export const redactText = (text: string, hidden: Hidden): string => hider(hidden)(text);

function hider({ secrets, personal }: Hidden): (text: string) => string {
  const all: [Spellings[], string][] = [
    [known(secrets), SECRET],
    [known(personal), PERSONAL],
  ];
  const hideWritten = (text: string): string => {
    let shown = text;
    // What is hidden makes the text poorer, never richer: one look at the original is enough for the cheap tests.
    const lower = text.toLowerCase();
    const encoded = mayHoldEncoded(lower);
    const digests = encoded ? findDigests(text) : [];
    for (const [values, instead] of all) {
      for (const value of values) {
        const ways = [...value.written, ...(encoded ? value.encoded() : []), ...value.hashed(digests)];
        for (const { mayBeIn, pattern } of ways) if (mayBeIn(lower)) shown = shown.replace(pattern(), instead);
      }
    }
    return shown.includes('=') ? shown.replace(SECRET_PARAMS, `$1$2${SECRET}`) : shown;
  };
  return (text) => {
    const shown = hideWritten(text);
    const plain = spellOut(shown);
    if (plain === shown) return shown;
    // Shown as it came where nothing hid behind the odd spelling.
    const hidden = hideWritten(plain);
    return hidden === plain ? shown : hidden;
  };
}

const spelled = new WeakMap<readonly string[], Spellings[]>();

/** Callers that keep one array per connection have its spellings worked out once. Longer values first: one may be part of another. */
function known(values: readonly string[]): Spellings[] {
  const cached = spelled.get(values);
  if (cached !== undefined) return cached;
  const texts = [...new Set(values.map((value) => value.trim()))].filter((value) => value !== '');
  const made = texts.sort((a, b) => b.length - a.length).map(spellingsOf);
  spelled.set(values, made);
  return made;
}

function headers(given: Record<string, string>, hide: (text: string) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, SECRET_HEADERS.test(name) ? SECRET : hide(value)]),
  );
}

function shorten(body: string): string {
  return body.length <= LONGEST_BODY
    ? body
    : `${body.slice(0, LONGEST_BODY)} … [cut: ${body.length} characters in all]`;
}
