/** The account behind the sandbox Stripe: sessions of Checkout, their payments and disputes, the events of all that, and the endpoint that is told. */
import { createHmac } from 'node:crypto';
import type { Json } from '../../fields/shape.ts';

/** A payment with its charge, and what a bank took back of it. */
export interface Payment {
  payment: Json & { id: string };
  charge: Json & { id: string };
  disputes: (Json & { id: string; status: string })[];
}

export interface Sale extends Payment {
  session: Json & { id: string };
  lines: Json[];
}

/** A subscription's invoice: the first one is paid by its session's payment, and no session names that. */
export interface Bill extends Payment {
  invoice: Json & { id: string };
}

export interface StripeTraps {
  secretKey: string;
  webhookSecret: string;
  /** Events are lost on the way. */
  lose: boolean;
  /** Each event is posted twice. */
  twice: boolean;
  /** Events are kept back until `POST merchant/release`, which posts them newest first. */
  hold: boolean;
  /** The API's own trouble: an HTTP status, 0 for none. */
  broken: number;
  livemode: boolean;
  /** Whether the restricted key has Write for webhook endpoints. */
  mayWrite: boolean;
  /** What the key may not read: `webhook_endpoints`, `invoices`. */
  hidden: string;
  /** The one object whose reading ends in trouble, whatever else can be read. */
  unreadable: string;
  /** Lines that a session shows by itself; the rest stands on its list of lines. */
  linesShown: number;
}

export interface StripeAccount {
  sales: Sale[];
  bills: Bill[];
  events: Json[];
  endpoint: string;
  /** Disabled, it is told nothing. */
  enabled: boolean;
  /** Since when every post has failed; null while they are taken. */
  failing: number | null;
  held: Json[];
  /** What the endpoint did not take: posted again by `POST merchant/retry`. */
  failed: Json[];
  next: number;
  now: () => number;
  traps: StripeTraps;
}

const unix = (account: StripeAccount): number => Math.floor(account.now() / 1000);

/** The contract notes' sample: 2 × 50.00 with 19 % tax inside, a promotion of 10.00, shipping 5.00. */
export function completeCheckout(account: StripeAccount, fields: Json, lines: Json[] | undefined): Sale {
  const number = account.next++;
  const paid = fields['payment_status'] !== 'unpaid';
  const subscribed = fields['mode'] === 'subscription';
  const pi = `pi_example${number}`;
  const session = {
    ...{
      id: `cs_example${number}`,
      object: 'checkout.session',
      mode: 'payment',
      status: 'complete',
      payment_status: 'paid',
    },
    ...{
      created: unix(account),
      livemode: account.traps.livemode,
      currency: 'eur',
      amount_subtotal: 10000,
      amount_total: 9500,
    },
    total_details: { amount_discount: 1000, amount_shipping: 500, amount_tax: 1517 },
    ...{ client_reference_id: null, metadata: {}, customer: null, customer_details: { email: 'ada@example.test' } },
    ...{
      payment_intent: subscribed ? null : pi,
      subscription: subscribed ? `sub_example${number}` : null,
      invoice: subscribed ? `in_example${number}` : null,
    },
    discounts: [{ coupon: null, promotion_code: 'promo_example1' }],
    ...fields,
  };
  const total = Number(session['amount_total']);
  const payment = payFor(account, { number, total, currency: session.currency, paid });
  const sale: Sale = { session, lines: lines ?? [shirt()], ...payment };
  account.sales.push(sale);
  if (subscribed && total > 0)
    account.bills.push({ ...payment, invoice: invoiceOf(account, session, { number, reason: 'subscription_create' }) });
  return sale;
}

/** Nobody has paid what waits for a bank, and what was only authorized. */
function payFor(
  account: StripeAccount,
  { number, total, currency, paid }: { number: number; total: number; currency: unknown; paid: boolean },
): Payment {
  const pi = `pi_example${number}`;
  const charge = {
    ...{ id: `ch_example${number}`, object: 'charge', created: unix(account) },
    ...{ amount: total, amount_captured: paid ? total : 0, amount_refunded: 0, captured: paid },
    ...{ currency, disputed: false, payment_intent: pi, metadata: {}, refunded: false },
    status: paid ? 'succeeded' : 'pending',
  };
  const payment = { id: pi, object: 'payment_intent', status: paid ? 'succeeded' : 'processing', metadata: {} };
  return { payment, charge, disputes: [] };
}

function invoiceOf(
  account: StripeAccount,
  session: Json,
  { number, reason, fields = {} }: { number: number; reason: string; fields?: Json },
): Json & { id: string } {
  const details = { subscription: session['subscription'], metadata: {} };
  return {
    ...{ id: `in_example${number}`, object: 'invoice', number: `EX-${number}`, billing_reason: reason, status: 'paid' },
    ...{ created: unix(account), livemode: account.traps.livemode, currency: session['currency'] },
    // Since 2025-03 it neither names its payment nor, at the top, its subscription.
    parent: { type: 'subscription_details', quote_details: null, subscription_details: details },
    ...{ total: session['amount_total'], total_excluding_tax: 7983, total_discount_amounts: [] },
    ...{ customer: session['customer'], customer_email: 'ada@example.test' },
    lines: { object: 'list', has_more: false, data: [] },
    ...fields,
  };
}

/** A period later: a card is charged by an invoice, and no session knows of it. */
export function renew(account: StripeAccount, { session }: Sale, fields: Json): Bill {
  const number = account.next++;
  const line = {
    ...{ id: `il_example${number}`, object: 'line_item', description: 'Plan', quantity: 1, amount: 1900 },
    ...{ discount_amounts: [], taxes: [{ amount: 361, tax_behavior: 'exclusive' }] },
    pricing: { type: 'price_details', price_details: { price: 'price_example1', product: 'prod_plan' } },
  };
  const lines = { object: 'list', has_more: false, data: [line] };
  const reason = 'subscription_cycle';
  const own = { total: 2261, total_excluding_tax: 1900, lines, ...fields };
  const invoice = invoiceOf(account, session, { number, reason, fields: own });
  const total = Number(invoice['total']);
  const bill = { ...payFor(account, { number, total, currency: invoice['currency'], paid: true }), invoice };
  account.bills.push(bill);
  return bill;
}

const shirt = (): Json => ({
  ...{
    id: 'li_example1',
    description: 'Shirt',
    quantity: 2,
    amount_subtotal: 10000,
    amount_discount: 1000,
    amount_total: 9000,
  },
  ...{ amount_tax: 1437, price: { id: 'price_example1', product: { id: 'prod_example1', metadata: { sku: 'SH-M' } } } },
});

/** Tells the endpoint, as the event's snapshot stands now, however late it is posted. */
export async function tellEvent(account: StripeAccount, type: string, object: Json): Promise<void> {
  const event = {
    ...{
      id: `evt_example${account.next++}`,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: unix(account),
    },
    ...{ livemode: account.traps.livemode, type, data: { object: structuredClone(object) } },
  };
  account.events.push(event);
  if (account.traps.lose) return;
  if (account.traps.hold) return void account.held.push(event);
  await postEvent(account, event);
  if (account.traps.twice) await postEvent(account, event);
}

/** An endpoint that has failed for three days is disabled. */
const GIVEN_UP = 3 * 86_400_000;

export async function postEvent(account: StripeAccount, event: Json): Promise<void> {
  if (account.endpoint === '' || !account.enabled) return;
  const body = JSON.stringify(event, undefined, 2);
  const time = unix(account);
  const signature = createHmac('sha256', account.traps.webhookSecret).update(`${time}.${body}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'stripe-signature': `t=${time},v1=${signature},v0=${'0'.repeat(64)}`,
  };
  const status = await fetch(account.endpoint, { method: 'POST', headers, body }).then(
    (response) => response.status,
    () => 0,
  );
  const taken = status >= 200 && status < 300;
  if (!taken) account.failed.push(event);
  account.failing = taken ? null : (account.failing ?? account.now());
  if (account.failing !== null && account.now() - account.failing >= GIVEN_UP) account.enabled = false;
}
