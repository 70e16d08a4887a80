/** Settings as a command line gives them: `--set name=value`, `--set secrets.KEY=value`, values with `${NAME}` from the environment. */
import type { Setting } from '../destinations/destination.ts';
import { fromEnvironment } from './apply.ts';
import { CommandError, type CommandContext } from './context.ts';

type Settings = Record<string, unknown>;

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
