/** Admin API: an order's story for a partner's manager. Reading it takes the link alone; making and ending a link takes an operator. */
import { type RequestHandler, Router } from 'express';
import { endShare, readSharedStory, shareStory, viewStoryLink } from '../../../admin/orders/share-story.ts';
import { sendProblems } from '../../problem.ts';
import type { AdminDeps } from '../deps.ts';
import { bodyOf } from '../read.ts';
import { actorOf } from './who.ts';

/** `POST /story`, before the sign-in; in the body, because its secret belongs into no server's log. A wrong one is counted like a wrong token. */
export function readStoryRoute(deps: AdminDeps): RequestHandler {
  return async (request, response) => {
    response.setHeader('cache-control', 'no-store');
    const { site, token } = bodyOf(request);
    const asked = typeof site === 'string' && typeof token === 'string' ? { site, token } : undefined;
    const story = asked && (await readSharedStory(asked, deps));
    if (story) return void response.json(story);
    const message = 'has ended or is too old, or is not whole: ask the shop for a new one';
    deps.failures(request, response, () => sendProblems(response, 404, [{ field: 'link', message }]));
  };
}

export function adminStoryRouter({ read, write, sites, clock, dashboardUrl }: AdminDeps): Router {
  const router = Router();

  router.get('/orders/:orderId/shares', async (request, response) => {
    const links = await read.storyLinks(String(request.query.site ?? ''), String(request.params.orderId));
    response.json({ shares: links.filter(({ expiresAt }) => expiresAt > clock()).map(viewStoryLink) });
  });
  router.post('/orders/:orderId/shares', async (request, response) => {
    const { site, connection, days } = bodyOf(request);
    const orderId = String(request.params.orderId);
    const order = typeof site === 'string' ? await read.order(site, orderId) : undefined;
    if (!order)
      return sendProblems(response, 404, [
        { field: 'orderId', message: `is no order of the site that the body must name: { "site": "ID" }` },
      ]);
    const known = (await sites()).byId.get(order.site)?.connections.map(({ id }) => id) ?? [];
    const made = await shareStory(
      { order, connection, known, dashboard: dashboardUrl(), ...(days === undefined ? {} : { days }) },
      { store: write, now: clock(), actor: actorOf(response) },
    );
    if ('problems' in made) return sendProblems(response, 422, made.problems);
    response.status(201).json(made);
  });
  router.delete('/orders/:orderId/shares/:id', async (request, response) => {
    const { orderId, id } = request.params;
    const asked = { site: String(request.query.site ?? ''), orderId: String(orderId), id: String(id) };
    if (!(await endShare(asked, { store: write, now: clock(), actor: actorOf(response) })))
      return sendProblems(response, 404, [{ field: 'id', message: 'is no link, or it has ended before' }]);
    response.status(204).end();
  });
  return router;
}
