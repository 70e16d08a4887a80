/** One exchange with the outside world, as data. */

/** A request as it will leave, or as it was stored after redaction. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** The vendor's token of this connection belongs to it; whoever sends it puts it there. */
  token?: true;
}

/** What came back. Header names are lower-case. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  /** At most 64 kB; `truncated` tells that there was more. */
  body: string;
  truncated?: boolean;
  /** When it came, epoch milliseconds: what reset headers that name an instant are measured against. */
  receivedAt?: number;
}
