/** The raw log of a vendor: the newest requests with their answers, bounded in number and in bytes. */

const MOST_ENTRIES = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;
/** A body is kept up to here; vendors see it whole. */
const MOST_BODY = 64 * 1024;

export interface LoggedRequest {
  /** Counts from 1, never reused: tells how many were dropped. */
  number: number;
  at: number;
  method: string;
  /** Path below the vendor's prefix with its query, secrets masked. */
  path: string;
  headers: Record<string, string>;
  body: string;
  /** Query and form fields, or the parsed JSON under `json`. */
  fields: unknown;
  /** The scripted answer it met, if any. */
  scripted?: string;
  /** Absent while the sandbox still holds the answer back. */
  answer?: { status: number; body: string } | { dropped: string };
}

export interface RequestLog {
  add(entry: Omit<LoggedRequest, 'number'>): LoggedRequest;
  /** Oldest first. */
  list(): readonly LoggedRequest[];
  total(): number;
  clear(): void;
}

export function createRequestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  let bytes = 0;
  let total = 0;
  const weight = (entry: LoggedRequest) => entry.body.length * 2 + entry.path.length + 500;
  return {
    add(entry) {
      total += 1;
      const kept: LoggedRequest = { number: total, ...entry, body: entry.body.slice(0, MOST_BODY) };
      entries.push(kept);
      bytes += weight(kept);
      while (entries.length > MOST_ENTRIES || bytes > MOST_BYTES) bytes -= weight(entries.shift()!);
      return kept;
    },
    list: () => entries,
    total: () => total,
    clear() {
      entries = [];
      bytes = 0;
      total = 0;
    },
  };
}
