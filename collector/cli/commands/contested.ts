/** `clickthread contested ORDERID`: which browsers lay claim to an order, and the decision whose it is. */
import { Command } from 'commander';
import { ruleContested } from '../../admin/contested-orders.ts';
import { viewObservations } from '../../admin/order-view.ts';
import { createIngest } from '../../ingest/ingest.ts';
import type { StoredOrder } from '../../model/stored-order.ts';
import { CommandError } from '../command-error.ts';
import { COMMAND_LINE, type CommandContext, type OpenStore, withStore } from '../open-store.ts';
import { print, printJson } from '../terminal/print.ts';
import { countOf } from '../../lib/text/count.ts';

const NOBODY = 'nobody';

export function contestedCommand(context: CommandContext): Command {
  return new Command('contested')
    .argument('<orderId>', "the shop's own number of the order")
    .option('--credit <visitor>', 'the visitor, as this command lists it without the option; "nobody" credits nobody')
    .option('--site <id>', 'the site, where several have an order of that number')
    .option('--json', 'print as JSON')
    .action(async (orderId: string, options: { credit?: string; site?: string; json?: boolean }) => {
      const result = await withStore(context, async (open) => {
        const stored = await findContested(orderId, options.site, open);
        if (options.credit === undefined) return { stored, decided: undefined };
        await decide(stored, options.credit, open);
        return { stored: (await open.store.order(stored.site, orderId))!, decided: options.credit };
      });
      const { stored, decided } = result;
      const view = { orderId, site: stored.site, contest: stored.contest, observations: viewObservations(stored) };
      if (options.json) return printJson(decided === undefined ? view : { ...view, decided });
      print(
        decided === undefined
          ? linesOf(stored).join('\n')
          : `Order ${orderId} is credited to ${decided === NOBODY ? NOBODY : `visitor ${decided}`}.`,
      );
    });
}

async function findContested(orderId: string, named: string | undefined, { store }: OpenStore): Promise<StoredOrder> {
  const sites = (await store.sitesOfOrder(orderId)).filter((site) => named === undefined || site === named);
  const [site] = sites;
  if (site === undefined) throw new CommandError(`There is no order ${orderId}.`);
  if (sites.length > 1)
    throw new CommandError(`Several sites have an order ${orderId}: ${sites.join(', ')}. Name one with --site.`);
  const stored = (await store.order(site, orderId))!;
  if (stored.contest === null)
    throw new CommandError(
      `Order ${orderId} is not contested. See who earned it and why: clickthread explain ${orderId}`,
    );
  return stored;
}

async function decide(stored: StoredOrder, credit: string, open: OpenStore): Promise<void> {
  const { store, sites, seal, now } = open;
  const { orderId } = stored.order;
  const { ingest } = createIngest({ store, sites, seal, clock: () => now });
  const ruling = { site: stored.site, orderId, credit: credit === NOBODY ? null : credit, actor: COMMAND_LINE };
  // A running collector looks for work of other processes every second.
  const { result } = await ruleContested(ruling, { ingest, wake: () => undefined });
  if (result === 'decided') return;
  throw new CommandError(
    `No browser that named order ${orderId} is called ${credit}. They are: ${stored.words.heard.map(({ id }) => id).join(', ')}; or say "nobody".`,
  );
}

function linesOf(stored: StoredOrder): string[] {
  const { contest } = stored;
  return [
    `Order ${stored.order.orderId} of ${stored.site} is contested: ${contest?.reason ?? ''}`,
    contest?.kind === 'hold'
      ? '  Nobody is told before you decide.'
      : '  The first was told; your decision may take that back.',
    '',
    ...viewObservations(stored).map(
      (one) =>
        `  ${one.id}  heard ${one.at}  said ${one.total} ${one.currency}, ${countOf(one.items, 'item')}${one.signed.length > 0 ? ', signed by the shop' : ''}${one.claims ? '' : ' (no claim)'}`,
    ),
    '',
    `Decide: clickthread contested ${stored.order.orderId} --credit VISITOR, or --credit nobody`,
  ];
}
