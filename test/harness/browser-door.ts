/** A proxy in front of the collector: records what arrives, and can make the way slow, closed or refused. */
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came from a browser. */
export interface Passed {
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Door {
  port: number;
  /** Everything that came to the door, oldest first. */
  passed: Passed[];
  /** Milliseconds that each request (a preflight too) waits before it goes on. Whoever is gone by then is not let through. */
  delay: number;
  /** Paths that never get an answer. A browser's own interception would hold up each request, and lose those that it holds when a page closes. */
  silent: RegExp | undefined;
  /** `refused`: answered so without asking the collector; scripts pass. */
  refusal: { status: number; headers?: Record<string, string> } | undefined;
  /** Posts to one of the site's routes, parsed. */
  posts(route: string, site?: string): Record<string, unknown>[];
  stop(): Promise<void>;
}

export async function openDoor(collectorPort: () => number): Promise<Door> {
  const door: Door = {
    port: 0,
    passed: [],
    delay: 0,
    silent: undefined,
    refusal: undefined,
    posts: (route, site = 'shop') =>
      door.passed
        .filter(({ method, path }) => method === 'POST' && path === `/t/${site}/${route}`)
        .map(({ body }) => JSON.parse(body) as Record<string, unknown>),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = 'GET', url: path = '/', headers } = request;
    door.passed.push({ method, path, headers, body: body.toString('utf8') });
    if (door.silent?.test(path)) return;
    if (door.refusal && method !== 'GET') {
      response.writeHead(door.refusal.status, { ...allowAnyone(headers), ...door.refusal.headers });
      response.end();
      return;
    }
    if (door.delay > 0 && method !== 'GET') await new Promise((resolve) => setTimeout(resolve, door.delay));
    if (request.socket.destroyed) return;
    const onward = forward(
      { host: '127.0.0.1', port: collectorPort(), method, path, headers, agent: false },
      (reply) => {
        response.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(response);
      },
    );
    // A collector that is down: the browser meets a closed connection, as it would without the door.
    onward.on('error', () => request.socket.destroy());
    onward.end(body);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy()); // the browser went away in the middle of its request
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  door.port = (server.address() as AddressInfo).port;
  return door;
}

/** What the collector says too, so that the page may read the refusal. */
const allowAnyone = ({ origin }: IncomingMessage['headers']): Record<string, string> =>
  origin === undefined
    ? {}
    : {
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': 'retry-after',
      };
