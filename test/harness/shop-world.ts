/**
 * A shop system and Awin, both played by the sandbox over real HTTP, around ingest, relay and the route of webhooks in this process: from the
 * shop's own word to the network's books, with one clock that only the test moves.
 */
import express from 'express';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { hooksRouter } from '../../collector/http/shop/hooks.ts';
import { problemHandler } from '../../collector/http/problem.ts';
import { monotonicClock } from '../../collector/lib/clock.ts';
import { minutes } from '../../collector/lib/duration.ts';
import type { Delivery } from '../../collector/model/delivery.ts';
import type { FactName } from '../../collector/model/site-fact.ts';
import { createLaneKeeper } from '../../collector/relay/lane/keep-lanes.ts';
import { createPersonEraser } from '../../collector/privacy/erase.ts';
import { createRelay } from '../../collector/relay/relay.ts';
import { createSyncService } from '../../collector/sync/service.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { controlOf } from '../sandbox/control.ts';
import { manualClock } from './clock.ts';
import { openShopInProcess, passTime } from './in-process.ts';
import { testSeal } from './sites.ts';
import { until } from './until.ts';

export type ShopWorld = Awaited<ReturnType<typeof openShopWorld>>;

/** `settings` are those of the shop's connection, given the sandbox's address; `site` further fields of the site. */
export async function openShopWorld(
  type: string,
  given: { folder: string; settings: (sandboxUrl: string) => object; site?: object },
) {
  const clock = manualClock();
  const sandbox = await startSandbox({ clock: clock.now });
  const network = controlOf(() => sandbox, 'awin');
  await network.settings({ apiKey: 'awin-key', limitPerMinute: 1000 });
  const awin = { advertiserId: '1001', apiKey: 'awin-key', baseUrl: `${sandbox.url}/awin`, amountBasis: 'total' };
  const site = {
    ...{ id: 'shop', domains: ['shop.example'], currency: 'EUR', consent: 'granted', ...given.site },
    connections: [
      { id: 'awin', type: 'awin', settings: awin },
      { id: 'source', type, settings: given.settings(sandbox.url) },
    ],
  };
  const { store, sites, ingest, door, sender } = await openShopInProcess({ clock, folder: given.folder, site });
  const quiet = { warn: () => undefined, error: () => undefined };
  const relay = createRelay({
    ...{ store, sites, sender, seal: testSeal, clock: clock.now, random: () => 0, owner: 'test', log: quiet },
    lanes: createLaneKeeper({ store, owner: 'test', clock: clock.now, monotonic: monotonicClock }),
  });
  let publicUrl = '';
  const service = createSyncService({
    ...{ store, ingest: ingest.ingest, sites, sender, seal: testSeal, clock: clock.now, owner: 'test' },
    wake: relay.wake,
    publicUrl: () => publicUrl,
    // The pace between requests is kept by the test's clock, which nobody else moves meanwhile.
    sleep(milliseconds) {
      clock.pass(milliseconds);
      return Promise.resolve();
    },
  });
  const facts: FactName[] = [];
  let away = 0;
  const app = express();
  app.use((_request, response, next) => (away === 0 ? next() : void response.sendStatus(away)));
  app.use(
    '/v1',
    hooksRouter({
      ...{ service, sites, seal: testSeal, clock: clock.now, ingest: ingest.ingest, wake: relay.wake, log: quiet },
      ...createPersonEraser({ store, seal: testSeal }),
      ...{ messages: store, heard: (_site: string, name: FactName) => void facts.push(name) },
    }),
  );
  app.use(problemHandler(quiet));
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hook = `${publicUrl}/v1/hooks/source?site=shop`;
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await relay.stop();
    await sandbox.stop();
    await sender.close();
    await store.close();
  });
  const conversions = (orderId: string) => store.deliveriesOf('shop', orderId);
  return {
    ...{ clock, sandbox, store, sites, service, hook, facts, ingest },
    shop: controlOf(() => sandbox, type),
    /** Whatever stands before the collector answers every webhook so; 0: the collector itself does again. */
    answerAll: (status: number): void => void (away = status),
    /** What shopper and merchant do at the shop. */
    async merchant(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
      const url = `${sandbox.url}/${type}/merchant/${path}`;
      const response = await fetch(url, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
      return (await response.json()) as Record<string, unknown>;
    },
    /** A browser's report. */
    async browser(route: 'touch' | 'conversion', body: object): Promise<Record<string, unknown>> {
      const { answers, work } = await door.receive([{ route, site: 'shop', body: JSON.stringify(body) }]);
      relay.wake(work);
      if (answers[0]!.status >= 300) throw new Error(answers[0]!.body);
      return answers[0]!.body === '' ? {} : (JSON.parse(answers[0]!.body) as Record<string, unknown>);
    },
    /** Whatever is sent to the hook's address. */
    async post(body: string | Buffer, headers: Record<string, string>): Promise<{ status: number; text: string }> {
      const response = await fetch(hook, { method: 'POST', body: body as BodyInit, headers });
      return { status: response.status, text: await response.text() };
    },
    /** Reports to the network, oldest first, once nothing is on its way any more. */
    async told(orderId: string): Promise<string[]> {
      const settled = await until(
        async () => {
          await service.schedule.idle();
          await passTime(store, clock, 1000);
          relay.wake([{ site: 'shop', connection: 'awin' }]);
          const all = (await conversions(orderId)).filter(({ connection }) => connection === 'awin');
          const isOpen = ({ state, after }: Delivery): boolean =>
            ['due', 'sending', 'unverified'].includes(state) || (state === 'waiting' && after !== null);
          return !all.some(isOpen) && all;
        },
        { what: `reports of ${orderId} to be settled` },
      );
      return settled.map(({ kind, state }) => `${kind} ${state}`);
    },
    conversions,
    /** An hour later by the clock of the shop's next asking: whatever is due runs to its end. */
    async ask(): Promise<void> {
      await service.schedule.tick();
      await service.schedule.idle();
    },
    /** Awin's books: reference, amount, state. */
    async books(): Promise<string[]> {
      const { recorded } = await network.state();
      return recorded.map(({ orderReference, amount, currency, state }) =>
        [orderReference, amount, currency, state].map(String).join(' '),
      );
    },
  };
}

/** The clock goes on, and the shop is asked again: ten minutes later unless said otherwise. */
export async function later(world: ShopWorld, milliseconds = minutes(10)): Promise<void> {
  world.clock.pass(milliseconds);
  await world.ask();
}
