/** Reads what belongs to an order and shows it whole: for `GET /v1/orders/ORDERID`, the admin API and `explain`. */
import type { StoredOrder } from '../model/stored-order.ts';
import type { Store } from '../store/store.ts';
import type { Withdrawal } from '../store/upkeep-store.ts';
import { type OrderView, viewOrder } from './order-view.ts';
import { withoutConnection } from './orders/removed-connections.ts';
import { findQueuePlace, type QueueReader } from './queue-place.ts';

export type OrderReader = Pick<Store, 'deliveriesOf' | 'eventsOf' | 'breakers' | 'withdrawalsOf' | 'aliasesOf'> &
  QueueReader['read'];

/** Of its visitor and its customer; one that holds for several of their names is one. */
async function withdrawalsOf({ site, visitor, subjects }: StoredOrder, read: OrderReader): Promise<Withdrawal[]> {
  const names = subjects.length > 0 || visitor === null ? subjects : [visitor];
  const found = (await Promise.all(names.map((name) => read.withdrawalsOf(site, name)))).flat();
  const byWord = new Map(found.map((one) => [JSON.stringify([one.at, one.consent]), one]));
  return [...byWord.values()].toSorted((a, b) => a.at - b.at);
}

export async function readOrderView(
  stored: StoredOrder,
  read: OrderReader,
  inForce: Pick<QueueReader, 'sites' | 'clock'>,
): Promise<OrderView> {
  const { site, order } = stored;
  const [deliveries, events, breakers, withdrawals, names] = await Promise.all([
    read.deliveriesOf(site, order.orderId),
    read.eventsOf(site, order.orderId),
    read.breakers(),
    withdrawalsOf(stored, read),
    read.aliasesOf([{ site, orderId: order.orderId }]),
  ]);
  const placed = await Promise.all(
    deliveries.map(async (delivery) => {
      const place = await findQueuePlace(delivery, stored.shopConfirmed, { ...inForce, read });
      const placed = place === undefined ? delivery : { ...delivery, reason: `${delivery.reason}; ${place}` };
      return withoutConnection(placed, await inForce.sites());
    }),
  );
  const aliases = names.map(({ alias }) => alias);
  return viewOrder({ stored, deliveries: placed, events, breakers, withdrawals, aliases });
}
