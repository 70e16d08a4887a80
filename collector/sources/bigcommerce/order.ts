/**
 * BigCommerce's order, with its lines, codes and refunds, as ours: always the state as a whole. Amounts are texts in the store's own currency,
 * whatever the shopper was shown. https://developer.bigcommerce.com/docs/rest-management/orders (read 2026-11)
 */
import { decimalAmount } from '../../kit/amount.ts';
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { ShopReport, StatusMap, StatusMeaning } from '../../kit/source.ts';
import { isCurrency } from '../../lib/money.ts';
import { minorOf, taxAfterRefund } from '../amounts.ts';
import { carriedIn, readCarriedClick } from '../carried-click.ts';
import { orderNames } from '../order-names.ts';
import { ownStatuses } from '../status-meaning.ts';

/** By number: names are the merchant's. 13 (disputed) is left out: the order stands as it stood until the dispute has ended. */
const BUILT_IN: StatusMap = {
  ...{ '0': 'ignore', '13': 'ignore' },
  // Pending, awaiting payment, manual verification.
  ...{ '1': 'pending', '7': 'pending', '12': 'pending' },
  // Shipped or not, in part or whole, completed, refunded in part.
  ...{ '2': 'approved', '3': 'approved', '8': 'approved', '9': 'approved', '10': 'approved', '11': 'approved' },
  ...{ '14': 'approved', '4': 'refunded', '5': 'cancelled', '6': 'cancelled' },
};

export interface BigCommerceFacts {
  order: Json;
  products: readonly Json[];
  coupons: readonly Json[];
  refunds: readonly Json[];
  /** Metafields of the order, or of its cart. */
  fields: readonly Json[];
}

export function readBigCommerceOrder(facts: BigCommerceFacts, settings: Settings): ShopReport | { ignored: string } {
  const { order, coupons, refunds, fields } = facts;
  const meaning = meaningOf(order, settings);
  if (meaning === 'ignore')
    return { ignored: `an order in status ${String(order['status_id'])} is none yet, or stands as it stood` };
  // Archived by somebody: neither a sale nor its end.
  if (order['is_deleted'] === true) return { ignored: 'an archived order stands as it stood' };
  const times = [order['date_modified'] ?? order['date_created'], ...refunds.map(({ created }) => created)]
    .map((time) => Date.parse(textOf(time) ?? ''))
    .filter((time) => !Number.isNaN(time));
  const own = isObject(settings['clickFields']) ? (settings['clickFields'] as Record<string, string>) : {};
  const carried = Object.fromEntries(fields.map(({ key, value }) => [String(key), value]));
  const placedAt = Date.parse(textOf(order['date_created']) ?? '');
  return {
    ...(times.length === 0 ? {} : { changedAt: Math.max(...times) }),
    order: {
      // A page of the checkout knows the cart's id alone.
      ...orderNames(textOf(order['id']), [order['cart_id']]),
      status: meaning,
      ...(Number.isNaN(placedAt) ? {} : { placedAt: new Date(placedAt).toISOString() }),
      ...amountsOf(facts, meaning),
      coupons: coupons.flatMap(({ code }) => textOf(code) ?? []),
      customer: customerOf(order),
      ...readCarriedClick(carriedIn(carried), own),
    },
  };
}

function meaningOf(order: Json, settings: Settings): StatusMeaning {
  const meaning = { ...BUILT_IN, ...ownStatuses(settings) }[textOf(order['status_id']) ?? ''] ?? 'pending';
  // A page may have reported it as a sale: what is none is taken back, and told to nobody.
  const test = textOf(order['payment_method'])?.toLowerCase() === String(settings['testMethod']).toLowerCase();
  return meaning !== 'ignore' && test && settings['testOrders'] !== 'report' ? 'cancelled' : meaning;
}

function amountsOf({ order, products, refunds }: BigCommerceFacts, meaning: StatusMeaning): Record<string, unknown> {
  const currency = textOf(order['default_currency_code'] ?? order['currency_code'])?.toUpperCase() ?? '';
  // The server API's reader says what is wrong with these.
  if (!isCurrency(currency)) return { currency, total: order['total_inc_tax'] };
  const minor = (value: unknown): number => minorOf(value, currency) ?? 0;
  const text = (amount: number): string => decimalAmount(amount, { currency });
  const total = minor(order['total_inc_tax']);
  const tax = minor(order['total_tax']);
  const list = minor(order['subtotal_ex_tax']);
  const costs = ['shipping_cost_ex_tax', 'handling_cost_ex_tax', 'wrapping_cost_ex_tax'];
  const shipping = costs.reduce((sum, name) => sum + minor(order[name]), 0);
  // The order's own `refunded_amount` is always nought.
  const back = refunds.reduce((sum, refund) => sum + paidBack(refund, minor), 0);
  const left = Math.max(0, total - back);
  const undone = meaning === 'cancelled' || meaning === 'refunded';
  const now = undone || left === 0 ? total : left;
  return {
    ...{ currency, total: text(now) },
    ...(back > 0 && left === 0 && !undone ? { status: 'refunded' } : {}),
    subtotal: text(list),
    // Discounts may be noted with their tax: what is missing from the total is what was taken off.
    discount: text(Math.max(0, list + shipping + tax - total)),
    ...{ shipping: text(shipping), tax: text(taxAfterRefund(tax, { before: total, after: now })) },
    items: products.flatMap(itemOf),
  };
}

/** A payment back may be declined, though the refund was made. */
function paidBack(refund: Json, minor: (value: unknown) => number): number {
  const payments = Array.isArray(refund['payments']) ? refund['payments'].filter(isObject) : [];
  const declined = payments
    .filter(({ is_declined: no }) => no === true)
    .reduce((sum, one) => sum + minor(one['amount']), 0);
  return Math.max(0, minor(refund['total_amount']) - declined);
}

/** Parts of a bundle stand beside it, and are priced with it. */
function itemOf(line: Json): Record<string, unknown>[] {
  const quantity = Number(line['quantity']);
  if (!(quantity > 0) || textOf(line['parent_order_product_id']) !== undefined) return [];
  const name = textOf(line['name']);
  const sku = textOf(line['sku']) ?? textOf(line['product_id']) ?? name;
  return [{ sku, ...(name === undefined ? {} : { name }), quantity, price: line['price_ex_tax'] }];
}

/** Guests have the id 0. */
function customerOf(order: Json): Record<string, unknown> {
  const billing = isObject(order['billing_address']) ? order['billing_address'] : {};
  const known = {
    ...{ id: Number(order['customer_id']) > 0 ? order['customer_id'] : undefined, email: billing['email'] },
    ...{ phone: billing['phone'], firstName: billing['first_name'], lastName: billing['last_name'] },
    ...{ city: billing['city'], region: billing['state'], postcode: billing['zip'], country: billing['country_iso2'] },
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => textOf(value) !== undefined));
}
