/** Everything a journey needs, on loopback: the built collector behind a door, the sandbox's vendors, the demo shop, and pages of a test's own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import type * as Apply from '../../collector/apply.ts';
import type { Environment } from '../../collector/environment.ts';
import type * as Seal from '../../collector/lib/seal.ts';
import type { OrderView } from '../../collector/order-view.ts';
import type * as Serve from '../../collector/serve.ts';
import type * as Sqlite from '../../collector/store/sqlite/store.ts';
import { startSandbox, type Sandbox } from '../../sandbox/server.ts';
import { startShop, type Shop } from '../../sandbox/shop.ts';
import { openDoor, type Door } from './browser-door.ts';
import { openPages, type Pages } from './browser-pages.ts';
import { eventually } from './browser-wait.ts';

const TOKEN = 'token-of-the-tests-only';
const DIST = new URL('../../dist/', import.meta.url);

export interface World {
  sandbox: Sandbox;
  door: Door;
  shop: Shop;
  pages: Pages;
  /** Stops the collector for real, and starts it again on the same port and data. */
  collector: { stop(): Promise<void>; start(): Promise<void>; port: number };
  /** Address of a site's browser routes through the door, as a page of that host would load the tag: `…/t/shop`. */
  tag(host?: string, site?: string): string;
  /** What the server API tells of an order; undefined while there is none. */
  order(orderId: string, site?: string): Promise<OrderView | undefined>;
  /** The order once it is there and every delivery of it has left the states in which something is still to happen. */
  settled(orderId: string, site?: string): Promise<OrderView>;
  stop(): Promise<void>;
}

/** `sites`: the configuration file's list, made once the sandbox's address is known. */
export async function openWorld(sites: (sandboxUrl: string) => object[] = impactShop): Promise<World> {
  const data = mkdtempSync(join(tmpdir(), 'clickthread-browser-'));
  const sandbox = await startSandbox();
  const environment: Environment = {
    ...{ port: 0, host: '127.0.0.1', data, databaseUrl: undefined, key: 'key-of-the-tests-only-0123456789' },
    ...{ adminToken: TOKEN, adminTokenIsNew: false, publicUrl: undefined, path: '/t', trustProxy: undefined },
    ...{ allowPrivate: true, log: 'silent' },
  };
  await configure(environment, JSON.stringify({ sites: sites(sandbox.url) }));
  const { startCollector } = await built<typeof Serve>('collector/serve.js');
  const start = () =>
    startCollector({
      environment,
      log: pino({ level: 'silent' }),
      onFault: (reason) => {
        throw new Error(reason);
      },
    });
  let running = await start();
  environment.port = running.port;
  let up = true;
  const collector: World['collector'] = {
    port: running.port,
    async stop() {
      if (up) await running.stop();
      up = false;
    },
    async start() {
      if (!up) running = await start();
      up = true;
    },
  };
  const door = await openDoor(() => environment.port);
  const shop = await startShop({ collectorPort: door.port, sandboxUrl: sandbox.url });
  const pages = await openPages();

  const order: World['order'] = async (orderId, site = 'shop') => {
    const address = `http://127.0.0.1:${environment.port}/v1/orders/${encodeURIComponent(orderId)}?site=${site}`;
    const response = await fetch(address, { headers: { authorization: `Bearer ${TOKEN}` } });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${address} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as OrderView;
  };
  return {
    ...{ sandbox, door, shop, pages, collector, order },
    tag: (host = 'localhost', site = 'shop') => `http://${host}:${door.port}/t/${site}`,
    settled: (orderId, site) =>
      eventually(`order ${orderId} and its deliveries`, async () => {
        const view = await order(orderId, site);
        const busy = view?.deliveries.some(({ state }) => ['waiting', 'due', 'sending'].includes(state));
        return busy === false && view;
      }),
    async stop() {
      await Promise.all([door.stop(), shop.stop(), pages.stop()]);
      await collector.stop();
      await sandbox.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** One shop whose sales impact.com hears of: pages on `localhost`, its checkout on `127.0.0.1`. */
export const impactShop = (sandboxUrl: string): object[] => [shopSite({ connections: [impactAt(sandboxUrl)] })];

export const shopSite = (given: Record<string, unknown> = {}): object => ({
  ...{ id: 'shop', name: 'Example Shop', domains: ['localhost'], linked: ['127.0.0.1'] },
  ...{ currency: 'USD', consent: 'granted', ...given },
});

export const impactAt = (sandboxUrl: string): object => ({
  ...{ id: 'impact', type: 'impact' },
  settings: {
    ...{ accountSid: 'IRdemo', authToken: 'demo-token', campaignId: '1000', actionTrackerId: '9876' },
    baseUrl: `${sandboxUrl}/impact`,
  },
});

async function configure(environment: Environment, text: string): Promise<void> {
  const { applyConfiguration } = await built<typeof Apply>('collector/apply.js');
  const { createSeal } = await built<typeof Seal>('collector/lib/seal.js');
  const { openSqliteStore } = await built<typeof Sqlite>('collector/store/sqlite/store.js');
  const store = openSqliteStore({ file: join(environment.data, 'clickthread.db'), clock: () => Date.now() });
  try {
    const seal = createSeal(environment.key);
    await applyConfiguration({
      text,
      env: () => undefined,
      store,
      seal,
      now: Date.now(),
      allowPrivate: true,
      actor: 'test',
    });
  } finally {
    await store.close();
  }
}

/** What is shipped, not its source: a module of `dist/`, typed as the source that it was built from. */
async function built<T>(path: string): Promise<T> {
  try {
    return (await import(/* @vite-ignore */ pathToFileURL(new URL(path, DIST).pathname).href)) as T;
  } catch (cause) {
    throw new Error(`dist/${path} can't be loaded: run "npm run build" first`, { cause });
  }
}
