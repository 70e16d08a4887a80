/** Two lanes on one port: browsers go to the hand-written one, everything else to Express. This is the one place that says so. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import express from 'express';
import helmet from 'helmet';
import type { IngestLane } from './http/ingest-lane.ts';
import { adminRouter, type AdminDeps } from './http/admin.ts';
import { adminSyncRouter, type AdminSyncDeps } from './http/admin-sync.ts';
import { hooksRouter, type HooksDeps } from './http/hooks.ts';
import { operationsRouter } from './http/operations.ts';
import { openApiRouter } from './http/openapi.ts';
import { ordersRouter, type OrdersDeps } from './http/orders.ts';
import { problemHandler, sendProblems } from './http/problem.ts';
import type { Store } from './store/store.ts';

export interface ServerDeps {
  /** Prefix of the browser routes without a trailing slash. */
  prefix: string;
  lane: IngestLane;
  orders: OrdersDeps;
  hooks: HooksDeps;
  admin: AdminDeps;
  adminSync: AdminSyncDeps;
  read: Pick<Store, 'configurationVersion' | 'deliveryCounts'>;
  trustProxy: string[] | 'all' | undefined;
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

function createApp({ prefix, orders, hooks, admin, adminSync, read, trustProxy, log }: ServerDeps): express.Express {
  const app = express();
  app.set('trust proxy', trustProxy === 'all' ? true : (trustProxy ?? false));
  app.disable('x-powered-by');
  app.use(helmet());
  app.use(operationsRouter({ read }));
  app.use('/v1', hooksRouter(hooks));
  app.use('/v1', ordersRouter(orders));
  app.use(openApiRouter({ prefix, url: adminSync.publicUrl }));
  app.use('/admin/api', adminRouter(admin, [adminSyncRouter(adminSync)]));
  app.use((_request, response) => sendProblems(response, 404, [{ field: 'path', message: 'there is nothing here' }]));
  app.use(problemHandler(log));
  return app;
}
