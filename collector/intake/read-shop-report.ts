/** Step 2 of 5. Turns what a source says of one order into a checked command: the shop's word, read as the server API reads it. Pure. */
import { tidyOrderId } from '../../wire/order-id.ts';
import type { Site } from '../configuration/sites.ts';
import type { ShopReport } from '../kit/source.ts';
import type { Command } from './command.ts';
import { shopCommand } from './read-shop-order.ts';
import { readPatch } from './validate-patch.ts';

/** The command; what can't be used becomes one that keeps it in quarantine. */
export function reportCommand(report: ShopReport, site: Site, now: number): Command {
  const dated = report.changedAt === undefined ? {} : { changedAt: report.changedAt };
  if ('order' in report) {
    const { command } = shopCommand(report.order, site, now);
    return command.type === 'order' ? { ...command, ...dated } : command;
  }
  const { change } = report;
  const orderId = tidyOrderId(report.orderId);
  const { patch, problems } = readPatch(change);
  if (patch) return { type: 'change', site: site.config.id, orderId, patch: { ...patch, ...dated } };
  const body = JSON.stringify({ ...change, orderId });
  return { type: 'refused', site: site.config.id, route: 'orders', body, errors: problems };
}
