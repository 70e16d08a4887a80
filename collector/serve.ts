/** Composition of the running collector: engine, relay, sync, server and what is done beside them. Started by `clickthread serve` and `demo`. */
import type { AddressInfo, Server } from 'node:net';
import type { LinkView } from '../wire/admin/people.ts';
import { createLiveOrders } from './admin/live/live-orders.ts';
import { createSiteFacts } from './admin/note-site-facts.ts';
import { firstSignIn } from './admin/people/people.ts';
import { addressReader, hostReader } from './http/address.ts';
import { editAs } from './http/admin/deps.ts';
import { createFailureLimit } from './http/failure-limit.ts';
import { politeCloser, startListening } from './http/listen.ts';
import { createMetrics, createMetricsServer, type Metrics } from './http/metrics.ts';
import { createReadiness } from './http/readiness.ts';
import { createCollectorServer, type ServerDeps } from './http/server.ts';
import { monotonicClock } from './lib/clock.ts';
import { builtTagFolder } from './lib/package-root.ts';
import { createRelay, type Relay } from './relay/relay.ts';
import { createBrowserLane } from './serve/browser-lane.ts';
import { type AtEnd, type Core, openCore, type StartOptions } from './serve/core.ts';
import { keepHouse } from './serve/keep-house.ts';
import { createSyncService } from './sync/service.ts';
import { readTagBundle } from './tag-files/site-tag.ts';

export interface RunningCollector {
  /** Address that it listens on. */
  url: string;
  port: number;
  /** Address of the dashboard. */
  dashboard: string;
  /** A link for the first owner, as long as nobody has ever signed in. */
  firstSignIn(actor: string): Promise<LinkView | undefined>;
  /** Ends running exchanges and commits, then closes everything. */
  stop(): Promise<void>;
}

/** Milliseconds that open connections get to finish on stop. */
const STOP_GRACE = 5000;
/** Serves whole, or rejects with what is wrong and leaves nothing running. */
export async function startCollector(options: StartOptions): Promise<RunningCollector> {
  /** What ends each started part, the newest first. */
  const endings: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (let end = endings.pop(); end; end = endings.pop()) await end();
  };
  try {
    return { ...(await start(options, (end) => void endings.push(end))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: StartOptions, atEnd: AtEnd): Promise<Omit<RunningCollector, 'stop'>> {
  const tagFolder = options.tagFolder ?? builtTagFolder();
  const bundle = readTagBundle(tagFolder);
  const core = await openCore(options, atEnd);
  const { environment, clock, log, quiet, reader, writer, seal, sites, sender, owner } = core;
  const relay = openRelay(core);
  const { wake } = relay;
  // Port 0 is any free one: known only when it listens.
  const urls = urlsOf(core, () => server.address());
  const service = createSyncService({
    ...{ store: writer, ingest: (commands) => writer.ingest(commands), sites, sender, seal, clock, owner },
    ...{ publicUrl: urls.publicUrl, wake, log },
  });
  const facts = createSiteFacts({ write: (noted) => writer.noteSiteFacts(noted), clock, log });
  const addressOf = addressReader(environment.trustProxy);
  const hostsOf = hostReader(environment);
  const lane = createBrowserLane(core, { bundle, facts, wake, addressOf, hostsOf });
  const live = createLiveOrders({ read: reader, sites, seal, clock, log: { error: quiet.error } });
  const metrics = createMetrics({ read: reader, limits: environment.limits, clock });
  const failures = createFailureLimit(addressOf);
  const server = createCollectorServer(
    serverDeps(core, { lane, live, metrics, failures, service, facts, hostsOf, tagFolder, urls, wake }),
  );
  // Taken before the relay begins: a start that finds its port taken has told nobody anything.
  const close = politeCloser(server);
  await startListening(server, environment);
  atEnd(() => relay.stop());
  atEnd(() => service.schedule.stop());
  atEnd(() => close(STOP_GRACE));
  // Streams would be waited for until the grace is over.
  atEnd(() => live.end());
  if (environment.metricsPort !== undefined) atEnd(await serveMetrics(metrics, environment.metricsPort));
  await relay.start();
  service.schedule.start();
  keepHouse(core, wake, atEnd);
  const { port } = server.address() as AddressInfo;
  return {
    ...{ port, url: listensOn(environment.host, server.address()), dashboard: urls.dashboardUrl() },
    firstSignIn: (actor) => firstSignIn({ store: writer, now: clock(), actor, dashboard: urls.dashboardUrl() }),
  };
}

function openRelay({ writer, sites, sender, seal, clock, agreed, owner, lanes, log, quiet }: Core): Relay {
  return createRelay({
    ...{ store: writer, sites, sender, seal, clock, agreed, owner, lanes, random: Math.random },
    log: { warn: log.warn.bind(log), error: quiet.error },
  });
}

/** Addresses as people and browsers reach them: the operator's word, else where it listens. */
function urlsOf({ environment }: Core, address: () => ReturnType<Server['address']>) {
  const publicUrl = (): string => environment.publicUrl ?? listensOn(environment.host, address());
  return {
    publicUrl,
    browserUrl: (): string => `${publicUrl()}${environment.path}`,
    dashboardUrl: (): string => `${publicUrl()}/admin/`,
  };
}

/** What each audience of the server gets to work with. */
function serverDeps(
  core: Core,
  parts: Pick<ServerDeps, 'lane'> &
    Pick<ServerDeps['admin'], 'live' | 'failures' | 'service' | 'hostsOf' | 'tagFolder'> &
    Pick<ServerDeps['operations'], 'metrics'> & {
      facts: ReturnType<typeof createSiteFacts>;
      urls: ReturnType<typeof urlsOf>;
      wake: Relay['wake'];
    },
): ServerDeps {
  const { environment, sites, seal, sender, self, clock, reader, writer, quiet } = core;
  const { lane, live, metrics, failures, service, facts, hostsOf, tagFolder, urls, wake } = parts;
  const { adminToken } = environment;
  const ingest: Core['writer']['ingest'] = (commands) => writer.ingest(commands);
  return {
    prefix: environment.path,
    lane,
    orders: {
      ...{ ingest, read: reader, sites, clock, wake, seal, adminToken, failures },
      ingestOrders: (commands) => writer.ingestOrders(commands),
      store: {
        apiKeys: () => reader.apiKeys(),
        rememberMessage: (site, id, at) => writer.rememberMessage(site, id, at),
      },
    },
    hooks: {
      ...{ service, sites, seal, clock, wake, heard: facts.note, log: quiet, ingest },
      erasePerson: (order) => writer.erasePerson(order),
      messages: {
        knowsMessage: (site, id) => reader.knowsMessage(site, id),
        rememberMessage: (site, id, at) => writer.rememberMessage(site, id, at),
        order: (site, orderId) => reader.order(site, orderId),
      },
    },
    admin: {
      ...{ environment, sites, seal, sender, service, clock, failures, hostsOf, tagFolder, live },
      ...{ browserUrl: urls.browserUrl, dashboardUrl: urls.dashboardUrl, heardOf: facts.latest },
      ...{ read: reader, write: writer, wake, askSelf: self.send },
    },
    adminSync: {
      ...{ service, read: reader, sites, seal, clock, browserUrl: urls.browserUrl, publicUrl: urls.publicUrl },
      editing: (actor) => editAs(actor, { write: writer, seal, environment, clock }),
    },
    operations: {
      ...{ metrics, adminToken, failures },
      whyNotReady: createReadiness({ write: writer, read: reader, seal, sites, clock, monotonic: monotonicClock }),
    },
    trustProxy: environment.trustProxy,
    log: quiet,
  };
}

async function serveMetrics(metrics: Metrics, port: number): Promise<() => Promise<void>> {
  const server = createMetricsServer(metrics);
  const close = politeCloser(server);
  await startListening(server, { port, host: '127.0.0.1' });
  return () => close(STOP_GRACE);
}

const listensOn = (host: string, address: ReturnType<Server['address']>): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${(address as AddressInfo).port}`;
