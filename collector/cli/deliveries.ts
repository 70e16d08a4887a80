/** `clickthread deliveries` and `clickthread replay`: what was told to whom, and telling it again. */
import { Command } from 'commander';
import { viewDelivery } from '../order-view.ts';
import type { DeliveryFilter, DeliveryState } from '../store/store.ts';
import { CommandError, print, printJson, table, withStore, type CommandContext } from './context.ts';
import { readMoment } from './moment.ts';

const STATES: readonly DeliveryState[] = [
  'waiting',
  'due',
  'sending',
  'delivered',
  'confirmed',
  'declined',
  'rejected',
  'held',
  'no_match',
  'skipped',
];

interface FilterOptions {
  site?: string;
  connection?: string;
  status?: string;
  since?: string;
  order?: string;
  limit?: string;
}

function filtered(command: Command): Command {
  return command
    .option('--site <id>', 'of one site')
    .option('--connection <id>', 'of one connection')
    .option('--status <state>', `in these states, separated by commas: ${STATES.join(', ')}`)
    .option('--since <time>', 'made since an ISO time, or within a duration such as 24h')
    .option('--order <orderId>', 'of one order');
}

export function deliveriesCommand(context: CommandContext): Command {
  return filtered(new Command('deliveries'))
    .description('list reports to networks, newest first')
    .option('--limit <n>', 'at most so many', '100')
    .option('--json', 'print as JSON')
    .action(async (options: FilterOptions & { json?: boolean }) => {
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
    .action(async (options: FilterOptions & { dryRun?: boolean; json?: boolean }) => {
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

function toFilter(options: FilterOptions, now: number): DeliveryFilter {
  const states = options.status?.split(',').map((name) => name.trim().replace('-', '_'));
  const unknown = states?.find((name) => !STATES.includes(name as DeliveryState));
  if (unknown !== undefined)
    throw new CommandError(`${unknown} is no state of a delivery; there are ${STATES.join(', ')}.`);
  const limit = options.limit === undefined ? undefined : Number(options.limit);
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0))
    throw new CommandError('--limit must be a whole number above 0.');
  return {
    ...(options.site === undefined ? {} : { site: options.site }),
    ...(options.connection === undefined ? {} : { connection: options.connection }),
    ...(options.order === undefined ? {} : { orderId: options.order }),
    ...(states ? { states: states as DeliveryState[] } : {}),
    ...(options.since === undefined ? {} : { since: readMoment('--since', options.since, now) }),
    ...(limit === undefined ? {} : { limit }),
  };
}
