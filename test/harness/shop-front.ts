/** A shop before an ingest over a real store: what browsers and the shop's server report, and what becomes of it. No HTTP, no relay. */
import { applyConfiguration } from '../../collector/configuration/apply.ts';
import { cachedSites } from '../../collector/configuration/sites.ts';
import { createFrontDoor } from '../../collector/ingest/front-door.ts';
import { createIngest } from '../../collector/ingest/ingest.ts';
import type { Command, CommandReply } from '../../collector/intake/command.ts';
import { type IntakeRequest, readRequest } from '../../collector/intake/read-request.ts';
import { shopCommand } from '../../collector/intake/read-shop-order.ts';
import { datePatch, readPatch } from '../../collector/intake/validate-patch.ts';
import type { Delivery } from '../../collector/model/delivery.ts';
import { openSqliteStore } from '../../collector/store/sqlite/store.ts';
import type { Settlement } from '../../collector/store/store.ts';
import { manualClock } from './clock.ts';
import { shopYaml, testSeal } from './sites.ts';
import { migratedFile } from './migrated-file.ts';

const ENV: Record<string, string> = {
  IMPACT_TOKEN: 'impact-secret-1',
  CARTSTACK_KEY: 'cs-secret-1',
  VT_KEY: 'vt-secret-1',
};

export async function openShop(given: { file: string; connections?: readonly string[]; site?: string }) {
  const clock = manualClock();
  const store = openSqliteStore({ file: migratedFile(given.file), clock: clock.now });
  const apply = (connections?: readonly string[], site?: string, prune = false) =>
    applyConfiguration({
      ...{ text: shopYaml(connections, site), env: (name: string) => ENV[name], store, seal: testSeal },
      ...{ now: clock.now(), actor: 'test', allowPrivate: false, prune },
    });
  await apply(given.connections, given.site);
  const sites = cachedSites({ store, seal: testSeal });
  const ingest = createIngest({ store, sites, seal: testSeal, clock: clock.now });
  const door = createFrontDoor({ ingest, sites, clock: clock.now });

  const browser = async (route: IntakeRequest['route'], body: object, more: Partial<IntakeRequest> = {}) => {
    const { answers } = await door.receive([{ route, site: 'shop', body: JSON.stringify(body), ...more }]);
    const { status, body: text } = answers[0]!;
    return { status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, never> };
  };
  /** What a browser reports, and what the request told of its page. */
  const report = async (
    body: object,
    more: Partial<Extract<Command, { type: 'order' }>> = {},
  ): Promise<CommandReply> => {
    const request = { route: 'conversion' as const, site: 'shop', body: JSON.stringify(body) };
    const read = readRequest(request, (await sites()).byId.get('shop'), clock.now());
    if (!('command' in read)) throw new Error(JSON.stringify(read));
    const { replies } = await ingest.ingest([{ ...read.command, ...more } as Command]);
    return replies[0]!;
  };
  /** A browser's report and further commands in one transaction. */
  const together = async (body: object, ...more: Command[]): Promise<CommandReply[]> => {
    const request = { route: 'conversion' as const, site: 'shop', body: JSON.stringify(body) };
    const read = readRequest(request, (await sites()).byId.get('shop'), clock.now());
    if (!('command' in read)) throw new Error(JSON.stringify(read));
    return (await ingest.ingest([read.command, ...more])).replies;
  };
  const deliveries = async (orderId = 'O1') => store.deliveriesOf('shop', orderId);
  const of = async (kind: Delivery['kind'], connection = 'impact', orderId = 'O1') =>
    (await deliveries(orderId)).filter((row) => row.kind === kind && row.connection === connection);
  return {
    clock,
    store,
    file: given.file,
    apply,
    browser,
    report,
    together,
    sites,
    receive: door.receive,
    ingest: ingest.ingest,
    deliveries,
    /** The reports of one kind to one connection. */
    of,
    async shop(order: object): Promise<CommandReply> {
      const site = (await sites()).byId.get('shop')!;
      return (await ingest.ingest([shopCommand(order, site, clock.now()).command])).replies[0]!;
    },
    async patch(change: object, orderId = 'O1'): Promise<CommandReply> {
      const { patch } = datePatch(readPatch(change).patch!, change, { now: clock.now() });
      return (await ingest.ingest([{ type: 'change', site: 'shop', orderId, patch }])).replies[0]!;
    },
    /** What the relay would do with everything that is due at a connection: lease it and settle it so. */
    async relayed(change: Settlement['change'], connection = 'impact'): Promise<string[]> {
      const now = clock.now();
      const claims = await store.claim({ site: 'shop', connection, now, leaseMs: 60_000, limit: 100, owner: 'test' });
      const settled = claims.map(({ delivery, fence }) => ({
        ...{ id: delivery.id, site: 'shop', fence, attempts: [] },
        change: { nextAt: null, reason: `it is ${change.state}`, attempts: delivery.attempts + 1, ...change },
      }));
      await store.settle(settled, now);
      return claims.map(({ delivery }) => delivery.kind);
    },
    story: async (orderId = 'O1') => (await store.eventsOf('shop', orderId)).map(({ text }) => text),
    /** State by `connection kind`. */
    async states(orderId = 'O1'): Promise<Record<string, string>> {
      return Object.fromEntries(
        (await deliveries(orderId)).map((row) => [`${row.connection} ${row.kind} ${row.seq}`, row.state]),
      );
    },
  };
}
