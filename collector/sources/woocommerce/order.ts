/**
 * WooCommerce's order (REST v3, which its webhooks carry too) as ours. Amounts are decimal texts in the order's currency, lines and shipping
 * without tax. https://woocommerce.github.io/woocommerce-rest-api-docs/#orders (read 2026-11)
 */
import { decimalAmount } from '../../kit/amount.ts';
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { ShopReport, StatusMap, StatusMeaning } from '../../kit/source.ts';
import { isCurrency } from '../../lib/money.ts';
import { minorOf, taxAfterRefund, unitPrice } from '../amounts.ts';
import { readCarriedClick } from '../carried-click.ts';
import { orderNames } from '../order-names.ts';
import { ownStatuses } from '../status-meaning.ts';

/** Whatever isn't listed waits: a plugin's own status is neither money nor a reversal until its owner says so. */
const BUILT_IN: StatusMap = {
  processing: 'approved',
  completed: 'approved',
  pending: 'pending',
  'on-hold': 'pending',
  cancelled: 'cancelled',
  failed: 'cancelled',
  trash: 'cancelled',
  refunded: 'refunded',
  'checkout-draft': 'ignore',
  'auto-draft': 'ignore',
};

/** By the payment method that serves for rehearsals alone. A page may have reported it as a sale: what is none is taken back, and told to nobody. */
function isRehearsal(row: Json, { testMethod, testOrders }: Settings): boolean {
  return testMethod !== undefined && testOrders !== 'report' && textOf(row['payment_method']) === testMethod;
}

export const meaningOfWoo = (status: string, settings: Settings): StatusMeaning =>
  ({ ...BUILT_IN, ...ownStatuses(settings) })[status] ?? 'pending';

/** The number that the shopper sees, or the row's id, whichever networks are told. */
export const numberOf = (row: Json, settings: Settings): string | undefined =>
  settings['orderNumber'] === 'id' ? textOf(row['id']) : (textOf(row['number']) ?? textOf(row['id']));

/** The order's state as a whole, or why it is none of ours. */
export function readWooOrder(row: Json, settings: Settings): ShopReport | { ignored: string } {
  const status = textOf(row['status']) ?? '';
  const own = meaningOfWoo(status, settings);
  if (own === 'ignore') return { ignored: `an order in status ${status} is none yet` };
  const meaning = isRehearsal(row, settings) ? 'cancelled' : own;
  // Of a renewal that its customer pays by hand the mark alone tells.
  const renewal = row['created_via'] === 'subscription' || metaOf(row, '_subscription_renewal') !== undefined;
  if (renewal && settings['renewals'] !== 'report')
    return { ignored: 'a renewal of a subscription: this connection does not tell them (renewals)' };
  const changed = timeOf(row['date_modified_gmt']);
  return {
    ...(changed === undefined ? {} : { changedAt: changed }),
    order: {
      ...orderNames(numberOf(row, settings), [row['number'], row['id']]),
      status: meaning,
      placedAt: isoOf(row['date_created_gmt']),
      ...amountsOf(row, meaning),
      coupons: rowsOf(row['coupon_lines']).flatMap(({ code }) => textOf(code) ?? []),
      customer: customerOf(row),
      ...readCarriedClick((name) => metaOf(row, name), clickFields(settings)),
    },
  };
}

function amountsOf(row: Json, meaning: StatusMeaning): Record<string, unknown> {
  const currency = textOf(row['currency'])?.toUpperCase() ?? '';
  // The server API's reader says what is wrong with these.
  if (!isCurrency(currency)) return { currency, total: row['total'] };
  const minor = (value: unknown): number | undefined => minorOf(value, currency);
  const text = (amount: number): string => decimalAmount(amount, { currency });
  const total = minor(row['total']);
  if (total === undefined) return { currency, total: row['total'] };
  // WooCommerce's own total never moves on a refund; refunds stand below zero.
  const refunded = rowsOf(row['refunds']).reduce((sum, refund) => sum + Math.abs(minor(refund['total']) ?? 0), 0);
  const after = Math.max(0, total - refunded);
  const undone = meaning === 'cancelled' || meaning === 'refunded';
  // What is undone keeps its amount; what was paid back to the last cent is undone, whatever its status says.
  const now = undone || after === 0 ? total : after;
  const items = rowsOf(row['line_items']).flatMap((line) => itemOf(line, currency));
  const fees = rowsOf(row['fee_lines']).map((fee) => ({ name: textOf(fee['name']), amount: minor(fee['total']) ?? 0 }));
  const charged = fees.reduce((sum, { amount }) => sum + Math.max(0, amount), 0);
  const named = minor(row['discount_total']) ?? 0;
  const ofItems = items.reduce((sum, { off }) => sum + off, 0);
  return {
    currency,
    total: text(now),
    ...(refunded > 0 && after === 0 && !undone ? { status: 'refunded' } : {}),
    subtotal: text(items.reduce((sum, { list }) => sum + list, 0)),
    // The lines say it themselves, each its own; named twice it would be spread over all of them.
    ...(ofItems === named ? {} : { discount: text(named) }),
    // What is charged beside the goods is no commission's base, whatever the shop calls it.
    shipping: text((minor(row['shipping_total']) ?? 0) + charged),
    tax: text(taxAfterRefund(minor(row['total_tax']) ?? 0, { before: total, after: now })),
    items: [...items.map(({ item }) => item), ...fees.flatMap((fee) => takingOff(fee, text))],
  };
}

/** A fee below zero takes off: points, a gift card, a discount of a plugin. It is a line as such. */
const takingOff = ({ name, amount }: { name: string | undefined; amount: number }, text: (amount: number) => string) =>
  amount < 0 ? [{ sku: name ?? 'fee', ...(name === undefined ? {} : { name }), quantity: 1, price: text(amount) }] : [];

interface Line {
  item: Record<string, unknown>;
  /** Before discounts, and what was taken off, in minor units. */
  list: number;
  off: number;
}

/** `price` is a float after discounts: the line's subtotal over its quantity is what a piece cost before them. */
function itemOf(line: Json, currency: string): Line[] {
  const quantity = Number(line['quantity']);
  const before = minorOf(line['subtotal'], currency);
  if (!(quantity > 0) || before === undefined) return [];
  const after = minorOf(line['total'], currency) ?? before;
  // A line may have been made dearer by hand.
  const list = Math.max(before, after);
  const off = list - after;
  const name = textOf(line['name']);
  const item = {
    // A deleted product has no number any more.
    sku: textOf(line['sku']) ?? idOf(line['variation_id']) ?? idOf(line['product_id']) ?? name,
    ...(name === undefined ? {} : { name }),
    quantity,
    price: unitPrice(list, quantity, currency),
    ...(off > 0 ? { discount: unitPrice(off, quantity, currency) } : {}),
  };
  return [{ item, list, off }];
}

/** Guests have the id 0. */
function customerOf(row: Json): Record<string, unknown> {
  const billing = isObject(row['billing']) ? row['billing'] : {};
  const id = idOf(row['customer_id']);
  const known = {
    email: billing['email'],
    phone: billing['phone'],
    firstName: billing['first_name'],
    lastName: billing['last_name'],
    city: billing['city'],
    region: billing['state'],
    postcode: billing['postcode'],
    country: billing['country'],
  };
  const said = Object.entries(known).filter(([, value]) => textOf(value) !== undefined);
  return { ...(id === undefined ? {} : { id }), ...Object.fromEntries(said) };
}

const clickFields = ({ clickFields: fields }: Settings): Record<string, string> =>
  isObject(fields) ? (fields as Record<string, string>) : {};

function metaOf(row: Json, name: string): string | undefined {
  return textOf(rowsOf(row['meta_data']).findLast(({ key }) => key === name)?.['value']);
}

const rowsOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

const idOf = (value: unknown): string | undefined => (Number(value) > 0 ? textOf(value) : undefined);

/** `…_gmt` bears no zone. */
const isoOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.replace(/Z?$/, 'Z') : undefined;

function timeOf(value: unknown): number | undefined {
  const at = Date.parse(isoOf(value) ?? '');
  return Number.isNaN(at) ? undefined : at;
}
