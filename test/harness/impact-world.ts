/** A shop on the built collector with impact.com played by the sandbox, both over real HTTP on loopback. */
import { systemClock } from '../../collector/lib/clock.ts';
import type { OrderView } from '../../collector/admin/order-view.ts';
import { startSandbox, type Sandbox } from '../../sandbox/server.ts';
import { controlOf, type VendorState } from '../sandbox/control.ts';
import { startCollector, type Collector } from './collector.ts';
import { until } from './until.ts';

export const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';
const ADMIN = 'an-invented-admin-token';
export const TOKEN = 'invented/impact+token=1';

/** The order of the founding document, as a browser reports it. */
export const seedOrder = (orderId = 'O1234567', more: object = {}): Record<string, unknown> => ({
  ...{ orderId, total: '112.00', currency: 'USD', discount: '15.00', coupons: ['15BUCKSOFF'], visitor: 'visitor-0001' },
  placedAt: '2024-08-01T23:55:24-08:00',
  customer: { id: 'BCZ2WVSH674563PDPYOTM3AXDQ' },
  clicks: { irclickid: CLICK },
  items: [
    { sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, price: '14.00' },
    { sku: '9ZXY7654', name: 'Product Name 2', category: 'Gardening', quantity: 3, price: '33.00' },
  ],
  ...more,
});

export interface ImpactWorld {
  sandbox: Sandbox;
  impact: ReturnType<typeof controlOf>;
  collector: Collector;
  /** Headers of an administrator, who may act for the shop. */
  bearer: Record<string, string>;
  /** Requests to impact.com that name an order, oldest first. */
  callsFor(orderId: string): Promise<VendorState['received']>;
  /** Recorded conversions of an order. */
  recorded(orderId: string): Promise<Record<string, unknown>[]>;
  /** Waits until the order's newest report of a kind is in a state, and returns how the collector explains it. */
  settled(orderId: string, state: string, kind?: string): Promise<OrderView['deliveries'][number]>;
  close(): Promise<void>;
}

/** Further YAML lines, indented as in {@link siteYaml}. */
interface Pieces {
  /** Of the connection to impact.com. */
  connection?: string;
  /** Of the site. */
  site?: string;
  /** Further connections; `SANDBOX` becomes its address. */
  tail?: string;
}

export const siteYaml = (sandboxUrl: string, more: Pieces = {}): string => `
sites:
  - id: shop
    domains: [shop.example]
    linked: [checkout.example]
    currency: USD
    thankYouUrl: https://shop.example/thanks
${/^ *consent:/m.test(more.site ?? '') ? '' : '    consent: granted'}
${more.site ?? ''}
    connections:
      - id: impact
        type: impact
${more.connection ?? ''}
        settings:
          accountSid: IRexample1
          authToken: "${TOKEN}"
          campaignId: "1000"
          actionTrackerId: "9876"
          baseUrl: "${sandboxUrl}/impact"
${(more.tail ?? '').replaceAll('SANDBOX', sandboxUrl)}
`;

export async function openImpactWorld(more: Pieces & { env?: Record<string, string> } = {}): Promise<ImpactWorld> {
  const sandbox = await startSandbox({ clock: systemClock });
  const impact = controlOf(() => sandbox, 'impact');
  await impact.settings({ verdictDelayMs: 50, accountSid: 'IRexample1', authToken: TOKEN });
  const collector = await startCollector({
    yaml: siteYaml(sandbox.url, more),
    env: { CLICKTHREAD_ADMIN_TOKEN: ADMIN, ...more.env },
  });
  const bearer = { authorization: `Bearer ${ADMIN}` };
  /** The order as `GET /v1/orders/ORDERID` tells it. */
  const view = async (orderId: string): Promise<OrderView> => {
    const answer = await collector.api('GET', `/v1/orders/${encodeURIComponent(orderId)}`, undefined, bearer);
    if (answer.status !== 200) throw new Error(`GET /v1/orders/${orderId} answered ${answer.status}: ${answer.text}`);
    return answer.body as never;
  };
  return {
    sandbox,
    impact,
    collector,
    bearer,
    callsFor: async (orderId) =>
      (await impact.state()).received.filter(({ body }) => new URLSearchParams(body).get('OrderId') === orderId),
    recorded: async (orderId) => (await impact.state()).recorded.filter((record) => record['orderId'] === orderId),
    settled: (orderId, state, kind = 'conversion') =>
      until(
        async () => {
          const newest = (await view(orderId)).deliveries.filter((delivery) => delivery.kind === kind).at(-1);
          return newest?.state === state && newest;
        },
        { what: `the ${kind} of ${orderId} to be ${state}` },
      ),
    async close() {
      await collector.remove();
      await sandbox.stop();
    },
  };
}
