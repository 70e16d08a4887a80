/** `clickthread demo`: collector, vendors and a shop on two domains, for a first look. Nothing of it outlives the command. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { applyConfiguration } from '../../../configuration/apply.ts';
import { cachedSites } from '../../../configuration/sites.ts';
import { databaseFile, readEnvironment, type Environment } from '../../../environment.ts';
import type { Clock } from '../../../lib/clock.ts';
import { readSeal } from '../../../store/sqlite/file/sealed.ts';
import { openSqliteStore } from '../../../store/sqlite/store.ts';
import type { CommandContext } from '../../open-store.ts';
import { readPortOption } from '../../read-port.ts';
import { demoConfiguration } from './configuration.ts';
import { inventPast } from './invented-sales.ts';
import { watchOrders } from './orders.ts';
import { createLog } from '../../terminal/log.ts';
import { untilSignal } from '../../terminal/signal.ts';
import { print } from '../../terminal/print.ts';

const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';

export function demoCommand({ env, clock }: CommandContext): Command {
  return new Command('demo')
    .option('--port <n>', 'port of the collector; the sandbox and the shop take the next free ones', env.PORT ?? '8787')
    .option('--keep <folder>', 'keep the data in this folder instead of a temporary one')
    .action(async (options: { port: string; keep?: string }) => {
      const base = readPortOption(options.port);
      const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'clickthread-demo-'));
      /** What ends each started part, the newest first: a demo that can't begin leaves nothing running, and nothing behind. */
      const endings: (() => Promise<void>)[] = [];
      try {
        const [{ startCollector }, { startSandbox }, { startShop }] = await Promise.all([
          import('../../../serve.ts'),
          import('../../../../sandbox/server.ts'),
          import('../../../../sandbox/shop/index.ts'),
        ]);
        const environmentOf = (port: number): Environment =>
          readEnvironment({
            ...env,
            ...{ PORT: String(port), HOST: '127.0.0.1', CLICKTHREAD_DATA: folder, CLICKTHREAD_ALLOW_PRIVATE: '1' },
            // It plays in a folder of its own, never in a database that the shell happens to name.
            ...{ DATABASE_URL: undefined, DATABASE_URL_FILE: undefined },
            CLICKTHREAD_LOG: env.CLICKTHREAD_LOG ?? 'error',
          });
        const { log: level, path } = environmentOf(base);
        const log = await createLog(level);
        const sandbox = await onFreePort(next(base, 1), (port) => startSandbox({ port, clock }));
        endings.push(sandbox.stop);
        await configure({ environment: environmentOf(base), sandboxUrl: sandbox.url, clock });
        const collector = await startCollector({
          environment: environmentOf(await freePort(base)),
          clock,
          log,
          onFault: (reason) => {
            log.fatal({ reason }, 'the store is gone; stopping');
            process.exit(1);
          },
        });
        endings.push(collector.stop);
        const command = `CLICKTHREAD_DATA=${folder} npx clickthread`;
        const shop = await onFreePort(next(base, 2), (port) =>
          startShop({
            ...{ port, collectorPort: collector.port, prefix: path, clock, command },
            ...{ demo: true, sandboxUrl: sandbox.url },
          }),
        );
        endings.push(shop.stop, watchOrders({ file: databaseFile(folder), clock, print }));
        const dashboard = (await collector.firstSignIn('demo'))?.link ?? collector.dashboard;
        print(welcome({ shop: shop.shopUrl, sandbox: sandbox.url, collector, command, dashboard }));
        await untilSignal();
      } finally {
        for (const end of endings.reverse()) await end();
        if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
      }
      print('Stopped.');
    });
}

const next = (base: number, step: number): number => (base === 0 ? 0 : base + step);

/** Ports tried one after the other. */
const MOST_TRIES = 50;

/** Looked for beforehand: a collector that finds its port taken has opened its data by then. */
function freePort(first: number): Promise<number> {
  return onFreePort(first, async (port) => {
    const probe = createServer().listen(port, '127.0.0.1');
    await once(probe, 'listening');
    probe.close();
    await once(probe, 'close');
    return port;
  });
}

/** Starts on the first free port from `first` on; on any where it is 0. */
async function onFreePort<T>(first: number, start: (port: number) => Promise<T>): Promise<T> {
  if (first === 0) return start(0);
  for (let port = first; ; port += 1) {
    try {
      return await start(port);
    } catch (error) {
      if (!isTaken(error) || port - first >= MOST_TRIES || port >= 65535) throw error;
    }
  }
}

/** The collector's own words carry the system's error as their cause. */
function isTaken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as NodeJS.ErrnoException).code === 'EADDRINUSE' || isTaken(error.cause);
}

async function configure(given: { environment: Environment; sandboxUrl: string; clock: Clock }): Promise<void> {
  const { environment, sandboxUrl, clock } = given;
  const seal = readSeal(databaseFile(environment.data), environment.key);
  let past: number | undefined;
  const store = openSqliteStore({ file: databaseFile(environment.data), clock: () => past ?? clock() });
  try {
    await applyConfiguration({
      text: demoConfiguration(sandboxUrl),
      env: () => undefined,
      store,
      seal,
      now: clock(),
      actor: 'demo',
      allowPrivate: true,
    });
    const setClock = (now: number): void => void (past = now);
    await inventPast({ store, seal, sites: cachedSites({ store, seal }), now: clock(), setClock });
  } finally {
    await store.close();
  }
}

function welcome(given: {
  shop: string;
  sandbox: string;
  collector: { url: string; port: number };
  /** What a person types before the name of a command. */
  command: string;
  /** With the link that lets one in. */
  dashboard: string;
}): string {
  const { shop, sandbox, collector, command, dashboard } = given;
  const reach = `CLICKTHREAD_ALLOW_PRIVATE=1 PORT=${collector.port} CLICKTHREAD_PUBLIC_URL=http://localhost:${collector.port}`;
  return [
    '',
    'Clickthread is running. Open, in this order:',
    '',
    `  1. a partner's link to the shop   ${shop}/?irclickid=${CLICK}`,
    '     buy something: the checkout lives on another domain, and the click goes with you',
    `  2. what the vendors received      ${sandbox}/`,
    `  3. the dashboard (works once)     ${dashboard}`,
    '     every sale, why it was credited, and what is stuck',
    `  4. why it was credited            ${command} explain ORDERID`,
    `  5. whether all is well            ${reach} ${command} doctor`,
    '',
    `  collector ${collector.url}`,
    '',
    'Every report of an order is told below. Ctrl-C stops everything.',
    '',
  ].join('\n');
}
