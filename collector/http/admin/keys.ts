/** Admin API: keys of the server API and signing secrets. A key's value is in the answer to its making, and nowhere else. */
import { Router } from 'express';
import { createKey, revokeKey } from '../../admin/keys.ts';
import { type KeyKind, viewKey } from '../../model/api-key.ts';
import { sendProblems } from '../problem.ts';
import type { AdminDeps } from './deps.ts';
import { bodyOf, textsOf } from './read.ts';
import { actorOf } from './access/who.ts';

const KINDS: readonly KeyKind[] = ['api', 'webhook', 'order'];

export function adminKeysRouter({ read, write, sites, seal, clock }: AdminDeps): Router {
  const router = Router();

  router.get('/keys', async (_request, response) => response.json({ keys: (await read.apiKeys()).map(viewKey) }));
  router.post('/keys', async (request, response) => {
    const { kind = 'api', label, ...body } = bodyOf(request);
    const named = textsOf(body.sites);
    const { byId } = await sites();
    const known = KINDS.find((one) => one === kind);
    const unknown = named.filter((site) => !byId.has(site));
    const problems = [
      ...(known ? [] : [{ field: 'kind', message: `must be one of ${KINDS.join(', ')}` }]),
      ...(named.length > 0 ? [] : [{ field: 'sites', message: 'must be a list with at least one site' }]),
      ...(unknown.length === 0
        ? []
        : [{ field: 'sites', message: `has ${unknown.join(', ')}, which this collector does not know` }]),
    ];
    if (!known || problems.length > 0) return sendProblems(response, 422, problems);
    const text = typeof label === 'string' ? label.slice(0, 200) : '';
    const asked = { kind: known, sites: named, label: text, actor: actorOf(response) };
    const { row, secret } = await createKey(asked, { store: write, seal, now: clock() });
    response.status(201).json({ ...viewKey(row), key: secret });
  });
  router.delete('/keys/:id', async (request, response) => {
    const id = String(request.params.id);
    if (!(await revokeKey({ id, actor: actorOf(response) }, { store: write, now: clock() })))
      return sendProblems(response, 404, [{ field: 'id', message: 'is no key, or it was revoked before' }]);
    response.status(204).end();
  });
  return router;
}
