/**
 * Step 1 of 5. Answers to browsers. Their headers are one flat list: Node writes them as they come, and setting or merging them by name took a
 * tenth of this thread's work.
 */
import type { ServerResponse } from 'node:http';
import type { Answered } from '../../ingest/front-door.ts';

/** Only an origin that was found among the site's may read the answer with its cookies; an opaque one without any. */
export function originHeaders({ readableBy }: Pick<Answered, 'readableBy'>): string[] {
  if (readableBy === undefined) return ['vary', 'origin'];
  if (readableBy === '*') return ['access-control-allow-origin', '*'];
  return ['access-control-allow-origin', readableBy, 'access-control-allow-credentials', 'true', 'vary', 'origin'];
}

export function writePreflight(response: ServerResponse, readable: Pick<Answered, 'readableBy'>): void {
  const allowed =
    readable.readableBy === undefined
      ? []
      : [
          ...['access-control-allow-methods', 'GET, POST, OPTIONS', 'access-control-allow-headers', 'content-type'],
          ...['access-control-max-age', '7200'],
        ];
  response.writeHead(204, [...originHeaders(readable), ...allowed]);
  response.end();
}

export function writeAnswer(response: ServerResponse, answered: Answered, cookies: readonly string[] = []): void {
  const { status, body, retryAfter } = answered;
  const headers: string[] = ['cache-control', 'no-store', ...originHeaders(answered)];
  // The tag reads how long to wait; an acceptance names no time.
  if (status >= 400) headers.push('access-control-expose-headers', 'retry-after');
  if (retryAfter !== undefined) headers.push('retry-after', String(retryAfter));
  // What stopped half way, in a body or in the store, leaves no connection that could be used again.
  if (status === 503) headers.push('connection', 'close');
  for (const cookie of cookies) headers.push('set-cookie', cookie);
  if (body !== '') {
    headers.push('content-type', 'application/json; charset=utf-8', 'x-content-type-options', 'nosniff');
    headers.push('content-length', String(Buffer.byteLength(body)));
  }
  response.writeHead(status, headers);
  response.end(body);
}
