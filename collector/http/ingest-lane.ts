/** Step 1 of 5. The lane of browsers: hand-written because a framework would cost more than the rest of the request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answered, FrontDoor } from '../front-door.ts';
import { refused } from '../front-door.ts';
import type { IntakeRequest } from '../intake.ts';
import type { Work } from '../command.ts';
import type { TagServer } from '../tag-server.ts';
import { readCookies, visitorCookies } from './cookies.ts';
import { createGather } from './gather.ts';
import { readBody } from './read-body.ts';
import { saleRequest, writeSale } from './sale.ts';

/** Browsers cap keepalive bodies at 64 kB; five hundred items with long names fit in four times that. */
export const LARGEST_BODY = 256 * 1024;
const ROUTES = new Set(['touch', 'conversion', 'fired', 'sale']);

export interface IngestLane {
  handle(request: IncomingMessage, response: ServerResponse): void;
}

export interface IngestLaneDeps {
  /** Prefix of the browser routes without a trailing slash, `/t`. */
  prefix: string;
  door: FrontDoor;
  tag: TagServer;
  wake: (work: readonly Work[]) => void;
  thankYou: (site: string) => Promise<string | undefined>;
  /** Whether browsers reach the collector over https. */
  secure: boolean;
  /** The visitor's address as far as the operator lets us believe it. */
  addressOf: (request: IncomingMessage) => string | undefined;
  log: { error(fields: object, message: string): void };
}

export function createIngestLane(deps: IngestLaneDeps): IngestLane {
  const { prefix, log } = deps;
  const commit = createGather<IntakeRequest, Answered>(async (requests) => {
    const { answers, work } = await deps.door.receive(requests);
    if (work.length > 0) deps.wake(work);
    return answers;
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '';
    const [path = '', query = ''] = url.slice(prefix.length + 1).split('?', 2);
    const slash = path.indexOf('/');
    if (slash < 0 || path.endsWith('.js')) return deps.tag.serve(path, request, response);
    const site = path.slice(0, slash);
    const route = path.slice(slash + 1);
    if (request.method === 'OPTIONS') return preflight(response);
    if (!ROUTES.has(route))
      return write(
        response,
        refused(404, [{ field: 'path', message: 'is no route of the collector; see the documentation of the tag' }]),
      );
    if (route === 'sale') return sale({ site, query, request, response });
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST, OPTIONS');
      return write(response, refused(405, [{ field: 'method', message: 'must be POST' }]));
    }
    const body = await readBody(request, LARGEST_BODY);
    if (body === undefined) {
      return write(
        response,
        refused(413, [
          { field: 'body', message: `is larger than ${LARGEST_BODY / 1024} kB: send fewer or shorter items` },
        ]),
      );
    }
    const intake = intakeOf({ route: route as IntakeRequest['route'], site, body, request });
    const answered = await commit(intake);
    const cookies =
      answered.visitor !== undefined && answered.status < 300
        ? visitorCookies(answered.visitor, { secure: deps.secure, domain: answered.domain })
        : undefined;
    write(response, answered, cookies);
  }

  async function sale(given: {
    site: string;
    query: string;
    request: IncomingMessage;
    response: ServerResponse;
  }): Promise<void> {
    const { site, query, request, response } = given;
    const read = await saleRequest(request, query);
    if ('refusal' in read) return write(response, read.refusal);
    for (const [name, value] of originHeaders(request)) response.setHeader(name, value);
    const intake = intakeOf({ route: 'sale', site, body: JSON.stringify(read.order), request });
    const answered = await commit(intake);
    writeSale({ request, response, answered, thankYou: await deps.thankYou(site) });
  }

  function intakeOf(given: {
    route: IntakeRequest['route'];
    site: string;
    body: string;
    request: IncomingMessage;
  }): IntakeRequest {
    const { route, site, body, request } = given;
    const { origin, cookie } = request.headers;
    const intake: IntakeRequest = { route, site, body };
    if (request.headers.host !== undefined) intake.host = request.headers.host;
    // An opaque origin ("null": a sandboxed frame, a redirect) names no page; it counts as unknown, not as foreign.
    if (origin !== undefined && origin !== 'null') intake.origin = origin;
    if (cookie !== undefined) {
      const { visitor, journey } = readCookies(cookie);
      if (visitor !== undefined) intake.visitor = visitor;
      if (journey !== undefined) intake.journey = journey;
    }
    if (request.headers['sec-gpc'] === '1') intake.gpc = true;
    if (route === 'conversion') {
      const ip = deps.addressOf(request);
      if (ip !== undefined) intake.ip = ip;
      const agent = request.headers['user-agent'];
      if (agent !== undefined) intake.userAgent = agent.slice(0, 255);
    }
    return intake;
  }

  return {
    handle(request, response) {
      serve(request, response).catch((error: Error & { code?: string }) => {
        // A request that was read to its end counts as destroyed; only the response knows whether somebody still waits.
        if (response.headersSent || response.destroyed) return void response.destroy();
        log.error({ err: error, code: error.code, route: request.url?.split('?')[0] }, 'could not store');
        response.setHeader('retry-after', '5');
        write(
          response,
          refused(503, [
            {
              field: 'store',
              message: "can't be written at the moment; nothing was kept, send it again after Retry-After seconds",
            },
          ]),
        );
      });
    },
  };
}

function originHeaders({ headers: { origin } }: IncomingMessage): [string, string][] {
  if (origin === undefined) return [];
  return [
    ['access-control-allow-origin', origin],
    ['access-control-allow-credentials', 'true'],
    ['vary', 'origin'],
  ];
}

function preflight(response: ServerResponse): void {
  response.writeHead(204, {
    ...Object.fromEntries(originHeaders(response.req)),
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '7200',
  });
  response.end();
}

/** Headers as one flat list: Node then writes them as they come. Setting or merging them by name took a tenth of this thread's work. */
function write(response: ServerResponse, { status, body }: Answered, cookies: readonly string[] = []): void {
  const headers: string[] = ['cache-control', 'no-store'];
  for (const [name, value] of originHeaders(response.req)) headers.push(name, value);
  // The tag reads how long to wait; an acceptance names no time.
  if (status >= 400) headers.push('access-control-expose-headers', 'retry-after');
  for (const cookie of cookies) headers.push('set-cookie', cookie);
  if (body !== '') {
    headers.push('content-type', 'application/json; charset=utf-8', 'x-content-type-options', 'nosniff');
    headers.push('content-length', String(Buffer.byteLength(body)));
  }
  response.writeHead(status, headers);
  response.end(body);
}
