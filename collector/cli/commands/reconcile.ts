/** `clickthread reconcile`: a network's report beside what it was told. */
import { Command } from 'commander';
import { reconcileReport } from '../../admin/reconcile/reconcile-report.ts';
import { countOf } from '../../lib/text/count.ts';
import { chooseConnection } from '../choose.ts';
import { COMMAND_LINE, withStore, type CommandContext } from '../open-store.ts';
import { readInput } from '../terminal/read-input.ts';
import { lookOf, print, printJson, printTable } from '../terminal/print.ts';
import { readMoment } from '../moment.ts';

interface Options {
  site?: string;
  orderColumn?: string;
  amountColumn?: string;
  statusColumn?: string;
  since?: string;
  until?: string;
  dryRun?: boolean;
  json?: boolean;
}

export function reconcileCommand(context: CommandContext): Command {
  return new Command('reconcile')
    .argument('<connection>')
    .argument('<report>', 'the CSV file; - for standard input')
    .option('--site <id>', 'the site, where several have a connection of that id')
    .option('--order-column <name>', 'column of the order id, if it is not recognised')
    .option('--amount-column <name>', 'column of the amount')
    .option('--status-column <name>', 'column of the status')
    .option('--since <time>', 'the report begins here: earlier orders are not expected in it')
    .option('--until <time>', 'the report ends here')
    .option('--dry-run', 'only compare')
    .option('--json', 'print as JSON')
    .action(async (id: string, file: string, options: Options) => {
      const result = await withStore(context, async (open) => {
        const { site } = await chooseConnection(open, id, options.site);
        const { orderColumn, amountColumn, statusColumn, since, until } = options;
        const asked = {
          report: readInput(file),
          columns: {
            ...(orderColumn === undefined ? {} : { order: orderColumn }),
            ...(amountColumn === undefined ? {} : { amount: amountColumn }),
            ...(statusColumn === undefined ? {} : { status: statusColumn }),
          },
          site,
          connection: id,
          settles: options.dryRun !== true,
          ...(since === undefined ? {} : { from: readMoment('--since', since, open.now) }),
          ...(until === undefined ? {} : { until: readMoment('--until', until, open.now) }),
        };
        const by = { store: open.store, now: open.now, actor: COMMAND_LINE };
        const { verdicts: _counted, ...told } = await reconcileReport(asked, by);
        return told;
      });
      if (options.json) return printJson(result);
      const { columns, basis, rows, compared, agree, differences, settled } = result;
      print(
        `${rows} rows; order id from "${columns.order}", amount from ${columns.amount ? `"${columns.amount}" as ${basis}` : 'nowhere: no column was recognised'}${columns.status ? `, status from "${columns.status}"` : ''}.`,
      );
      print(`${agree} of ${compared} orders agree.`);
      if (settled > 0)
        print(
          `${countOf(settled, 'report')} told without an answer ${settled === 1 ? 'has its' : 'have their'} verdict now.`,
        );
      if (differences.length === 0) return;
      printTable(
        ['ORDER', 'PROBLEM', 'HERE', 'THERE', 'NOTE'],
        differences.map((one) => [one.orderId, one.problem, one.ours ?? '-', one.theirs ?? '-', one.note]),
        lookOf(context),
      );
    });
}
