/** `clickthread serve`: runs the collector until it is told to stop. */
import { Command } from 'commander';
import { readEnvironment } from '../environment.ts';
import { print, type CommandContext } from './context.ts';
import { untilSignal } from './signal.ts';

export function serveCommand({ env }: CommandContext): Command {
  return new Command('serve').description('run the collector (see the README for its environment)').action(async () => {
    const environment = readEnvironment(env);
    // The other commands start faster without the server's libraries.
    const [{ pino }, { startCollector }] = await Promise.all([import('pino'), import('../serve.ts')]);
    const log = pino(
      { level: environment.log, redact: ['*.authorization', '*.authToken', '*.apiKey', '*.key', '*.email', '*.phone'] },
      pino.destination(2),
    );
    const collector = await startCollector({
      environment,
      log,
      onFault(reason) {
        // Without the store nothing can be acknowledged; whoever supervises the process starts a fresh one.
        log.fatal({ reason }, 'the store is gone; stopping');
        process.exit(1);
      },
    });
    if (environment.adminTokenIsNew)
      print(`Admin token (shown once, also in ${environment.data}/admin-token): ${environment.adminToken}`);
    print(`Clickthread listens on ${collector.url}`);
    await untilSignal();
    await collector.stop();
    print('Stopped.');
  });
}
