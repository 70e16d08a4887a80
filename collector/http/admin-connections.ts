/** Admin API: connections and what may be connected. Secrets go in and never come out. */
import { Router } from 'express';
import { findDefinition } from '../apply.ts';
import { roleOf, viewConnection, type ConnectionView } from '../connections.ts';
import { destinations } from '../destinations/index.ts';
import type { Setting } from '../destinations/destination.ts';
import { putConnection, removeConnection, setEnabled } from '../edit-configuration.ts';
import { findListPlatform, listPlatforms } from '../lists/index.ts';
import type { Connection } from '../sites.ts';
import { sources } from '../sources/index.ts';
import { findSync } from '../sync-connections.ts';
import { refusal } from '../sync-state.ts';
import { testConnection } from '../test-connection.ts';
import { editingOf, type AdminDeps } from './admin.ts';
import { bodyOf, connectionOf, siteOf } from './admin-read.ts';
import { sendProblems } from './problem.ts';

export function adminConnectionsRouter(deps: AdminDeps): Router {
  const router = Router();
  const { read, sites } = deps;
  const one = '/sites/:site/connections/:id';

  router.get('/types', (_request, response) => {
    response.json({ types: [...destinations, ...sources, ...listPlatforms].map(({ name }) => viewType(name)) });
  });
  router.get('/connections', async (_request, response) => {
    const all = [...(await sites()).byId.values()].flatMap(({ connections }) => connections);
    response.json({ connections: await views(all, read) });
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
    await putConnection(site.config.id, { ...body, id }, editingOf(deps));
    response.status(201).json(await saved(site.config.id, id));
  });
  router.get(one, async (request, response) => {
    response.json((await views([await connectionOf(request, sites)], read))[0]);
  });
  router.put(one, async (request, response) => {
    const site = await siteOf(request, sites);
    const id = String(request.params.id);
    const isNew = !site.connections.some((known) => known.id === id);
    await putConnection(site.config.id, { ...bodyOf(request), id }, editingOf(deps));
    response.status(isNew ? 201 : 200).json(await saved(site.config.id, id));
  });
  router.delete(one, async (request, response) => {
    const { site, id } = await connectionOf(request, sites);
    await removeConnection(site, id, editingOf(deps));
    response.status(204).end();
  });
  router.post(`${one}/test`, async (request, response) => {
    const connection = await connectionOf(request, sites);
    const { sender, environment, clock, service } = deps;
    const source = findSync(await sites(), connection.site, connection.id);
    const refused = source && refusal((await service.sync.state(source)).state, 'test');
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
      await setEnabled(site, id, { enabled, deps: editingOf(deps) });
      if (enabled) {
        await deps.write.clearBreaker(site, id, deps.clock(), 0);
        deps.wake([{ site, connection: id }]);
      }
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
  const standing = { breakers: await read.breakers(), counts: await read.deliveryCounts() };
  return connections.map((connection) => viewConnection(connection, standing));
}

const failuresOf = (stages: readonly { ok: boolean; name: string; message: string }[]) =>
  stages.filter(({ ok }) => !ok).map(({ name, message }) => ({ field: name, message }));

/** What a form needs to know of a type: its settings as data, patterns as text. */
function viewType(name: string) {
  const destination = destinations.find((known) => known.name === name);
  const source = sources.find((known) => known.name === name);
  const list = findListPlatform(name);
  const definition = destination ?? source ?? list;
  const settings = findDefinition(name)?.settings ?? {};
  return {
    type: name,
    role: roleOf(name),
    title: definition?.title,
    docs: definition?.docs,
    ...(destination ? { audience: destination.audience, transport: destination.transport } : {}),
    ...(source ? { immutable: source.immutable } : {}),
    settings: Object.entries(settings).map(([setting, described]) => viewSetting(setting, described)),
  };
}

function viewSetting(name: string, { pattern, ...setting }: Setting) {
  return { name, kind: 'text', ...setting, ...(pattern ? { pattern: pattern.source } : {}) };
}
