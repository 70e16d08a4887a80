/** `clickthread export-config`: the configuration as the file that `apply` reads. */
import { Command } from 'commander';
import { exportConfiguration } from '../../configuration/export.ts';
import { exportYaml } from '../../configuration/file/write-yaml.ts';
import { chooseSite } from '../choose.ts';
import { withStore, type CommandContext } from '../open-store.ts';
import { print, printJson } from '../terminal/print.ts';

export function exportConfigCommand(context: CommandContext): Command {
  return new Command('export-config')
    .option('--site <id>', 'only this site')
    .option('--json', 'print as JSON')
    .action(async (options: { site?: string; json?: boolean }) => {
      const exported = await withStore(context, async (open) => {
        if (options.site !== undefined) await chooseSite(open, options.site);
        const { catalogue } = await open.sites();
        return exportConfiguration(await open.store.configuration(), {
          ...{ seal: open.seal, catalogue },
          ...(options.site === undefined ? {} : { only: options.site }),
        });
      });
      if (options.json) return printJson(exported);
      print(exportYaml(exported).trimEnd());
    });
}
