/** Orders of a time, newest first, read page by page: for the lists and totals of people. */
import type { StoredOrder } from '../model/stored-order.ts';
import type { UpkeepStore } from '../store/upkeep-store.ts';

export interface OrderWant {
  site?: string;
  since?: number;
  until?: number;
  /** Connection that earned it; `nobody` for those that nobody did. */
  partner?: string;
  status?: string;
}

const PAGE = 500;

export async function findOrders(want: OrderWant, store: Pick<UpkeepStore, 'orderPage'>): Promise<StoredOrder[]> {
  const { site, since, until, partner, status } = want;
  const times = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
  const found: StoredOrder[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<UpkeepStore['orderPage']>> = await store.orderPage({
      ...{ ...(site === undefined ? {} : { site }), ...times, after, limit: PAGE },
    });
    for (const one of page.rows) {
      const winner = one.attribution.winner?.connection ?? 'nobody';
      if (partner !== undefined && winner !== partner) continue;
      if (status !== undefined && one.order.status !== status) continue;
      found.push(one);
    }
    after = page.next;
  } while (after !== null);
  return found.toSorted((a, b) => b.receivedAt - a.receivedAt);
}
