/** One exchange at the sandbox: what was asked, and what is answered. */

/** One request as it arrived, below the vendor's path prefix. */
export interface Exchange {
  method: string;
  /** Path below the prefix, still encoded, without the query: `/Advertisers/IR123/Conversions`. */
  path: string;
  /** The query as it arrived, without `?`. */
  search: string;
  query: URLSearchParams;
  /** Lower-case names; repeated headers joined by a comma. */
  headers: Record<string, string>;
  body: string;
  /** Epoch milliseconds. */
  at: number;
  /** Address of the vendor in this sandbox, `http://127.0.0.1:9100/impact`. */
  base: string;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** A JSON reply, the common case. */
export function json(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}
