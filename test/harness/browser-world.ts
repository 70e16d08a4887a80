/** Everything a journey needs, on loopback: the built collector behind a door, the sandbox's vendors, the demo shop, and pages of a test's own. */
import { systemClock } from '../../collector/lib/clock.ts';
import type { OrderView } from '../../collector/admin/order-view.ts';
import { startSandbox, type Sandbox } from '../../sandbox/server.ts';
import { startShop, type Shop } from '../../sandbox/shop/index.ts';
import { openDoor, type Door } from './browser-door.ts';
import { openPages, type Pages } from './browser-pages.ts';
import { eventually } from './browser-wait.ts';
import { startCollector } from './collector.ts';

const TOKEN = 'token-of-the-tests-only';

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
  /** Asks the admin API with the admin token. */
  admin<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
}

/** `sites`: the configuration file's list, made once the sandbox's address is known; an empty one leaves an empty data folder. */
export async function openWorld(sites: (sandboxUrl: string) => object[] = impactShop): Promise<World> {
  const sandbox = await startSandbox({ clock: systemClock });
  const known = sites(sandbox.url);
  const built = await startCollector({
    ...(known.length === 0 ? {} : { yaml: JSON.stringify({ sites: known }) }),
    env: { CLICKTHREAD_ADMIN_TOKEN: TOKEN, CLICKTHREAD_LOG: 'silent' },
  });
  const port = Number(new URL(built.url).port);
  let up = true;
  const collector: World['collector'] = {
    port,
    async stop() {
      if (up) await built.stop();
      up = false;
    },
    async start() {
      if (!up) await built.restart();
      up = true;
    },
  };
  const door = await openDoor(() => port);
  const shop = await startShop({ collectorPort: door.port, sandboxUrl: sandbox.url, clock: systemClock });
  const pages = await openPages();

  const order: World['order'] = async (orderId, site = 'shop') => {
    const address = `http://127.0.0.1:${port}/v1/orders/${encodeURIComponent(orderId)}?site=${site}`;
    const response = await fetch(address, { headers: { authorization: `Bearer ${TOKEN}` } });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${address} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as OrderView;
  };
  const admin: World['admin'] = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${port}/admin/api${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  return {
    ...{ sandbox, door, shop, pages, collector, order, admin },
    tag: (host = 'localhost', site = 'shop') => `http://${host}:${door.port}/t/${site}`,
    settled: (orderId, site) =>
      eventually(`order ${orderId} and its deliveries`, async () => {
        const view = await order(orderId, site);
        const busy = view?.deliveries.some(({ state }) => ['waiting', 'due', 'sending'].includes(state));
        return busy === false && view;
      }),
    async stop() {
      await Promise.all([door.stop(), shop.stop(), pages.stop()]);
      await built.remove();
      await sandbox.stop();
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
