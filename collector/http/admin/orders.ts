/** Admin API: finding orders, and what a person does to one. */
import { type Response, Router } from 'express';
import type { OrderPage, OrderSearch } from '../../../wire/admin/orders.ts';
import { finishByHand } from '../../admin/finish-by-hand.ts';
import { changeByHand } from '../../admin/orders/change-by-hand.ts';
import { foundLines } from '../../admin/orders/found-lines.ts';
import { readStory } from '../../admin/orders/read-story.ts';
import { searchOrders } from '../../admin/orders/search-orders.ts';
import type { Command } from '../../intake/command.ts';
import type { StoredOrder } from '../../model/stored-order.ts';
import { sendProblems } from '../problem.ts';
import type { AdminDeps } from './deps.ts';
import { bodyOf, knownSites, optionalBody, textsOf } from './read.ts';
import { sendLines } from './send-lines.ts';
import { actorOf, visibleTo } from './access/who.ts';

const TEXTS = ['text', 'partner', 'status', 'delivery', 'since', 'until', 'after'] as const;

export function adminOrdersRouter(deps: AdminDeps): Router {
  const { read, write, sites, seal, clock, wake } = deps;
  const router = Router();
  const tell = async ({ site, order }: StoredOrder, response: Response): Promise<void> =>
    void response.json(await readStory((await read.order(site, order.orderId))!, { read, sites, clock }));
  /** The order of the site that the body names. */
  const orderOf = async (orderId: string, site: unknown, response: Response): Promise<StoredOrder | undefined> => {
    const stored = typeof site === 'string' ? await read.order(site, orderId) : undefined;
    if (stored) return stored;
    const missing = { field: 'site', message: 'is missing: { "site": "ID" }' };
    const unknown = { field: 'orderId', message: `there is no order ${orderId.slice(0, 128)}` };
    return void sendProblems(response, typeof site === 'string' ? 404 : 422, [
      typeof site === 'string' ? unknown : missing,
    ]);
  };

  router.post('/find/orders', async (request, response) => {
    const body = optionalBody(request);
    const among = visibleTo(response, await knownSites(deps), (site) => site).filter(
      (site) => body.site === undefined || body.site === site,
    );
    const search = (more: object) =>
      searchOrders({ ...searchOf(body), ...more }, among, { read, sites, seal, now: clock() });
    const found = await search({});
    if ('problems' in found) return sendProblems(response, 422, found.problems);
    if (body.format !== 'csv') return void response.json(found);
    const pageAfter = async (after: string) => (await search({ after })) as OrderPage;
    const name = `clickthread-orders-${new Date(clock()).toISOString().slice(0, 10)}.csv`;
    await sendLines(response, { name, type: 'text/csv', lines: foundLines(found, pageAfter) });
  });
  router.post('/orders/:orderId/change', async (request, response) => {
    const { site, ...change } = bodyOf(request);
    const stored = await orderOf(String(request.params.orderId), site, response);
    if (!stored) return;
    const asked = { site: stored.site, orderId: stored.order.orderId, change, actor: actorOf(response) };
    const done = await changeByHand(asked, { ingest: (commands: Command[]) => write.ingest(commands), wake });
    if ('problems' in done) return sendProblems(response, 422, done.problems);
    await tell(stored, response);
  });
  router.post('/orders/:orderId/done', async (request, response) => {
    const { site, deliveries } = bodyOf(request);
    const stored = await orderOf(String(request.params.orderId), site, response);
    if (!stored) return;
    const ids = textsOf(deliveries);
    const theirs = (await read.deliveriesOf(stored.site, stored.order.orderId)).filter(({ id }) => ids.includes(id));
    const done = await finishByHand(theirs, { store: write, now: clock(), actor: actorOf(response) });
    if (done.length === 0)
      return sendProblems(response, 409, [{ field: 'deliveries', message: 'wait for nobody (any more)' }]);
    await tell(stored, response);
  });
  return router;
}

function searchOf(body: Record<string, unknown>): OrderSearch {
  const texts = TEXTS.flatMap((name) => {
    const value = body[name];
    return typeof value === 'string' && value !== '' ? [[name, value.slice(0, 512)]] : [];
  });
  return { ...(Object.fromEntries(texts) as OrderSearch), contested: body.contested === true };
}
