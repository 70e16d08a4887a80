/** What a list shows of itself: its name, who is on it and what they bought. Read by the command line and the admin API alike. */
import type { SyncConnection } from '../configuration/sync-connection.ts';
import { days } from '../lib/duration.ts';
import { formatMoney } from '../lib/money.ts';
import type { ListMetrics, ListStore, Segment, SegmentRule } from '../store/list-store.ts';

export const SEGMENTS: readonly Segment[] = ['all', 'buyers', 'never-bought', 'lapsed', 'big-spenders'];

/** A buyer without an order for this long has lapsed. */
const LAPSED_AFTER = days(180);

export const segmentRule = (now: number): SegmentRule => ({ now, lapsedAfter: LAPSED_AFTER });

/** Amounts as decimal text in the shop's primary currency, times as ISO 8601. */
export interface ListOverview extends Omit<
  ListMetrics,
  'revenue' | 'averageOrderValue' | 'bigSpenderFrom' | 'lastOrderAt'
> {
  name: string;
  currency: string;
  revenue: string;
  averageOrderValue: string;
  bigSpenderFrom: string | null;
  lastOrderAt: string | null;
}

export async function viewList(
  { site, id, settings }: SyncConnection,
  { store, now }: { store: Pick<ListStore, 'listMetrics'>; now: number },
): Promise<ListOverview> {
  const currency = String(settings['currency']);
  const money = (minor: number): string => formatMoney({ minor: Math.round(minor), currency });
  const metrics = await store.listMetrics({ site, connection: id }, segmentRule(now));
  return {
    name: String(settings['listName']),
    currency,
    ...metrics,
    revenue: money(metrics.revenue),
    averageOrderValue: money(metrics.averageOrderValue),
    bigSpenderFrom: metrics.bigSpenderFrom === null ? null : money(metrics.bigSpenderFrom),
    lastOrderAt: metrics.lastOrderAt === null ? null : new Date(metrics.lastOrderAt).toISOString(),
  };
}
