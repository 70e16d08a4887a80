/** `clickthread export-config`: the configuration as the file that `apply` reads. */
import { Command } from 'commander';
import { exportConfiguration, exportYaml } from '../export-config.ts';
import { chooseSite } from './choose.ts';
import { print, printJson, withStore, type CommandContext } from './context.ts';

export function exportConfigCommand(context: CommandContext): Command {
  return new Command('export-config')
    .description('print the configuration as YAML for apply; secrets are references such as ${IMPACT_TOKEN}')
    .option('--site <id>', 'only this site')
    .option('--json', 'print as JSON')
    .action(async (options: { site?: string; json?: boolean }) => {
      const exported = await withStore(context, async (open) => {
        if (options.site !== undefined) await chooseSite(open, options.site);
        return exportConfiguration(await open.store.configuration(), open.seal, options.site);
      });
      if (options.json) return printJson(exported);
      print(exportYaml(exported).trimEnd());
    });
}
