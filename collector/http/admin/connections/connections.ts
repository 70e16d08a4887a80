/** Admin API: connections and what may be connected. Secrets go in and never come out. */
import { Router } from 'express';
import { type ConnectionView, roleOf, viewConnection } from '../../../admin/connection-view.ts';
import type { Catalogue } from '../../../catalogue.ts';
import { putConnection, removeConnection, setEnabled } from '../../../configuration/edit.ts';
import type { Connection } from '../../../configuration/sites.ts';
import { testConnection } from '../../../configuration/test-connection.ts';
import { actionRefusal } from '../../../model/sync-state.ts';
import { findSync } from '../../../sync/connections.ts';
import { sendProblems } from '../../problem.ts';
import { type AdminDeps, editAs } from '../deps.ts';
import { bodyOf, connectionOf, siteOf, viewDefinition } from '../read.ts';
import { actorOf, visibleTo } from '../access/who.ts';

export function adminConnectionsRouter(deps: AdminDeps): Router {
  const router = Router();
  const { read, sites } = deps;
  const one = '/sites/:site/connections/:id';

  router.get('/types', async (_request, response) => {
    const { catalogue } = await sites();
    const all = [...catalogue.destinations, ...catalogue.sources, ...catalogue.platforms];
    response.json({ types: all.map(({ name }) => viewType(name, catalogue)) });
  });
  router.get('/connections', async (_request, response) => {
    const all = [...(await sites()).byId.values()].flatMap(({ connections }) => connections);
    response.json({
      connections: await views(
        visibleTo(response, all, ({ site }) => site),
        read,
      ),
    });
  });
  router.get('/sites/:site/connections', async (request, response) => {
    const { connections } = await siteOf(request, sites);
    response.json({ connections: await views(connections, read) });
  });
  router.post('/sites/:site/connections', async (request, response) => {
    const site = await siteOf(request, sites);
    const body = bodyOf(request);
    const id = typeof body.id === 'string' ? body.id : '';
    if (site.connections.some((known) => known.id === id))
      return sendProblems(response, 409, [{ field: 'id', message: `"${id}" exists already: change it with PUT` }]);
    await putConnection(site.config.id, { ...body, id }, editAs(actorOf(response), deps));
    response.status(201).json(await saved(site.config.id, id));
  });
  router.get(one, async (request, response) => {
    response.json((await views([await connectionOf(request, sites)], read))[0]);
  });
  router.put(one, async (request, response) => {
    const site = await siteOf(request, sites);
    const id = String(request.params.id);
    const isNew = !site.connections.some((known) => known.id === id);
    const { seen, ...body } = bodyOf(request);
    const now = (await saved(site.config.id, id))?.updatedAt;
    if (seen !== undefined && seen !== now) {
      const message = 'is not what it was when you began: somebody has changed this connection since. Look at it again';
      return sendProblems(response, 409, [{ field: 'seen', message }]);
    }
    await putConnection(site.config.id, { ...body, id }, editAs(actorOf(response), deps));
    response.status(isNew ? 201 : 200).json(await saved(site.config.id, id));
  });
  router.delete(one, async (request, response) => {
    const { site, id } = await connectionOf(request, sites);
    await removeConnection(site, id, editAs(actorOf(response), deps));
    response.status(204).end();
  });
  router.post(`${one}/test`, async (request, response) => {
    const connection = await connectionOf(request, sites);
    const { sender, environment, clock, service } = deps;
    const source = findSync(await sites(), connection.site, connection.id);
    const refused = source && actionRefusal((await service.sync.state(source)).state, 'test');
    if (refused !== undefined) return sendProblems(response, 409, [{ field: 'state', message: refused }]);
    const test = await testConnection(connection, {
      send: sender.send,
      allowPrivate: environment.allowPrivate,
      now: clock(),
      testSource: (tested) => service.sync.test(tested),
    });
    response.status(test.ok ? 200 : 422).json(test.ok ? test : { ...test, errors: failuresOf(test.stages) });
  });
  for (const [action, enabled] of [
    ['pause', false],
    ['resume', true],
  ] as const) {
    router.post(`${one}/${action}`, async (request, response) => {
      const { site, id } = await connectionOf(request, sites);
      await setEnabled(site, id, { enabled, deps: editAs(actorOf(response), deps) });
      if (enabled) deps.wake([{ site, connection: id }]);
      response.json(await saved(site, id));
    });
  }
  return router;

  async function saved(site: string, id: string): Promise<ConnectionView | undefined> {
    const connections = (await sites()).byId.get(site)?.connections ?? [];
    return (
      await views(
        connections.filter((known) => known.id === id),
        read,
      )
    )[0];
  }
}

async function views(connections: readonly Connection[], read: AdminDeps['read']): Promise<ConnectionView[]> {
  const standing = {
    ...{ breakers: await read.breakers(), counts: await read.deliveryCounts(), syncs: await read.syncs() },
  };
  return connections.map((connection) => viewConnection(connection, standing));
}

const failuresOf = (stages: readonly { ok: boolean; name: string; message: string }[]) =>
  stages.filter(({ ok }) => !ok).map(({ name, message }) => ({ field: name, message }));

/** What a form needs to know of a type: its settings as data, patterns as text. */
function viewType(name: string, catalogue: Catalogue) {
  const destination = catalogue.findDestination(name);
  const source = catalogue.findSource(name);
  const platform = catalogue.findPlatform(name);
  const definition = catalogue.find(name);
  return {
    type: name,
    role: roleOf({ destination, source, platform }),
    docs: definition?.docs,
    ...(destination ? { audience: destination.audience, transport: destination.transport } : {}),
    ...(source ? { immutable: source.immutable } : {}),
    ...(definition ? viewDefinition(definition) : { settings: [] }),
  };
}
