/** Composition of the running collector: writer thread, reader, relay and server. Started by `clickthread serve` and `demo`. */
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { databaseFile, type Environment } from './environment.ts';
import { addressReader } from './http/address.ts';
import { createIngestLane } from './http/ingest-lane.ts';
import { newId } from './lib/id.ts';
import { systemClock } from './lib/clock.ts';
import { createSeal } from './lib/seal.ts';
import { keepRetention } from './privacy.ts';
import { createRelay } from './relay.ts';
import { createSender } from './send.ts';
import { createCollectorServer } from './server.ts';
import { cachedSites } from './sites.ts';
import { openSqliteStore } from './store/sqlite/store.ts';
import { createTagServer, readTagBundle } from './tag-server.ts';
import { createSyncService } from './sync-service.ts';
import { startWriter } from './writer-client.ts';

export interface RunningCollector {
  /** Address that it listens on. */
  url: string;
  port: number;
  /** Ends running exchanges and commits, then closes everything. */
  stop(): Promise<void>;
}

/** Milliseconds that open connections get to finish on stop. */
const STOP_GRACE = 5000;

/** `onFault` is told when the store's thread is gone: nothing can be acknowledged any more and the process should end. */
export async function startCollector(options: {
  environment: Environment;
  log: Logger;
  onFault: (reason: string) => void;
  tagFolder?: string;
}): Promise<RunningCollector> {
  const { environment, log, onFault } = options;
  const clock = systemClock;
  const file = databaseFile(environment.data);
  const seal = createSeal(environment.key);
  const tagFolder = options.tagFolder ?? fileURLToPath(new URL('../tag', import.meta.url));
  const bundle = readTagBundle(tagFolder);
  const writer = await startWriter({ file, key: environment.key }, onFault);
  const reader = openSqliteStore({ file, clock, readonly: true });
  const sites = cachedSites({ store: reader, seal });
  const sender = createSender({ allowPrivate: environment.allowPrivate, clock, log });
  // Our own address is the operator's word, wherever it lies.
  const self = createSender({ allowPrivate: true, clock });
  const owner = newId(clock());
  const relay = createRelay({
    store: writer,
    sites,
    sender,
    seal,
    clock,
    random: Math.random,
    owner,
    log,
  });

  const service = createSyncService({
    store: writer,
    ingest: (commands) => writer.ingest(commands),
    sites,
    sender,
    seal,
    clock,
    owner,
    wake: relay.wake,
    log,
  });
  const addressOf = addressReader(environment.trustProxy);
  const lane = createIngestLane({
    prefix: environment.path,
    door: writer,
    tag: createTagServer({ bundle, sites }),
    wake: relay.wake,
    thankYou: async (site) => (await sites()).byId.get(site)?.config.thankYouUrl,
    secure: environment.publicUrl?.startsWith('https:') ?? false,
    addressOf,
    log,
  });
  // Port 0 is any free one: known only when it listens.
  const publicUrl = (): string => environment.publicUrl ?? listensOn(environment.host, server.address());
  const browserUrl = (): string => `${publicUrl()}${environment.path}`;
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
    },
    hooks: { service, sites, seal },
    admin: {
      ...{ environment, sites, seal, sender, service, clock, addressOf, browserUrl, file, tagFolder },
      ...{ read: reader, write: writer, wake: relay.wake, askSelf: self.send },
    },
    adminSync: {
      ...{ service, read: reader, sites, seal, clock, browserUrl, publicUrl },
      editing: () => ({
        ...{ store: writer, seal, allowPrivate: environment.allowPrivate, now: clock(), actor: 'admin API' },
      }),
    },
    read: reader,
    trustProxy: environment.trustProxy,
    log,
  });
  server.listen(environment.port, environment.host);
  await once(server, 'listening');
  await relay.start();
  service.schedule.start();
  const endRetention = keepRetention({ store: writer, sites, clock, log });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: listensOn(environment.host, server.address()),
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const force = setTimeout(() => server.closeAllConnections(), STOP_GRACE);
      await closed;
      clearTimeout(force);
      await endRetention();
      await service.schedule.stop();
      await relay.stop();
      await Promise.all([sender.close(), self.close()]);
      await reader.close();
      await writer.close();
    },
  };
}

const listensOn = (host: string, address: ReturnType<Server['address']>): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${(address as AddressInfo).port}`;
