/** One checkout split among vendors, told as one order: what its parts mean and add up to together. Pure. */
import type { Order } from '../../model/order.ts';
import type { SourceOrder, StatusMeaning } from '../../kit/source.ts';

export interface Part {
  row: SourceOrder;
  order: Order;
  status: StatusMeaning;
}

/** A part that is undone or abandoned adds nothing; the checkout lives as long as one part does. */
const lives = (status: StatusMeaning): boolean => status === 'approved' || status === 'pending';

/** Approved when every living part is; undone when none lives. */
export function stateOfParts(states: readonly StatusMeaning[]): StatusMeaning {
  const real = states.filter((status) => status !== 'ignore');
  if (real.length === 0) return 'ignore';
  const living = real.filter(lives);
  if (living.length === 0) return real.includes('cancelled') ? 'cancelled' : 'refunded';
  return living.every((status) => status === 'approved') ? 'approved' : 'pending';
}

/** The living parts' sum under the checkout's id; all parts' where none lives, so that what is undone keeps its amount. */
export function joinParts(parentId: string, parts: readonly Part[]): Order {
  const living = parts.filter(({ status }) => lives(status));
  const counted = (living.length > 0 ? living : parts).map(({ order }) => order);
  const first = counted[0];
  if (!first) throw new Error(`The checkout ${parentId} has no parts.`);
  const sum = (amount: (order: Order) => number | undefined): number =>
    counted.reduce((total, order) => total + (amount(order) ?? 0), 0);
  return {
    ...first,
    orderId: parentId,
    total: sum(({ total }) => total),
    subtotal: sum(({ subtotal }) => subtotal),
    discount: sum(({ discount }) => discount),
    shipping: sum(({ shipping }) => shipping),
    tax: sum(({ tax }) => tax),
    coupons: [...new Set(counted.flatMap(({ coupons }) => coupons))],
    placedAt: Math.min(...counted.map(({ placedAt }) => placedAt)),
    items: counted.flatMap(({ items }) => items),
  };
}
