/** An order's whole story with what may be done to it now, as the admin API tells it. */
import type { OrderStory } from '../../../wire/admin/orders.ts';
import type { StoredOrder } from '../../model/stored-order.ts';
import type { QueueReader } from '../queue-place.ts';
import { type OrderReader, readOrderView } from '../read-order-view.ts';
import { actionsFor } from './order-actions.ts';

export async function readStory(
  stored: StoredOrder,
  { read, sites, clock }: Pick<QueueReader, 'sites' | 'clock'> & { read: OrderReader },
): Promise<OrderStory> {
  const view = await readOrderView(stored, read, { sites, clock });
  return { ...view, actions: actionsFor(view) };
}
