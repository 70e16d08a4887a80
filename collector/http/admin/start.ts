/** Admin API of a first set-up: what one address tells of a shop, whether its pages speak, and a rehearsed order. */
import { Router } from 'express';
import type { Rehearsal } from '../../../wire/admin/start.ts';
import { findShop } from '../../admin/start/find-shop.ts';
import { REHEARSABLE, rehearseSale, STAND_INS } from '../../admin/start/rehearse.ts';
import { readSigns } from '../../admin/start/site-signs.ts';
import type { Command } from '../../intake/command.ts';
import { UnknownName } from '../../model/configuration-error.ts';
import { sendProblems } from '../problem.ts';
import type { AdminDeps } from './deps.ts';
import { bodyOf, siteOf } from './read.ts';
import { actorOf } from './access/who.ts';

export function adminStartRouter(deps: AdminDeps): Router {
  const { read, write, sites, sender, environment, clock, wake } = deps;
  const router = Router();

  router.post('/find/shop', async (request, response) => {
    const found = await findShop(bodyOf(request).address, sender);
    if ('problems' in found) return sendProblems(response, 422, found.problems);
    response.json(found);
  });
  router.get('/rehearsal', (_request, response) => {
    const { allowPrivate: allowed } = environment;
    response.json({ allowed, address: STAND_INS, types: [...REHEARSABLE] } satisfies Rehearsal);
  });
  router.get('/sites/:site/signs', async (request, response) => {
    const site = await siteOf(request, sites);
    const known = { read, heardOf: deps.heardOf, browserUrl: deps.browserUrl(), now: clock() };
    response.json(await readSigns(site, known));
  });
  router.post('/sites/:site/rehearsal', async (request, response) => {
    const site = await siteOf(request, sites);
    const named = bodyOf(request).connection;
    const connection = site.connections.find(({ id }) => id === named);
    if (!connection)
      throw new UnknownName('connection', `site ${site.config.id} has no connection "${String(named).slice(0, 64)}"`);
    const rehearsed = await rehearseSale(
      { site, connection, actor: actorOf(response) },
      { read, ingest: (commands: Command[]) => write.ingest(commands), wake, now: clock() },
    );
    response.status(201).json(rehearsed);
  });
  return router;
}
