/**
 * Magento's order as ours: always the state as a whole. Each amount stands there twice, in the currency of the order and (`base_…`) of the books;
 * prices bear no tax; `grand_total` moves on no refund. https://developer.adobe.com/commerce/webapi/rest/tutorials/orders/ (read 2026-11)
 */
import { decimalAmount } from '../../kit/amount.ts';
import { isObject, type Json, textOf } from '../../kit/json.ts';
import { utcInstant } from '../../kit/report/own-report.ts';
import type { Settings } from '../../kit/setting.ts';
import type { ShopReport, StatusMap, StatusMeaning } from '../../kit/source.ts';
import { isCurrency } from '../../lib/money.ts';
import { minorOf, taxAfterRefund, unitPrice } from '../amounts.ts';
import { carriedIn, readCarriedClick } from '../carried-click.ts';
import { orderNames } from '../order-names.ts';
import { ownStatuses } from '../status-meaning.ts';

/** States are Magento's and fixed, statuses (behind `status.`) are the merchant's labels of them; whatever isn't listed waits. */
const BUILT_IN: StatusMap = {
  ...{ processing: 'approved', complete: 'approved', closed: 'refunded', canceled: 'cancelled' },
  ...{ new: 'pending', pending_payment: 'pending', holded: 'pending', payment_review: 'pending' },
  // Lives in two states, one of which would be a sale.
  'status.fraud': 'pending',
};

const rowsIn = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

export function readMagentoOrder(row: Json, settings: Settings): ShopReport | { ignored: string } {
  const purse = purseOf(row, settings['currency'] === 'shop' ? 'base' : 'order');
  const meaning = meaningOf(row, purse, settings);
  if (meaning === 'ignore') return { ignored: 'the owner’s statusMap leaves such orders out' };
  const [changed, placed] = [utcInstant(row['updated_at']), utcInstant(row['created_at'])];
  const number = textOf(settings['orderNumber'] === 'id' ? row['entity_id'] : row['increment_id']);
  const code = textOf(row['coupon_code']);
  const carried = carriedIn(isObject(row['extension_attributes']) ? row['extension_attributes'] : {});
  const own = isObject(settings['clickFields']) ? (settings['clickFields'] as Record<string, string>) : {};
  return {
    ...(changed === undefined ? {} : { changedAt: changed }),
    order: {
      ...orderNames(number, [row['increment_id'], row['entity_id']]),
      status: meaning,
      ...(placed === undefined ? {} : { placedAt: new Date(placed).toISOString() }),
      ...amountsOf(row, purse, meaning),
      coupons: code === undefined ? [] : [code],
      customer: customerOf(row),
      // A module may as well keep it in a column that it shows beside the order's own.
      ...readCarriedClick((name) => carried(name) ?? textOf(row[name]), own),
    },
  };
}

function meaningOf(row: Json, purse: Purse, settings: Settings): StatusMeaning {
  const map = { ...BUILT_IN, ...ownStatuses(settings) };
  const state = textOf(row['state']) ?? '';
  const meaning = map[`status.${textOf(row['status']) ?? ''}`] ?? map[state] ?? 'pending';
  const method = isObject(row['payment']) ? textOf(row['payment']['method']) : undefined;
  const test = method !== undefined && method === settings['testMethod'];
  // A page may have reported it as a sale: what is none is taken back, and told to nobody.
  if (test && settings['testOrders'] !== 'report' && meaning !== 'ignore') return 'cancelled';
  const waits = settings['approvedWhen'] === 'paid' && purse.read(row, 'total_paid') < purse.read(row, 'grand_total');
  return meaning === 'approved' && waits ? 'pending' : meaning;
}

/** The order's amounts in one of its two currencies. */
interface Purse {
  currency: string;
  /** Minor units; 0 where nothing is said. */
  read(row: Json, field: string): number;
}

function purseOf(row: Json, side: 'order' | 'base'): Purse {
  const currency = textOf(row[`${side}_currency_code`])?.toUpperCase() ?? '';
  const name = (field: string): string => (side === 'base' ? `base_${field}` : field);
  return { currency, read: (given, field) => minorOf(given[name(field)], currency) ?? 0 };
}

function amountsOf(row: Json, purse: Purse, meaning: StatusMeaning): Record<string, unknown> {
  const { currency } = purse;
  // The server API's reader says what is wrong with these.
  if (!isCurrency(currency)) return { currency, total: row['grand_total'] };
  const of = (field: string): number => purse.read(row, field);
  const text = (amount: number): string => decimalAmount(amount, { currency });
  const total = of('grand_total');
  const undone = meaning === 'cancelled' || meaning === 'refunded';
  const gone = undone ? 0 : of('total_refunded') + of('total_canceled');
  const left = Math.max(0, total - gone);
  const back = gone > 0 && left === 0;
  const kept = undone || back;
  const now = kept ? total : left;
  const lines = rowsIn(row['items']).flatMap((line) => lineOf(line, purse, kept));
  const all = rowsIn(row['items']).flatMap((line) => lineOf(line, purse, true));
  const [list, listBefore] = [lines, all].map((some) => some.reduce((sum, line) => sum + line.list, 0)) as [
    number,
    number,
  ];
  const less = (field: string, ...taken: string[]): number =>
    kept ? of(field) : Math.max(0, of(field) - taken.reduce((sum, name) => sum + of(name), 0));
  const shipping = less('shipping_amount', 'shipping_refunded', 'shipping_canceled');
  const tax = less('tax_amount', 'tax_refunded', 'tax_canceled');
  // Whether discounts are noted with their tax is a matter of configuration: what is missing from the total is what was taken off.
  const whole = Math.max(0, of('subtotal') + of('shipping_amount') + of('tax_amount') - total);
  const discount = listBefore === 0 ? whole : Math.round((whole * list) / listBefore);
  const parts = Math.max(now, list + shipping + tax - discount);
  return {
    ...{ currency, total: text(now) },
    ...(back && !undone ? { status: 'refunded' } : {}),
    ...{ subtotal: text(list), discount: text(discount), shipping: text(shipping) },
    tax: text(taxAfterRefund(tax, { before: parts, after: now })),
    items: lines.map(({ item }) => item),
    ...besideOf(row, { purse, kept }),
  };
}

/** What the order is worth in its other currency, for people and templates. */
function besideOf(row: Json, { purse, kept }: { purse: Purse; kept: boolean }): Record<string, unknown> {
  const [base, shown] = [purseOf(row, 'base'), purseOf(row, 'order')];
  const other = purse.currency === base.currency ? shown : base;
  if (other.currency === purse.currency || !isCurrency(other.currency)) return {};
  const gone = kept ? 0 : other.read(row, 'total_refunded') + other.read(row, 'total_canceled');
  const amount = decimalAmount(Math.max(0, other.read(row, 'grand_total') - gone), { currency: other.currency });
  return { custom: { [other === base ? 'shopTotal' : 'shownTotal']: `${amount} ${other.currency}` } };
}

/** The pieces that are left of a line. The parts of a set or of a configurable product are priced with it. */
function lineOf(line: Json, purse: Purse, kept: boolean): { item: Record<string, unknown>; list: number }[] {
  const ordered = Number(line['qty_ordered']);
  const gone = kept ? 0 : Number(line['qty_refunded'] ?? 0) + Number(line['qty_canceled'] ?? 0);
  const quantity = ordered - gone;
  if (!(quantity > 0) || textOf(line['parent_item_id']) !== undefined) return [];
  const row = purse.read(line, 'row_total');
  const name = textOf(line['name']);
  const sku = textOf(line['sku']) ?? textOf(line['product_id']) ?? name;
  const price = unitPrice(row, ordered, purse.currency);
  return [
    {
      item: { sku, ...(name === undefined ? {} : { name }), quantity, price },
      list: Math.round((row * quantity) / ordered),
    },
  ];
}

function customerOf(row: Json): Record<string, unknown> {
  const billing = isObject(row['billing_address']) ? row['billing_address'] : {};
  const guest = Number(row['customer_is_guest']) === 1 || row['customer_is_guest'] === true;
  const known = {
    ...{ id: guest ? undefined : row['customer_id'], email: row['customer_email'] ?? billing['email'] },
    ...{ firstName: row['customer_firstname'] ?? billing['firstname'] },
    ...{ lastName: row['customer_lastname'] ?? billing['lastname'], phone: billing['telephone'] },
    ...{ city: billing['city'], region: billing['region'], postcode: billing['postcode'] },
    country: billing['country_id'],
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => textOf(value) !== undefined));
}
