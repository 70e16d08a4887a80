/** Between the HTTP lane and ingest: many raw requests of browsers in, as many ready answers out, one commit for all of them. */
import type { Command, CommandReply, Work } from './command.ts';
import type { Problem } from './event.ts';
import type { Ingest } from './ingest.ts';
import { readRequest, type IntakeRequest } from './intake.ts';
import type { Clock } from './lib/clock.ts';
import type { Sites } from './sites.ts';
import type { ConversionReply, JourneyReply, WireTouch } from './wire.ts';

/** An answer as the lane writes it. */
export interface Answered {
  status: number;
  /** JSON, or empty for 204. */
  body: string;
  /** Visitor to keep in the `_ct_v` cookie; `null` to forget the one it holds; absent where nothing may be stored. */
  visitor?: string | null;
  /** Domain that the cookies are for; absent: only the collector's own host. */
  domain?: string;
}

export interface FrontDoor {
  /** Answers stand in the order of the requests. Rejects when nothing could be stored. */
  receive(requests: IntakeRequest[]): Promise<{ answers: Answered[]; work: Work[] }>;
}

export function createFrontDoor(deps: { ingest: Ingest; sites: () => Promise<Sites>; clock: Clock }): FrontDoor {
  return {
    async receive(requests) {
      const sites = await deps.sites();
      const now = deps.clock();
      const commands: Command[] = [];
      const finish: ((replies: CommandReply[]) => Answered)[] = requests.map((request) => {
        const read = readRequest(request, sites.byId.get(request.site), request.at ?? now);
        if ('command' in read) {
          const { command } = read;
          const index = commands.push(command) - 1;
          const { domain } = cookieDomain(sites.byId.get(request.site)!.config.domains, request.host);
          const silence = silenceFor(command);
          return (replies) => {
            const answered = silence ?? answer(replies[index]!, request);
            if (domain !== undefined) answered.domain = domain;
            return answered;
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
          });
        return () => refused(status, problems);
      });
      if (commands.length === 0) return { answers: finish.map((end) => end([])), work: [] };
      const { replies, work } = await deps.ingest.ingest(commands);
      return { answers: finish.map((end) => end(replies)), work };
    },
  };
}

/** What needs no words: thanks to a tag that knows the journey, and a withdrawal. */
function silenceFor(command: Command): Answered | undefined {
  if (command.type !== 'touch') return undefined;
  // Who withdraws consent is not recognized again, not even by the cookie that scripts can't reach.
  if (command.consent?.marketing === 'denied') return { status: 204, body: '', visitor: null };
  return command.brief ? { status: 204, body: '', visitor: command.visitor } : undefined;
}

/**
 * The site's domain that the collector's host belongs to, so that shop and collector share the cookies: `shop.example` for
 * `t.shop.example`. A host of another domain, an address or a bare name keeps them to itself.
 */
export function cookieDomain(domains: readonly string[], host: string | undefined): { domain?: string } {
  const name = host?.replace(/:\d+$/, '').toLowerCase();
  if (name === undefined || !name.includes('.') || /^[\d.]+$|\]$/.test(name)) return {};
  const parents = domains
    .map((domain) => domain.toLowerCase().replace(/^\*\./, '').replace(/:\d+$/, ''))
    .filter((domain) => domain.includes('.') && (name === domain || name.endsWith(`.${domain}`)))
    .sort((a, b) => a.length - b.length);
  return parents[0] === undefined ? {} : { domain: parents[0] };
}

function answer(reply: CommandReply, request: IntakeRequest): Answered {
  switch (reply.type) {
    case 'touch': {
      if (reply.spent)
        return refused(409, [{ field: 'handover', message: 'was used before: a link carries a journey once' }]);
      const journey: JourneyReply = { visitor: reply.visitor, touches: reply.touches.map(wireTouch) };
      return { status: 200, body: JSON.stringify(journey), visitor: reply.visitor };
    }
    case 'order': {
      if (reply.result === 'invalid') return refused(409, reply.errors ?? []);
      const body: ConversionReply = {
        orderId: reply.orderId,
        result: reply.result,
        ...(reply.warnings.length > 0 ? { warnings: reply.warnings } : {}),
        ...(reply.fire.length > 0 ? { fire: reply.fire } : {}),
      };
      return {
        status: 200,
        body: JSON.stringify(body),
        ...(request.visitor === undefined ? {} : { visitor: request.visitor }),
      };
    }
    case 'fired':
      return reply.known
        ? { status: 204, body: '' }
        : refused(404, [{ field: 'delivery', message: 'is not known here' }]);
    case 'change':
    case 'refused':
      return { status: 204, body: '' };
  }
}

function wireTouch({ param, value, at, extra }: WireTouch): WireTouch {
  return extra ? { param, value, at, extra } : { param, value, at };
}

export function refused(status: number, problems: Problem[]): Answered {
  return { status, body: JSON.stringify({ errors: problems }) };
}
