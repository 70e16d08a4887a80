/** Whether two states of an order are paid differently. Pure. */
import type { Order } from '../order.ts';

export const paidLines = ({ items }: Order): unknown =>
  items.map((i) => [i.sku, i.quantity, i.price, i.discount, i.scale]);

/** Parts of the total that are no goods: what is left for the goods changes with them. */
export const partsDiffer = (a: Order, b: Order): boolean => a.tax !== b.tax || a.shipping !== b.shipping;

/** Whether a change is one that networks pay by. */
export function amountsDiffer(a: Order, b: Order): boolean {
  const amounts = (o: Order): unknown => [o.total, o.subtotal, o.discount, paidLines(o)];
  return JSON.stringify(amounts(a)) !== JSON.stringify(amounts(b));
}
