/** Admin API: refused orders, to be seen, read again after a fix, or dropped. */
import { Router } from 'express';
import { replayQuarantine, viewQuarantined } from '../replay-quarantine.ts';
import type { AdminDeps } from './admin.ts';
import { bodyOf, optionalBody, queryText, textsOf } from './admin-read.ts';
import { sendProblems } from './problem.ts';

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
  router.post('/quarantine/replay', async (request, response) => {
    const { ids, site } = optionalBody(request);
    const want = { ids: textsOf(ids), ...(typeof site === 'string' ? { site } : {}) };
    const results = await replayQuarantine(want, {
      store: write,
      receive: (requests) => write.receive(requests),
      ingest: (commands) => write.ingest(commands),
      ...{ sites, seal, clock, wake },
    });
    const taken = results.filter(({ result }) => result !== 'invalid').length;
    await write.addAudit({
      at: clock(),
      actor: 'admin API',
      action: 'quarantine replay',
      detail: JSON.stringify({ read: results.length, taken }),
    });
    response.json({ results });
  });
  router.post('/quarantine/drop', async (request, response) => {
    const ids = textsOf(bodyOf(request).ids);
    if (ids.length === 0)
      return sendProblems(response, 422, [{ field: 'ids', message: 'must be a list of ids of refused orders' }]);
    const dropped = await write.dropQuarantine(ids);
    await write.addAudit({
      at: clock(),
      actor: 'admin API',
      action: 'quarantine drop',
      detail: JSON.stringify({ dropped }),
    });
    response.json({ dropped });
  });
  router.delete('/quarantine/:id', async (request, response) => {
    const dropped = await write.dropQuarantine([String(request.params.id)]);
    if (dropped === 0) return sendProblems(response, 404, [unknown]);
    await write.addAudit({
      at: clock(),
      actor: 'admin API',
      action: 'quarantine drop',
      detail: JSON.stringify({ dropped }),
    });
    response.status(204).end();
  });
  return router;
}
