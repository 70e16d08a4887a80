import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { confirmDelivery } from '../../../collector/relay/confirm.ts';
import { createTokenKeeper } from '../../../collector/relay/tokens.ts';
import { sendDelivery } from '../../../collector/relay/deliver.ts';
import { createCatalogue } from '../../../collector/catalogue.ts';
import { validateSettings } from '../../../collector/kit/validate-settings.ts';
import { createIngest } from '../../../collector/ingest/ingest.ts';
import { createFrontDoor } from '../../../collector/ingest/front-door.ts';
import { createSender } from '../../../collector/outbound/send.ts';
import { connectionSchema, siteSchema } from '../../../collector/configuration/site-schema.ts';
import { cachedSites } from '../../../collector/configuration/sites.ts';
import { openSqliteStore } from '../../../collector/store/sqlite/store.ts';
import { addOrder, changeOrder } from '../../../sandbox/vendors/cs-cart/shop.ts';
import { impact } from '../../../sandbox/vendors/impact/index.ts';
import { startSandbox } from '../../../sandbox/server.ts';
import { controlOf } from '../../sandbox/control.ts';
import { NOON, openWorld, seal } from './setup.ts';

const { findDestination } = createCatalogue();

const site = siteSchema.parse({ id: 'shop', domains: ['shop.example'], currency: 'EUR', consent: 'granted' });

/** The collector around the synchronization: store, ingest, and deliveries to the sandbox's impact.com. */
async function openThread() {
  const world = await openWorld({ orders: 2 });
  const clock = world.now;
  const network = await startSandbox({ vendors: [impact], clock });
  const folder = mkdtempSync(join(tmpdir(), 'clickthread-thread-'));
  const store = openSqliteStore({ file: join(folder, 'store.db'), clock });
  const sender = createSender({ allowPrivate: true, clock });
  onTestFinished(async () => {
    await network.stop();
    await sender.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const { settings: _, ...config } = connectionSchema.parse({ id: 'impact', type: 'impact' });
  const { settings } = validateSettings(findDestination('impact')!, {
    accountSid: 'IRsandbox',
    authToken: 'x',
    campaignId: '1000',
    actionTrackerId: '9876',
    baseUrl: `${network.url}/impact`,
  });
  await store.configure({
    sites: [{ id: 'shop', config: JSON.stringify(site) }],
    connections: [
      {
        site: 'shop',
        id: 'impact',
        type: 'impact',
        config: JSON.stringify(config),
        settings: JSON.stringify(settings),
        secrets: null,
        position: 0,
        createdAt: NOON,
        updatedAt: NOON,
      },
    ],
    removeConnections: [],
    audit: { at: NOON, actor: 'test', action: 'test', detail: '' },
  });
  const sites = cachedSites({ store, seal });
  const ingest = createIngest({ store, sites, seal, clock });
  const door = createFrontDoor({ ingest, sites, clock });
  const sync = world.engine({ owner: 'first', tell: async (commands) => (await ingest.ingest(commands)).replies });
  const drain = async (): Promise<void> => {
    const connection = (await sites()).byId.get('shop')!.connections[0]!;
    const want = { site: 'shop', connection: 'impact', leaseMs: 60_000, limit: 10 };
    const deps = { sender, seal, clock, random: () => 0.5, tokens: createTokenKeeper({ store, sender, seal, clock }) };
    for (;;) {
      const due = await store.claim({ ...want, now: clock(), owner: 'test' });
      const asked = await store.claimConfirm({ ...want, now: clock() });
      if (due.length + asked.length === 0) return;
      for (const one of due) await store.settle([(await sendDelivery(one, connection, deps)).settlement], clock());
      for (const one of asked) await store.settle([(await confirmDelivery(one, connection, deps)).settlement], clock());
    }
  };
  /** Methods of the reports that arrived; questions for verdicts left out. */
  const received = async (): Promise<string[]> => {
    const state = (await controlOf(() => network, 'impact').state()) as unknown as { received: { method: string }[] };
    return state.received.map(({ method }) => method).filter((method) => method !== 'GET');
  };
  return { world, store, sync, ingest, door, drain, received, sites };
}

describe('an order that a partner sent, cancelled in CS-Cart', () => {
  it('is reversed at impact.com within a resync, once, whatever is repeated', async () => {
    const { world, store, sync, ingest, drain, received } = await openThread();
    const { connection } = world;
    await sync.test(connection);
    await sync.synchronize(connection, 'start');
    world.pass(60_000);
    const order = addOrder(world.vendor.shop, { status: 'P', total: '112.00', email: 'jane@example.com' });
    // The browser is first: it knows the click.
    await ingest.ingest([
      {
        type: 'order',
        site: 'shop',
        reporter: 'browser',
        visitor: 'visitor-0001',
        touches: [
          { param: 'irclickid', value: 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0', kind: 'partner', at: NOON - 60_000 },
        ],
        warnings: [],
        valid: {
          order: {
            orderId: String(order.id),
            total: 11_200,
            currency: 'EUR',
            coupons: [],
            placedAt: world.now(),
            status: 'approved',
            items: [],
            personal: {},
          },
          clicks: [],
          given: { status: false, items: false, placedAt: true },
        },
      },
    ]);
    await drain();
    world.pass(3_600_000);
    await sync.synchronize(connection, 'hourly');
    await drain();
    // The shop knows the lines of the order, which the browser did not.
    expect(await received()).toEqual(['POST', 'PUT']);

    changeOrder(world.vendor.shop, order.id, { status: 'I' });
    for (let hour = 0; hour < 3; hour++) {
      world.pass(3_600_000);
      await sync.synchronize(connection, 'hourly');
      await drain();
    }
    expect(await received()).toEqual(['POST', 'PUT', 'DELETE']);
    const deliveries = await store.deliveriesOf('shop', String(order.id));
    expect(deliveries.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'conversion confirmed',
      'modification confirmed',
      'reversal confirmed',
    ]);
    expect((await store.order('shop', String(order.id)))?.order.status).toBe('cancelled');
  });

  it('sends nothing for the shop’s history', async () => {
    const { world, sync, drain, received } = await openThread();
    await sync.test(world.connection);
    await sync.synchronize(world.connection, 'start');
    changeOrder(world.vendor.shop, 1, { status: 'I' });
    world.pass(3_600_000);
    await sync.synchronize(world.connection, 'hourly');
    await drain();
    expect(await received()).toEqual([]);
  });
});
