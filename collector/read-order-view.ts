/** Reads what belongs to an order and shows it whole: for `GET /v1/orders/ORDERID`, the admin API and `explain`. */
import { viewOrder, type OrderView } from './order-view.ts';
import type { Store, StoredOrder } from './store/store.ts';

export type OrderReader = Pick<Store, 'deliveriesOf' | 'eventsOf' | 'breakers' | 'withdrawalsOf'>;

export async function readOrderView(stored: StoredOrder, read: OrderReader): Promise<OrderView> {
  const { site, visitor, order } = stored;
  const [deliveries, events, breakers, withdrawals] = await Promise.all([
    read.deliveriesOf(site, order.orderId),
    read.eventsOf(site, order.orderId),
    read.breakers(),
    visitor === null ? [] : read.withdrawalsOf(site, visitor),
  ]);
  return viewOrder({ stored, deliveries, events, breakers, withdrawals });
}
