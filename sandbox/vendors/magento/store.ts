/** The shop behind the sandbox Magento: orders with both of their currencies, and credit memos. */
import type { Json } from '../../fields/shape.ts';

export interface MagentoTraps {
  consumerKey: string;
  consumerSecret: string;
  accessToken: string;
  accessTokenSecret: string;
  /** Whether an access token is taken without a signature; off in a shop as it comes. */
  bearer: boolean;
  /** Rights of the integration. */
  rights: readonly string[];
  /** A page in place of the API. */
  maintenance: number;
  /** So many requests are answered 429. */
  throttled: number;
  /** The most rows of a page, whatever is asked for; 0 as asked. */
  most: number;
  /** Credit memos leave their order's time of change alone. */
  silentMemos: boolean;
}

export interface MagentoOrder extends Json {
  entity_id: number;
  increment_id: string;
  items: Json[];
}

export interface MagentoShop {
  orders: MagentoOrder[];
  memos: Json[];
  /** Nonces that were used. */
  nonces: Set<string>;
  now: () => number;
  traps: MagentoTraps;
}

/** UTC, without saying so. */
export const stamp = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

const cents = (value: number): number => Math.round(value * 100) / 100;

/** What a euro of the books is in the shopper's francs. */
const RATE = 0.95;

/** The contract notes' sample: 2 × 50.00 with 19 % tax inside, a coupon of 10.00, shipping 5.00, in the books' EUR and paid in CHF. */
export function placeOrder(shop: MagentoShop, fields: Json): MagentoOrder {
  const number = 1042 + shop.orders.length;
  const at = stamp(shop.now());
  const order: MagentoOrder = {
    ...{ entity_id: number, increment_id: String(number).padStart(9, '0'), state: 'processing', status: 'processing' },
    ...{ store_id: 1, quote_id: 77, created_at: at, updated_at: at },
    ...{ base_currency_code: 'EUR', order_currency_code: 'CHF', base_to_order_rate: RATE },
    ...{ base_grand_total: 95, grand_total: 90.25, base_subtotal: 84.03, subtotal: 79.83 },
    ...{ base_discount_amount: -10, discount_amount: -9.5, base_shipping_amount: 4.2, shipping_amount: 3.99 },
    ...{ base_tax_amount: 15.17, tax_amount: 14.41, base_total_paid: 95, total_paid: 90.25 },
    ...{ coupon_code: 'TEN', customer_is_guest: 1, customer_email: 'ada@example.test', customer_firstname: 'Ada' },
    billing_address: { city: 'Bern', postcode: '3011', country_id: 'CH', telephone: '+41 31 000 00 00' },
    payment: { method: 'stripe_payments' },
    items: [
      {
        ...{ item_id: 5, product_type: 'configurable', sku: 'SH-M', name: 'Shirt', qty_ordered: 2, qty_refunded: 0 },
        ...{ base_price: 42.015, price: 39.915, base_row_total: 84.03, row_total: 79.83, discount_amount: 9.5 },
      },
      { item_id: 6, parent_item_id: 5, product_type: 'simple', sku: 'SH-M', qty_ordered: 2, price: 39.915 },
    ],
    ...fields,
  };
  shop.orders.push(order);
  return order;
}

export function changeOrder(shop: MagentoShop, order: MagentoOrder, fields: Json): void {
  Object.assign(order, fields, { updated_at: stamp(shop.now()) });
}

const add = (row: Json, field: string, amount: number): void => {
  row[field] = cents(Number(row[field] ?? 0) + amount);
};

/** A credit memo of some pieces of the first line, of shipping, or of an amount that is no line's; in the books' currency and the shopper's. */
export function refundOrder(shop: MagentoShop, order: MagentoOrder, given: Json): void {
  const [pieces, shipping, adjustment] = ['qty', 'shipping', 'adjustment'].map((name) => Number(given[name] ?? 0)) as [
    number,
    number,
    number,
  ];
  const line = order.items[0]!;
  const share = pieces / Number(line['qty_ordered']);
  for (const [prefix, rate] of [
    ['base_', 1],
    ['', RATE],
  ] as const) {
    const of = (field: string): number => Number(order[`${prefix}${field}`]);
    const net =
      of('subtotal') - Math.max(0, of('subtotal') + of('shipping_amount') + of('tax_amount') - of('grand_total'));
    const goodsTax = of('tax_amount') - cents(of('shipping_amount') * 0.19);
    const shippingTax = shipping > 0 ? cents(of('shipping_amount') * 0.19) : 0;
    const back = cents((net + goodsTax) * share) + (shipping > 0 ? of('shipping_amount') + shippingTax : 0);
    add(order, `${prefix}total_refunded`, back + cents(adjustment * rate));
    add(order, `${prefix}tax_refunded`, cents(goodsTax * share) + shippingTax);
    add(order, `${prefix}shipping_refunded`, shipping > 0 ? of('shipping_amount') : 0);
  }
  add(line, 'qty_refunded', pieces);
  if (Number(order['total_refunded']) > Number(order['grand_total']) - 0.005)
    Object.assign(order, { state: 'closed', status: 'closed' });
  const memo = { entity_id: shop.memos.length + 1, order_id: order.entity_id, store_id: order['store_id'], state: 2 };
  shop.memos.push({ ...memo, created_at: stamp(shop.now()), adjustment_positive: adjustment });
  if (!shop.traps.silentMemos) changeOrder(shop, order, {});
}

/** What is left of an order that was paid in part is given up. */
export function cancelRest(shop: MagentoShop, order: MagentoOrder): void {
  changeOrder(shop, order, { state: 'canceled', status: 'canceled', total_canceled: order['grand_total'] });
}
