/** How long a vendor asks us to wait, in the several spellings of that wish. */
import { days } from '../lib/duration.ts';
import type { HttpResponse } from '../model/http.ts';

/** A slip in a header must not freeze a delivery: never longer than a day. */
const LONGEST = days(1);

/** Values above this are an instant in seconds since 1970, below it a span: a span of a billion seconds is 31 years. */
const EPOCH_FROM = 1e9;

/**
 * Milliseconds to wait, or `undefined` where the answer doesn't say.
 * `Retry-After` first (seconds or a date, RFC 9110 §10.2.3). The reset headers of a rate limit count on a 429 alone: elsewhere they
 * only tell when the hour ends. impact.com's text calls `X-RateLimit-Reset` seconds and its example shows an instant, so both are read.
 */
export function retryAfter(response: HttpResponse): number | undefined {
  const { headers, status } = response;
  const now = response.receivedAt ?? dateOf(headers['date']);
  const asked = waitOf(headers['retry-after'], now);
  if (asked !== undefined || status !== 429) return asked;
  return waitOf(headers['x-ratelimit-reset'], now) ?? waitOf(headers['ratelimit-reset'], now);
}

function waitOf(value: string | undefined, now: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d{1,13}(\.\d+)?$/.test(text)) return fromNumber(Number(text), now);
  const date = dateOf(text);
  return date === undefined || now === undefined ? undefined : clamp(date - now);
}

function fromNumber(value: number, now: number | undefined): number | undefined {
  if (value <= EPOCH_FROM) return clamp(value * 1000);
  if (now === undefined) return undefined;
  const instant = value > EPOCH_FROM * 1000 ? value : value * 1000;
  return clamp(instant - now);
}

function dateOf(text: string | undefined): number | undefined {
  if (text === undefined || !/[A-Za-z]/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

const clamp = (milliseconds: number): number => Math.min(LONGEST, Math.max(0, Math.ceil(milliseconds)));
