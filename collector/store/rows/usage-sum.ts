/** What changes add to the store, by site: for each site's budget. */
import type { Changes } from '../ingest-store.ts';

/** What a row takes beside its texts. */
const ROW = 120;
const LINE = 90;
/** About as many bytes as the rows take, and how many rows. */
export function sumUsage(changes: Changes): Map<string, { bytes: number; rows: number }> {
  const sums = new Map<string, { bytes: number; rows: number }>();
  const count = (site: string, bytes: number): void => {
    const sum = sums.get(site);
    if (!sum) return void sums.set(site, { bytes, rows: 1 });
    sum.bytes += bytes;
    sum.rows += 1;
  };
  for (const { site, value, url, referrer, visitor } of changes.touches)
    count(site, ROW + value.length + visitor.length + (url?.length ?? 0) + (referrer?.length ?? 0));
  for (const { site, order, personal, attribution } of changes.orders)
    count(site, 4 * ROW + LINE * (order.items.length + 2 * attribution.touches.length) + (personal?.length ?? 0));
  for (const { site, report } of changes.deliveries) count(site, 5 * ROW + LINE * report.order.items.length);
  for (const { site, text } of changes.events) count(site, ROW + text.length);
  for (const { site, patch } of changes.pending) count(site, ROW + patch.length);
  for (const { site, body } of changes.quarantine) count(site, 2 * ROW + body.length);
  for (const { site } of changes.identities) count(site, ROW);
  for (const { site } of changes.handovers) count(site, ROW);
  return sums;
}
