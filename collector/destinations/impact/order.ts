/** impact.com: the order as conversion fields, and the one amount that a modification carries. */
import type { Item, Order } from '../../model/order.ts';
import { normalEmail, sha1, sha256 } from '../../lib/hash.ts';
import { decimalsOf, formatUnits } from '../../lib/money.ts';
import { basisOf, layOutOrder, linesOn, spreadAmount, withDecimals, worthOf, type Basis } from '../../kit/amount.ts';
import type { Settings } from '../../kit/setting.ts';
import { cutText } from '../../kit/encode.ts';

type Fields = Record<string, string | undefined>;

/** ISO 8601 in UTC without a fraction: an offset's `+` has no chance to become a space, and a late delivery keeps its date. */
export const eventDate = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** impact.com's amounts have two decimals at most; the third of a dinar is rounded away rather than refused. */
const MOST_DECIMALS = 2;

/** The order's minor units in impact.com's: the same but for the third decimal. */
const rounded = (minor: number, order: Order): number => withDecimals(minor, order, MOST_DECIMALS).minor;

/** An amount that is in impact.com's units already. */
const written = (minor: number, order: Order): string => formatUnits(minor, Math.min(MOST_DECIMALS, decimalsOf(order)));

const amount = (minor: number, order: Order): string => written(rounded(minor, order), order);

const known = (minor: number | undefined, order: Order): string | undefined =>
  minor === undefined ? undefined : amount(minor, order);

/** What the connection is told of an order: the goods unless its settings say otherwise. */
export const basisOfImpact = (settings: Settings): Basis => basisOf(settings['amountBasis'], 'goods');

/** Everything about order and customer that /Conversions takes from us, in the order of the vendor's example. */
export function orderFields(order: Order, settings: Settings): Fields {
  return {
    CustomerId: customerId(order.customerId),
    CustomerEmail: emailHash(order.personal.email, settings['emailHash']),
    CustomerStatus: customerStatus(order.isNewCustomer, settings),
    CurrencyCode: order.currency,
    ...amountFields(order, settings),
    OrderPromoCode: promoCode(order.coupons),
    OrderShipping: known(order.shipping, order),
    OrderTax: known(order.tax, order),
  };
}

/** Plain e-mails are not permitted here, and an id cutText short could be somebody else's: both are left out. */
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
 * With items: their amounts before discounts, and the discount beside them, which impact.com itself spreads over the items. On another basis
 * than the goods each line says its share of that amount, and nothing is to be taken off.
 * Without: OrderSubTotalPostDiscount, the vendor's field for order-level reports, from which nothing is to be subtracted any more;
 * so OrderDiscount stays away. `Amount` beside either would count the order twice.
 */
function amountFields(order: Order, settings: Settings): Fields {
  const basis = basisOfImpact(settings);
  if (order.items.length === 0) return { OrderSubTotalPostDiscount: amount(worthOf(order, basis), order) };
  const lines = basis === 'goods' ? linesOfGoods(order) : linesOfShare(order, basis);
  const fields: Fields = { OrderDiscount: basis === 'goods' ? orderDiscount(order, lines) : undefined };
  lines.forEach((line, index) => Object.assign(fields, itemFields({ line, number: index + 1, order, settings })));
  return fields;
}

/** The one amount of a modification: what the order is worth now, so that a repeated call changes nothing. */
export const modifiedAmount = (order: Order, settings: Settings): string =>
  amount(worthOf(order, basisOfImpact(settings)), order);

/** One item of the action. Amounts in impact.com's units. */
interface Line {
  item: Item;
  quantity: number;
  minor: number;
  /** Its own discount. */
  discount: number;
  /** The unit price, while it says the whole line and all merged lines agree on it. */
  price: number | undefined;
}

/** A price times a whole number is what the line costs; anything else is said as the line. */
const saysWhole = (item: Item, minor: number): boolean =>
  Number.isInteger(item.quantity) && (item.scale ?? 0) === 0 && minor === item.price * item.quantity;

/** Before discounts. Unit prices are finer, or lines were added to by amount: then the line's amount alone is right. */
function linesOfGoods(order: Order): Line[] {
  const { lines, added, goods } = layOutOrder(order);
  const more = spreadAmount(
    added,
    lines.map(({ list }) => list),
  );
  const merged = mergeBySku(
    lines.map(({ item, list, discount }, index) => ({
      ...{
        item,
        quantity: item.quantity,
        minor: rounded(list + more[index]!, order),
        discount: rounded(discount, order),
      },
      price: saysWhole(item, list + more[index]!) ? item.price : undefined,
    })),
  );
  // Two decimals of each may lack one of their sum.
  const short = rounded(goods, order) - afterDiscounts(merged);
  return merged.map((line, index) =>
    index === 0 && short > 0 ? { ...line, minor: line.minor + short, price: undefined } : line,
  );
}

/** Each with its share of the order's amount on another basis; nothing is to be taken off. */
function linesOfShare(order: Order, basis: Basis): Line[] {
  const lines = linesOn(order, basis);
  const shares = spreadAmount(
    rounded(worthOf(order, basis), order),
    lines.map(({ minor }) => minor),
  );
  return mergeBySku(
    lines.map(({ item }, index) => ({
      ...{ item, quantity: item.quantity, minor: shares[index]!, discount: 0, price: undefined },
    })),
  );
}

const afterDiscounts = (lines: readonly Line[]): number =>
  lines.reduce((sum, { minor, discount }) => sum + minor - discount, 0);

/**
 * What impact.com is to take off the items itself, so that what was paid for the goods is left: the discount that was named, what was paid
 * less without a word, lines below zero, what was paid back before the sale was told. A discount inside the prices is none of them.
 */
function orderDiscount(order: Order, lines: readonly Line[]): string | undefined {
  const off = afterDiscounts(lines) - rounded(layOutOrder(order).goods, order);
  return off === 0 && order.discount !== 0 ? undefined : written(off, order);
}

/** impact.com addresses the items of an action by SKU, so two lines of one SKU would overwrite each other later. */
function mergeBySku(parts: readonly Line[]): Line[] {
  const lines = new Map<string, Line>();
  for (const part of parts) {
    const line = lines.get(part.item.sku);
    if (line === undefined) {
      lines.set(part.item.sku, { ...part });
      continue;
    }
    line.quantity += part.quantity;
    line.minor += part.minor;
    line.discount += part.discount;
    if (line.price !== part.price) line.price = undefined;
  }
  return [...lines.values()];
}

function itemFields(input: { line: Line; number: number; order: Order; settings: Settings }): Fields {
  const { line, number, order, settings } = input;
  const byPrice = settings['itemAmount'] === 'price' && line.price !== undefined;
  const category = line.item.category ?? fallbackCategory(settings['defaultCategory']);
  return {
    [`ItemSku${number}`]: cutText(line.item.sku, 255),
    [`ItemName${number}`]: cutText(line.item.name, 255),
    [`ItemCategory${number}`]: cutText(category, 255),
    [`ItemQuantity${number}`]: quantity(line.quantity),
    [byPrice ? `ItemPrice${number}` : `ItemSubTotal${number}`]: byPrice
      ? amount(line.price ?? 0, order)
      : written(line.minor, order),
    [`ItemTotalDiscount${number}`]: line.discount > 0 ? written(line.discount, order) : undefined,
  };
}

/** impact.com counts whole things: two and a half kilograms are one of what the line costs. */
const quantity = (count: number): string => String(Number.isInteger(count) ? count : 1);

const fallbackCategory = (word: unknown): string | undefined =>
  typeof word === 'string' && word !== 'none' ? word : undefined;
