/** Reads a request into an {@link Exchange}, and writes a {@link Reply} back. The sandbox's only touch with sockets. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from './reply.ts';

const MOST_BODY = 5 * 1024 * 1024;

/** The whole body as text, or `undefined` above 5 MB. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Header names are lower-case already; lists are joined as HTTP says. */
export function flatHeaders(request: IncomingMessage): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

export function writeReply(response: ServerResponse, reply: Reply): void {
  const body = reply.body ?? '';
  response.writeHead(reply.status, { 'content-length': Buffer.byteLength(body), ...reply.headers });
  response.end(body);
}

/** Form or JSON fields of a request, for the log; what cannot be read is left to the raw body. */
export function readFields(search: string, body: string, contentType: string): Record<string, unknown> {
  const query = Object.fromEntries(new URLSearchParams(search));
  if (body === '') return query;
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return { ...query, ...Object.fromEntries(new URLSearchParams(body)) };
  }
  try {
    return { ...query, json: JSON.parse(body) as unknown };
  } catch {
    return query; // not JSON: the raw body stands beside it in the log
  }
}
