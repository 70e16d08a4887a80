/**
 * A paid invoice of a subscription as an order of ours: what it charges after its first payment, which its session of Checkout tells.
 * https://docs.stripe.com/api/invoices/object (read 2026-11)
 */
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { ShopReport } from '../../kit/source.ts';
import { formatUnits } from '../../lib/money.ts';
import { taxAfterRefund } from '../amounts.ts';
import { orderNames } from '../order-names.ts';
import { stripeId, stripeRows } from './api.ts';
import { clickOf, isoOf, stripeDecimals } from './order.ts';
import { integerOf, leftOf, type StripePayments } from './payments.ts';

export interface InvoiceFacts extends StripePayments {
  invoice: Json;
  /** The session that began the subscription: it carried the click. */
  session?: Json;
  /** Epoch milliseconds, by Stripe's clock: when all of this was so. */
  changedAt?: number;
}

/** Until 2025-03 it stood in the invoice itself. */
const detailsOf = (invoice: Json): Json => {
  const parent = isObject(invoice['parent']) ? invoice['parent']['subscription_details'] : undefined;
  return [parent, invoice['subscription_details']].find(isObject) ?? {};
};

export const subscriptionOf = (invoice: Json): string | undefined =>
  stripeId(detailsOf(invoice)['subscription'] ?? invoice['subscription']);

/** Why the invoice is no order by itself. */
export function notRenewal(invoice: Json, { renewals }: Settings): string | undefined {
  if (subscriptionOf(invoice) === undefined) return 'an invoice of no subscription is no order of Checkout';
  if (invoice['billing_reason'] === 'subscription_create')
    return 'the first payment of a subscription is told as its session';
  if (renewals !== 'report') return 'a renewal of a subscription: this connection does not tell them (renewals)';
  return integerOf(invoice['total']) > 0 ? undefined : 'an invoice over nothing is no order';
}

export function readStripeInvoice(facts: InvoiceFacts, settings: Settings): ShopReport | { ignored: string } {
  const { invoice, session = {}, changedAt } = facts;
  const ignored = notRenewal(invoice, settings);
  if (ignored !== undefined) return { ignored };
  const test = invoice['livemode'] === false && settings['testOrders'] !== 'report';
  const undone = test || ['void', 'uncollectible'].includes(String(invoice['status']));
  const standing = invoice['status'] === 'paid' ? 'approved' : 'pending';
  const times = isObject(invoice['status_transitions']) ? invoice['status_transitions'] : {};
  const own = { metadata: { ...fieldsOf(detailsOf(invoice)), ...fieldsOf(invoice) } };
  return {
    ...(changedAt === undefined ? {} : { changedAt }),
    order: {
      ...orderNames(invoice['id'], [invoice['number']]),
      status: undone ? 'cancelled' : standing,
      placedAt: isoOf(times['paid_at'] ?? invoice['created']),
      ...amountsOf(facts, undone),
      coupons: [],
      customer: customerOf(invoice),
      ...clickOf(session, settings),
      ...clickOf(own, settings),
    },
  };
}

const fieldsOf = ({ metadata }: Json): Json => (isObject(metadata) ? metadata : {});
const rowsIn = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const sumOf = (rows: unknown): number => rowsIn(rows).reduce((sum, { amount }) => sum + integerOf(amount), 0);

function amountsOf(facts: InvoiceFacts, undone: boolean): Record<string, unknown> {
  const { invoice } = facts;
  const currency = textOf(invoice['currency'])?.toUpperCase() ?? '';
  const digits = stripeDecimals(currency);
  const text = (amount: number): string => formatUnits(amount, digits);
  const total = integerOf(invoice['total']);
  const left = Math.max(0, leftOf(total, facts));
  const back = left === 0 && total > 0;
  const now = undone || back ? total : left;
  const tax = taxOf(invoice, total);
  const cost = isObject(invoice['shipping_cost']) ? invoice['shipping_cost'] : {};
  const shipping = integerOf(cost['amount_total']) - integerOf(cost['amount_tax']);
  const lines = stripeRows(invoice['lines']).map((line) => lineOf(line, digits));
  const [list, off] = [sum(lines, 'list'), sum(lines, 'off')];
  // A long invoice shows its first lines alone.
  const whole = isObject(invoice['lines']) && invoice['lines']['has_more'] !== true;
  const fits = whole && lines.length > 0 && list - off + shipping + tax === total;
  const taken = sumOf(invoice['total_discount_amounts']);
  return {
    ...{ currency, total: text(now) },
    ...(back && !undone ? { status: 'refunded' } : {}),
    ...(fits
      ? { subtotal: text(list), items: lines.map(({ item }) => item) }
      : { subtotal: text(Math.max(0, total - tax - shipping + taken)), discount: text(taken) }),
    ...{ shipping: text(shipping), tax: text(taxAfterRefund(tax, { before: total, after: now })) },
  };
}

const sum = (lines: readonly Line[], field: 'list' | 'off'): number =>
  lines.reduce((all, line) => all + line[field], 0);

function taxOf(invoice: Json, total: number): number {
  const without = invoice['total_excluding_tax'];
  if (typeof without === 'number') return total - integerOf(without);
  const rows = invoice['total_taxes'] ?? invoice['total_tax_amounts'];
  return rows === undefined ? integerOf(invoice['tax']) : sumOf(rows);
}

interface Line {
  item: Record<string, unknown>;
  list: number;
  off: number;
}

/** A line without its tax, which prices may hold. What was charged too much before stands below zero. */
function lineOf(line: Json, digits: number): Line {
  const [amount, taken] = [integerOf(line['amount']), sumOf(line['discount_amounts'])];
  const taxes = rowsIn(line['taxes'] ?? line['tax_amounts']);
  const inside = sumOf(taxes.filter((tax) => tax['tax_behavior'] === 'inclusive' || tax['inclusive'] === true));
  const paid = amount - taken;
  const off = paid === 0 ? taken : Math.round((taken * (paid - inside)) / paid);
  const list = paid - inside + off;
  const quantity = Math.max(1, integerOf(line['quantity']));
  const pricing = isObject(line['pricing']) ? line['pricing']['price_details'] : line['price'];
  const price = isObject(pricing) ? pricing : {};
  const name = textOf(line['description']);
  const unit = (value: number): string => (value / quantity / 10 ** digits).toFixed(6);
  const item = {
    sku: stripeId(price['product']) ?? stripeId(price['price']) ?? textOf(price['id']) ?? name ?? 'invoice',
    ...(name === undefined ? {} : { name }),
    ...{ quantity, price: unit(list) },
    ...(off > 0 ? { discount: unit(off) } : {}),
  };
  return { item, list, off };
}

function customerOf(invoice: Json): Record<string, unknown> {
  const address = isObject(invoice['customer_address']) ? invoice['customer_address'] : {};
  const known = {
    ...{ id: stripeId(invoice['customer']), email: invoice['customer_email'], phone: invoice['customer_phone'] },
    ...{ city: address['city'], region: address['state'], postcode: address['postal_code'] },
    country: address['country'],
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => textOf(value) !== undefined));
}
