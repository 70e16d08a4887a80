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
import { type BodyBudget, createBodyBudget } from '../body-budget.ts';
import { answerCookies } from './cookies.ts';
import { readBody, refuseBody } from './read-body.ts';
import { type IntakeDeps, readIntake } from './read-intake.ts';
import { saleRequest, writeSale } from './sale.ts';
import { originHeaders, writeAnswer, writePreflight } from './write-answer.ts';

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

export interface IngestLaneDeps extends IntakeDeps {
  /** Prefix of the browser routes without a trailing slash, `/t`. */
  prefix: string;
  door: FrontDoor;
  tag: TagServer;
  wake: (work: readonly Work[]) => void;
  /** Told what an accepted request shows of its site. */
  heard?: (site: string, name: FactName, host: string | undefined) => void;
  thankYou: (site: string) => Promise<string | undefined>;
  /** Whether browsers reach the collector over https. */
  secure: boolean;
  /** Whether pages of that origin belong to the site: only they may read what was refused before anybody looked at the request. */
  mayRead: (site: string, origin: string) => Promise<boolean>;
  /** Seconds that an address must wait, 0 where it need not; counts the request. */
  waitOf: (address: string | undefined) => number;
  log: { error(fields: object, message: string): void };
}

/** What serving one request takes beside it. */
interface Serving extends IngestLaneDeps {
  budget: BodyBudget;
  commit: (request: IntakeRequest) => Promise<Answered>;
}

/** One request for a route of a site. */
interface Call {
  site: string;
  route: string;
  query: string;
  request: IncomingMessage;
  response: ServerResponse;
}

export function createIngestLane(deps: IngestLaneDeps): IngestLane {
  const serving = { ...deps, budget: createBodyBudget(MOST_UNREAD), commit: gatherCommits(deps) };
  return {
    handle(request, response) {
      serveBrowser(request, response, serving).catch((error: Error & { code?: string }) => {
        // A request that was read to its end counts as destroyed; only the response knows whether somebody still waits.
        if (response.headersSent || response.destroyed) return void response.destroy();
        deps.log.error({ err: error, code: error.code, route: request.url?.split('?')[0] }, 'could not store');
        refuseUnstored(request, response, deps);
      });
    },
  };
}

/** Hands requests to the store's thread together; what comes of each is told on. */
function gatherCommits({ door, wake, heard }: IngestLaneDeps): Serving['commit'] {
  const tell = (answered: Answered, { site, origin }: IntakeRequest): Answered => {
    for (const name of answered.heard ?? []) heard?.(site, name, origin?.replace(/^https?:\/\//, ''));
    return answered;
  };
  return createGather<IntakeRequest, Answered>(async (requests) => {
    const { answers, work, later } = await door.receive(requests);
    if (work.length > 0) wake(work);
    if (!later) return answers.map((answered, index) => tell(answered, requests[index]!));
    return answers.map(async (answered, index) => {
      const late = await later.get(index);
      if (late) wake(late.work);
      return tell(late?.answer ?? answered, requests[index]!);
    });
  });
}

async function serveBrowser(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const { prefix, tag } = serving;
  const [path = '', query = ''] = (request.url ?? '').slice(prefix.length + 1).split('?', 2);
  const slash = path.indexOf('/');
  if (slash < 0 || path.endsWith('.js')) return tag.serve(path, request, response);
  const call = { site: path.slice(0, slash), route: path.slice(slash + 1), query, request, response };
  if (request.method === 'OPTIONS') return writePreflight(response, await readerOf(call, serving));
  if (!ROUTES.has(call.route)) return refuse(call, serving, refuseWith(404, [NO_ROUTE]));
  const wait = serving.waitOf(serving.addressOf(request));
  return call.route === 'sale' ? serveSale(call, serving, wait) : serveReport(call, serving, wait);
}

/** What the tag sends: touches, orders, what a page has fired. */
async function serveReport(call: Call, serving: Serving, wait: number): Promise<void> {
  const { site, route, request, response } = call;
  if (wait > 0) return refuse(call, serving, { ...refuseWith(429, [TOO_MANY]), retryAfter: wait });
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST, OPTIONS');
    return refuse(call, serving, refuseWith(405, [{ field: 'method', message: 'must be POST' }]));
  }
  const body = await readBody(request, LARGEST_BODY, serving.budget);
  if ('refused' in body)
    return refuse(call, serving, refuseBody(body.refused, LARGEST_BODY, 'send fewer or shorter items'));
  const given = { route: route as IntakeRequest['route'], site, body: body.text };
  const answered = await serving.commit(await readIntake(request, given, serving));
  writeAnswer(response, answered, answerCookies(answered, serving.secure));
}

/** What a pixel or a form of a shop without script sends. */
async function serveSale(call: Call, serving: Serving, wait: number): Promise<void> {
  const { site, query, request, response } = call;
  const read = await saleRequest(request, query, serving.budget);
  if ('refusal' in read) return refuse(call, serving, read.refusal);
  const intake = await readIntake(request, { route: 'sale', site, body: JSON.stringify(read.order) }, serving);
  if (wait > 0) intake.over = { retryAfter: wait, problem: TOO_MANY };
  const answered = await serving.commit(intake);
  const headers = originHeaders(answered);
  for (let i = 0; i < headers.length; i += 2) response.setHeader(headers[i]!, headers[i + 1]!);
  writeSale({ request, response, answered, thankYou: await serving.thankYou(site) });
}

/** Refused before anybody looked at the report: the page may read why. */
async function refuse(call: Call, deps: Pick<IngestLaneDeps, 'mayRead'>, refusal: Answered): Promise<void> {
  writeAnswer(call.response, { ...refusal, ...(await readerOf(call, deps)) });
}

async function readerOf(
  { site, request }: Pick<Call, 'site' | 'request'>,
  { mayRead }: Pick<IngestLaneDeps, 'mayRead'>,
): Promise<{ readableBy?: string }> {
  const { origin } = request.headers;
  return origin !== undefined && (await mayRead(site, origin)) ? { readableBy: origin } : {};
}

/** A store that can't be read either, or not soon, leaves the answer unreadable: the tag tries again all the same. */
function refuseUnstored(
  request: IncomingMessage,
  response: ServerResponse,
  deps: Pick<IngestLaneDeps, 'prefix' | 'mayRead'>,
): void {
  response.setHeader('retry-after', '5');
  const [site = ''] = (request.url ?? '').slice(deps.prefix.length + 1).split('/');
  Promise.race([readerOf({ site, request }, deps), sleep(READER_WITHIN, {}, { ref: false })]).then(
    (readable) => writeAnswer(response, { ...NOT_STORED, ...readable }),
    () => writeAnswer(response, NOT_STORED),
  );
}

const NO_ROUTE: Problem = {
  field: 'path',
  message: 'is no route of the collector; see the documentation of the tag',
};

const TOO_MANY: Problem = {
  field: 'limits',
  message: 'this address has sent too many requests; send it again after Retry-After seconds',
};
