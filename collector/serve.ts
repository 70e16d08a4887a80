/** Composition of the running collector: lock, writer thread, reader, relay and server. Started by `clickthread serve` and `demo`. */
import type { AddressInfo, Server } from 'node:net';
import type { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { LinkView } from '../wire/admin/people.ts';
import { type Environment } from './environment.ts';
import { createLiveOrders } from './admin/live/live-orders.ts';
import { firstSignIn } from './admin/people/people.ts';
import { editAs } from './http/admin/deps.ts';
import { createFailureLimit } from './http/failure-limit.ts';
import { addressReader, hostReader } from './http/address.ts';
import { mayPost } from './configuration/site-pages.ts';
import { createIngestLane } from './http/browser/ingest-lane.ts';
import { rereadOrders } from './ingest/upgrade/reread-orders.ts';
import { startListening, politeCloser } from './http/listen.ts';
import { createMetrics, createMetricsServer, type Metrics } from './http/metrics.ts';
import { createReadiness } from './http/readiness.ts';
import { monotonicClock, type Clock } from './lib/clock.ts';
import { newId } from './lib/id.ts';
import { builtTagFolder } from './lib/package-root.ts';
import { createSiteFacts } from './admin/note-site-facts.ts';
import { networkKey } from './lib/limits/network-key.ts';
import { createQuietLog } from './lib/quiet-log.ts';
import { createTokenBuckets } from './lib/limits/token-buckets.ts';
import type { RequestLimits } from './lib/limits/request-limits.ts';
import { keepWatchOnContested } from './admin/contested-orders.ts';
import { keepAlerts } from './alerts/keep-alerts.ts';
import { cachedChannels } from './configuration/alerts/channels.ts';
import { readDisk } from './lib/disk.ts';
import type { Command } from './intake/command.ts';
import { keepRetention } from './privacy/retention.ts';
import { keepAgreedTime } from './privacy/keep-agreed-time.ts';
import { createLaneKeeper } from './relay/lane/keep-lanes.ts';
import { createRelay } from './relay/relay.ts';
import { createSender } from './outbound/send.ts';
import { createCollectorServer } from './http/server.ts';
import { isNamed } from './kit/click-cookie.ts';
import { cachedSites } from './configuration/sites.ts';
import { createSyncService } from './sync/service.ts';
import { createTagServer, readTagBundle } from './tag-files/site-tag.ts';
import { openEngine } from './writer/open-engine.ts';

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
/** Addresses remembered; 16 bytes each. */
const ADDRESSES = 262_144;

export interface StartOptions {
  environment: Environment;
  clock: Clock;
  log: Logger;
  /** Told when the store's thread is gone: nothing can be acknowledged any more and the process should end. */
  onFault: (reason: string) => void;
  tagFolder?: string;
  /** The writer's thread, where it was started beside the imports; it is ended with the collector. */
  thread?: Worker;
  /** Milliseconds that another collector on the same folder gets to end; none unless given. */
  takeOver?: number;
  /** Told when it has to wait for that. */
  tell?: (message: string) => void;
}

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

async function start(
  options: StartOptions,
  atEnd: (end: () => Promise<void> | void) => void,
): Promise<Omit<RunningCollector, 'stop'>> {
  const { environment, clock, log, onFault, takeOver = 0, tell = () => undefined } = options;
  const quiet = createQuietLog(log, monotonicClock);
  const tagFolder = options.tagFolder ?? builtTagFolder();
  const bundle = readTagBundle(tagFolder);
  const { thread } = options;
  const { writer, reader, seal } = await openEngine({ environment, clock, onFault, thread, takeOver, tell, atEnd });
  await writer.probe(clock());
  const sites = cachedSites({ store: reader, seal });
  await sites();
  const sender = createSender({ allowPrivate: environment.allowPrivate, clock, log });
  // Our own address is the operator's word, wherever it lies.
  const self = createSender({ allowPrivate: true, clock });
  atEnd(async () => void (await Promise.all([sender.close(), self.close()])));
  const { read, changed } = await rereadOrders({ store: writer, ingest: (commands) => writer.ingest(commands) });
  if (read > 0) log.info({ read, changed }, 'waiting orders of an older version were read again');
  const owner = newId(clock());
  const lanes = createLaneKeeper({ store: writer, owner, clock, monotonic: monotonicClock });
  /** What one of several collectors does. */
  const mayDo = (work: string) => async (): Promise<boolean> => (await lanes.hold(work)) !== undefined;
  const agreed = await keepAgreedTime({
    ...{ store: writer, clock, monotonic: monotonicClock, mayRun: mayDo('agreed time'), log },
  });
  atEnd(() => agreed.end());
  const relay = createRelay({
    store: writer,
    sites,
    sender,
    seal,
    clock,
    agreed: agreed.now,
    random: Math.random,
    owner,
    lanes,
    log: { warn: log.warn.bind(log), error: quiet.error },
  });

  const service = createSyncService({
    store: writer,
    ingest: (commands) => writer.ingest(commands),
    sites,
    sender,
    seal,
    clock,
    owner,
    publicUrl: () => publicUrl(),
    wake: relay.wake,
    log,
  });
  const facts = createSiteFacts({ write: (noted) => writer.noteSiteFacts(noted), clock, log });
  const addressOf = addressReader(environment.trustProxy);
  const hostsOf = hostReader(environment);
  const failures = createFailureLimit(addressOf);
  const lane = createIngestLane({
    prefix: environment.path,
    door: writer,
    tag: createTagServer({
      ...{ bundle, sites, hostsOf, publicUrl: environment.publicUrl, prefix: environment.path },
      onFetched: (site, host) => facts.note(site, 'tag', host),
    }),
    heard: facts.note,
    vendorCookies: async (site) => {
      const cookies = (await sites()).byId
        .get(site)
        ?.connections.flatMap(({ destination }) => destination?.cookies ?? []);
      return (name) => cookies?.some((cookie) => isNamed(cookie, name)) ?? false;
    },
    wake: relay.wake,
    thankYou: async (site) => (await sites()).byId.get(site)?.config.thankYouUrl,
    secure: environment.publicUrl?.startsWith('https:') ?? false,
    addressOf,
    hostsOf,
    waitOf: addressLimit(environment.limits),
    mayRead: async (site, origin) => {
      const known = (await sites()).byId.get(site);
      return known !== undefined && mayPost(known, origin);
    },
    log: quiet,
  });
  const live = createLiveOrders({ read: reader, sites, seal, clock, log: { error: quiet.error } });
  const metrics = createMetrics({ read: reader, limits: environment.limits, clock });
  // Port 0 is any free one: known only when it listens.
  const publicUrl = (): string => environment.publicUrl ?? listensOn(environment.host, server.address());
  const browserUrl = (): string => `${publicUrl()}${environment.path}`;
  const dashboardUrl = (): string => `${publicUrl()}/admin/`;
  const server = createCollectorServer({
    prefix: environment.path,
    lane,
    orders: {
      ingest: (commands) => writer.ingest(commands),
      read: reader,
      sites,
      clock,
      wake: relay.wake,
      store: {
        apiKeys: () => reader.apiKeys(),
        rememberMessage: (site, id, at) => writer.rememberMessage(site, id, at),
      },
      seal,
      adminToken: environment.adminToken,
      failures,
    },
    hooks: {
      ...{ service, sites, seal, clock, wake: relay.wake, heard: facts.note, log: quiet },
      ingest: (commands) => writer.ingest(commands),
      erasePerson: (order) => writer.erasePerson(order),
      messages: {
        knowsMessage: (site, id) => reader.knowsMessage(site, id),
        rememberMessage: (site, id, at) => writer.rememberMessage(site, id, at),
        order: (site, orderId) => reader.order(site, orderId),
      },
    },
    admin: {
      ...{ environment, sites, seal, sender, service, clock, failures, hostsOf, browserUrl, tagFolder },
      ...{ dashboardUrl, live, heardOf: facts.latest },
      ...{ read: reader, write: writer, wake: relay.wake, askSelf: self.send },
    },
    adminSync: {
      ...{ service, read: reader, sites, seal, clock, browserUrl, publicUrl },
      editing: (actor) => editAs(actor, { write: writer, seal, environment, clock }),
    },
    operations: {
      ...{ metrics, adminToken: environment.adminToken, failures },
      whyNotReady: createReadiness({ write: writer, read: reader, seal, sites, clock, monotonic: monotonicClock }),
    },
    trustProxy: environment.trustProxy,
    log: quiet,
  });
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
  atEnd(keepRetention({ store: writer, sites, clock, agreed: agreed.now, mayRun: mayDo('retention'), log }));
  const endWatch = keepWatchOnContested({
    ...{ ingest: (commands: Command[]) => writer.ingest(commands), wake: relay.wake, clock, log },
    store: {
      findOrders: (filter) => reader.findOrders(filter),
      deliveriesOf: (site, orderId) => reader.deliveriesOf(site, orderId),
    },
  });
  atEnd(() => endWatch());
  const endAlerts = keepAlerts({
    ...{
      read: reader,
      write: writer,
      sites,
      send: sender.send,
      limits: environment.limits,
      clock,
      random: Math.random,
    },
    channels: cachedChannels({ store: reader, seal }),
    freeMegabytes: () => readDisk(environment.data).free,
    log: { warn: log.warn.bind(log), error: quiet.error },
  });
  atEnd(() => endAlerts());
  const { port } = server.address() as AddressInfo;
  return {
    ...{ port, url: listensOn(environment.host, server.address()), dashboard: dashboardUrl() },
    firstSignIn: (actor) => firstSignIn({ store: writer, now: clock(), actor, dashboard: dashboardUrl() }),
  };
}

/** Seconds that an address must wait; only one that is a visitor's own is counted. */
function addressLimit({ address }: RequestLimits): (from: string | undefined) => number {
  if (!address) return () => 0;
  const buckets = createTokenBuckets({ ...address, keys: ADDRESSES });
  return (from) => {
    const key = networkKey(from);
    return key === undefined ? 0 : buckets.take(key, monotonicClock());
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
