/** `clickthread explain ORDERID`: the whole story of an order, in words. */
import { Command } from 'commander';
import type { OrderView } from '../order-view.ts';
import { readOrderView } from '../read-order-view.ts';
import { explainRules, tellRules } from './explain-rules.ts';
import { CommandError, print, printJson, withStore, type CommandContext } from './context.ts';

export function explainCommand(context: CommandContext): Command {
  return new Command('explain')
    .description('tell which clicks there were, which won and why, what was sent, what came back and what happens next')
    .argument('<orderId>', "the shop's own number of the order")
    .option('--site <id>', 'the site, where several have an order of that number')
    .option('--rules <file>', 'what other rules would decide (YAML: attribution, connections); nothing is sent')
    .option('--json', 'print as JSON')
    .action(async (orderId: string, options: { site?: string; rules?: string; json?: boolean }) => {
      const { view, replay } = await withStore(context, async (open) => {
        const { store } = open;
        const sites = (await store.sitesOfOrder(orderId)).filter(
          (site) => options.site === undefined || site === options.site,
        );
        if (sites.length === 0)
          throw new CommandError(
            `There is no order ${orderId}. Refused orders are in quarantine: clickthread quarantine list`,
          );
        if (sites.length > 1)
          throw new CommandError(`Several sites have an order ${orderId}: ${sites.join(', ')}. Name one with --site.`);
        const site = sites[0]!;
        const stored = (await store.order(site, orderId))!;
        if (options.rules !== undefined) return { replay: await explainRules(options.rules, stored, open) };
        return { view: await readOrderView(stored, store) };
      });
      if (options.json) return printJson(replay ?? view);
      print(replay ? tellRules(replay) : tell(view).join('\n'));
    });
}

function tell(view: OrderView): string[] {
  const { attribution, deliveries } = view;
  const winner = attribution.winner;
  return [
    `Order ${view.orderId} of ${view.site}: ${view.total} ${view.currency}, ${view.status}, placed ${view.placedAt}`,
    `  ${view.items.length} item${view.items.length === 1 ? '' : 's'}${view.coupons.length > 0 ? `, codes ${view.coupons.join(', ')}` : ''}; consent: ${view.consent?.marketing ?? 'not stated'}`,
    ...(view.withdrawals ?? []).map(
      ({ at, source }) => `  ${at}  the visitor withdrew consent${source === null ? '' : ` (${source})`}`,
    ),
    '',
    winner
      ? `Credited to ${winner.connection}${winner.param ? ` for ${winner.param}=${winner.value}` : ''} (rule ${attribution.rule}, rules version ${attribution.rulesVersion})`
      : `Credited to nobody (rule ${attribution.rule}, rules version ${attribution.rulesVersion})`,
    ...(attribution.touches.length === 0 ? ['  no touches were recorded for this buyer'] : []),
    ...attribution.touches.map((touch) => `  ${touch.at}  ${touch.param}=${touch.value}  ${touch.reason}`),
    '',
    deliveries.length === 0 ? 'Nobody was to be told.' : 'Told:',
    ...deliveries.flatMap((delivery) => [
      `  ${delivery.connection}  ${delivery.kind}  ${delivery.state}: ${delivery.reason}${delivery.nextAt ? ` (next: ${delivery.nextAt})` : ''}`,
      ...delivery.attempts.map(
        (attempt) =>
          `    ${attempt.at}  ${attempt.request.method} ${attempt.request.url} → ${attempt.response?.status ?? 'no answer'}  ${attempt.outcome}: ${attempt.reason}`,
      ),
    ]),
    '',
    'Story:',
    ...view.events.map((event) => `  ${event.at}  ${event.text}`),
  ];
}
