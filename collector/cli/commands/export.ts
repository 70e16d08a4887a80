/** `clickthread export`: orders, touches or deliveries as a file for a spreadsheet or another program. */
import { Argument, Command, Option } from 'commander';
import { EXPORTS, exportLines, type ExportName } from '../../admin/export-data.ts';
import { countOf } from '../../lib/text/count.ts';
import { chooseSite } from '../choose.ts';
import { withStore, type CommandContext } from '../open-store.ts';
import { print } from '../terminal/print.ts';
import { writeLines } from '../terminal/output.ts';
import { readMoment } from '../moment.ts';

const ONE_OF: Readonly<Record<ExportName, [string, string?]>> = {
  ...{ orders: ['order'], touches: ['touch', 'touches'], deliveries: ['delivery', 'deliveries'] },
};

interface Options {
  format: 'csv' | 'jsonl';
  site?: string;
  since?: string;
  until?: string;
  out?: string;
}

export function exportCommand(context: CommandContext): Command {
  return new Command('export')
    .addArgument(new Argument('<what>', 'what to write').choices(EXPORTS))
    .addOption(new Option('--format <format>', 'csv or jsonl').choices(['csv', 'jsonl']).default('csv'))
    .option('--site <id>', 'of one site')
    .option('--since <time>', 'from an ISO time, or within a duration such as 30d')
    .option('--until <time>', 'before an ISO time')
    .option('--out <file>', 'into a new file instead of standard output')
    .action(async (what: ExportName, { format, site, since, until, out }: Options) => {
      const lines = await withStore(context, async (open) => {
        if (site !== undefined) await chooseSite(open, site);
        const { store, seal, now } = open;
        const filter = {
          ...(site === undefined ? {} : { site }),
          ...(since === undefined ? {} : { since: readMoment('--since', since, now) }),
          ...(until === undefined ? {} : { until: readMoment('--until', until, now) }),
        };
        return writeLines(exportLines({ what, format, filter, store, seal }), out);
      });
      if (out !== undefined)
        print(`Written: ${out}, ${countOf(format === 'csv' ? lines - 1 : lines, ...ONE_OF[what])}`);
    });
}
