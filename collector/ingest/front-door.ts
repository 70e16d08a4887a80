/** Between the HTTP lane and ingest: many raw requests of browsers in, as many ready answers out, one commit for all of them. */
import type { ConversionReply, JourneyReply, WireTouch } from '../../wire/messages.ts';
import type { Problem } from '../../wire/problem.ts';
import type { Site, Sites } from '../configuration/sites.ts';
import type { Command, CommandReply, Work } from '../intake/command.ts';
import type { Speaker } from '../intake/read-page.ts';
import { type Admitted, type IntakeRequest, readRequest } from '../intake/read-request.ts';
import type { Clock } from '../lib/clock.ts';
import { cookieDomain } from '../lib/cookie-domain.ts';
import { newVisitorName } from '../lib/id.ts';
import type { OverLimit } from '../lib/limits/request-limits.ts';
import type { Arrival } from '../model/quarantined.ts';
import type { FactName } from '../model/site-fact.ts';
import { hintOf } from '../model/visitor.ts';
import { answerFound, type OrderReply } from './answer-found.ts';
import { type CookieToSet, findClickCookies } from './consent/click-cookies.ts';
import type { Ingest } from './ingest.ts';
import type { ReportLimits } from '../intake/limit-reports.ts';

/** An answer as the lane writes it. */
export interface Answered {
  status: number;
  /** JSON, or empty for 204. */
  body: string;
  /** Visitor to keep in the `_ct_v` cookie; `null` to forget the one it holds; absent where nothing may be stored. */
  visitor?: string | null;
  /** Seconds after which it is worth to come again, where the answer is 429. */
  retryAfter?: number;
  /** Domain that the cookies are for; absent: only the collector's own host. */
  domain?: string;
  /** Cookies that networks demand on that domain. */
  clickCookies?: readonly CookieToSet[];
  /** What it shows of the site; absent where nothing was accepted. */
  heard?: readonly FactName[];
  /** The origin that may read the answer, once it was found among the site's; `*` for an opaque page that reported an order. */
  readableBy?: string;
}

export interface FrontDoor {
  /** Answers stand in the order of the requests. Rejects when nothing could be stored. */
  receive(requests: IntakeRequest[]): Promise<Received>;
}

export interface Received {
  answers: Answered[];
  work: Work[];
  /**
   * Answers that come later, under the place of their request: somebody holds rows that it needs, and the others don't wait for it. Until then its
   * answer above is that of a store that can't be written.
   */
  later?: ReadonlyMap<number, Promise<{ answer: Answered; work: Work[] }>>;
}

/** To whom nothing could be stored for. */
export const NOT_STORED: Answered = refuseWith(503, [
  {
    field: 'store',
    message: "can't be written at the moment; nothing was kept, send it again after Retry-After seconds",
  },
]);

/** `limits` are those of the running collector; what is read again from quarantine has passed them once. */
export function createFrontDoor(deps: {
  ingest: Ingest;
  sites: () => Promise<Sites>;
  clock: Clock;
  limits?: ReportLimits;
}): FrontDoor {
  return {
    async receive(requests) {
      const sites = await deps.sites();
      const now = deps.clock();
      const usage = await deps.limits?.usage();
      /** The first limit that any report of a request is over; each of them is counted. */
      const limitOf = (request: IntakeRequest, reports: readonly Command[]): OverLimit | undefined => {
        if (reports.length === 0) return undefined;
        if (request.over || !usage || request.at !== undefined) return request.over;
        return reports.map((report) => deps.limits?.findLimit(report, usage)).find((over) => over !== undefined);
      };
      const commands: Command[] = [];
      const firsts: number[] = [];
      const finish: ((replies: CommandReply[]) => Answered)[] = requests.map((request) => {
        firsts.push(commands.length);
        const site = sites.byId.get(request.site);
        const read = readOrRefuse(request, site, request.at ?? now);
        const seen = readableBy(read.speaker, request);
        const over = limitOf(request, reportsOf(read));
        if (over) {
          const turned = turnAway(request, over, commands);
          return () => ({ ...turned, ...seen });
        }
        if ('command' in read) {
          const { command } = read;
          const where = cookiesFor(read, { site: site!, request, now });
          const index = commands.push(command) - 1;
          const silence = silenceFor(command);
          const heard = heardOf(command);
          return (replies) => {
            const answered = silence ?? answer(replies[index]!, command);
            return { ...answered, ...(answered.status < 300 ? { ...where, heard } : {}), ...seen };
          };
        }
        if ('found' in read) {
          const { found, speaker } = read;
          const first = commands.length;
          const arrival = arrivalOf(request);
          commands.push(...found.orders, ...found.refuseWith.map((refused) => ({ ...refused, arrival })));
          // The visitor of one order is that of all: they came in one request.
          const where = found.orders[0]
            ? cookiesFor({ command: found.orders[0], speaker }, { site: site!, request, now })
            : {};
          return (replies) => {
            const own = replies.slice(first, first + found.orders.length);
            const failed = own.find(isFailed);
            if (failed) return { ...refuseFailed(failed, 'order'), ...seen };
            const { status, body } = answerFound(own as OrderReply[], found);
            return { status, body: JSON.stringify(body), ...(status < 300 ? where : {}), ...seen };
          };
        }
        const { status, problems, keep } = read.refusal;
        if (keep)
          commands.push({
            type: 'refused',
            site: request.site,
            route: request.route,
            body: request.body,
            errors: problems,
            arrival: arrivalOf(request),
            ...(read.speaker?.unlisted === undefined ? {} : { unlisted: read.speaker.unlisted }),
          });
        return () => ({ ...refuseWith(status, problems), ...seen });
      });
      if (commands.length === 0) return { answers: finish.map((end) => end([])), work: [] };
      const { replies, work, later } = await deps.ingest.ingestEach(commands);
      /** Of requests by their places: with the orders that could not be recorded. */
      const keepFailed = (given: readonly (CommandReply | undefined)[], places: readonly number[]): Promise<void> =>
        keepForOperator(
          places.flatMap((index) => {
            const from = firsts[index]!;
            const at = given.findIndex(
              (reply, place) =>
                place >= from &&
                place < (firsts[index + 1] ?? given.length) &&
                isFailed(reply) &&
                commands[place]!.type === 'order',
            );
            return at < 0 ? [] : [{ request: requests[index]!, failed: given[at] as FailedReply }];
          }),
          deps.ingest,
        );
      if (replies.some(isFailed)) await keepFailed(replies, [...requests.keys()]);
      if (later.size === 0) return { answers: finish.map((end) => end(replies as CommandReply[])), work };
      return answerLater({ finish, firsts, replies, work, later, keepFailed });
    },
  };
}

/** Some of the commands are not written yet: a request waits for all of its own, and for no other's. */
function answerLater(
  given: Awaited<ReturnType<Ingest['ingestEach']>> & {
    finish: ((replies: CommandReply[]) => Answered)[];
    /** Place of each request's first command. */
    firsts: number[];
    keepFailed: (replies: readonly (CommandReply | undefined)[], places: readonly number[]) => Promise<void>;
  },
): Received {
  const { finish, firsts, replies, work, later, keepFailed } = given;
  const answers: Answered[] = [];
  const waiting = new Map<number, Promise<{ answer: Answered; work: Work[] }>>();
  finish.forEach((end, index) => {
    const places = [...later.keys()].filter((at) => at >= firsts[index]! && at < (firsts[index + 1] ?? replies.length));
    if (places.length === 0) return void answers.push(end(replies as CommandReply[]));
    answers.push(NOT_STORED);
    const all = Promise.all(places.map(async (at) => ({ at, ...(await later.get(at)!) })));
    const answered = all.then(async (written) => {
      const own = [...replies];
      for (const { at, reply } of written) own[at] = reply;
      if (written.some(({ reply }) => isFailed(reply))) await keepFailed(own, [index]);
      return { answer: end(own as CommandReply[]), work: written.flatMap((one) => one.work) };
    });
    // Whoever asked hears of it; before they listen it must not end the process.
    answered.catch(() => undefined);
    waiting.set(index, answered);
  });
  return { answers, work, later: waiting };
}

type FailedReply = Extract<CommandReply, { type: 'failed' }>;
const isFailed = (reply: CommandReply | undefined): reply is FailedReply => reply?.type === 'failed';

/** An order is kept where somebody can mend it or its cause, and must not come again; nothing is kept of the rest. */
const refuseFailed = ({ problem }: FailedReply, type: Command['type']): Answered =>
  refuseWith(type === 'order' ? 422 : 500, [problem]);

async function keepForOperator(
  orders: readonly { request: IntakeRequest; failed: FailedReply }[],
  ingest: Ingest,
): Promise<void> {
  const kept = orders.map(({ request, failed }) => {
    const { site, route, body } = request;
    return { type: 'refused' as const, site, route, body, errors: [failed.problem], arrival: arrivalOf(request) };
  });
  // One that can't be kept either costs no other.
  if (kept.length > 0) await ingest.ingestEach(kept);
}

/** What one request holds must not cost the others of its commit theirs: one that reading trips over is kept for the operator, and its reason shows why. */
function readOrRefuse(...given: Parameters<typeof readRequest>): ReturnType<typeof readRequest> {
  try {
    return readRequest(...given);
  } catch (error) {
    const problem = { field: 'body', message: `could not be read: ${(error as Error).message.slice(0, 200)}` };
    const [{ route }] = given;
    return { refusal: { status: 422, problems: [problem], keep: route === 'conversion' || route === 'sale' } };
  }
}

/** What is kept of a refused request beside its body, so that it is read again as the one that it was. */
function arrivalOf(request: IntakeRequest): Arrival {
  const { route: _route, site: _site, body: _body, hosts: _hosts, over: _over, at: _at, ...arrival } = request;
  return arrival;
}

/** What of a request is counted by the limits. */
function reportsOf(read: ReturnType<typeof readRequest>): readonly Command[] {
  if ('command' in read) return [read.command];
  return 'found' in read ? read.found.orders : [];
}

/** An order by pixel or form can't come again: it is kept for the operator, and the shopper sees nothing of it. Scripts are asked to wait. */
function turnAway(request: IntakeRequest, over: OverLimit, commands: Command[]): Answered {
  const { retryAfter, problem } = over;
  if (request.route !== 'sale') return { ...refuseWith(429, [problem]), retryAfter };
  const { site, route, body } = request;
  commands.push({ type: 'refused', site, route, body, errors: [problem], arrival: arrivalOf(request) });
  return { status: 202, body: '' };
}

/** What an accepted request shows of its site. */
function heardOf(command: Command): readonly FactName[] {
  if (command.type === 'give') return ['give'];
  if (command.type !== 'touch' && command.type !== 'order') return [];
  const isYes = command.consent?.marketing === 'granted';
  if (command.type === 'order') return isYes ? ['order', 'consent'] : ['order'];
  const arrival = command.handover === undefined ? [] : (['arrival'] as const);
  if (command.touches.length === 0) return isYes ? ['consent', ...arrival] : arrival;
  return isYes ? ['touch', 'consent', ...arrival] : ['touch', ...arrival];
}

/** An opaque page has an origin that anybody can take on: it reads what it reported, and brings no cookie. */
function readableBy(speaker: Speaker | undefined, { origin }: IntakeRequest): { readableBy?: string } {
  if (!speaker || speaker.unlisted !== undefined || origin === undefined) return {};
  return { readableBy: origin === 'null' ? '*' : origin };
}

/** On the collector's own host alone a network's cookie would be seen by nobody: it needs the shop's domain. */
function cookiesFor(
  read: Admitted,
  { site, request, now }: { site: Site; request: IntakeRequest; now: number },
): Pick<Answered, 'visitor' | 'domain' | 'clickCookies'> {
  const visitor = keptCookie(read, now);
  if (visitor === undefined) return {};
  const { domain } = cookieDomain(site.config.domains, request.hosts);
  if (domain === undefined) return { visitor };
  const clickCookies = findClickCookies(read.command, site, now);
  return { visitor, domain, ...(clickCookies.length > 0 ? { clickCookies } : {}) };
}

/**
 * The visitor for the collector's cookie, `null` to forget the one it holds, undefined to leave it as it is. Who lands without one gets
 * a new name, which no page can read or choose, and the landing is kept under it.
 */
function keptCookie({ command, speaker }: Admitted, now: number): string | null | undefined {
  if (!speaker.keepsCookie) return undefined;
  if (command.type === 'order')
    return command.visitor !== undefined && hintOf(command.visitor) === undefined ? command.visitor : undefined;
  if (command.type !== 'touch') return undefined;
  // Who withdraws consent is not recognized again, not even by the cookie that scripts can't reach.
  if (command.consent?.marketing === 'denied') return null;
  const hint = hintOf(command.visitor);
  if (hint !== undefined && command.touches.length > 0) {
    command.visitor = newVisitorName(now);
    command.foundBy = hint;
  }
  return hintOf(command.visitor) === undefined ? command.visitor : undefined;
}

/** What needs no words: thanks to who may hear nothing or knows the journey, and a withdrawal. */
function silenceFor(command: Command): Answered | undefined {
  if (command.type !== 'touch') return undefined;
  const isSilent = command.brief && command.handover === undefined;
  return isSilent || command.consent?.marketing === 'denied' ? { status: 204, body: '' } : undefined;
}

function answer(reply: CommandReply, command: Command): Answered {
  switch (reply.type) {
    case 'touch': {
      if (reply.notCounted) return refusedHandover(reply.notCounted);
      if (command.type === 'touch' && command.brief) return { status: 204, body: '' };
      // The page hears of its journey under the name that it knows, never under the cookie's.
      const hint = command.type === 'touch' ? command.hint : undefined;
      const journey: Partial<JourneyReply> = {
        ...(hint === undefined ? {} : { visitor: hint }),
        touches: reply.touches.map(wireTouch),
      };
      return { status: 200, body: JSON.stringify(journey) };
    }
    case 'order': {
      if (reply.result === 'invalid') return refuseWith(409, reply.errors ?? []);
      const body: ConversionReply = {
        orderId: reply.orderId,
        result: reply.result,
        ...(reply.warnings.length > 0 ? { warnings: reply.warnings } : {}),
        ...(reply.fire.length > 0 ? { fire: reply.fire } : {}),
      };
      return { status: 200, body: JSON.stringify(body) };
    }
    case 'fired':
      return reply.known
        ? { status: 204, body: '' }
        : refuseWith(404, [{ field: 'delivery', message: 'is not known here' }]);
    case 'failed':
      return refuseFailed(reply, command.type);
    case 'change':
    case 'give':
    case 'ruling':
    case 'repair':
    case 'reread':
    case 'refused':
      return { status: 204, body: '' };
  }
}

function refusedHandover(why: 'early' | 'spent'): Answered {
  if (why === 'spent')
    return refuseWith(409, [
      { field: 'handover', message: 'was used before, or too long ago: a link carries a journey once' },
    ]);
  return refuseWith(425, [
    {
      field: 'handover',
      message: 'is not known yet: the page that made the link has not said so; ask again in two seconds',
    },
  ]);
}

function wireTouch({ param, value, at, extra }: WireTouch): WireTouch {
  return extra ? { param, value, at, extra } : { param, value, at };
}

export function refuseWith(status: number, problems: Problem[]): Answered {
  return { status, body: JSON.stringify({ errors: problems }) };
}
