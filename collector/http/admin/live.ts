/** Admin API: orders and refusals as they come. A stream of events (`Accept: text/event-stream`), or the newest at once where none can be followed. */
import { Router } from 'express';
import type { LiveAnswer } from '../../../wire/admin/orders.ts';
import { reachesRole } from '../../model/people/person.ts';
import { sendProblems } from '../problem.ts';
import type { AdminDeps } from './deps.ts';
import { knownSites, queryText } from './read.ts';
import { askingOf, visibleTo } from './access/who.ts';

/** A proxy ends what is silent for long. */
const BEAT = 15_000;
/** Then it is asked for again, which asks again who may see it: a session that was ended sees no more. */
const LONGEST = 60_000;
/** Bytes that a reader who does not read may leave lying. */
const MOST_UNREAD = 1_000_000;

export function adminLiveRouter(deps: AdminDeps): Router {
  const { live, clock } = deps;
  /** What has come since is judged by the collector's clock, which stamps it. */
  const now = (): string => new Date(clock()).toISOString();
  const router = Router();
  router.get('/live', async (request, response) => {
    const named = queryText(request, 'site');
    const among = visibleTo(response, await knownSites(deps), (site) => site).filter(
      (site) => named === undefined || site === named,
    );
    // What was refused is an operator's to see here as it is in quarantine.
    const refusals = reachesRole(askingOf(response).role, 'operator');
    if (request.accepts(['json', 'text/event-stream']) !== 'text/event-stream') {
      const [orders, refused] = await Promise.all([live.newest(among), refusals ? live.refused(among) : []]);
      return void response.json({ now: now(), orders, refused } satisfies LiveAnswer);
    }
    if (live.isFull())
      return sendProblems(response, 503, [{ field: 'live', message: 'is watched by too many already' }]);
    // nginx holds answers back unless it is told not to.
    response.setHeader('x-accel-buffering', 'no');
    response.setHeader('content-type', 'text/event-stream');
    response.flushHeaders();
    response.write(`retry: 1000\nevent: now\ndata: ${JSON.stringify(now())}\n\n`);
    // Nothing may be written any more once it has ended.
    const stop = (): void => {
      leave();
      clearInterval(beat);
      clearTimeout(longest);
      response.end();
    };
    const beat = setInterval(() => response.write(':\n\n'), BEAT);
    const longest = setTimeout(stop, LONGEST);
    response.on('close', stop);
    const leave = live.watch({
      sites: among,
      refusals,
      after: request.get('last-event-id'),
      tell: (id, { event, row }) => {
        response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(row)}\n\n`);
        if (response.writableLength > MOST_UNREAD) response.destroy();
      },
      end: stop,
    });
  });
  return router;
}
