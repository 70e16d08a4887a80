/**
 * A shop with one network, from a click to the network's books: ingest and relay over a real store in this process, the network played by the
 * sandbox over real HTTP, and one clock for all that only the test moves.
 */
import { onTestFinished } from 'vitest';
import { shopCommand } from '../../collector/intake/read-shop-order.ts';
import { readPatch } from '../../collector/intake/validate-patch.ts';
import { monotonicClock } from '../../collector/lib/clock.ts';
import { days } from '../../collector/lib/duration.ts';
import type { Attempt, Delivery } from '../../collector/model/delivery.ts';
import { createLaneKeeper } from '../../collector/relay/lane/keep-lanes.ts';
import { createRelay } from '../../collector/relay/relay.ts';
import type { Settlement, Store } from '../../collector/store/store.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { controlOf } from '../sandbox/control.ts';
import { manualClock } from './clock.ts';
import { openShopInProcess, passTime } from './in-process.ts';
import { testSeal } from './sites.ts';
import { until } from './until.ts';

/** Of 112.00: two lines of goods less a discount, with a category each. */
const ORDER = {
  ...{ total: '112.00', currency: 'USD', discount: '15.00', coupons: ['15BUCKSOFF'] },
  customer: { id: 'BCZ2WVSH674563PDPYOTM3AXDQ', email: 'jane@example.com', isNew: true },
  items: [
    { sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, price: '14.00' },
    { sku: '9ZXY7654', name: 'Product Name 2', category: 'Gardening', quantity: 3, price: '33.00' },
  ],
};

export interface NetworkSettings {
  /** Of the connection; its `baseUrl` is the sandbox's. */
  settings: Record<string, unknown>;
  /** Of the vendor in the sandbox. */
  vendor?: Record<string, unknown>;
  /** Name of the vendor in the sandbox, where it isn't that of the type. */
  vendorName?: string;
  /** Further fields of the connection. */
  connection?: Record<string, unknown>;
  /** Another folder for the data, so that a second life finds it. */
  folder: string;
}

export type NetworkWorld = Awaited<ReturnType<typeof openNetworkWorld>>;

export async function openNetworkWorld(type: string, given: NetworkSettings) {
  const clock = manualClock();
  const sandbox = await startSandbox({ clock: clock.now });
  const name = given.vendorName ?? type;
  const vendor = controlOf(() => sandbox, name);
  if (given.vendor) await vendor.settings(given.vendor);
  const settings = { ...given.settings, baseUrl: `${sandbox.url}/${name}` };
  const connection = { id: 'net', type, ...given.connection, settings };
  const site = {
    id: 'shop',
    domains: ['shop.example'],
    currency: 'USD',
    consent: 'granted',
    connections: [connection],
  };
  const { store, sites, ingest, door, sender, configure } = await openShopInProcess({
    clock,
    folder: given.folder,
    site,
  });

  const relayOver = (over: Store, owner: string) =>
    createRelay({
      ...{ store: over, sites, sender, seal: testSeal, clock: clock.now, random: () => 0, owner },
      lanes: createLaneKeeper({ store: over, owner, clock: clock.now, monotonic: monotonicClock }),
      log: { warn: () => undefined, error: () => undefined },
    });
  let relay = relayOver(store, 'first life');
  let dying = false;
  let dead = false;
  onTestFinished(async () => {
    // What dies never ends what it has begun.
    if (!dying) await relay.stop();
    await sandbox.stop();
    await sender.close();
    await store.close();
  });

  const deliveries = (orderId: string): Promise<(Delivery & { attemptLog: Attempt[] })[]> =>
    store.deliveriesOf('shop', orderId);
  /** Time goes by until it is so: seconds, then minutes for what is asked again only later. */
  const passUntil = <T>(look: () => Promise<T>, what: string) => {
    let looks = 0;
    return until(
      async () => {
        if (await passTime(store, clock, looks < 7 ? 1000 : 60_000)) looks += 1;
        relay.wake([{ site: 'shop', connection: 'net' }]);
        return look();
      },
      { what },
    );
  };
  return {
    clock,
    sandbox,
    vendor,
    ...{ store, sites, ingest },
    deliveries,
    passUntil,
    /** A landing with a click in the network's parameter, and the order that follows it, from the same browser; what the tag is answered. */
    async buys(
      orderId: string,
      click: { param: string; value: string } | undefined,
      more: object = {},
    ): Promise<{ fire?: unknown }> {
      const visitor = `visitor-${orderId}`;
      const touches = click ? [{ ...click, at: clock.now() - days(1) }] : [];
      const order = { orderId, ...ORDER, placedAt: new Date(clock.now()).toISOString(), visitor, touches, ...more };
      const { answers } = await door.receive([{ route: 'conversion', site: 'shop', body: JSON.stringify(order) }]);
      if (answers[0]!.status >= 300) throw new Error(answers[0]!.body);
      return JSON.parse(answers[0]!.body) as { fire?: unknown };
    },
    /** The owner changes settings of the connection. */
    async sets(changed: Record<string, unknown>): Promise<void> {
      clock.pass(1000);
      const again = { ...connection, settings: { ...settings, ...changed } };
      await configure({ ...site, connections: [again] });
    },
    async shopSays(order: object): Promise<void> {
      await ingest.ingest([shopCommand(order, (await sites()).byId.get('shop')!, clock.now()).command]);
    },
    async changes(orderId: string, change: object): Promise<void> {
      clock.pass(60_000);
      await ingest.ingest([{ type: 'change', site: 'shop', orderId, patch: readPatch(change).patch! }]);
    },
    /** The newest report of a kind, once it is in a state. */
    becomes: (orderId: string, kind: Delivery['kind'], state: Delivery['state']) =>
      passUntil(async () => {
        const newest = (await deliveries(orderId)).filter((one) => one.kind === kind).at(-1);
        if (newest?.state === state) return newest;
        throw new Error(`${kind} is ${newest?.state ?? 'not there'}: ${newest?.reason ?? ''}`);
      }, `${kind} of ${orderId} to be ${state}`),
    /** What the network has in its books of an order. */
    recorded: async (key: string, value: string): Promise<Record<string, unknown>[]> =>
      (await vendor.state()).recorded.filter((record) => record[key] === value),
    /** Dies after so many of its settlements were stored: what it sends from now on is never written down. */
    async diesAfter(settlements: number): Promise<void> {
      await relay.stop();
      let left = settlements;
      const lastStore: Store = {
        ...store,
        settle: async (batch: Settlement[], now: number) => {
          const stored = await store.settle(batch.slice(0, left), now);
          dead = left < batch.length;
          if (dead) await new Promise(() => undefined);
          left -= batch.length;
          return stored;
        },
      };
      relay = relayOver(lastStore, 'dying');
      dying = true;
    },
    /** It has heard the answer that it could write down no more. */
    isDead: async (): Promise<boolean> => dead,
    /** Another process takes over what the dead one had leased. */
    async livesAgain(): Promise<void> {
      relay = relayOver(store, 'second life');
      dying = false;
      await relay.start();
    },
  };
}
