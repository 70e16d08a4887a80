/** `clickthread reconcile`: a network's report, from a file or fetched from it, beside what it was told. */
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import type { ReconcileShown } from '../../../wire/admin/reconcile.ts';
import type { ReportDeps } from '../../admin/reconcile/fetch-report.ts';
import { whyNotFetched } from '../../admin/reconcile/fetch-report.ts';
import {
  type ReconcileAsked,
  type ReconcileDeps,
  reconcileFetched,
  reconcileFile,
} from '../../admin/reconcile/reconcile-report.ts';
import type { Connection } from '../../configuration/sites.ts';
import { createIngest } from '../../ingest/ingest.ts';
import { minutes } from '../../lib/duration.ts';
import { countOf } from '../../lib/text/count.ts';
import { createSender } from '../../outbound/send.ts';
import { notesBeside, openBudgetBeside } from '../../relay/lane/budgets.ts';
import { createTokenKeeper } from '../../relay/tokens.ts';
import { chooseConnection } from '../choose.ts';
import { CommandError } from '../command-error.ts';
import { COMMAND_LINE, type OpenStore, withStore, type CommandContext } from '../open-store.ts';
import { readInput } from '../terminal/read-input.ts';
import { lookOf, print, printJson, printTable } from '../terminal/print.ts';
import { readMoment } from '../moment.ts';

/** So long a command may wait for a network's limits altogether. */
const PATIENCE = minutes(10);
const USUAL = '30d';

const REPAIRS = { conversion: 'tell the sale again', modification: 'tell the amount', reversal: 'tell the reversal' };

interface Options {
  site?: string;
  orderColumn?: string;
  amountColumn?: string;
  statusColumn?: string;
  since?: string;
  until?: string;
  send?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

export function reconcileCommand(context: CommandContext): Command {
  return new Command('reconcile')
    .argument('<connection>')
    .argument('[report]', 'the CSV file, - for standard input; without it the network is asked for its report')
    .option('--site <id>', 'the site, where several have a connection of that id')
    .option('--order-column <name>', 'column of the order id, if it is not recognised')
    .option('--amount-column <name>', 'column of the amount')
    .option('--status-column <name>', 'column of the status')
    .option(
      '--since <time>',
      `the report begins here: earlier orders are not expected in it; ${USUAL} where it is fetched`,
    )
    .option('--until <time>', 'the report ends here')
    .option('--send', 'tell the network again what it has otherwise, where that can be told')
    .option('--dry-run', 'only compare')
    .option('--json', 'print as JSON')
    .action(async (id: string, file: string | undefined, options: Options) => {
      const result = await withStore(context, async (open) => {
        const connection = await chooseConnection(open, id, options.site);
        const { since, until } = options;
        if (options.send && options.dryRun) throw new CommandError('--send and --dry-run exclude each other.');
        const asked = {
          ...{ connection, settles: options.dryRun !== true, sends: options.send === true },
          ...(since === undefined ? {} : { from: readMoment('--since', since, open.now) }),
          ...(until === undefined ? {} : { until: readMoment('--until', until, open.now) }),
        };
        return file === undefined ? compareFetched(asked, open) : compareFile(file, { ...asked, options }, open);
      });
      if (options.json) return printJson(shownOf(result));
      print(linesOf(result));
      if (result.differences.length === 0) return;
      printTable(
        ['ORDER', 'PROBLEM', 'HERE', 'THERE', 'REPAIR', 'NOTE'],
        result.differences.map((one) => {
          const { orderId, problem, ours, theirs, repair, note } = one;
          return [orderId, problem, ours ?? '-', theirs ?? '-', repair === null ? '-' : REPAIRS[repair], note];
        }),
        lookOf(context),
      );
      const repairs = result.differences.filter(({ repair }) => repair !== null).length;
      if (options.send) print(`${result.sent} of ${countOf(repairs, 'repair')} told to the network, or waiting to be.`);
      else if (repairs > 0) print(`${countOf(repairs, 'repair')} can be told: repeat with --send.`);
    });
}

function compareFile(
  file: string,
  given: ReconcileAsked & { options: Options },
  open: OpenStore,
): Promise<ReconcileShown> {
  const { options, ...asked } = given;
  const { orderColumn, amountColumn, statusColumn } = options;
  const columns = {
    ...(orderColumn === undefined ? {} : { order: orderColumn }),
    ...(amountColumn === undefined ? {} : { amount: amountColumn }),
    ...(statusColumn === undefined ? {} : { status: statusColumn }),
  };
  return reconcileFile({ ...asked, report: readInput(file, { legacy: true }), columns }, byCommandLine(open));
}

function byCommandLine({ store, sites, seal, now }: OpenStore): ReconcileDeps {
  const { ingest } = createIngest({ store, sites, seal, clock: () => now });
  // A running collector looks for work of other processes every second.
  return { store, now, actor: COMMAND_LINE, ingest, wake: () => undefined };
}

async function compareFetched(asked: ReconcileAsked, open: OpenStore): Promise<ReconcileShown> {
  const why = whyNotFetched(asked.connection);
  if (why !== undefined) throw new CommandError(`${why}.`, { field: 'report' });
  const from = asked.from ?? readMoment('--since', USUAL, open.now);
  const sender = createSender({ allowPrivate: open.environment.allowPrivate, clock: open.clock });
  try {
    const fetching = await fetchingOf(asked.connection, open, sender);
    return await reconcileFetched({ ...asked, from }, { ...byCommandLine(open), fetching });
  } finally {
    await sender.close();
  }
}

async function fetchingOf(
  connection: Connection,
  open: OpenStore,
  sender: ReturnType<typeof createSender>,
): Promise<ReportDeps> {
  const { store, sites, seal, clock, now } = open;
  return {
    ...{ sender, clock, sleep: pause, random: Math.random, patience: PATIENCE },
    tokens: createTokenKeeper({ store, sender, seal, clock }),
    budget: await openBudgetBeside({ connection, store, sites, seal, now }),
    note: notesBeside(connection, store),
  };
}

/** Whether there was anything to settle stands in `settled`. */
const shownOf = ({ verdicts: _counted, comparison: _remembered, ...shown }: ReconcileShown): object => shown;

function linesOf({
  columns,
  fetched,
  basis,
  rows,
  compared,
  agree,
  fresh,
  converted,
  paid,
  settled,
}: ReconcileShown): string {
  const read = fetched
    ? `${rows} rows from ${fetched.from.slice(0, 10)} to ${fetched.until.slice(0, 10)}, fetched in ${countOf(fetched.requests, 'request')}; amounts as ${basis}.`
    : `${rows} rows; order id from "${columns.order}", amount from ${columns.amount ? `"${columns.amount}" as ${basis}` : 'nowhere: no column was recognised'}${columns.status ? `, status from "${columns.status}"` : ''}.`;
  return [
    read,
    `${agree} of ${compared} orders agree${paid > 0 ? `; ${paid} are paid out there` : ''}.`,
    ...(fresh > 0
      ? [`${countOf(fresh, 'order')} may not stand in the report yet as last told: compare again later.`]
      : []),
    ...(converted > 0
      ? [`${countOf(converted, 'order')} stand there in another currency: their amounts were not compared.`]
      : []),
    ...(settled > 0
      ? [
          `${countOf(settled, 'report')} told without an answer ${settled === 1 ? 'has its' : 'have their'} verdict now.`,
        ]
      : []),
  ].join('\n');
}
