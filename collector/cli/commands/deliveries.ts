/** `clickthread deliveries` and `clickthread replay`: what was told to whom, telling it again, and ticking off what a person told. */
import { Command } from 'commander';
import { DELIVERY_STATES, type FilterText, readDeliveryFilter } from '../../admin/delivery-filter.ts';
import { finishByHand } from '../../admin/finish-by-hand.ts';
import { replayDeliveries } from '../../admin/replay.ts';
import { mayFinishByHand } from '../../model/upkeep/replay-rule.ts';
import { countOf } from '../../lib/text/count.ts';
import { viewDelivery } from '../../admin/order-view.ts';
import { withoutConnection } from '../../admin/orders/removed-connections.ts';
import type { DeliveryFilter } from '../../store/store.ts';
import { checkFilter, chooseById, shortId } from '../choose.ts';
import { CommandError } from '../command-error.ts';
import { COMMAND_LINE, type CommandContext, type OpenStore, withStore } from '../open-store.ts';
import { showState, showTime } from '../terminal/look.ts';
import { lookOf, print, printJson, printTable } from '../terminal/print.ts';

function filtered(command: Command): Command {
  return command
    .option('--site <id>', 'of one site')
    .option('--connection <id>', 'of one connection')
    .option('--status <state>', `in these states, separated by commas: ${DELIVERY_STATES.join(', ')}`)
    .option('--since <time>', 'made since an ISO time, or within a duration such as 24h')
    .option('--order <orderId>', 'of one order');
}

export function deliveriesCommand(context: CommandContext): Command {
  const deliveries = new Command('deliveries');
  listCommand(deliveries, context);
  doneCommand(deliveries, context);
  return deliveries;
}

function listCommand(deliveries: Command, context: CommandContext): void {
  filtered(deliveries.command('list', { isDefault: true }))
    .description('list reports to networks, newest first; --status by_hand is what a person must do')
    .option('--limit <n>', 'at most so many', '100')
    .option('--json', 'print as JSON')
    .action(async (options: FilterText & { json?: boolean }) => {
      const shown = await withStore(context, async (open) => {
        const filter = await toFilter(options, open);
        const breakers = await open.store.breakers();
        const sites = await open.sites();
        const found = await open.store.deliveries(filter);
        return found.map((delivery) => viewDelivery(withoutConnection(delivery, sites), breakers));
      });
      if (options.json) return printJson(shown);
      if (shown.length === 0) return print('No report matches.');
      const look = lookOf(context);
      printTable(
        ['ID', 'CREATED', 'ORDER', 'CONNECTION', 'KIND', 'STATE', 'NEXT', 'REASON'],
        shown.map((d) => [
          look.width === undefined ? d.id : shortId(d.id),
          showTime(d.createdAt, look),
          d.orderId,
          d.connection,
          d.kind,
          showState(d.state, look),
          showTime(d.nextAt, look),
          d.reason,
        ]),
        look,
      );
    });
}

function doneCommand(deliveries: Command, context: CommandContext): void {
  deliveries
    .command('done')
    .description(
      'tick off what a person did at the network by hand (state by_hand), or has found there after an unclear answer (held)',
    )
    .argument('<id...>', 'ids of reports, or the ends of them')
    .option('--json', 'print as JSON')
    .action(async (ids: string[], options: { json?: boolean }) => {
      const done = await withStore(context, async ({ store, now }) => {
        const open = (await store.deliveries({ states: ['by_hand', 'held'], limit: 1_000_000 })).filter(
          mayFinishByHand,
        );
        const found = ids.map((id) => chooseById(open, id));
        const missing = ids.filter((_, index) => found[index] === undefined);
        if (missing.length > 0)
          throw new CommandError(
            `Nothing waits to be done by hand under ${missing.join(', ')}. See: clickthread deliveries --status by_hand,held`,
            { field: 'id' },
          );
        return finishByHand(
          found.filter((one) => one !== undefined),
          { store, now, actor: 'command line' },
        );
      });
      if (options.json)
        return printJson({
          done: done.map(({ id, orderId, connection, kind }) => ({ id, orderId, connection, kind })),
        });
      for (const { orderId, connection, kind } of done) print(`Done: ${kind} of ${orderId} at ${connection}`);
    });
}

export function replayCommand(context: CommandContext): Command {
  return filtered(new Command('replay'))
    .option('--dry-run', 'only say what would be sent')
    .option('--json', 'print as JSON')
    .action(async (options: FilterText & { dryRun?: boolean; json?: boolean }) => {
      const dryRun = options.dryRun ?? false;
      const again = await withStore(context, async (open) =>
        replayDeliveries(
          { filter: await toFilter(options, open), asked: askedOf(options), dryRun, actor: COMMAND_LINE },
          open,
        ),
      );
      if (options.json)
        return printJson({
          dryRun,
          deliveries: again.map(({ id, orderId, connection, kind, state }) => ({
            id,
            orderId,
            connection,
            kind,
            was: state,
          })),
        });
      if (again.length === 0) return print('Nothing is held, rejected or waiting for a resumed connection.');
      print(`${dryRun ? 'Would be sent again' : 'Sent again'}: ${countOf(again.length, 'report')}.`);
      for (const { orderId, connection, kind, state } of again.slice(0, 50))
        print(`  ${orderId}  ${connection}  ${kind}  was ${state}`);
      if (again.length > 50) print(`  … and ${again.length - 50} more`);
    });
}

/** The filter in the asker's words, for the audit log. */
const askedOf = ({ site, connection, status, since, order }: FilterText): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries({ site, connection, status, since, order }).filter(([, value]) => value !== undefined),
  );

async function toFilter(options: FilterText, open: OpenStore): Promise<DeliveryFilter> {
  const { filter, problems } = readDeliveryFilter(options, open.now);
  if (problems.length > 0)
    throw new CommandError(problems.map(({ field, message }) => `--${field} ${message}.`).join('\n'), {
      field: problems[0]!.field,
    });
  await checkFilter(open, options);
  return filter;
}
