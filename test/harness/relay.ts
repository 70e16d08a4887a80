/** A relay over a real store, with a clock that stands still and a vendor that answers as told: what the relay's tests share. */
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { applyConfiguration } from '../../collector/configuration/apply.ts';
import { cachedSites } from '../../collector/configuration/sites.ts';
import { monotonicClock } from '../../collector/lib/clock.ts';
import type { Delivery } from '../../collector/model/delivery.ts';
import type { HttpRequest } from '../../collector/model/http.ts';
import type { Sender, SendLimits, SendResult } from '../../collector/outbound/send.ts';
import { createLaneKeeper } from '../../collector/relay/lane/keep-lanes.ts';
import { createRelay, type Relay } from '../../collector/relay/relay.ts';
import { openSqliteStore } from '../../collector/store/sqlite/store.ts';
import type { Store, Stores } from '../../collector/store/store.ts';
import { NOON, storedOrder, write } from '../collector/store/rows.ts';
import { type ManualClock, manualClock } from './clock.ts';
import { temporaryFolders } from './folder.ts';
import { migratedFile } from './migrated-file.ts';
import { IMPACT, shopYaml, testSeal } from './sites.ts';
import { until } from './until.ts';

export const folder = temporaryFolders();
export const ENV: Record<string, string> = { IMPACT_TOKEN: 'impact-secret-1', CARTSTACK_KEY: 'cs-secret-1' };
export const QUEUED = '{"Status":"QUEUED","QueuedUri":"/Advertisers/IRxxx/APISubmissions/A-1"}';
const MAIL = testSeal.seal(JSON.stringify({ email: 'jane@example.com' }));

export type Answering = (request: HttpRequest, number: number, limits?: SendLimits) => SendResult | Promise<SendResult>;
export const answered = (status: number, body = '', headers: Record<string, string> = {}): SendResult => ({
  ok: true,
  response: { status, headers, body },
});
export const broken: SendResult = { ok: false, kind: 'timeout', sent: true, message: 'it did not answer within 15 s' };

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Closed again after each test. */
export async function openRelay(given: {
  answer: Answering;
  connections?: string[];
  file?: string;
  /** Another engine's, or one that several relays share; closed with the relay. */
  store?: Stores;
  /** One for all that share a store. */
  clock?: ManualClock;
  owner?: string;
  /** By which it knows how long its lanes last. */
  monotonic?: () => number;
  agreed?: () => number;
}) {
  const { clock = manualClock(NOON), owner = 'test', monotonic = monotonicClock } = given;
  const file = given.file ?? join(folder(), 'clickthread.db');
  const store = given.store ?? openSqliteStore({ file: migratedFile(file), clock: clock.now });
  const apply = (connections: readonly string[]) =>
    applyConfiguration({
      ...{ text: shopYaml(connections), env: (name: string) => ENV[name], store, seal: testSeal, now: clock.now() },
      ...{ actor: 'test', allowPrivate: false },
    });
  await apply(given.connections ?? [IMPACT]);
  const sent: HttpRequest[] = [];
  const sender: Sender = {
    async send(request, limits) {
      sent.push(request);
      return given.answer(request, sent.length, limits);
    },
    close: async () => undefined,
  };
  const warnings: string[] = [];
  const relay: Relay = createRelay({
    ...{ store, sites: cachedSites({ store, seal: testSeal }), sender, seal: testSeal, clock: clock.now },
    lanes: createLaneKeeper({ store, owner, clock: clock.now, monotonic }),
    ...{ random: () => 0, owner, ...(given.agreed ? { agreed: given.agreed } : {}) },
    log: {
      warn: (_fields, message) => warnings.push(message),
      error: (fields) => warnings.push(JSON.stringify(fields)),
    },
  });
  let stopped = false;
  const stop = async () => {
    if (!stopped) await relay.stop();
    stopped = true;
  };
  closing.push(
    () => store.close(),
    () => stop(),
  );
  const wake = (connection = 'impact') => relay.wake([{ site: 'shop', connection }]);
  const pass = (ms: number, connection?: string) => {
    clock.pass(ms);
    wake(connection);
  };
  const row = async (id: string): Promise<Delivery> => (await store.deliveries({})).find((found) => found.id === id)!;
  const becomes = (id: string, state: Delivery['state']) =>
    until(async () => (await row(id)).state === state && row(id), { what: `${id} to be ${state}` });
  const put = async (...rows: Delivery[]) => {
    const orders = [...new Set(rows.map(({ orderId }) => orderId))].map((id) => storedOrder(id, { personal: MAIL }));
    await write(store, { orders, deliveries: rows });
    return rows;
  };
  return { clock, store, relay, stop, sent, warnings, wake, pass, row, becomes, put, apply };
}

export const attemptsOf = async (store: Store, orderId = 'O1') =>
  (await store.deliveriesOf('shop', orderId)).flatMap((d) => d.attemptLog);
