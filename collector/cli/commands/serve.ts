/** `clickthread serve`: runs the collector until it is told to stop. */
import { Command } from 'commander';
import { readEnvironment } from '../../environment.ts';
import { CommandError } from '../command-error.ts';
import { COMMAND_LINE, type CommandContext } from '../open-store.ts';
import { spawnWriter } from '../../writer/client.ts';
import { createLog } from '../terminal/log.ts';
import { printError } from '../terminal/print.ts';
import { print } from '../terminal/print.ts';
import { untilSignal } from '../terminal/signal.ts';

/** Seconds that another collector on the same folder gets to end. */
const TAKE_OVER = '30';

export function serveCommand({ env, clock }: CommandContext): Command {
  return new Command('serve')
    .option('--port <n>', 'where to listen, instead of PORT')
    .option('--host <address>', 'address to listen on, instead of HOST')
    .option('--take-over <seconds>', 'how long to wait for another collector on the same data to end', TAKE_OVER)
    .action(async (options: { port?: string; host?: string; takeOver: string }) => {
      const takeOver = Number(options.takeOver);
      if (!/^\d{1,6}$/.test(options.takeOver)) throw new CommandError('--take-over must be a whole number of seconds.');
      const environment = readEnvironment({
        ...env,
        ...(options.port === undefined ? {} : { PORT: options.port }),
        ...(options.host === undefined ? {} : { HOST: options.host }),
      });
      // On the other core, while this one loads the server; PostgreSQL needs none.
      const thread = environment.databaseUrl === undefined ? spawnWriter() : undefined;
      const [log, { startCollector }] = await Promise.all([createLog(environment.log), import('../../serve.ts')]);
      const collector = await startCollector({
        environment,
        ...(thread ? { thread } : {}),
        clock,
        log,
        takeOver: takeOver * 1000,
        tell: printError,
        onFault(reason) {
          // Without the store nothing can be acknowledged; whoever supervises the process starts a fresh one.
          log.fatal({ reason }, 'the store is gone; stopping');
          process.exit(1);
        },
      });
      if (environment.adminTokenIsNew)
        print(`Admin token (shown once, also in ${environment.data}/admin-token): ${environment.adminToken}`);
      const first = await collector.firstSignIn(COMMAND_LINE);
      if (first) print(`Dashboard (the link works once, for an hour; another: clickthread user link): ${first.link}`);
      print(`Clickthread listens on ${collector.url}`);
      await untilSignal();
      await collector.stop();
      print('Stopped.');
    });
}
