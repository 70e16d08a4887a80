/** Settings as a command line gives them: `--set name=value`, `--set secrets.KEY=value`, values with `${NAME}` from the environment. */
import type { Setting } from '../kit/setting.ts';
import { CommandError } from './command-error.ts';
import { readInput } from './terminal/read-input.ts';
import type { CommandContext } from './open-store.ts';

type Settings = Record<string, unknown>;

/** A variable, or the contents of the file that `NAME_FILE` names. */
export function fromEnvironment({ env }: CommandContext, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  return file === undefined ? env[name] : readInput(file).trim();
}

/** Collects repeated `--set` options. */
export const collectSet = (pair: string, pairs: string[]): string[] => [...pairs, pair];

export function readPairs(
  pairs: readonly string[],
  definition: { settings: Record<string, Setting> },
  context: CommandContext,
): Settings {
  const settings: Settings = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new CommandError(`--set takes NAME=VALUE; "${pair}" has no name or no value.`);
    const path = pair.slice(0, at);
    const value = withVariables(pair.slice(at + 1), path, context);
    const [name = '', ...rest] = path.split('.');
    if (definition.settings[name]?.kind === 'map' && rest.length > 0) {
      settings[name] = { ...(settings[name] as Settings | undefined), [rest.join('.')]: value };
    } else settings[path] = value;
  }
  return settings;
}

/** A secret on a command line is seen by every user of the machine and kept by the shell: a variable is not. */
function withVariables(text: string, path: string, context: CommandContext): string {
  return text.replace(/\$\{(\w+)\}/g, (_all, name: string) => {
    const value = fromEnvironment(context, name);
    if (value === undefined)
      throw new CommandError(`--set ${path} refers to ${name}, which the environment does not set.`);
    return value;
  });
}
