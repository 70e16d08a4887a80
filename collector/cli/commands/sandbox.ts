/** `clickthread sandbox`: the vendors to rehearse against. */
import { Command } from 'commander';
import type { CommandContext } from '../open-store.ts';
import { readPortOption } from '../read-port.ts';
import { print } from '../terminal/print.ts';
import { untilSignal } from '../terminal/signal.ts';

export function sandboxCommand({ clock }: CommandContext): Command {
  return new Command('sandbox')
    .option('--port <n>', 'where to listen on 127.0.0.1', '8788')
    .option('--verbose', 'print a line for every request')
    .action(async (options: { port: string; verbose?: boolean }) => {
      const port = readPortOption(options.port);
      const { runSandbox } = await import('../../../sandbox/main.ts');
      const sandbox = await runSandbox({ port, verbose: options.verbose ?? false, print, clock });
      await untilSignal();
      await sandbox.stop();
      print('Stopped.');
    });
}
