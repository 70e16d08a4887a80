/** `clickthread serve`: runs the collector until it is told to stop. */
import { Command } from 'commander';
import { readEnvironment } from '../../environment.ts';
import { unknownVariables } from '../../environment/unknown-variables.ts';
import { CommandError } from '../command-error.ts';
import { readPortOption } from '../read-port.ts';
import { COMMAND_LINE, type CommandContext } from '../open-store.ts';
import { spawnWriter } from '../../writer/client.ts';
import { createLog } from '../terminal/log.ts';
import { print, printError } from '../terminal/print.ts';
import { untilSignal } from '../terminal/signal.ts';

/** Seconds that another collector on the same folder gets to end. */
const TAKE_OVER = '30';

const VARIABLES = `
Variables (each may be read from a file: NAME_FILE; more in docs/reference.md):
  PORT, HOST                  where to listen (8787, 127.0.0.1)
  CLICKTHREAD_DATA            folder of the data and of generated keys (./data)
  DATABASE_URL                a PostgreSQL that holds the data instead (docs/scaling.md)
  CLICKTHREAD_PUBLIC_URL      the address that browsers use, https
  CLICKTHREAD_KEY             seals secrets and personal data (generated)
  CLICKTHREAD_ADMIN_TOKEN     Bearer token of /admin/api (generated)
  CLICKTHREAD_TRUST_PROXY     how many proxies stand in front, or their addresses
  CLICKTHREAD_PATH            prefix of the browser routes (/t)
  CLICKTHREAD_LIMITS          what browsers may send
  CLICKTHREAD_ALLOW_PRIVATE   1: connections may name private hosts, over plain http too
  CLICKTHREAD_METRICS_PORT    metrics without a token, on 127.0.0.1
  CLICKTHREAD_OIDC_ISSUER, CLICKTHREAD_OIDC_CLIENT_ID, CLICKTHREAD_OIDC_CLIENT_SECRET
                              sign-in to the dashboard by OpenID Connect
  CLICKTHREAD_LOG             fatal, error, warn, info, debug, trace or silent (info)`;

export function serveCommand({ env, clock }: CommandContext): Command {
  return new Command('serve')
    .option('--port <n>', 'where to listen, instead of PORT')
    .option('--host <address>', 'address to listen on, instead of HOST')
    .option('--take-over <seconds>', 'how long to wait for another collector on the same data to end', TAKE_OVER)
    .addHelpText('after', VARIABLES)
    .action(async (options: { port?: string; host?: string; takeOver: string }) => {
      const takeOver = Number(options.takeOver);
      if (!/^\d{1,6}$/.test(options.takeOver)) throw new CommandError('--take-over must be a whole number of seconds.');
      if (options.port !== undefined) readPortOption(options.port);
      const environment = readEnvironment({
        ...env,
        ...(options.port === undefined ? {} : { PORT: options.port }),
        ...(options.host === undefined ? {} : { HOST: options.host }),
      });
      for (const { name, meant } of unknownVariables(env))
        printError(`${name} is no variable of Clickthread and changes nothing. Did you mean ${meant}?`);
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
        print(`Admin token (shown once, also in ${environment.adminTokenFile}): ${environment.adminToken}`);
      else if (environment.adminTokenFile !== undefined) print(`Admin token: in ${environment.adminTokenFile}`);
      const first = await collector.firstSignIn(COMMAND_LINE);
      if (first) print(`Dashboard (the link works once, for an hour; another: clickthread user link): ${first.link}`);
      print(`Clickthread listens on ${collector.url}`);
      await untilSignal();
      await collector.stop();
      print('Stopped.');
    });
}
