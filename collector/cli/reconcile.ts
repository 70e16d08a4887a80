/** `clickthread reconcile`: a network's report beside what it was told. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { reconcile } from '../reconcile.ts';
import { chooseConnection } from './choose.ts';
import { CommandError, print, printJson, table, withStore, type CommandContext } from './context.ts';
import { readMoment } from './moment.ts';

interface Options {
  site?: string;
  orderColumn?: string;
  amountColumn?: string;
  statusColumn?: string;
  since?: string;
  until?: string;
  json?: boolean;
}

export function reconcileCommand(context: CommandContext): Command {
  return new Command('reconcile')
    .description(
      "compare a network's report (CSV) with what was delivered to it: missing there, missing here, different amounts",
    )
    .argument('<connection>')
    .argument('<report>', 'the CSV file; - for standard input')
    .option('--site <id>', 'the site, where several have a connection of that id')
    .option('--order-column <name>', 'column of the order id, if it is not recognised')
    .option('--amount-column <name>', 'column of the amount')
    .option('--status-column <name>', 'column of the status')
    .option('--since <time>', 'the report begins here: earlier orders are not expected in it')
    .option('--until <time>', 'the report ends here')
    .option('--json', 'print as JSON')
    .action(async (id: string, file: string, options: Options) => {
      const result = await withStore(context, async (open) => {
        const { site } = await chooseConnection(open, id, options.site);
        const { orderColumn, amountColumn, statusColumn, since, until } = options;
        return reconcile({
          report: readReport(file),
          columns: {
            ...(orderColumn === undefined ? {} : { order: orderColumn }),
            ...(amountColumn === undefined ? {} : { amount: amountColumn }),
            ...(statusColumn === undefined ? {} : { status: statusColumn }),
          },
          site,
          connection: id,
          store: open.store,
          ...(since === undefined ? {} : { from: readMoment('--since', since, open.now) }),
          ...(until === undefined ? {} : { until: readMoment('--until', until, open.now) }),
        });
      });
      if (options.json) return printJson(result);
      const { columns, basis, rows, compared, agree, differences } = result;
      print(
        `${rows} rows; order id from "${columns.order}", amount from ${columns.amount ? `"${columns.amount}" as ${basis}` : 'nowhere: no column was recognised'}${columns.status ? `, status from "${columns.status}"` : ''}.`,
      );
      print(`${agree} of ${compared} orders agree.`);
      if (differences.length === 0) return;
      print(
        table(
          ['ORDER', 'PROBLEM', 'HERE', 'THERE', 'NOTE'],
          differences.map((one) => [one.orderId, one.problem, one.ours ?? '-', one.theirs ?? '-', one.note]),
        ),
      );
    });
}

function readReport(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} can't be read: ${(error as Error).message}`);
  }
}
