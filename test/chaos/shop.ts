/** The one site of these tests, its impact.com in the sandbox, and what is compared in the end. */
import { systemClock } from '../../collector/lib/clock.ts';
import type { Delivery } from '../../collector/model/delivery.ts';
import { openPostgresStore } from '../../collector/store/postgres/store.ts';
import { openSqliteStore } from '../../collector/store/sqlite/store.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';

/** `timeout` is the vendor's patience in seconds; a lease lasts three of them and five seconds. */
export const chaosShop = (sandboxUrl: string, timeout?: number): string => `
sites:
  - id: shop
    domains: [shop.example]
    currency: USD
    consent: granted
    connections:
      - id: impact
        type: impact
        limits: { perHour: 1000000, concurrency: 16${timeout === undefined ? '' : `, timeout: ${timeout}s`} }
        settings: { accountSid: IRchaos, authToken: chaos-token, campaignId: "1000", actionTrackerId: "9876", baseUrl: "${sandboxUrl}/impact" }
`;

/** Verdicts come fast, so that the end of a test need not wait for them. */
export async function startVendor(port = 0): Promise<Sandbox> {
  const sandbox = await startSandbox({ port, clock: systemClock });
  sandbox.vendors.find(({ name }) => name === 'impact')!.settings.configure({ verdictDelayMs: 50 });
  return sandbox;
}

/** What impact.com has on its books: an entry a conversion, however often it was repeated. */
export interface Recorded {
  orderId: string;
  amount: string;
  state: string;
  duplicates: number;
  fields: Record<string, string>;
}

export const recordedBy = (sandbox: Sandbox): Recorded[] =>
  sandbox.vendors.find(({ name }) => name === 'impact')!.recorded() as Recorded[];

/** Reads the store of collectors on a database from outside. */
export async function deliveriesAt(url: string): Promise<Delivery[]> {
  const store = await openPostgresStore({ url, clock: () => 0, readonly: true, size: 1 });
  try {
    return await store.deliveries({ limit: 1_000_000 });
  } finally {
    await store.close();
  }
}

/** Reads the store of a running or stopped collector from outside. */
export async function deliveriesIn(database: string): Promise<Delivery[]> {
  const store = openSqliteStore({ file: database, clock: () => 0, readonly: true });
  try {
    return await store.deliveries({ limit: 1_000_000 });
  } finally {
    await store.close();
  }
}
