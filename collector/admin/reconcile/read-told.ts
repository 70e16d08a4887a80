/** What a connection has been told, an order at a time, as the network last took it. */
import type { Connection } from '../../configuration/sites.ts';
import type { Order } from '../../model/order.ts';
import { isUnderWay } from '../../model/upkeep/replay-rule.ts';
import type { Store } from '../../store/store.ts';

/** How far an order's reports had come when it was compared: what is done on the strength of that is not done later. */
export interface Seen {
  deliveries: number;
  changedAt: number;
}

export interface Told extends Seen {
  order: Order;
  undone: boolean;
  state: string;
  /** Reports of this order that the network gave no answer to. */
  unverified: string[];
  /** A report of it has not arrived yet. */
  isOpen: boolean;
}

/** Orders as the network last took them: the newest modification that arrived, undone by a reversal that did. */
export async function readTold(
  store: Pick<Store, 'deliveryPage'>,
  { site, id: connection }: Pick<Connection, 'site' | 'id'>,
): Promise<Map<string, Told>> {
  const ours = new Map<string, Told>();
  const pending = new Map<string, Seen & { isOpen: boolean }>();
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof store.deliveryPage>> = await store.deliveryPage({
      site,
      connection,
      after,
      limit: 500,
    });
    // Ids are ordered by time, so a change comes after what it changes.
    for (const delivery of page.rows) {
      const { orderId, state, updatedAt } = delivery;
      const before = pending.get(orderId);
      pending.set(orderId, {
        deliveries: (before?.deliveries ?? 0) + 1,
        changedAt: Math.max(before?.changedAt ?? 0, updatedAt),
        isOpen: (before?.isOpen ?? false) || isUnderWay(delivery),
      });
      if (!['delivered', 'confirmed', 'unverified'].includes(state)) continue;
      const undone = delivery.kind === 'reversal';
      const known = ours.get(orderId);
      const order = undone && known ? known.order : delivery.report.order;
      const unverified = [...(known?.unverified ?? []), ...(state === 'unverified' ? [delivery.id] : [])];
      ours.set(orderId, { order, undone, state, unverified, deliveries: 0, changedAt: 0, isOpen: false });
    }
    after = page.next;
  } while (after !== null);
  for (const [orderId, our] of ours) Object.assign(our, pending.get(orderId));
  return ours;
}
