/**
 * A Checkout session, with its charge and disputes where they are known, as an order of ours: always the state as a whole.
 * Amounts are integers in Stripe's own minor units, which differ from ISO 4217 in a few currencies. https://docs.stripe.com/currencies (read 2026-11)
 */
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { ShopReport } from '../../kit/source.ts';
import { seconds } from '../../lib/duration.ts';
import { formatUnits } from '../../lib/money.ts';
import type { OrderStatus } from '../../model/order.ts';
import { taxAfterRefund } from '../amounts.ts';
import { carriedIn, readCarriedClick } from '../carried-click.ts';
import { orderNames } from '../order-names.ts';
import { stripeId, stripeRows } from './api.ts';
import { integerOf, leftOf, type StripePayments } from './payments.ts';

const NO_DECIMALS = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '));
const THREE_DECIMALS = new Set('BHD JOD KWD OMR TND'.split(' '));

/** Decimals that Stripe counts by: ISK and UGX come in hundredths though they have none. */
export function stripeDecimals(currency: string): number {
  if (NO_DECIMALS.has(currency)) return 0;
  return THREE_DECIMALS.has(currency) ? 3 : 2;
}

export interface StripeFacts extends StripePayments {
  session: Json;
  /** Epoch milliseconds, by Stripe's clock: when all of this was so. */
  changedAt?: number;
  lines?: readonly Json[];
  /** A payment that takes days came to nothing. */
  failed?: boolean;
}

/** The field that the shop names orders by, else the payment, else the session. */
export function orderIdOf(
  given: { metadata: unknown; reference: unknown; payment: unknown; id: unknown },
  settings: Settings,
): string {
  const field = String(settings['orderField']);
  const named = field === 'client_reference_id' ? given.reference : isObject(given.metadata) && given.metadata[field];
  return textOf(named) ?? stripeId(given.payment) ?? textOf(given.id) ?? '';
}

export function readStripeOrder(facts: StripeFacts, settings: Settings): ShopReport | { ignored: string } {
  const { session, changedAt } = facts;
  const status = statusOf(facts, settings);
  if (typeof status === 'object') return status;
  const currency = textOf(session['currency'])?.toUpperCase() ?? '';
  const amounts = amountsOf(facts, { currency, undone: status === 'cancelled' });
  return {
    ...(changedAt === undefined ? {} : { changedAt }),
    order: {
      // The reference is no name: one buyer or one cart may bring it more than once.
      ...orderNames(
        orderIdOf(
          {
            ...{ metadata: session['metadata'], reference: session['client_reference_id'] },
            ...{ payment: session['payment_intent'], id: session['id'] },
          },
          settings,
        ),
        [stripeId(session['payment_intent']), session['id'], stripeId(session['invoice'])],
      ),
      status,
      placedAt: isoOf(session['created']),
      currency,
      ...amounts,
      coupons: codesOf(session),
      customer: customerOf(session),
      ...clickOf(session, settings),
    },
  };
}

function statusOf(facts: StripeFacts, settings: Settings): OrderStatus | { ignored: string } {
  const { session, charges = [], failed } = facts;
  if (session['mode'] === 'setup') return { ignored: 'a session that only keeps a card is no order' };
  if (session['status'] === 'open' || session['status'] === 'expired')
    return { ignored: `a session that is ${String(session['status'])} is no order` };
  // A page may have reported it as a sale: what is none is taken back, and told to nobody.
  if (session['livemode'] === false && settings['testOrders'] !== 'report') return 'cancelled';
  if (failed === true) return 'cancelled';
  const payment = session['payment_status'];
  // A trial may be called paid, for nothing was to pay.
  if (payment === 'no_payment_required' || session['amount_total'] === 0)
    return settings['freeOrders'] === 'report'
      ? 'approved'
      : { ignored: 'nothing was paid: this connection does not tell such orders (freeOrders)' };
  if (charges.some(({ captured }) => captured === false)) return 'pending';
  // What was captured later is paid, whatever the session still says.
  const settled = charges.some(({ status, captured }) => status === 'succeeded' && captured === true);
  return payment === 'paid' || settled ? 'approved' : 'pending';
}

/** Undefined where it is no time that a calendar has. */
export function isoOf(unix: unknown): string | undefined {
  const at = new Date(typeof unix === 'number' ? seconds(unix) : NaN);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

function amountsOf(
  facts: StripeFacts,
  { currency, undone }: { currency: string; undone: boolean },
): Record<string, unknown> {
  const { session, lines = [] } = facts;
  const total = integerOf(session['amount_total']);
  const text = (amount: number): string => formatUnits(amount, stripeDecimals(currency));
  const left = Math.max(0, leftOf(total, facts));
  const back = left === 0 && total > 0;
  const now = undone || back ? total : left;
  const details = isObject(session['total_details']) ? session['total_details'] : {};
  const tax = integerOf(details['amount_tax']);
  const gross = { list: integerOf(session['amount_subtotal']), off: integerOf(details['amount_discount']) };
  // Prices that hold their tax add up to the total without it.
  const inside = gross.list - gross.off + integerOf(details['amount_shipping']) === total;
  const net = (amount: number): number => (inside && total > 0 ? Math.round((amount * (total - tax)) / total) : amount);
  const items = lines.flatMap((line) => itemOf(line, stripeDecimals(currency)));
  const list = lines.length > 0 ? items.reduce((sum, item) => sum + item.list, 0) : net(gross.list);
  const off = lines.length > 0 ? items.reduce((sum, item) => sum + item.off, 0) : net(gross.off);
  return {
    total: text(now),
    ...(back && !undone ? { status: 'refunded' } : {}),
    subtotal: text(list),
    // Lines say it themselves, each its own; named twice it would be spread over all of them.
    ...(lines.length > 0 ? {} : { discount: text(off) }),
    shipping: text(Math.max(0, total - tax - list + off)),
    tax: text(taxAfterRefund(tax, { before: total, after: now })),
    ...(lines.length > 0 ? { items: items.map(({ item }) => item) } : {}),
  };
}

/** A line without its tax: what is left of it after tax, and what the discount took, without tax, too. */
function itemOf(line: Json, digits: number): { item: Record<string, unknown>; list: number; off: number }[] {
  const quantity = integerOf(line['quantity']);
  const [total, tax, off] = [
    integerOf(line['amount_total']),
    integerOf(line['amount_tax']),
    integerOf(line['amount_discount']),
  ];
  if (quantity <= 0) return [];
  const inside = integerOf(line['amount_subtotal']) - off === total;
  const netOff = inside && total > 0 ? Math.round((off * (total - tax)) / total) : off;
  const list = total - tax + netOff;
  const price = isObject(line['price']) ? line['price'] : {};
  const product = isObject(price['product']) ? price['product'] : {};
  const sku = isObject(product['metadata']) ? textOf(product['metadata']['sku']) : undefined;
  const name = textOf(line['description']);
  const unit = (amount: number): string => (amount / quantity / 10 ** digits).toFixed(6);
  const item = {
    sku: sku ?? stripeId(price['product']) ?? textOf(price['id']) ?? name,
    ...(name === undefined ? {} : { name }),
    ...{ quantity, price: unit(list) },
    ...(netOff > 0 ? { discount: unit(netOff) } : {}),
  };
  return [{ item, list, off: netOff }];
}

/** Codes that the shopper typed, where Stripe was asked to show them. */
function codesOf(session: Json): string[] {
  const discounts = Array.isArray(session['discounts']) ? session['discounts'].filter(isObject) : [];
  return discounts.flatMap(({ promotion_code: code }) => (isObject(code) ? (textOf(code['code']) ?? []) : []));
}

/** A guest has no customer. */
function customerOf(session: Json): Record<string, unknown> {
  const details = isObject(session['customer_details']) ? session['customer_details'] : {};
  const address = isObject(details['address']) ? details['address'] : {};
  const known = {
    ...{ id: stripeId(session['customer']), email: details['email'], phone: details['phone'] },
    ...{
      city: address['city'],
      region: address['state'],
      postcode: address['postal_code'],
      country: address['country'],
    },
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => textOf(value) !== undefined));
}

/** Payment Links carry 200 letters, digits, dashes and no more: the visitor, whose touches the collector knows. */
const VISITOR = /^ct_([\w-]{8,64})$/;

export function clickOf(session: Json, settings: Settings): Record<string, unknown> {
  const metadata = isObject(session['metadata']) ? session['metadata'] : {};
  const fields = isObject(settings['clickFields']) ? (settings['clickFields'] as Record<string, string>) : {};
  const carried = readCarriedClick(carriedIn(metadata), fields);
  const visitor = VISITOR.exec(textOf(session['client_reference_id']) ?? '')?.[1];
  return { ...carried, ...(visitor === undefined || carried.journey !== undefined ? {} : { visitor }) };
}

/** Lines that the session shows. */
export const linesOf = (session: Json): Json[] => stripeRows(session['line_items']);
