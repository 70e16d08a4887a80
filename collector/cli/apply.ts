/** `clickthread apply FILE`: makes the stored configuration match a YAML file. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { applyConfiguration } from '../apply.ts';
import { CommandError, print, printJson, withStore, type CommandContext } from './context.ts';

export function applyCommand(context: CommandContext): Command {
  return new Command('apply')
    .description('make sites and connections match a YAML file; nothing changes unless all of it is right')
    .argument('<file>', 'the file; - for standard input')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, options: { json?: boolean }) => {
      const text = readText(file);
      const applied = await withStore(context, ({ store, seal, now, environment }) =>
        applyConfiguration({
          text,
          env: (name) => fromEnvironment(context, name),
          store,
          seal,
          now,
          actor: 'command line',
          allowPrivate: environment.allowPrivate,
        }),
      );
      if (options.json) return printJson(applied);
      print(
        `Applied: ${applied.sites.join(', ')} with ${applied.connections} connection${applied.connections === 1 ? '' : 's'}.`,
      );
      for (const removed of applied.removed) print(`Removed with its settings and secrets: ${removed}`);
      for (const left of applied.left ?? []) print(left);
    });
}

/** A variable, or the contents of the file that `NAME_FILE` names. */
export function fromEnvironment({ env }: CommandContext, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  return file === undefined ? env[name] : readFileSync(file, 'utf8').trim();
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} can't be read: ${(error as Error).message}`);
  }
}
