/** A CS-Cart shop, impact.com and Apifon played by the sandbox, before the built collector; everything over real HTTP on loopback. */
import { systemClock } from '../../collector/lib/clock.ts';
import type { OrderView } from '../../collector/admin/order-view.ts';
import type { ApifonVendor } from '../../sandbox/vendors/apifon/index.ts';
import { startSandbox, type Sandbox } from '../../sandbox/server.ts';
import { controlOf } from '../sandbox/control.ts';
import { startCollector, type Answer, type Collector, type CommandResult } from './collector.ts';

export const ADMIN = 'an-admin-token-of-tests';
/** What the sandbox shop is set to; invented. */
export const KEY = 'SandboxKeySandboxKeySandboxKey01';

export interface CsCartWorld {
  sandbox: Sandbox;
  /** The sandbox's control API of a vendor. */
  control(vendor: string): ReturnType<typeof controlOf>;
  shop: ReturnType<typeof controlOf>;
  impact: ReturnType<typeof controlOf>;
  apifon: ApifonVendor;
  collector: Collector;
  /** Settings of a connection that fits the shop. */
  settings(more?: Record<string, unknown>): Record<string, unknown>;
  /** What the merchant does in the shop's own admin. */
  merchant(method: string, path: string, body: object): Promise<Record<string, unknown>>;
  /** A request to the admin API. */
  admin(method: string, path: string, body?: object): Promise<Answer>;
  /** The order as `GET /v1/orders/ORDERID` tells it; throws where there is none. */
  order(orderId: string): Promise<OrderView>;
  /** Runs a command that finds the shop's key in its environment; `--json` output is parsed. */
  run(...args: string[]): Promise<CommandResult & { json: unknown }>;
  close(): Promise<void>;
}

/** `connections` and `site` are further YAML lines. */
export async function openCsCartWorld(
  given: { connections?: (sandboxUrl: string) => string; site?: string } = {},
): Promise<CsCartWorld> {
  const sandbox = await startSandbox({ clock: systemClock });
  const control = (vendor: string) => controlOf(() => sandbox, vendor);
  const connections = given.connections?.(sandbox.url) ?? '    connections: []';
  const yaml = `
sites:
  - id: shop
    domains: [shop.example]
    currency: EUR
    consent: granted
${given.site ?? ''}
${connections}
`;
  const collector = await startCollector({ yaml, env: { CLICKTHREAD_ADMIN_TOKEN: ADMIN, CSCART_KEY: KEY } });
  return {
    sandbox,
    control,
    shop: control('cs-cart'),
    impact: control('impact'),
    apifon: sandbox.vendors.find(({ name }) => name === 'apifon') as ApifonVendor,
    collector,
    settings: (more = {}) => ({
      ...{ listName: 'CS-Cart customers', url: `${sandbox.url}/cs-cart`, apiKey: KEY },
      ...{ adminEmail: 'ops@shop.example', currency: 'EUR', perSecond: 50 },
      ...more,
    }),
    async merchant(method, path, body) {
      const url = `${sandbox.url}/cs-cart/merchant/${path}`;
      const response = await fetch(url, { method, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
      return (await response.json()) as Record<string, unknown>;
    },
    admin: (method, path, body) =>
      collector.api(method, `/admin/api${path}`, body, {
        ...{ authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' },
      }),
    async order(orderId) {
      const answer = await collector.api('GET', `/v1/orders/${orderId}?site=shop`, undefined, {
        authorization: `Bearer ${ADMIN}`,
      });
      if (answer.status !== 200) throw new Error(`GET /v1/orders/${orderId} answered ${answer.status}`);
      return answer.body as never;
    },
    async run(...args) {
      const ended = await collector.run(...args);
      const json: unknown = args.includes('--json') && ended.out !== '' ? JSON.parse(ended.out) : undefined;
      return { ...ended, json };
    },
    async close() {
      await collector.remove();
      await sandbox.stop();
    },
  };
}
