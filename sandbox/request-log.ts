/** The raw log of a vendor: the newest requests with their answers, bounded in number and in bytes, secrets masked when shown. */
import { readFields } from './exchange.ts';
import { maskFields, maskHeaders, maskPairs } from './mask.ts';
import type { Exchange } from './reply.ts';

const MOST_ENTRIES = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;
/** A body is kept up to here; vendors see it whole. */
const MOST_BODY = 64 * 1024;

/** Absent while the sandbox still holds the answer back. */
export type LoggedAnswer = { status: number; body: string } | { dropped: string };

export interface LoggedRequest {
  /** Counts from 1, never reused: tells how many were dropped. */
  number: number;
  at: number;
  method: string;
  /** Path below the vendor's prefix with its query. */
  path: string;
  headers: Record<string, string>;
  body: string;
  /** Query and form fields, or the parsed JSON under `json`. */
  fields: Record<string, unknown>;
  /** The scripted answer it met, if any. */
  scripted?: string;
  answer?: LoggedAnswer;
}

/** What is kept; shown as a {@link LoggedRequest}, which is only made when somebody looks. */
export interface LogEntry {
  number: number;
  exchange: Exchange;
  scripted?: string;
  answer?: LoggedAnswer;
}

export interface RequestLog {
  add(exchange: Exchange, scripted?: string): LogEntry;
  /** Oldest first; the newest `most` only. */
  list(most?: number): LoggedRequest[];
  total(): number;
  clear(): void;
}

export function createRequestLog(): RequestLog {
  let entries: LogEntry[] = [];
  let bytes = 0;
  let total = 0;
  const weight = ({ exchange }: LogEntry) => (exchange.body.length + exchange.search.length) * 2 + 1_000;
  return {
    add(exchange, scripted) {
      total += 1;
      const entry: LogEntry = { number: total, exchange: { ...exchange, body: exchange.body.slice(0, MOST_BODY) } };
      if (scripted !== undefined) entry.scripted = scripted;
      entries.push(entry);
      bytes += weight(entry);
      while (entries.length > MOST_ENTRIES || bytes > MOST_BYTES) bytes -= weight(entries.shift()!);
      return entry;
    },
    list: (most = Infinity) => entries.slice(Math.max(0, entries.length - most)).map(shown),
    total: () => total,
    clear() {
      entries = [];
      bytes = 0;
      total = 0;
    },
  };
}

function shown({ number, exchange, scripted, answer }: LogEntry): LoggedRequest {
  const { at, method, headers, body, search } = exchange;
  const type = headers['content-type'] ?? '';
  const isForm = type.startsWith('application/x-www-form-urlencoded');
  return {
    ...{ number, at, method, path: maskedTarget(exchange), headers: maskHeaders(headers) },
    body: isForm ? maskPairs(body) : body,
    fields: maskFields(readFields(search, body, type)),
    ...(scripted === undefined ? {} : { scripted }),
    ...(answer === undefined ? {} : { answer }),
  };
}

/** Path and query as they may be shown. */
export function maskedTarget({ path, search }: Exchange): string {
  return search === '' ? path : `${path}?${maskPairs(search)}`;
}
