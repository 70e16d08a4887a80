/** Admin API: orders with their story, reports to networks, and sending them again. */
import { Router } from 'express';
import { readDeliveryFilter, type FilterText } from '../delivery-filter.ts';
import { ConfigurationError } from '../environment.ts';
import { viewDelivery, viewOrder } from '../order-view.ts';
import { readOrderView } from '../read-order-view.ts';
import type { DeliveryFilter } from '../store/store.ts';
import type { AdminDeps } from './admin.ts';
import { optionalBody, queryText } from './admin-read.ts';
import { sendProblems } from './problem.ts';

const FILTERS = ['site', 'connection', 'status', 'since', 'order', 'limit'] as const;
/** Rows of one answer unless asked for fewer. */
const LIMIT = 100;
const MOST = 1000;

export function adminDeliveriesRouter({ read, write, clock, wake }: AdminDeps): Router {
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
    response.json({
      deliveries: found.map((delivery) => {
        const { attempts: _loggedElsewhere, ...view } = viewDelivery(delivery, breakers);
        return { ...view, attempts: delivery.attempts };
      }),
    });
  });

  router.post('/replay', async (request, response) => {
    const { dryRun, ...text } = optionalBody(request);
    const asked = Object.fromEntries(
      FILTERS.map((name) => [name, text[name] === undefined ? undefined : String(text[name])]),
    );
    const now = clock();
    const again = await write.replay(filterOf(asked), now, dryRun === true);
    if (dryRun !== true) {
      wake(again);
      if (again.length > 0)
        await write.addAudit({
          at: now,
          actor: 'admin API',
          action: 'replay',
          detail: JSON.stringify({ deliveries: again.length, filter: asked }),
        });
    }
    response.json({
      dryRun: dryRun === true,
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
    const named = queryText(request, 'site');
    const holding = (await read.sitesOfOrder(orderId)).filter((site) => named === undefined || site === named);
    const [site] = holding;
    if (site === undefined)
      return sendProblems(response, 404, [{ field: 'orderId', message: `there is no order ${orderId.slice(0, 128)}` }]);
    if (holding.length > 1)
      return sendProblems(response, 422, [
        { field: 'site', message: `is missing: ${holding.join(', ')} have an order ${orderId}; add ?site=ID` },
      ]);
    response.json(await readOrderView((await read.order(site, orderId))!, read));
  });

  router.get('/orders', async (request, response) => {
    const site = queryText(request, 'site');
    const limit = Math.min(filterOf({ limit: queryText(request, 'limit') }).limit ?? LIMIT, MOST);
    const after = queryText(request, 'after') ?? null;
    const page = await read.orderPage({ after, limit, ...(site === undefined ? {} : { site }) });
    const orders = page.rows.map((stored) => viewOrder({ stored, deliveries: [], events: [], breakers: [] }));
    response.json({ orders: orders.map(({ deliveries: _none, events: _no, ...order }) => order), next: page.next });
  });
  return router;
}
