/** Admin API of synchronized connections: their state and what is allowed in it, tests, runs with live progress, the list, the tracking file. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Request, type Response, Router } from 'express';
import { type EditDeps, setEnabled } from '../../../configuration/edit.ts';
import { removalWarning } from '../../../configuration/removal.ts';
import { hookAddress, registerHooks } from '../../../sync/hooks.ts';
import type { Sites } from '../../../configuration/sites.ts';
import type { SyncConnection } from '../../../configuration/sync-connection.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Seal } from '../../../lib/seal.ts';
import { exportList } from '../../../lists/export.ts';
import { actionRefusal } from '../../../model/sync-state.ts';
import type { Stores } from '../../../store/store.ts';
import { findSync } from '../../../sync/connections.ts';
import { viewList, segmentRule, SEGMENTS } from '../../../sync/list-overview.ts';
import type { SyncService } from '../../../sync/service.ts';
import { viewSync, watchSync } from '../../../sync/watch.ts';
import { gtmContainer } from '../../../tag-files/gtm-files.ts';
import { sendProblems } from '../../problem.ts';
import { sendLines } from '../send-lines.ts';
import { actorOf } from '../access/who.ts';

export interface AdminSyncDeps {
  service: SyncService;
  read: Pick<Stores, 'sync' | 'listMetrics' | 'contacts' | 'subscriberCounts'>;
  sites: () => Promise<Sites>;
  /** To switch a connection: the configuration says whether it is on. */
  editing: (actor: string) => EditDeps;
  seal: Seal;
  clock: Clock;
  /** Address of the browser routes, `https://t.shop.example/t`, and of the whole collector. */
  browserUrl: () => string;
  publicUrl: () => string;
}

type Handler = (connection: SyncConnection, request: Request, response: Response) => Promise<unknown>;

/** Mounted at `/admin/api`, behind the sign-in. */
export function adminSyncRouter(deps: AdminSyncDeps): Router {
  const { service, read, seal, clock } = deps;
  const { sync, schedule } = service;
  const router = Router();
  const at = (path: string): string => `/sites/:site/connections/:id${path}`;
  const withConnection =
    (handler: Handler) =>
    async (request: Request, response: Response): Promise<void> => {
      const { site, id } = request.params;
      const connection = findSync(await deps.sites(), String(site), String(id));
      if (!connection)
        return sendProblems(response, 404, [
          { field: 'connection', message: 'is no connection that can be synchronized' },
        ]);
      await handler(connection, request, response);
    };
  const view = async (connection: SyncConnection): Promise<object> => {
    const row = await sync.state(connection);
    return {
      ...viewSync(row),
      statuses: row.statuses,
      statusMap: row.map,
      hook: connection.source.webhook ? hookAddress(deps.publicUrl(), connection, seal) : null,
      removalWarning: removalWarning(connection),
    };
  };
  const act =
    (run: (connection: SyncConnection, actor: string) => Promise<string | undefined>, done = 200): Handler =>
    async (connection, _request, response) => {
      const refused = await run(connection, actorOf(response));
      if (refused !== undefined) return sendProblems(response, 409, [{ field: 'state', message: refused }]);
      response.status(done).json(await view(connection));
    };

  router.get(
    at('/sync'),
    withConnection(async (connection, _request, response) => response.json(await view(connection))),
  );
  router.post(
    at('/sync/test'),
    withConnection(async (connection, _request, response) => {
      const refused = actionRefusal((await sync.state(connection)).state, 'test');
      if (refused !== undefined) return sendProblems(response, 409, [{ field: 'state', message: refused }]);
      const report = await sync.test(connection);
      response.status(report.ok ? 200 : 422).json(report);
    }),
  );
  router.post(at('/sync/start'), withConnection(act((connection) => schedule.begin(connection, 'start'), 202)));
  router.post(at('/sync/resync'), withConnection(act((connection) => schedule.begin(connection, 'resync'), 202)));
  for (const [action, enabled] of [
    ['disable', false],
    ['enable', true],
  ] as const) {
    const run = async (connection: SyncConnection, actor: string): Promise<string | undefined> => {
      const refused = actionRefusal((await sync.state(connection)).state, action);
      if (refused === undefined)
        await setEnabled(connection.site, connection.id, { enabled, deps: deps.editing(actor) });
      return refused;
    };
    router.post(at(`/sync/${action}`), withConnection(act(run)));
  }
  router.post(
    at('/sync/hook'),
    withConnection(
      act((connection) => registerHooks(connection, hookAddress(deps.publicUrl(), connection, seal), service.deps)),
    ),
  );
  router.get(
    at('/sync/progress'),
    withConnection((connection, request, response) => watch(connection, request, { response, read })),
  );

  router.get(
    at('/list'),
    withConnection(async (connection, _request, response) =>
      response.json(await viewList(connection, { store: read, now: clock() })),
    ),
  );
  router.get(
    at('/list/export'),
    withConnection(async (connection, request, response) => {
      const format = request.query.format === 'jsonl' ? 'jsonl' : 'csv';
      const segment = SEGMENTS.find((known) => known === (request.query.segment ?? 'all'));
      if (!segment)
        return sendProblems(response, 422, [{ field: 'segment', message: `must be one of ${SEGMENTS.join(', ')}` }]);
      const want = {
        segment,
        rule: segmentRule(clock()),
        currency: String(connection.settings.currency),
        format,
      } as const;
      await sendLines(response, {
        name: `${connection.id}-${segment}.${format}`,
        type: format === 'csv' ? 'text/csv' : 'application/x-ndjson',
        lines: exportList(keyOf(connection), want, { store: read, seal }),
      });
    }),
  );
  router.get(
    at('/onsite-tracking'),
    withConnection(async (connection, _request, response) => {
      const site = (await deps.sites()).byId.get(connection.site)!;
      const file = trackingFile(() =>
        gtmContainer({
          ...{ site, collector: deps.browserUrl(), now: clock() },
          ...{ orderSource: 'cs-cart', connection: connection.id },
        }),
      );
      if ('problem' in file) return sendProblems(response, 422, [{ field: 'collector', message: file.problem }]);
      response.setHeader(
        'content-disposition',
        `attachment; filename="clickthread-${connection.site}-${connection.id}-onsite-tracking.json"`,
      );
      response.type('application/json').send(file.text);
    }),
  );
  return router;
}

/** Tag Manager takes only some addresses; what is wrong is said, not logged. */
function trackingFile(make: () => string): { text: string } | { problem: string } {
  try {
    return { text: make() };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

const keyOf = ({ site, id }: SyncConnection): { site: string; connection: string } => ({ site, connection: id });

/** Server-sent events while the connection syncs, then one last event and the end. */
async function watch(
  connection: SyncConnection,
  request: Request,
  given: { response: Response; read: Pick<Stores, 'sync'> },
): Promise<void> {
  const { response, read } = given;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const gone = new AbortController();
  request.on('close', () => gone.abort());
  for await (const view of watchSync(keyOf(connection), { store: read, sleep: (ms) => pause(ms) }, gone.signal)) {
    response.write(`event: progress\ndata: ${JSON.stringify(view)}\n\n`);
  }
  response.end();
}
