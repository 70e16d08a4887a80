/** What an order is worth by the different meanings that vendors give to "amount". Minor units throughout. */
import { formatMoney } from '../lib/money.ts';
import type { Item, Order } from '../event.ts';

type Amounts = Pick<Order, 'total' | 'subtotal' | 'discount' | 'shipping' | 'tax'>;

export const decimal = (minor: number, currency: string): string => formatMoney({ minor, currency });

/** Goods before discounts, as the items say. */
export const grossOf = (items: readonly Item[]): number =>
  items.reduce((sum, item) => sum + item.price * item.quantity, 0);

/** Discounts that the items carry themselves. */
export const itemDiscountOf = (items: readonly Item[]): number =>
  items.reduce((sum, item) => sum + (item.discount ?? 0) * item.quantity, 0);

/** Goods after discounts, without shipping and tax: `subtotal − discount` where the shop gave a subtotal, else what is left of the total. */
export function netOf(order: Amounts): number {
  if (order.subtotal !== undefined) return Math.max(0, order.subtotal - (order.discount ?? 0));
  return restOfTotal(order);
}

/** The total without shipping and tax. */
export const restOfTotal = (order: Amounts): number =>
  Math.max(0, order.total - (order.shipping ?? 0) - (order.tax ?? 0));
