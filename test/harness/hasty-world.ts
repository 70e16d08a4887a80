/**
 * A shop on the built collector with any number of networks, in which an hour takes a moment: the collector's clock and the sandbox's are one
 * that goes straight to the next thing to be done, and stands still meanwhile.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { createCatalogue } from '../../collector/catalogue.ts';
import type { Delivery } from '../../collector/model/delivery.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { controlOf } from '../sandbox/control.ts';
import { manualClock } from './clock.ts';
import { type Collector, startCollector } from './collector.ts';
import { COLLECTOR, openTagPage, type TagPage } from './tag-page.ts';
import { until } from './until.ts';

const { findDestination } = createCatalogue();
const ADMIN = 'an-invented-admin-token';
const PRELOAD = fileURLToPath(new URL('./own-clock.cjs', import.meta.url));
/** Real milliseconds in which a lane that nothing keeps back has begun what is due. */
const BEGUN = 300;
/** Many networks' reports one after the other on a machine that does much else. */
export const PATIENCE = 120_000;

/** What is still to happen by itself; what a browser tells is none of it. */
const OPEN = `SELECT state, MIN(COALESCE(next_at, confirm_at)) AS at, COUNT(*) AS count, SUM(attempts + polls) AS done FROM delivery
  WHERE (state = 'sending' OR (state = 'due' AND next_at IS NOT NULL) OR confirm_at IS NOT NULL)
    AND connection NOT IN (SELECT value FROM json_each(?)) GROUP BY state`;

export type HastyWorld = Awaited<ReturnType<typeof openHastyWorld>>;

export async function openHastyWorld(given: {
  /** As the configuration file has them; each one's `baseUrl` is the vendor of its type in the sandbox. */
  connections: readonly { id: string; type: string; settings: Record<string, unknown> }[];
  /** Settings of the vendors, by name. */
  vendors: Record<string, Record<string, unknown>>;
}) {
  const clock = manualClock(Date.now());
  const folder = mkdtempSync(join(tmpdir(), 'clickthread-clock-'));
  const file = join(folder, 'now');
  const showClock = (): void => writeFileSync(file, String(clock.now()));
  showClock();
  const sandbox = await startSandbox({ clock: clock.now });
  const vendorOf = (name: string) => controlOf(() => sandbox, name);
  for (const [name, settings] of Object.entries(given.vendors)) {
    const answer = await vendorOf(name).settings(settings);
    if (!answer.ok) throw new Error(`${name} takes no such settings: ${await answer.text()}`);
  }
  const connections = given.connections.map(({ settings, ...connection }) => ({
    ...connection,
    settings: { ...settings, baseUrl: `${sandbox.url}/${connection.type}` },
  }));
  const site = { id: 'shop', domains: ['shop.example'], currency: 'USD', consent: 'granted', connections };
  const collector: Collector = await startCollector({
    yaml: JSON.stringify({ sites: [site] }),
    env: {
      ...{ CLICKTHREAD_ADMIN_TOKEN: ADMIN, CLICKTHREAD_PUBLIC_URL: COLLECTOR, TEST_CLOCK: file },
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --require ${JSON.stringify(PRELOAD)}`,
    },
  });
  const db = new Database(collector.database, { readonly: true });
  const open = db.prepare<[string], { state: string; at: number; count: number; done: number }>(OPEN);
  const inBrowser = JSON.stringify(
    given.connections.filter(({ type }) => findDestination(type)?.transport !== 'server').map(({ id }) => id),
  );
  const pages: TagPage[] = [];

  return {
    ...{ clock, collector, vendorOf },
    async page(url: string, from?: TagPage): Promise<TagPage> {
      const page = await openTagPage({ collector: collector.url, url, now: clock.now, from });
      pages.push(page);
      return page;
    },
    /** The clock goes on until nothing is left to be done by itself. */
    async toRest(): Promise<void> {
      let before = '';
      let since = performance.now();
      await until(
        () => {
          const rows = open.all(inBrowser);
          if (rows.length === 0) return true;
          const now = JSON.stringify(rows);
          if (now !== before) [before, since] = [now, performance.now()];
          if (rows.some(({ state }) => state === 'sending')) return false;
          const next = Math.min(...rows.map(({ at }) => at));
          // What is due and doesn't leave waits for its lane: for the next batch, the next minute.
          const kept = next <= clock.now() && performance.now() - since > BEGUN;
          if (next > clock.now() || kept) {
            clock.pass(kept ? 1000 : next - clock.now());
            showClock();
            since = performance.now();
          }
          return false;
        },
        { what: 'all deliveries to be at rest', timeout: PATIENCE },
      );
    },
    /** The newest report of a kind to a connection. */
    reportOf: (orderId: string, connection: string, kind: Delivery['kind']) =>
      db
        .prepare<[string, string, string], Pick<Delivery, 'state' | 'reason' | 'attempts'>>(
          `SELECT state, reason, attempts FROM delivery WHERE order_id = ? AND connection = ? AND kind = ?
            ORDER BY seq DESC LIMIT 1`,
        )
        .get(orderId, connection, kind),
    async changes(orderId: string, change: object): Promise<void> {
      const path = `/v1/orders/${encodeURIComponent(orderId)}?site=shop`;
      const answer = await collector.api('PATCH', path, change, { authorization: `Bearer ${ADMIN}` });
      if (answer.status !== 200) throw new Error(`PATCH of ${orderId} answered ${answer.status}: ${answer.text}`);
    },
    async close(): Promise<void> {
      for (const page of pages) page.close();
      db.close();
      await collector.remove();
      await sandbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
