/** `clickthread list CONNECTION`: the list of a synchronized shop: its metrics, or its contacts as a file. */
import { Command, Option } from 'commander';
import type { SyncConnection } from '../../configuration/sync-connection.ts';
import { exportList } from '../../lists/export.ts';
import type { Segment } from '../../store/list-store.ts';
import { findSync } from '../../sync/connections.ts';
import { type ListOverview, viewList, segmentRule, SEGMENTS } from '../../sync/list-overview.ts';
import { chooseConnection } from '../choose.ts';
import { CommandError } from '../command-error.ts';
import { type CommandContext, type OpenStore, withStore } from '../open-store.ts';
import { type Look, showTable, showTime } from '../terminal/look.ts';
import { writeLines } from '../terminal/output.ts';
import { lookOf, print, printJson } from '../terminal/print.ts';

interface Options {
  site?: string;
  json?: boolean;
  format?: 'csv' | 'jsonl';
  segment: Segment;
  out?: string;
}

export function listCommand(context: CommandContext): Command {
  return new Command('list')
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
        const view = await viewList(connection, open);
        if (options.json) printJson(view);
        else print(linesOf(view, lookOf(context)));
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

function linesOf(view: ListOverview, look: Look): string {
  const { name, currency, segments, repeatRate, bigSpenderFrom, lastOrderAt } = view;
  const bigSpenders = bigSpenderFrom === null ? '' : ` (from ${bigSpenderFrom} ${currency})`;
  const rows = [
    ['Contacts', String(view.contacts)],
    ['Buyers', String(view.buyers)],
    ['Orders', String(view.orders)],
    ['Revenue', `${view.revenue} ${currency}`],
    ['Average order', `${view.averageOrderValue} ${currency}`],
    ['Last order', lastOrderAt === null ? 'none' : showTime(lastOrderAt, look)],
    ['Repeat rate', `${Math.round(repeatRate * 100)} %`],
    ['Never bought', String(segments['never-bought'])],
    ['Lapsed', String(segments.lapsed)],
    ['Big spenders', `${segments['big-spenders']}${bigSpenders}`],
  ];
  return showTable(['LIST', name], rows, look);
}
