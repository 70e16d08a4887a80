/** `clickthread list CONNECTION`: the list of a synchronized shop: its metrics, or its contacts as a file. */
import { Command, Option } from 'commander';
import { exportList } from '../list-export.ts';
import { overview, segmentRule, SEGMENTS, type ListOverview } from '../list-overview.ts';
import type { Segment } from '../store/list-store.ts';
import { findSync } from '../sync-connections.ts';
import type { SyncConnection } from '../sync-run.ts';
import { chooseConnection } from './choose.ts';
import { CommandError, print, printJson, table, withStore, type CommandContext, type OpenStore } from './context.ts';
import { writeLines } from './output.ts';

interface Options {
  site?: string;
  json?: boolean;
  format?: 'csv' | 'jsonl';
  segment: Segment;
  out?: string;
}

export function listCommand(context: CommandContext): Command {
  return new Command('list')
    .description("show a shop's list with its metrics, or write its contacts, personal data included, as a file")
    .argument('<connection>', 'id of the connection')
    .option('--site <id>', 'the site, where several have a connection of that id')
    .option('--json', 'print the metrics as JSON')
    .addOption(new Option('--format <format>', 'write the contacts: csv or jsonl').choices(['csv', 'jsonl']))
    .addOption(new Option('--segment <name>', 'which contacts').choices(SEGMENTS).default('all'))
    .option('--out <file>', 'into a new file instead of standard output')
    .action(async (id: string, options: Options) => {
      await withStore(context, async (open) => {
        const connection = await chooseSync(open, id, options.site);
        if (options.format !== undefined) return writeContacts(connection, options, open);
        const view = await overview(connection, open);
        if (options.json) printJson(view);
        else print(tell(view));
      });
    });
}

/** The named connection, if it is one that can be synchronized. */
export async function chooseSync(open: OpenStore, id: string, named: string | undefined): Promise<SyncConnection> {
  const { site } = await chooseConnection(open, id, named);
  const connection = findSync(await open.sites(), site, id);
  if (!connection) throw new CommandError(`${id} is no connection that can be synchronized.`);
  return connection;
}

async function writeContacts(
  { site, id, settings }: SyncConnection,
  { format, segment, out }: Options,
  { store, seal, now }: OpenStore,
): Promise<void> {
  const want = { segment, rule: segmentRule(now), currency: String(settings['currency']), format: format ?? 'csv' };
  await writeLines(exportList({ site, connection: id }, want, { store, seal }), out);
  if (out !== undefined) print(`Written: ${out}`);
}

function tell(view: ListOverview): string {
  const { name, currency, segments, repeatRate, bigSpenderFrom, lastOrderAt } = view;
  const bigSpenders = bigSpenderFrom === null ? '' : ` (from ${bigSpenderFrom} ${currency})`;
  const rows = [
    ['Contacts', String(view.contacts)],
    ['Buyers', String(view.buyers)],
    ['Orders', String(view.orders)],
    ['Revenue', `${view.revenue} ${currency}`],
    ['Average order', `${view.averageOrderValue} ${currency}`],
    ['Last order', lastOrderAt ?? 'none'],
    ['Repeat rate', `${Math.round(repeatRate * 100)} %`],
    ['Never bought', String(segments['never-bought'])],
    ['Lapsed', String(segments.lapsed)],
    ['Big spenders', `${segments['big-spenders']}${bigSpenders}`],
  ];
  return table(['LIST', name], rows);
}
