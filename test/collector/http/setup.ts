/** The admin API over real HTTP, on a store of its own with a clock that stands still. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { onTestFinished } from 'vitest';
import { readEnvironment } from '../../../collector/environment.ts';
import { adminRouter, type AdminDeps } from '../../../collector/http/admin.ts';
import { adminSyncRouter } from '../../../collector/http/admin-sync.ts';
import { problemHandler } from '../../../collector/http/problem.ts';
import { createIngest } from '../../../collector/ingest.ts';
import { createSender } from '../../../collector/send.ts';
import { databaseFile } from '../../../collector/environment.ts';
import { cachedSites } from '../../../collector/sites.ts';
import { createSyncService } from '../../../collector/sync-service.ts';
import type { Writer } from '../../../collector/writer-client.ts';
import { configured, NOON, type Installation } from '../cli/setup.ts';

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
}

export async function openAdmin(more: Record<string, string> = {}): Promise<AdminWorld> {
  const installation = await configured(more);
  const environment = readEnvironment(installation.env);
  const { store, seal, door } = installation.open();
  const clock = () => NOON;
  const sites = cachedSites({ store, seal });
  const ingest = createIngest({ store, sites, seal, clock });
  const sender = createSender({ allowPrivate: environment.allowPrivate, clock });
  const woken: AdminWorld['woken'] = [];
  const wake = (work: readonly AdminWorld['woken'][number][]): void => {
    woken.push(...work.map(({ site, connection }) => ({ site, connection })));
  };
  const write: Writer = { ...store, ...ingest, ...door };
  const service = createSyncService({ store, ingest: ingest.ingest, sites, sender, seal, clock, owner: 'test', wake });
  const deps: AdminDeps = {
    ...{ environment, read: store, write, sites, seal, sender, service, clock, wake },
    askSelf: sender.send,
    addressOf: (request) => request.socket.remoteAddress,
    browserUrl: () => 'https://t.shop.example/t',
    file: databaseFile(installation.folder),
    tagFolder: join(installation.folder, 'tag'),
  };
  const app = express();
  const synchronized = adminSyncRouter({
    ...{ service, read: store, sites, seal, clock, browserUrl: deps.browserUrl },
    editing: () => ({ store, seal, allowPrivate: environment.allowPrivate, now: NOON, actor: 'admin API' }),
    publicUrl: () => 'https://t.shop.example',
  });
  app.use('/admin/api', adminRouter(deps, [synchronized]));
  app.use(
    problemHandler({
      error: (fields) => void process.stderr.write(`${String((fields as { err?: Error }).err?.stack)}\n`),
    }),
  );
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await sender.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin/api`;
  return {
    ...{ ...installation, write, woken, url },
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
