/** `clickthread explain ORDERID`: the whole story of an order, in words. */
import { Command } from 'commander';
import { countOf } from '../../../lib/text/count.ts';
import { GATE_REASONS } from '../../../model/authority/consent-gate.ts';
import type { SharedStory } from '../../../../wire/admin/partner-story.ts';
import { shareStory } from '../../../admin/orders/share-story.ts';
import type { OrderView } from '../../../admin/order-view.ts';
import { STORY_LINK_DAYS } from '../../../model/people/story-link.ts';
import type { StoredOrder } from '../../../model/stored-order.ts';
import { collectorAddress } from '../../../tag-files/gtm-files.ts';
import { readOrderView } from '../../../admin/read-order-view.ts';
import { checkSite } from '../../choose.ts';
import { CommandError } from '../../command-error.ts';
import { COMMAND_LINE, withStore, type CommandContext, type OpenStore } from '../../open-store.ts';
import { explainRules, rulesLines } from './rules.ts';
import { whyNoOrder } from '../../missing-order.ts';
import { showState, showTime, type Look } from '../../terminal/look.ts';
import { lookOf, print, printJson } from '../../terminal/print.ts';

interface Options {
  site?: string;
  rules?: string;
  share?: string;
  days?: string;
  json?: boolean;
}

export function explainCommand(context: CommandContext): Command {
  return new Command('explain')
    .argument('<orderId>', "the shop's own number of the order")
    .option('--site <id>', 'the site, where several have an order of that number')
    .option('--rules <file>', 'what other rules would decide (YAML: attribution, connections); nothing is sent')
    .option(
      '--share <connection>',
      'print a link to the story for whoever looks after that partner: nobody’s data is in it',
    )
    .option('--days <n>', `how long such a link is good for (${STORY_LINK_DAYS.usual})`)
    .option('--json', 'print as JSON')
    .action(async (orderId: string, options: Options) => {
      const look = lookOf(context);
      const { view, replay, shared } = await withStore(context, async (open) => {
        const { store } = open;
        const site = await chooseOrder(open, orderId, options.site);
        const stored = (await store.order(site, orderId))!;
        if (options.rules !== undefined) return { replay: await explainRules(options.rules, stored, open) };
        if (options.share !== undefined)
          return { shared: await shareWith(options.share, options.days, { stored, open }) };
        return { view: await readOrderView(stored, store, open) };
      });
      if (options.json) return printJson(shared ?? replay ?? view);
      if (shared) return print(shared.link);
      print(replay ? rulesLines(replay, look) : linesOf(view, look).join('\n'));
    });
}

async function shareWith(
  connection: string,
  days: string | undefined,
  { stored, open }: { stored: StoredOrder; open: OpenStore },
): Promise<SharedStory> {
  const { store, now, environment } = open;
  const known = (await open.sites()).byId.get(stored.site)?.connections.map(({ id }) => id) ?? [];
  const made = await shareStory(
    {
      ...{ order: stored, connection, known, dashboard: `${collectorAddress(environment)}/admin/` },
      ...(days === undefined ? {} : { days: Number(days) }),
    },
    { store, now, actor: COMMAND_LINE },
  );
  if (!('problems' in made)) return made;
  const [{ field, message } = { field: 'share', message: 'is wrong' }] = made.problems;
  throw new CommandError(`No link was made: ${field} ${message}.`, { field });
}

/** The one site that has the order. */
async function chooseOrder(open: OpenStore, orderId: string, named: string | undefined): Promise<string> {
  if (named !== undefined) await checkSite(open, named);
  const all = await open.store.sitesOfOrder(orderId);
  const sites = all.filter((site) => named === undefined || site === named);
  if (sites.length > 1)
    throw new CommandError(`Several sites have an order ${orderId}: ${sites.join(', ')}. Name one with --site.`, {
      field: 'order',
    });
  if (sites[0] === undefined) throw new CommandError(await whyNoOrder(open, orderId, named), { field: 'order' });
  return sites[0];
}

/** Who said what: shown where more than one did, or where somebody should look. */
function linesOfWords(view: OrderView, time: (at: string | null | undefined) => string): string[] {
  const { orderId, contest, signals, shop, observations } = view;
  const several = observations.length > 1 || contest !== null || (shop !== null && observations.length > 0);
  return [
    ...(contest
      ? [
          `Contested since ${time(contest.since)}: ${contest.reason}`,
          `  decide with: clickthread contested ${orderId} --credit VISITOR (or nobody)`,
        ]
      : []),
    ...(signals.length > 0 ? [`Signs to look at: ${signals.join(', ')} (they change nothing by themselves)`] : []),
    ...(several ? ['', 'Said:'] : []),
    ...(several && shop
      ? [`  ${time(shop.firstAt)}  the shop: ${shop.whole ? 'the whole order' : shop.fields.join(', ')}`]
      : []),
    ...(several ? observations : []).map(
      (one) =>
        `  ${time(one.at)}  browser ${one.id}${one.page === 'foreign' ? " (not one of the site's pages)" : ''}: ${one.total} ${one.currency}, ${one.status}${one.signed.length > 0 ? `, signed: ${one.signed.join(', ')}${one.signatureSpent ? ' (spent)' : ''}` : ''}${one.credited ? '; taken for the buyer' : ''}`,
    ),
  ];
}

function linesOf(view: OrderView, look: Look): string[] {
  const { attribution, deliveries } = view;
  const winner = attribution.winner;
  const time = (at: string | null | undefined): string => showTime(at, look);
  return [
    `Order ${view.orderId} of ${view.site}: ${view.total} ${view.currency}, ${view.status}, placed ${time(view.placedAt)}`,
    `  ${countOf(view.items.length, 'item')}${view.coupons.length > 0 ? `, codes ${view.coupons.join(', ')}` : ''}; consent: ${view.consent?.marketing ?? 'not stated'}${view.gate === 'open' ? '' : ` (${GATE_REASONS[view.gate]})`}`,
    ...((view.aliases ?? []).length > 0 ? [`  the shop calls it ${view.aliases!.join(', ')}, too`] : []),
    ...(view.withdrawals ?? []).map(
      ({ at, source }) => `  ${time(at)}  the visitor withdrew consent${source === null ? '' : ` (${source})`}`,
    ),
    ...view.amounts.map((words) => `  ${words}`),
    '',
    winner
      ? `Credited to ${winner.connection}${winner.param ? ` for ${winner.param}=${winner.value}` : ''} (rule ${attribution.rule}, rules version ${attribution.rulesVersion})`
      : `Credited to nobody (rule ${attribution.rule}, rules version ${attribution.rulesVersion})`,
    ...(attribution.touches.length === 0 ? ['  no touches were recorded for this buyer'] : []),
    ...attribution.touches.map(
      (touch) =>
        `  ${time(touch.at)}  ${touch.param}=${touch.value}  ${touch.reason}${touch.saidByPage ? `; time said by the page, first heard ${time(touch.heardAt)}` : ''}`,
    ),
    ...(attribution.leftOut > 0
      ? [
          `  ${countOf(attribution.leftOut, 'older touch', 'older touches')} ${attribution.leftOut === 1 ? 'was' : 'were'} left out: a decision considers the newest 100`,
        ]
      : []),
    ...linesOfWords(view, time),
    '',
    deliveries.length === 0 ? 'Nobody was to be told.' : 'Told:',
    ...deliveries.flatMap((delivery) => [
      `  ${delivery.connection}  ${delivery.kind}  ${showState(delivery.state, look)}: ${delivery.tells === null ? '' : `${delivery.tells}, `}${delivery.reason}${delivery.nextAt ? ` (next: ${time(delivery.nextAt)})` : ''}`,
      ...delivery.attempts.map(
        (attempt) =>
          `    ${time(attempt.at)}  ${attempt.request.method} ${attempt.request.url} → ${attempt.response?.status ?? 'no answer'}  ${attempt.outcome}: ${attempt.reason}`,
      ),
    ]),
    '',
    'Story:',
    ...view.events.map((event) => `  ${time(event.at)}  ${event.text}`),
  ];
}
