/** The shop behind the sandbox WooCommerce: orders as REST v3 shows them, their refunds, and the webhooks that tell of them. */
import type { Json } from '../../fields/shape.ts';

export interface WooRefund {
  id: number;
  reason: string;
  /** Positive decimal text. */
  amount: string;
  line_items: Json[];
  date_created_gmt: string;
}

export interface WooOrder {
  row: Json & { id: number; status: string };
  refunds: WooRefund[];
}

export interface WooWebhook {
  id: number;
  name: string;
  topic: string;
  delivery_url: string;
  secret: string;
  status: 'active' | 'paused' | 'disabled';
  failures: number;
}

export interface WooTraps {
  consumerKey: string;
  consumerSecret: string;
  /** Whether the keys have the permission Read/Write. */
  mayWrite: boolean;
  /** The web server keeps the Authorization header from PHP. */
  stripAuth: boolean;
  /** A page in place of the API. */
  maintenance: number;
  /** date_modified stays as it was when a refund is made, as with some payment plugins. */
  frozenDate: boolean;
  /** Each webhook is posted twice. */
  twice: boolean;
  /** Webhooks are kept back until `POST merchant/release`, which posts them newest first. */
  hold: boolean;
  /** Webhooks are lost on the way. */
  lose: boolean;
}

export interface WooShop {
  orders: Map<number, WooOrder>;
  webhooks: WooWebhook[];
  held: (() => Promise<void>)[];
  /** What each address answered, oldest first. */
  deliveries: { topic: string; status: number }[];
  next: number;
  now: () => number;
  traps: WooTraps;
}

/** `2026-11-20T09:14:05`, without a zone. */
export const gmt = (at: number): string => new Date(at).toISOString().slice(0, 19);

/** The contract notes' sample: 2 × 50.00, a coupon of 10.00, shipping 5.00, 19 % tax inside. */
function sampleRow(id: number, at: number): Json {
  return {
    ...{ id, number: String(id), status: 'processing', currency: 'EUR', prices_include_tax: true },
    ...{ created_via: 'checkout', date_created_gmt: gmt(at), date_modified_gmt: gmt(at), date_paid_gmt: gmt(at) },
    ...{ discount_total: '8.40', discount_tax: '1.60', shipping_total: '4.20', shipping_tax: '0.80' },
    ...{ cart_tax: '14.37', total_tax: '15.17', total: '95.00', customer_id: 0, customer_note: 'café / Straße' },
    billing: { email: 'ada@example.test', first_name: 'Ada', country: 'DE' },
    line_items: [
      {
        ...{ id: 91, name: 'Shirt', product_id: 12, variation_id: 13, quantity: 2, sku: 'SH-M', subtotal: '84.03' },
        ...{ subtotal_tax: '15.97', total: '75.63', total_tax: '14.37', price: 37.815 },
      },
    ],
    ...{ fee_lines: [], coupon_lines: [{ id: 93, code: 'ten', discount: '8.40', discount_tax: '1.60' }] },
    ...{ refunds: [], meta_data: [] },
  };
}

export function placeOrder(shop: WooShop, fields: Json): WooOrder {
  const id = shop.next++;
  const order: WooOrder = { row: { ...sampleRow(id, shop.now()), ...fields, id } as WooOrder['row'], refunds: [] };
  shop.orders.set(id, order);
  return order;
}

export function changeOrder(shop: WooShop, order: WooOrder, fields: Json): void {
  Object.assign(order.row, fields, { date_modified_gmt: gmt(shop.now()) });
}

/** The order's own total never moves; its list of refunds grows. */
export function refundOrder(shop: WooShop, order: WooOrder, refund: { amount: string; lines?: Json[] }): WooRefund {
  const { amount, lines = [] } = refund;
  const made = { id: shop.next++, reason: '', amount, line_items: lines, date_created_gmt: gmt(shop.now()) };
  order.refunds.push(made);
  order.row['refunds'] = order.refunds.map(({ id, reason, amount: off }) => ({ id, reason, total: `-${off}` }));
  if (!shop.traps.frozenDate) order.row['date_modified_gmt'] = gmt(shop.now());
  const left = Number(order.row['total']) - order.refunds.reduce((sum, { amount: off }) => sum + Number(off), 0);
  if (left < 0.005) order.row.status = 'refunded';
  return made;
}
