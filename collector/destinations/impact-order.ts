/** impact.com: the order as conversion fields, and the one amount that a modification carries. */
import type { Item, Order, Report } from '../event.ts';
import { normalEmail, sha1, sha256 } from '../lib/hash.ts';
import { decimals } from '../lib/money.ts';
import { decimal, grossOf, itemDiscountOf, netOf, restOfTotal } from './amount.ts';
import type { Settings } from './destination.ts';
import { cut } from './encode.ts';

type Fields = Record<string, string | undefined>;

/** ISO 8601 in UTC without a fraction: an offset's `+` has no chance to become a space, and a late delivery keeps its date. */
export const eventDate = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** impact.com's amounts have two decimals at most; the third of a dinar is rounded away rather than refused. */
export function amount(minor: number, currency: string): string {
  const digits = decimals(currency);
  if (digits <= 2) return decimal(minor, currency);
  return (Math.round(minor / 10 ** (digits - 2)) / 100).toFixed(2);
}

const known = (minor: number | undefined, currency: string): string | undefined =>
  minor === undefined ? undefined : amount(minor, currency);

/** Everything about order and customer that /Conversions takes from us, in the order of the vendor's example. */
export function orderFields(order: Order, settings: Settings): Fields {
  const { currency } = order;
  return {
    CustomerId: customerId(order.customerId),
    CustomerEmail: emailHash(order.personal.email, settings['emailHash']),
    CustomerStatus: customerStatus(order.isNewCustomer, settings),
    CurrencyCode: currency,
    ...amountFields(order, settings),
    OrderPromoCode: promoCode(order.coupons),
    OrderShipping: known(order.shipping, currency),
    OrderTax: known(order.tax, currency),
  };
}

/** Plain e-mails are not permitted here, and an id cut short could be somebody else's: both are left out. */
export const customerId = (id: string | undefined): string | undefined =>
  id === undefined || id.includes('@') || id.length > 255 ? undefined : id;

function emailHash(email: string | undefined, how: unknown): string | undefined {
  if (email === undefined || email.trim() === '' || how === 'none') return undefined;
  return how === 'sha256' ? sha256(normalEmail(email)) : sha1(normalEmail(email));
}

/** The words must be configured in the event type's "Customer Status Mapping", so nothing is sent unless ours are too. */
function customerStatus(isNew: boolean | undefined, settings: Settings): string | undefined {
  if (isNew === undefined) return undefined;
  const word = settings[isNew ? 'customerStatusNew' : 'customerStatusExisting'];
  return typeof word === 'string' ? word : undefined;
}

/** One string of 255 characters for any number of codes: joined by commas, whole codes only. */
export function promoCode(coupons: readonly string[]): string | undefined {
  let joined = '';
  for (const code of coupons) {
    const longer = joined === '' ? code : `${joined},${code}`;
    if (longer.length > 255) break;
    joined = longer;
  }
  return joined === '' ? undefined : joined;
}

/**
 * With items: their amounts before discounts, and the discount beside them, which impact.com itself spreads over the items.
 * Without: OrderSubTotalPostDiscount, the vendor's field for order-level reports, from which nothing is to be subtracted any more;
 * so OrderDiscount stays away. `Amount` beside either would count the order twice.
 */
function amountFields(order: Order, settings: Settings): Fields {
  if (order.items.length === 0) return { OrderSubTotalPostDiscount: amount(netOf(order), order.currency) };
  const { ofOrder, ofItems } = discounts(order);
  const fields: Fields = { OrderDiscount: known(ofOrder, order.currency) };
  mergeBySku(order.items).forEach((line, index) =>
    Object.assign(
      fields,
      itemFields({ line, number: index + 1, currency: order.currency, settings, withDiscount: ofItems }),
    ),
  );
  return fields;
}

/**
 * Shops put one discount into the items, the order, or both. The order's discount is sent where there is one; the items' own beside it
 * only where the total proves that they are different money (goods − items' − order's = total without shipping, with or without tax).
 */
export function discounts(order: Order): { ofOrder: number | undefined; ofItems: boolean } {
  const ofItems = itemDiscountOf(order.items);
  if (order.discount === undefined || order.discount === 0) return { ofOrder: order.discount, ofItems: ofItems > 0 };
  const gross = grossOf(order.items);
  const nets = [restOfTotal(order), order.total - (order.shipping ?? 0)];
  const separate =
    ofItems > 0 && nets.includes(gross - ofItems - order.discount) && !nets.includes(gross - order.discount);
  return { ofOrder: order.discount, ofItems: separate };
}

interface Line {
  item: Item;
  quantity: number;
  gross: number;
  discount: number;
  /** The unit price, while all merged lines agree on it. */
  price: number | undefined;
}

/** impact.com addresses the items of an action by SKU, so two lines of one SKU would overwrite each other later. */
function mergeBySku(items: readonly Item[]): Line[] {
  const lines = new Map<string, Line>();
  for (const item of items) {
    const line = lines.get(item.sku) ?? { item, quantity: 0, gross: 0, discount: 0, price: item.price };
    line.quantity += item.quantity;
    line.gross += item.price * item.quantity;
    line.discount += (item.discount ?? 0) * item.quantity;
    if (line.price !== item.price) line.price = undefined;
    lines.set(item.sku, line);
  }
  return [...lines.values()];
}

function itemFields(input: {
  line: Line;
  number: number;
  currency: string;
  settings: Settings;
  withDiscount: boolean;
}): Fields {
  const { line, number, currency, settings, withDiscount } = input;
  const byPrice = settings['itemAmount'] === 'price' && line.price !== undefined;
  const category = line.item.category ?? fallbackCategory(settings['defaultCategory']);
  return {
    [`ItemSku${number}`]: cut(line.item.sku, 255),
    [`ItemName${number}`]: cut(line.item.name, 255),
    [`ItemCategory${number}`]: cut(category, 255),
    [`ItemQuantity${number}`]: String(line.quantity),
    [byPrice ? `ItemPrice${number}` : `ItemSubTotal${number}`]: amount(
      byPrice ? (line.price ?? 0) : line.gross,
      currency,
    ),
    [`ItemTotalDiscount${number}`]: withDiscount && line.discount > 0 ? amount(line.discount, currency) : undefined,
  };
}

const fallbackCategory = (word: unknown): string | undefined =>
  typeof word === 'string' && word !== 'none' ? word : undefined;

/**
 * The order's new commissionable amount, absolute, so that a repeated call changes nothing.
 * A shop that only says "the total is now 90" leaves items and subtotal as they were: what went off the total then goes off the goods.
 */
export function modifiedAmount(report: Report): number {
  const { order, before } = report;
  if (order.items.length === 0) {
    const net = netOf(order);
    const agrees = [net, net + (order.tax ?? 0)].includes(order.total - (order.shipping ?? 0));
    return agrees ? net : restOfTotal(order);
  }
  const { ofOrder, ofItems } = discounts(order);
  const net = Math.max(0, grossOf(order.items) - (ofOrder ?? 0) - (ofItems ? itemDiscountOf(order.items) : 0));
  if (before === undefined || JSON.stringify(before.items) !== JSON.stringify(order.items)) return net;
  return Math.max(0, net + order.total - before.total);
}
