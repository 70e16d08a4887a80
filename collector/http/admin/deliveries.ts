/** Admin API: orders with their story, reports to networks, and sending them again. */
import { Router } from 'express';
import type { Problem } from '../../../wire/problem.ts';
import { ruleContested } from '../../admin/contested-orders.ts';
import { type FilterText, readDeliveryFilter } from '../../admin/delivery-filter.ts';
import { viewDelivery, viewOrder } from '../../admin/order-view.ts';
import { withoutConnection } from '../../admin/orders/removed-connections.ts';
import { replayDeliveries } from '../../admin/replay.ts';
import { readStory } from '../../admin/orders/read-story.ts';
import type { Command } from '../../intake/command.ts';
import { ConfigurationError } from '../../model/configuration-error.ts';
import type { StoredOrder } from '../../model/stored-order.ts';
import type { DeliveryFilter } from '../../store/store.ts';
import { sendProblems } from '../problem.ts';
import type { AdminDeps } from './deps.ts';
import { optionalBody, queryText } from './read.ts';
import { actorOf } from './access/who.ts';

const FILTERS = ['site', 'connection', 'status', 'since', 'order', 'limit'] as const;
/** Rows of one answer unless asked for fewer. */
const LIMIT = 100;
const MOST = 1000;
/** Reports that are sent again at once: the writer does nothing else meanwhile, and orders wait for it. */
const MOST_AGAIN = 5000;

export function adminDeliveriesRouter({ read, write, sites, clock, wake }: AdminDeps): Router {
  const router = Router();
  const filterOf = (text: FilterText): DeliveryFilter => {
    const { filter, problems } = readDeliveryFilter(text, clock());
    if (problems.length > 0) throw new ConfigurationError('The filter was not understood:', problems);
    return filter;
  };

  router.get('/deliveries', async (request, response) => {
    const filter = filterOf(Object.fromEntries(FILTERS.map((name) => [name, queryText(request, name)])));
    const breakers = await read.breakers();
    const found = await read.deliveries({ ...filter, limit: Math.min(filter.limit ?? LIMIT, MOST) });
    const inForce = await sites();
    response.json({
      deliveries: found.map((delivery) => {
        const { attempts: _loggedElsewhere, ...view } = viewDelivery(withoutConnection(delivery, inForce), breakers);
        return { ...view, attempts: delivery.attempts };
      }),
    });
  });

  router.post('/replay', async (request, response) => {
    const { dryRun, ...text } = optionalBody(request);
    const asked = Object.fromEntries(
      FILTERS.map((name) => [name, text[name] === undefined ? undefined : String(text[name])]),
    );
    const filter = filterOf(asked);
    const limit = Math.min(filter.limit ?? MOST_AGAIN, MOST_AGAIN);
    const replay = { filter: { ...filter, limit }, asked, dryRun: dryRun === true, actor: actorOf(response) };
    const again = await replayDeliveries(replay, { store: write, now: clock() });
    if (dryRun !== true) wake(again);
    response.json({
      dryRun: dryRun === true,
      more: again.length === limit,
      deliveries: again.map(({ id, site, orderId, connection, kind, state }) => ({
        id,
        site,
        orderId,
        connection,
        kind,
        was: state,
      })),
    });
  });

  router.get('/orders/:orderId', async (request, response) => {
    const orderId = String(request.params.orderId);
    const found = await findSiteOf(orderId, { named: queryText(request, 'site'), how: 'add ?site=ID' }, read);
    if ('problem' in found) return sendProblems(response, found.status, [found.problem]);
    const { site } = found;
    response.json(await readStory((await read.order(site, orderId))!, { read, sites, clock }));
  });

  router.get('/orders', async (request, response) => {
    const site = queryText(request, 'site');
    const limit = Math.min(filterOf({ limit: queryText(request, 'limit') }).limit ?? LIMIT, MOST);
    const signal = queryText(request, 'signal');
    const contested = queryText(request, 'contested');
    if (signal !== undefined || contested !== undefined) {
      const found = await read.findOrders({
        limit,
        ...(site === undefined ? {} : { site }),
        ...(signal === undefined ? {} : { signal }),
        ...(contested === undefined ? {} : { contested: contested !== '0' && contested !== 'false' }),
      });
      return void response.json({ orders: found.map(viewListed), next: null });
    }
    const after = cursorOf(queryText(request, 'after'));
    const page = await read.orderPage({ after, limit, ...(site === undefined ? {} : { site }) });
    response.json({ orders: page.rows.map(viewListed), next: page.next });
  });

  router.post('/orders/:orderId/credit', async (request, response) => {
    const orderId = String(request.params.orderId);
    const { site: named, credit } = optionalBody(request);
    const found = await findSiteOf(orderId, { named, how: 'add "site": "ID"' }, read);
    if ('problem' in found) return sendProblems(response, found.status, [found.problem]);
    const { site } = found;
    if (typeof credit !== 'string')
      return sendProblems(response, 422, [
        { field: 'credit', message: 'must be the id of an observation of the order, or "nobody"' },
      ]);
    const ruling = { site, orderId, credit: credit === 'nobody' ? null : credit, actor: actorOf(response) };
    const deps = { ingest: (commands: Command[]) => write.ingest(commands), wake };
    const { result } = await ruleContested(ruling, deps);
    if (result === 'uncontested')
      return sendProblems(response, 409, [{ field: 'orderId', message: 'is not contested' }]);
    if (result !== 'decided')
      return sendProblems(response, 422, [{ field: 'credit', message: 'is no observation of this order' }]);
    response.json(await readStory((await read.order(site, orderId))!, { read, sites, clock }));
  });
  return router;
}

/** The one site that has an order of that number; `how` says how to name it where several do. */
async function findSiteOf(
  orderId: string,
  { named, how }: { named: unknown; how: string },
  read: Pick<AdminDeps['read'], 'sitesOfOrder'>,
): Promise<{ site: string } | { status: 404 | 422; problem: Problem }> {
  const [site, ...others] = (await read.sitesOfOrder(orderId)).filter((one) => named === undefined || one === named);
  const shown = orderId.slice(0, 128);
  if (site === undefined) return { status: 404, problem: { field: 'orderId', message: `there is no order ${shown}` } };
  if (others.length === 0) return { site };
  const message = `is missing: ${[site, ...others].join(', ')} have an order ${shown}; ${how}`;
  return { status: 422, problem: { field: 'site', message } };
}

function isPairOfTexts(json: string): boolean {
  try {
    const parsed: unknown = JSON.parse(json);
    return Array.isArray(parsed) && parsed.length === 2 && parsed.every((part) => typeof part === 'string');
  } catch {
    return false;
  }
}

/** The `next` of an earlier answer: site and number of its last order. */
function cursorOf(after: string | undefined): string | null {
  if (after === undefined) return null;
  if (isPairOfTexts(after)) return after;
  const problem = { field: 'after', message: 'must be the "next" of an earlier answer' };
  throw new ConfigurationError('The page was not understood:', [problem]);
}

/** An order as a row of a list. */
function viewListed(stored: StoredOrder): object {
  const { deliveries: _none, events: _no, ...order } = viewOrder({ stored, deliveries: [], events: [], breakers: [] });
  return order;
}
