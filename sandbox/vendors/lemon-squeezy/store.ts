/** The store behind the sandbox Lemon Squeezy: orders, subscriptions' invoices, and the webhook that tells of them. */
import { createHmac } from 'node:crypto';
import type { Json } from '../../fields/shape.ts';

export interface LemonTraps {
  apiKey: string;
  webhookSecret: string;
  /** Webhooks are lost on the way. */
  lose: boolean;
  /** Webhooks are kept back until `POST merchant/release`, which posts them newest first. */
  hold: boolean;
  /** Each webhook is posted twice. */
  twice: boolean;
  /** The API's own trouble: an HTTP status, 0 for none. */
  broken: number;
  testMode: boolean;
  /** Stores of the account. */
  stores: number;
}

export interface LemonRow {
  type: 'orders' | 'subscription-invoices';
  id: string;
  attributes: Json;
  /** What the checkout carried: webhooks alone show it. */
  custom: Json;
}

export interface LemonStore {
  orders: LemonRow[];
  url: string;
  events: string[];
  held: { name: string; body: string }[];
  /** What each post was answered. */
  answers: number[];
  next: number;
  now: () => number;
  traps: LemonTraps;
}

export const STORE_ID = 1;
const stamp = (at: number): string => new Date(at).toISOString().replace('Z', '000Z');

/** The contract notes' sample: a licence of 84.03, a discount of 8.40, 19 % tax, 90.00 in all. */
export function placeOrder(store: LemonStore, { custom = {}, ...fields }: Json): LemonRow {
  const number = store.next++;
  const at = stamp(store.now());
  const row: LemonRow = {
    ...{ type: 'orders' as const, id: String(1041 + number), custom: custom as Json },
    attributes: {
      ...{ store_id: STORE_ID, identifier: `11111111-2222-4333-8444-${String(number).padStart(12, '0')}` },
      ...{ order_number: 41 + number, customer_id: 7, user_email: 'ada@example.test', currency: 'EUR' },
      ...{ currency_rate: '1.08', subtotal: 8403, discount_total: 840, tax: 1437, total: 9000, refunded_amount: 0 },
      ...{ total_usd: 9720, tax_inclusive: false, status: 'paid', refunded: false, test_mode: store.traps.testMode },
      first_order_item: { product_id: 12, variant_id: 13, product_name: 'Licence', price: 8403 },
      ...{ created_at: at, updated_at: at, ...fields },
    },
  };
  store.orders.push(row);
  return row;
}

/** In part: the status stays paid, and only the amount says it. */
export function refundOrder(store: LemonStore, { attributes }: LemonRow, amount: number): void {
  const refunded = Number(attributes['refunded_amount']) + amount;
  const whole = refunded >= Number(attributes['total']);
  Object.assign(attributes, { refunded_amount: refunded, updated_at: stamp(store.now()) });
  if (whole) Object.assign(attributes, { refunded: true, status: 'refunded' });
}

export async function tellWebhook(store: LemonStore, name: string, row: LemonRow): Promise<void> {
  const { lose, hold, twice, testMode } = store.traps;
  if (lose || !store.events.includes(name)) return;
  const { custom, ...data } = row;
  const meta = { event_name: name, test_mode: testMode, custom_data: custom };
  const post = { name, body: JSON.stringify({ meta, data }) };
  if (hold) return void store.held.push(post);
  await postWebhook(store, post);
  if (twice) await postWebhook(store, post);
}

/** No id, no time, and only 200 is an answer. */
export async function postWebhook(store: LemonStore, { name, body }: { name: string; body: string }): Promise<void> {
  const signature = createHmac('sha256', store.traps.webhookSecret).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-event-name': name, 'x-signature': signature };
  const status = await fetch(store.url, { method: 'POST', headers, body }).then(
    (response) => response.status,
    () => 0,
  );
  store.answers.push(status);
}
