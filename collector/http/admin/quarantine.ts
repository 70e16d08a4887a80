/** Admin API: refused orders, to be seen, read again after a fix, or dropped. */
import { Router } from 'express';
import { dropQuarantined, mendQuarantined, replayQuarantine, viewQuarantined } from '../../admin/quarantine.ts';
import { sendProblems } from '../problem.ts';
import type { AdminDeps } from './deps.ts';
import { bodyOf, optionalBody, queryText, textsOf } from './read.ts';
import { actorOf } from './access/who.ts';

export function adminQuarantineRouter(deps: AdminDeps): Router {
  const { read, write, seal, sites, clock, wake } = deps;
  const router = Router();
  const unknown = { field: 'id', message: 'is no refused order; it may have been replayed or dropped' };

  router.get('/quarantine', async (request, response) => {
    const site = queryText(request, 'site');
    const rows = await read.quarantine({ ...(site === undefined ? {} : { site }), limit: 1000 });
    response.json({ quarantine: rows.map(viewQuarantined) });
  });
  router.get('/quarantine/:id', async (request, response) => {
    const [row] = await read.quarantine({ id: String(request.params.id) });
    if (!row) return sendProblems(response, 404, [unknown]);
    response.json({ ...viewQuarantined(row), body: seal.open(row.body) });
  });
  const replaying = {
    store: write,
    receive: (requests: Parameters<typeof write.receive>[0]) => write.receive(requests),
    ingest: (commands: Parameters<typeof write.ingest>[0]) => write.ingest(commands),
    ...{ sites, seal, clock, wake },
  };
  router.post('/quarantine/:id/mend', async (request, response) => {
    const { body } = bodyOf(request);
    if (typeof body !== 'string')
      return sendProblems(response, 422, [{ field: 'body', message: 'must be the mended text' }]);
    const mended = await mendQuarantined({ id: request.params.id, body, actor: actorOf(response) }, replaying);
    if (!mended) return sendProblems(response, 404, [unknown]);
    if (mended.result === 'invalid') return sendProblems(response, 422, mended.errors ?? []);
    response.json(mended);
  });
  router.post('/quarantine/replay', async (request, response) => {
    const { ids, site } = optionalBody(request);
    const want = { ids: textsOf(ids), actor: actorOf(response), ...(typeof site === 'string' ? { site } : {}) };
    const results = await replayQuarantine(want, replaying);
    response.json({ results });
  });
  router.post('/quarantine/drop', async (request, response) => {
    const ids = textsOf(bodyOf(request).ids);
    if (ids.length === 0)
      return sendProblems(response, 422, [{ field: 'ids', message: 'must be a list of ids of refused orders' }]);
    const dropped = await dropQuarantined({ ids, actor: actorOf(response) }, { store: write, now: clock() });
    response.json({ dropped });
  });
  router.delete('/quarantine/:id', async (request, response) => {
    const dropped = await dropQuarantined(
      { ids: [String(request.params.id)], actor: actorOf(response) },
      { store: write, now: clock() },
    );
    if (dropped === 0) return sendProblems(response, 404, [unknown]);
    response.status(204).end();
  });
  return router;
}
