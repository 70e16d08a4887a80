/** Which plugin modules a configuration file names. */
import type { Problem } from '../../../wire/problem.ts';
import { locatePlugin } from '../plugins.ts';

/** `plugins` of a configuration file as absolute paths; undefined where the file does not speak of them. */
export function readPlugins(
  listed: unknown,
  { folder, problems }: { folder: string | undefined; problems: Problem[] },
): string[] | undefined {
  if (listed === undefined || listed === null) return undefined;
  if (!Array.isArray(listed)) {
    problems.push({ field: 'plugins', message: 'must be a list of modules, such as [./my-network.mjs]' });
    return undefined;
  }
  return listed.flatMap((name: unknown, index) => {
    const found = typeof name === 'string' && folder !== undefined ? locatePlugin(name, folder) : undefined;
    const message = `there is no ${String(name)} beside the file; a path begins with ./, a package must be installed there`;
    if (found === undefined) problems.push({ field: `plugins[${index}]`, message });
    return found === undefined ? [] : [found];
  });
}
