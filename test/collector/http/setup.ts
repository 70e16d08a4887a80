/** The admin API over real HTTP, on a store of its own with a clock that stands still. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { onTestFinished } from 'vitest';
import { createLiveOrders, type LiveOrders } from '../../../collector/admin/live/live-orders.ts';
import { cachedSites } from '../../../collector/configuration/sites.ts';
import { readEnvironment } from '../../../collector/environment.ts';
import { type AdminDeps, editAs } from '../../../collector/http/admin/deps.ts';
import { adminRouter } from '../../../collector/http/admin/router.ts';
import { adminSyncRouter } from '../../../collector/http/admin/connections/sync.ts';
import { createFailureLimit } from '../../../collector/http/failure-limit.ts';
import { problemHandler } from '../../../collector/http/problem.ts';
import { createIngest } from '../../../collector/ingest/ingest.ts';
import { createSender } from '../../../collector/outbound/send.ts';
import { createPersonEraser } from '../../../collector/privacy/erase.ts';
import { createSyncService } from '../../../collector/sync/service.ts';
import type { Writer } from '../../../collector/writer/methods.ts';
import { createReportCommit } from '../../../collector/writer/report-commit.ts';
import { configured, type Installation, NOON } from '../cli/commands/setup.ts';

const TOKEN = 'an-admin-token-of-tests';

interface Reply {
  status: number;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
}

export interface AdminWorld extends Installation {
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  write: Writer;
  /** Connections that were said to have got work. */
  woken: { site: string; connection: string }[];
  url: string;
  live: LiveOrders;
  /** As it is mounted. */
  router: express.Router;
}

/** The writer takes what can be posted to a thread, and nothing else. */
function asOnThread(writer: Writer): Writer {
  return new Proxy(writer, {
    get(target, name) {
      const method = target[name as keyof Writer] as unknown;
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]): Promise<unknown> => (method as Method)(...structuredClone(given));
    },
  });
}

type Method = (...given: unknown[]) => unknown;

/** `clock` stands still at noon unless given. */
export async function openAdmin(more: Record<string, string> = {}, clock = () => NOON): Promise<AdminWorld> {
  const installation = await configured(more);
  const environment = readEnvironment(installation.env);
  const { store, seal, door } = installation.open();
  const sites = cachedSites({ store, seal });
  const ingest = createIngest({ store, sites, seal, clock });
  const sender = createSender({ allowPrivate: environment.allowPrivate, clock });
  const woken: AdminWorld['woken'] = [];
  const wake = (work: readonly AdminWorld['woken'][number][]): void => {
    woken.push(...work.map(({ site, connection }) => ({ site, connection })));
  };
  const write = asOnThread({
    ...store,
    ...ingest,
    ...createReportCommit(ingest),
    ...door,
    ...createPersonEraser({ store, seal }),
  });
  const service = createSyncService({
    ...{ store, ingest: ingest.ingest, sites, sender, seal, clock, owner: 'test', wake },
    publicUrl: () => 'https://t.shop.example',
  });
  const live = createLiveOrders({ read: store, sites, seal, clock, every: 5, log: { error: () => undefined } });
  const deps: AdminDeps = {
    ...{ environment, read: store, write, sites, seal, sender, service, clock, wake },
    askSelf: sender.send,
    failures: createFailureLimit((request) => request.socket.remoteAddress),
    hostsOf: (request) => [String(request.headers.host)],
    browserUrl: () => 'https://t.shop.example/t',
    dashboardUrl: () => 'https://t.shop.example/admin/',
    heardOf: () => [],
    live,
    tagFolder: join(installation.folder, 'tag'),
  };
  const app = express();
  const synchronized = adminSyncRouter({
    ...{ service, read: store, sites, seal, clock, browserUrl: deps.browserUrl },
    editing: (actor) => editAs(actor, deps),
    publicUrl: () => 'https://t.shop.example',
  });
  const router = adminRouter(deps, [synchronized]);
  app.use('/admin/api', router);
  app.use(
    problemHandler({
      error: (fields) => void process.stderr.write(`${String((fields as { err?: Error }).err?.stack)}\n`),
    }),
  );
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    live.end();
    server.close();
    server.closeAllConnections();
    await sender.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin/api`;
  return {
    ...{ ...installation, write, woken, url, router, live },
    async ask(method, path, body, headers = { authorization: `Bearer ${TOKEN}` }) {
      const response = await fetch(url + path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson ? (JSON.parse(text) as Reply['body']) : {},
      };
    },
  };
}
