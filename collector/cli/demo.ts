/** `clickthread demo`: collector, vendors and a shop on two domains, for a first look. Nothing of it outlives the command. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { applyConfiguration } from '../apply.ts';
import { databaseFile, readEnvironment } from '../environment.ts';
import { systemClock } from '../lib/clock.ts';
import { createSeal } from '../lib/seal.ts';
import { openSqliteStore } from '../store/sqlite/store.ts';
import { print, type CommandContext } from './context.ts';
import { demoConfiguration } from './demo-configuration.ts';
import { untilSignal } from './signal.ts';

const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';

export function demoCommand({ env }: CommandContext): Command {
  return new Command('demo')
    .description(
      'run everything in one place: collector, sandbox vendors, and a demo shop whose checkout is another domain',
    )
    .option('--port <n>', 'port of the collector; the sandbox and the shop take the next free ones', env.PORT ?? '8787')
    .option('--keep <folder>', 'keep the data in this folder instead of a temporary one')
    .action(async (options: { port: string; keep?: string }) => {
      const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'clickthread-demo-'));
      const environment = readEnvironment({
        ...env,
        PORT: options.port,
        CLICKTHREAD_DATA: folder,
        CLICKTHREAD_ALLOW_PRIVATE: '1',
        CLICKTHREAD_LOG: env.CLICKTHREAD_LOG ?? 'warn',
      });
      const [{ pino }, { startCollector }, { startSandbox }, { startShop }] = await Promise.all([
        import('pino'),
        import('../serve.ts'),
        import('../../sandbox/server.ts'),
        import('../../sandbox/shop.ts'),
      ]);
      const log = pino({ level: environment.log }, pino.destination(2));
      const sandbox = await startSandbox({ port: nextPort(environment.port, 1) });
      await configure(environment, sandbox.url);
      const collector = await startCollector({
        environment,
        log,
        onFault: (reason) => {
          log.fatal({ reason }, 'the store is gone; stopping');
          process.exit(1);
        },
      });
      const shop = await startShop({
        port: nextPort(environment.port, 2),
        collectorPort: collector.port,
        prefix: environment.path,
        demo: true,
        sandboxUrl: sandbox.url,
      });
      print(welcome({ shop: shop.shopUrl, sandbox: sandbox.url, collector: collector.url, data: folder }));
      await untilSignal();
      await shop.stop();
      await collector.stop();
      await sandbox.stop();
      if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
      print('Stopped.');
    });
}

const nextPort = (port: number, step: number): number => (port === 0 ? 0 : port + step);

async function configure(environment: ReturnType<typeof readEnvironment>, sandboxUrl: string): Promise<void> {
  const seal = createSeal(environment.key);
  const store = openSqliteStore({ file: databaseFile(environment.data), clock: systemClock });
  try {
    await applyConfiguration({
      text: demoConfiguration(sandboxUrl),
      env: () => undefined,
      store,
      seal,
      now: systemClock(),
      actor: 'demo',
      allowPrivate: true,
    });
  } finally {
    await store.close();
  }
}

function welcome({
  shop,
  sandbox,
  collector,
  data,
}: {
  shop: string;
  sandbox: string;
  collector: string;
  data: string;
}): string {
  return [
    '',
    'Clickthread is running. Open, in this order:',
    '',
    `  1. a partner's link to the shop   ${shop}/?irclickid=${CLICK}`,
    '     buy something: the checkout lives on another domain, and the click goes with you',
    `  2. what the vendors received      ${sandbox}/`,
    '  3. why it was credited            CLICKTHREAD_DATA=' + data + ' npx clickthread explain ORDERID',
    '',
    `  collector ${collector}`,
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
}
