/** `clickthread orders`: what was sold, and who earned it; ends with the totals by partner. */
import { Command, Option } from 'commander';
import { findOrders } from '../../admin/find-orders.ts';
import { type PartnerTotal, totalsOf } from '../../admin/order-totals.ts';
import { countOf } from '../../lib/text/count.ts';
import { formatMoney } from '../../lib/money.ts';
import type { StoredOrder } from '../../model/stored-order.ts';
import { checkFilter, checkSite } from '../choose.ts';
import { CommandError } from '../command-error.ts';
import { readMoment } from '../moment.ts';
import { type CommandContext, withStore } from '../open-store.ts';
import { type Look, showTime } from '../terminal/look.ts';
import { lookOf, print, printJson, printTable } from '../terminal/print.ts';

interface Options {
  site?: string;
  since: string;
  partner?: string;
  status?: string;
  limit: string;
  json?: boolean;
}

/** Of orders that nobody earned. */
const NOBODY = 'nobody';

export function ordersCommand(context: CommandContext): Command {
  return new Command('orders')
    .option('--site <id>', 'of one site')
    .option('--since <time>', 'first reported since an ISO time, or within a duration such as 24h', '7d')
    .option('--partner <connection>', 'earned by this connection; nobody for those that nobody earned')
    .addOption(
      new Option('--status <status>', 'in this status').choices(['approved', 'pending', 'cancelled', 'refunded']),
    )
    .option('--limit <n>', 'list at most so many; the totals count all', '100')
    .option('--json', 'print as JSON')
    .action(async (options: Options) => {
      const limit = readLimit(options.limit);
      const orders = await withStore(context, async (open) => {
        const { site, partner, status, since } = options;
        if (site !== undefined) await checkSite(open, site);
        if (partner !== undefined && partner !== NOBODY) await checkFilter(open, { site, connection: partner });
        const want = {
          ...(site === undefined ? {} : { site }),
          ...(partner === undefined ? {} : { partner }),
          ...(status === undefined ? {} : { status }),
        };
        return findOrders({ ...want, since: readMoment('--since', since, open.now) }, open.store);
      });
      const shown = orders.slice(0, limit);
      if (options.json) return printJson(shown.map(viewLine));
      if (orders.length === 0) return print(`No order matches since ${options.since}.`);
      const look = lookOf(context);
      printTable(
        ['REPORTED', 'SITE', 'ORDER', 'TOTAL', 'STATUS', 'PARTNER', 'RULE'],
        shown.map((one) => rowOf(one, look)),
        look,
      );
      if (shown.length < orders.length) print(`… and ${orders.length - shown.length} more (--limit)`);
      print('');
      for (const line of totalLines(totalsOf(orders))) print(line);
    });
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new CommandError('--limit must be a whole number above 0.', { field: 'limit' });
}

const amount = ({ order: { total, currency } }: StoredOrder): string => formatMoney({ minor: total, currency });

function viewLine(one: StoredOrder) {
  const { site, order, attribution, receivedAt, reporter, shopConfirmed } = one;
  return {
    ...{ site, orderId: order.orderId, total: amount(one), currency: order.currency, status: order.status },
    partner: attribution.winner?.connection ?? null,
    rule: attribution.rule,
    coupons: order.coupons,
    placedAt: new Date(order.placedAt).toISOString(),
    receivedAt: new Date(receivedAt).toISOString(),
    ...{ reporter, shopConfirmed },
  };
}

function rowOf(one: StoredOrder, look: Look): string[] {
  const { site, order, attribution, receivedAt } = one;
  const partner = attribution.winner?.connection ?? NOBODY;
  const total = `${amount(one)} ${order.currency}`;
  return [showTime(receivedAt, look), site, order.orderId, total, order.status, partner, attribution.rule];
}

/** `impact: 3 orders, 336.00 USD; 1 undone, 20.00 USD` */
export function totalLines(totals: readonly PartnerTotal[]): string[] {
  return totals.map(({ partner, currency, orders, total, undone, undoneTotal }) => {
    const back = undone === 0 ? '' : `; ${undone} undone, ${undoneTotal} ${currency}`;
    return `${partner ?? NOBODY}: ${countOf(orders, 'order')}, ${total} ${currency}${back}`;
  });
}
