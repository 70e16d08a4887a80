/** Step 1 of 5. The lane of browsers: hand-written because a framework would cost more than the rest of the request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '../../../wire/problem.ts';
import type { Answered, FrontDoor } from '../../ingest/front-door.ts';
import { NOT_STORED, refuseWith } from '../../ingest/front-door.ts';
import type { Work } from '../../intake/command.ts';
import type { IntakeRequest } from '../../intake/read-request.ts';
import { seconds } from '../../lib/duration.ts';
import type { FactName } from '../../model/site-fact.ts';
import type { TagServer } from '../../tag-files/site-tag.ts';
import { createGather } from '../../writer/gather.ts';
import { answerCookies, readCookies } from './cookies.ts';
import { createBodyBudget } from '../body-budget.ts';
import { readBody, refuseBody } from './read-body.ts';
import { saleRequest, writeSale } from './sale.ts';

/** Browsers cap keepalive bodies at 64 kB; five hundred items with long names fit in four times that. */
export const LARGEST_BODY = 256 * 1024;
/** Bytes of bodies that are not read to their end yet: thousands of pages at once, whose bodies have a few kilobytes. */
const MOST_UNREAD = 64 * 1024 * 1024;
/** Whether a page may read that nothing was kept is not worth waiting for a store that did not answer just now. */
const READER_WITHIN = seconds(1);
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
  /** Told what an accepted request shows of its site. */
  heard?: (site: string, name: FactName, host: string | undefined) => void;
  thankYou: (site: string) => Promise<string | undefined>;
  /** Which cookies may hold a click of a network of the site, by their names. */
  vendorCookies?: (site: string) => Promise<(name: string) => boolean>;
  /** Whether browsers reach the collector over https. */
  secure: boolean;
  /** Hosts that the browser may have asked, the likeliest first. */
  hostsOf: (request: IncomingMessage) => string[];
  /** Whether pages of that origin belong to the site: only they may read what was refused before anybody looked at the request. */
  mayRead: (site: string, origin: string) => Promise<boolean>;
  /** The visitor's address as far as the operator lets us believe it. */
  addressOf: (request: IncomingMessage) => string | undefined;
  /** Seconds that an address must wait, 0 where it need not; counts the request. */
  waitOf: (address: string | undefined) => number;
  log: { error(fields: object, message: string): void };
}

export function createIngestLane(deps: IngestLaneDeps): IngestLane {
  const { prefix, log } = deps;
  const budget = createBodyBudget(MOST_UNREAD);
  const commit = createGather<IntakeRequest, Answered>(async (requests) => {
    const { answers, work, later } = await deps.door.receive(requests);
    const note = (answered: Answered, { site, origin }: IntakeRequest): Answered => {
      for (const name of answered.heard ?? []) deps.heard?.(site, name, origin?.replace(/^https?:\/\//, ''));
      return answered;
    };
    if (work.length > 0) deps.wake(work);
    const noted = (answered: Answered, index: number): Answered => note(answered, requests[index]!);
    if (!later) return answers.map(noted);
    return answers.map(async (answered, index) => {
      const late = await later.get(index);
      if (late) deps.wake(late.work);
      return noted(late?.answer ?? answered, index);
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '';
    const [path = '', query = ''] = url.slice(prefix.length + 1).split('?', 2);
    const slash = path.indexOf('/');
    if (slash < 0 || path.endsWith('.js')) return deps.tag.serve(path, request, response);
    const site = path.slice(0, slash);
    const route = path.slice(slash + 1);
    if (request.method === 'OPTIONS') return preflight(response, await reader(site, request));
    if (!ROUTES.has(route))
      return write(response, {
        ...refuseWith(404, [
          { field: 'path', message: 'is no route of the collector; see the documentation of the tag' },
        ]),
        ...(await reader(site, request)),
      });
    const wait = deps.waitOf(deps.addressOf(request));
    if (route === 'sale') return sale({ site, query, request, response, wait });
    if (wait > 0) return write(response, { ...tooMany(wait), ...(await reader(site, request)) });
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST, OPTIONS');
      return write(response, {
        ...refuseWith(405, [{ field: 'method', message: 'must be POST' }]),
        ...(await reader(site, request)),
      });
    }
    const body = await readBody(request, LARGEST_BODY, budget);
    if ('refused' in body) {
      const refusal = refuseBody(body.refused, LARGEST_BODY, 'send fewer or shorter items');
      return write(response, { ...refusal, ...(await reader(site, request)) });
    }
    const intake = await intakeOf({ route: route as IntakeRequest['route'], site, body: body.text, request });
    const answered = await commit(intake);
    write(response, answered, answerCookies(answered, deps.secure));
  }

  async function sale(given: {
    site: string;
    query: string;
    request: IncomingMessage;
    response: ServerResponse;
    wait: number;
  }): Promise<void> {
    const { site, query, request, response, wait } = given;
    const read = await saleRequest(request, query, budget);
    if ('refusal' in read) return write(response, { ...read.refusal, ...(await reader(site, request)) });
    const intake = await intakeOf({ route: 'sale', site, body: JSON.stringify(read.order), request });
    if (wait > 0) intake.over = { retryAfter: wait, problem: TOO_MANY };
    const answered = await commit(intake);
    const headers = originHeaders(answered);
    for (let i = 0; i < headers.length; i += 2) response.setHeader(headers[i]!, headers[i + 1]!);
    writeSale({ request, response, answered, thankYou: await deps.thankYou(site) });
  }

  async function intakeOf(given: {
    route: IntakeRequest['route'];
    site: string;
    body: string;
    request: IncomingMessage;
  }): Promise<IntakeRequest> {
    const { route, site, body, request } = given;
    const { origin, cookie } = request.headers;
    const intake: IntakeRequest = { route, site, body };
    intake.hosts = deps.hostsOf(request);
    if (origin !== undefined) intake.origin = origin;
    const { 'sec-fetch-site': fetchSite, referer } = request.headers;
    if (typeof fetchSite === 'string') intake.fetchSite = fetchSite;
    // Needed only where no origin says which page speaks.
    if (origin === undefined && referer !== undefined) intake.referer = referer;
    if (cookie !== undefined) {
      const isOrder = route === 'conversion' || route === 'sale';
      const { visitor, journey, vendors } = readCookies(cookie, isOrder ? await deps.vendorCookies?.(site) : undefined);
      if (vendors.length > 0) intake.cookies = vendors;
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

  async function reader(site: string, { headers: { origin } }: IncomingMessage): Promise<{ readableBy?: string }> {
    return origin !== undefined && (await deps.mayRead(site, origin)) ? { readableBy: origin } : {};
  }

  return {
    handle(request, response) {
      serve(request, response).catch((error: Error & { code?: string }) => {
        // A request that was read to its end counts as destroyed; only the response knows whether somebody still waits.
        if (response.headersSent || response.destroyed) return void response.destroy();
        log.error({ err: error, code: error.code, route: request.url?.split('?')[0] }, 'could not store');
        response.setHeader('retry-after', '5');
        const [site = ''] = (request.url ?? '').slice(prefix.length + 1).split('/');
        // A store that can't be read either, or not soon, leaves the answer unreadable: the tag tries again all the same.
        Promise.race([reader(site, request), sleep(READER_WITHIN, {}, { ref: false })]).then(
          (readable) => write(response, { ...NOT_STORED, ...readable }),
          () => write(response, NOT_STORED),
        );
      });
    },
  };
}

const TOO_MANY: Problem = {
  field: 'limits',
  message: 'this address has sent too many requests; send it again after Retry-After seconds',
};

const tooMany = (retryAfter: number): Answered => ({ ...refuseWith(429, [TOO_MANY]), retryAfter });

/** Only an origin that was found among the site's may read the answer with its cookies; an opaque one without any. */
function originHeaders({ readableBy }: { readableBy?: string }): string[] {
  if (readableBy === undefined) return ['vary', 'origin'];
  if (readableBy === '*') return ['access-control-allow-origin', '*'];
  return ['access-control-allow-origin', readableBy, 'access-control-allow-credentials', 'true', 'vary', 'origin'];
}

function preflight(response: ServerResponse, readable: { readableBy?: string }): void {
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

/** Headers as one flat list: Node then writes them as they come. Setting or merging them by name took a tenth of this thread's work. */
function write(response: ServerResponse, answered: Answered, cookies: readonly string[] = []): void {
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
