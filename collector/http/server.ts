/** Two lanes on one port: browsers go to the hand-written one, everything else to Express. This is the one place that says so. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import express from 'express';
import helmet from 'helmet';
import type { AdminDeps } from './admin/deps.ts';
import { adminRouter } from './admin/router.ts';
import { type AdminSyncDeps, adminSyncRouter } from './admin/connections/sync.ts';
import type { IngestLane } from './browser/ingest-lane.ts';
import { dashboardRouter } from './dashboard.ts';
import { homePageRouter } from './home-page.ts';
import { openApiRouter } from './openapi/document.ts';
import { type OperationsDeps, operationsRouter } from './operations.ts';
import { problemHandler, sendProblems } from './problem.ts';
import { type HooksDeps, hooksRouter } from './shop/hooks.ts';
import { type OrdersDeps, ordersRouter } from './shop/orders.ts';

export interface ServerDeps {
  /** Prefix of the browser routes without a trailing slash. */
  prefix: string;
  lane: IngestLane;
  orders: OrdersDeps;
  hooks: HooksDeps;
  admin: AdminDeps;
  adminSync: AdminSyncDeps;
  operations: OperationsDeps;
  trustProxy: string[] | number | 'all' | undefined;
  log: { error(fields: object, message: string): void };
}

export function createCollectorServer(deps: ServerDeps): Server {
  const { prefix, lane } = deps;
  const app = createApp(deps);
  const server = createServer((request, response) => {
    if (isIngest(request, prefix)) lane.handle(request, response);
    else app(request, response);
  });
  // Shoppers' browsers keep connections open; slow senders must not keep them for ever.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 20_000;
  server.requestTimeout = 30_000;
  return server;
}

function isIngest({ url }: IncomingMessage, prefix: string): boolean {
  return url !== undefined && url.startsWith(prefix) && url.charCodeAt(prefix.length) === 47;
}

function createApp({
  prefix,
  orders,
  hooks,
  admin,
  adminSync,
  operations,
  trustProxy,
  log,
}: ServerDeps): express.Express {
  const app = express();
  app.set('trust proxy', trustProxy === 'all' ? true : (trustProxy ?? false));
  app.disable('x-powered-by');
  app.use(helmet());
  app.use(homePageRouter({ prefix, whyNotReady: operations.whyNotReady }));
  app.use(operationsRouter(operations));
  app.use('/v1', hooksRouter(hooks));
  app.use('/v1', ordersRouter(orders));
  app.use(openApiRouter({ prefix, url: adminSync.publicUrl }));
  app.use('/admin', dashboardRouter({ folder: join(admin.tagFolder, '../dashboard') }));
  app.use('/admin/api', adminRouter(admin, [adminSyncRouter(adminSync)]));
  app.use((_request, response) => sendProblems(response, 404, [{ field: 'path', message: 'there is nothing here' }]));
  app.use(problemHandler(log));
  return app;
}
