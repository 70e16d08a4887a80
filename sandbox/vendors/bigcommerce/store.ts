/** The store behind the sandbox BigCommerce: orders with what stands beside them, and webhooks that only name them. */
import { createHmac } from 'node:crypto';
import type { Json } from '../../fields/shape.ts';

export interface BigCommerceTraps {
  storeHash: string;
  accessToken: string;
  clientSecret: string;
  /** Webhooks are lost on the way. */
  lose: boolean;
  /** Each webhook is posted twice. */
  twice: boolean;
  /** The API's own trouble: an HTTP status, 0 for none. */
  broken: number;
  /** The most rows that v2 grants a page of orders, whatever is asked for. */
  most: number;
}

export interface BigCommerceSale {
  order: Json & { id: number };
  products: Json[];
  coupons: Json[];
  refunds: Json[];
  fields: Json[];
}

export interface BigCommerceHook {
  id: number;
  scope: string;
  destination: string;
  is_active: boolean;
  /** Since when every post has failed; null while they are taken. */
  failing: number | null;
}

export interface BigCommerceStore {
  sales: BigCommerceSale[];
  hooks: BigCommerceHook[];
  /** What each post was answered. */
  answers: number[];
  next: number;
  now: () => number;
  traps: BigCommerceTraps;
}

/** Whole seconds, in UTC: `Fri, 20 Nov 2026 09:14:05 +0000`. */
export const mailDate = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');

/** The contract notes' sample: 2 × 50.00 with 19 % tax inside, a coupon of 10.00, shipping 5.00; the shopper is shown another currency. */
export function placeOrder(store: BigCommerceStore, { fields = {}, ...more }: Json): BigCommerceSale {
  const at = mailDate(store.now());
  const number = 1042 + store.sales.length;
  const order = {
    ...{
      id: number,
      status_id: 11,
      payment_status: 'captured',
      date_created: at,
      date_modified: at,
    },
    ...{
      customer_id: 0,
      cart_id: `11111111-2222-4333-8444-${String(number).padStart(12, '0')}`,
      payment_method: 'Credit Card',
    },
    ...{ currency_code: 'CHF', default_currency_code: 'EUR', subtotal_ex_tax: '84.0300', subtotal_inc_tax: '100.0000' },
    ...{ discount_amount: '0.0000', coupon_discount: '10.0000', shipping_cost_ex_tax: '4.2000' },
    ...{
      handling_cost_ex_tax: '0.0000',
      wrapping_cost_ex_tax: '0.0000',
      total_tax: '15.1700',
      total_inc_tax: '95.0000',
    },
    ...{ refunded_amount: '0.0000', is_deleted: false, billing_address: { email: 'ada@example.test' }, ...more },
  };
  const sale: BigCommerceSale = {
    order,
    products: [
      {
        ...{ id: 1, product_id: 12, sku: 'SH-M', name: 'Shirt', quantity: 2, price_ex_tax: '42.0150' },
        ...{ quantity_refunded: 0, parent_order_product_id: null },
      },
      { ...{ id: 2, sku: 'BOX', name: 'Box', quantity: 2, price_ex_tax: '0.0000', parent_order_product_id: 1 } },
    ],
    coupons: [{ code: 'TEN' }],
    refunds: [],
    fields: Object.entries(fields as Json).map(([key, value]) => ({ namespace: 'clickthread', key, value })),
  };
  store.sales.push(sale);
  return sale;
}

/** The order's own `refunded_amount` stays nought, and its time of change what it was. */
export function refundOrder(store: BigCommerceStore, { order, refunds }: BigCommerceSale, fields: Json): void {
  const { amount, declined = false } = fields;
  refunds.push({
    ...{ id: store.next++, order_id: order.id, created: new Date(store.now()).toISOString(), total_amount: amount },
    ...{ items: [{ item_type: 'ORDER', requested_amount: amount }], payments: [{ amount, is_declined: declined }] },
  });
}

/** After two days of failures a webhook is deactivated, and nobody told. */
const GIVEN_UP = 48 * 3_600_000;

export async function tellWebhooks(store: BigCommerceStore, scope: string, id: number): Promise<void> {
  const { lose, twice, storeHash, clientSecret } = store.traps;
  if (lose) return;
  for (const hook of store.hooks.filter((one) => one.scope === scope && one.is_active)) {
    const time = Math.floor(store.now() / 1000);
    const event = { scope, store_id: '1000001', data: { type: 'order', id }, hash: '00aa', created_at: time };
    const body = JSON.stringify({ ...event, producer: `stores/${storeHash}` });
    const message = `msg_${store.next++}`;
    const signature = createHmac('sha256', clientSecret).update(`${message}.${time}.${body}`).digest('base64');
    const headers = {
      ...{ 'content-type': 'application/json', 'webhook-id': message, 'webhook-timestamp': String(time) },
      'webhook-signature': `v1,${signature}`,
    };
    const post = (): Promise<number> =>
      fetch(hook.destination, { method: 'POST', headers, body }).then(
        (response) => response.status,
        () => 0,
      );
    const answers = [await post(), ...(twice ? [await post()] : [])];
    store.answers.push(...answers);
    const taken = answers.some((status) => status >= 200 && status < 300);
    hook.failing = taken ? null : (hook.failing ?? store.now());
    if (hook.failing !== null && store.now() - hook.failing >= GIVEN_UP) hook.is_active = false;
  }
}
