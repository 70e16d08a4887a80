/** `clickthread deliveries` and `clickthread replay`: what was told to whom, and telling it again. */
import { Command } from 'commander';
import { DELIVERY_STATES, readDeliveryFilter, type FilterText } from '../delivery-filter.ts';
import { viewDelivery } from '../order-view.ts';
import type { DeliveryFilter } from '../store/store.ts';
import { CommandError, print, printJson, table, withStore, type CommandContext } from './context.ts';

function filtered(command: Command): Command {
  return command
    .option('--site <id>', 'of one site')
    .option('--connection <id>', 'of one connection')
    .option('--status <state>', `in these states, separated by commas: ${DELIVERY_STATES.join(', ')}`)
    .option('--since <time>', 'made since an ISO time, or within a duration such as 24h')
    .option('--order <orderId>', 'of one order');
}

export function deliveriesCommand(context: CommandContext): Command {
  return filtered(new Command('deliveries'))
    .description('list reports to networks, newest first')
    .option('--limit <n>', 'at most so many', '100')
    .option('--json', 'print as JSON')
    .action(async (options: FilterText & { json?: boolean }) => {
      const shown = await withStore(context, async ({ store, now }) => {
        const breakers = await store.breakers();
        return (await store.deliveries(toFilter(options, now))).map((delivery) => viewDelivery(delivery, breakers));
      });
      if (options.json) return printJson(shown);
      print(
        table(
          ['CREATED', 'ORDER', 'CONNECTION', 'KIND', 'STATE', 'NEXT', 'REASON'],
          shown.map((d) => [d.createdAt ?? '', d.orderId, d.connection, d.kind, d.state, d.nextAt ?? '-', d.reason]),
        ),
      );
    });
}

export function replayCommand(context: CommandContext): Command {
  return filtered(new Command('replay'))
    .description(
      'send held and rejected reports again after their cause was mended; accepted ones are never sent twice',
    )
    .option('--dry-run', 'only say what would be sent')
    .option('--json', 'print as JSON')
    .action(async (options: FilterText & { dryRun?: boolean; json?: boolean }) => {
      const again = await withStore(context, ({ store, now }) =>
        store.replay(toFilter(options, now), now, options.dryRun ?? false),
      );
      if (options.json)
        return printJson({
          dryRun: options.dryRun ?? false,
          deliveries: again.map(({ id, orderId, connection, kind, state }) => ({
            id,
            orderId,
            connection,
            kind,
            was: state,
          })),
        });
      print(
        `${options.dryRun ? 'Would be sent again' : 'Sent again'}: ${again.length} report${again.length === 1 ? '' : 's'}.`,
      );
      for (const { orderId, connection, kind, state } of again.slice(0, 50))
        print(`  ${orderId}  ${connection}  ${kind}  was ${state}`);
    });
}

function toFilter(options: FilterText, now: number): DeliveryFilter {
  const { filter, problems } = readDeliveryFilter(options, now);
  if (problems.length === 0) return filter;
  throw new CommandError(problems.map(({ field, message }) => `--${field} ${message}.`).join('\n'));
}
