/** `clickthread stats`: the numbers of a time: orders and revenue by partner, and how their reports stand. */
import { Command } from 'commander';
import { findOrders } from '../../admin/find-orders.ts';
import { totalsOf } from '../../admin/order-totals.ts';
import { countOf } from '../../lib/text/count.ts';
import { checkSite } from '../choose.ts';
import { withStore, type CommandContext } from '../open-store.ts';
import { readMoment } from '../moment.ts';
import { showState, showTime } from '../terminal/look.ts';
import { lookOf, print, printJson, printTable } from '../terminal/print.ts';

interface Options {
  site?: string;
  since: string;
  json?: boolean;
}

export function statsCommand(context: CommandContext): Command {
  return new Command('stats')
    .option('--site <id>', 'of one site')
    .option('--since <time>', 'first reported since an ISO time, or within a duration such as 24h', '30d')
    .option('--json', 'print as JSON')
    .action(async ({ site, since, json }: Options) => {
      const stats = await withStore(context, async (open) => {
        if (site !== undefined) await checkSite(open, site);
        const from = readMoment('--since', since, open.now);
        const orders = await findOrders({ ...(site === undefined ? {} : { site }), since: from }, open.store);
        const counts = await open.store.deliveryCounts();
        const { byId } = await open.sites();
        const credited = orders.filter(({ attribution }) => attribution.winner !== null);
        return {
          since: new Date(from).toISOString(),
          orders: orders.length,
          credited: credited.length,
          /** Where the shop releases, an order that it did not confirm is told to nobody. */
          onBrowsersWord: credited.filter(
            ({ site: id, shopConfirmed }) => !shopConfirmed && byId.get(id)?.config.release !== 'shop',
          ).length,
          partners: totalsOf(orders),
          /** Of all time: what waits or is held does so however old it is. */
          deliveries: counts.filter((one) => site === undefined || one.site === site),
        };
      });
      if (json) return printJson(stats);
      const look = lookOf(context);
      print(
        `Since ${showTime(stats.since, look)}: ${countOf(stats.orders, 'order')}, ${stats.credited} earned by a partner${shareText(stats)}.`,
      );
      if (stats.partners.length > 0)
        printTable(
          ['SITE', 'PARTNER', 'ORDERS', 'TOTAL', 'UNDONE', 'UNDONE TOTAL'],
          stats.partners.map((one) => [
            ...[one.site, one.partner ?? 'nobody', String(one.orders), `${one.total} ${one.currency}`],
            ...[String(one.undone), `${one.undoneTotal} ${one.currency}`],
          ]),
          look,
        );
      if (stats.deliveries.length === 0) return;
      print('\nReports, of all time:');
      printTable(
        ['SITE', 'CONNECTION', 'STATE', 'COUNT'],
        stats.deliveries.map((one) => [one.site, one.connection, showState(one.state, look), String(one.count)]),
        look,
      );
    });
}

/** Those that the shop has neither reported nor signed: a stranger may have invented them. */
function shareText({ credited, onBrowsersWord }: { credited: number; onBrowsersWord: number }): string {
  if (onBrowsersWord === 0) return '';
  return `, ${onBrowsersWord} of them (${Math.round((onBrowsersWord / credited) * 100)} %) on a browser's word alone`;
}
