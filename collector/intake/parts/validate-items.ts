/** Step 2 of 5. Reads the lines of an order. A line is never worth the sale: one that can't be used is left out, and it is said which and why. Pure. */
import { isUnclearQuantity, readAmount } from '../../../wire/amount.ts';
import { codeOf, otherCurrency, unsigned } from '../../../wire/complete-order.ts';
import type { Item } from '../../model/order.ts';
import { FINEST } from '../../lib/money.ts';
import { listOf } from '../../../wire/order-shapes/fields.ts';
import { isBlank, isFields, readId, readText } from '../fields.ts';
import type { Fields, Note } from '../fields.ts';
import { readPrice } from '../read-amount.ts';
import type { AmountContext } from '../read-amount.ts';

/** More lines than any shop's order has; a longer one is a template gone wrong. */
export const MOST_ITEMS = 500;
const LARGEST_QUANTITY = 1_000_000;
const KNOWN_ITEM = new Set(['sku', 'name', 'category', 'quantity', 'price', 'discount', 'currency']);

interface ItemsContext extends AmountContext {
  /** Notes what is taken all the same. */
  warn: Note;
  /** Notes what can't be used and is left out. */
  leaveOut: Note;
}

export function readItems(given: unknown, context: ItemsContext): Item[] {
  const { warn, leaveOut } = context;
  // A list with a gap is an object of numbered keys in PHP's JSON; some carts hand over the JSON as text.
  const listed = listOf(given);
  const value = listed.length > 0 && listed[0] !== given ? listed : given;
  if (isBlank(given)) return [];
  if (!Array.isArray(value)) return (leaveOut('items', 'must be a list of items'), []);
  if (value.length > MOST_ITEMS) {
    const message = `has ${value.length} lines; at most ${MOST_ITEMS} are taken: merge lines of the same sku`;
    return (leaveOut('items', message), []);
  }
  return value.flatMap((entry: unknown, index) => {
    const at = `items[${index}]`;
    if (!isFields(entry)) return (leaveOut(at, 'must be an object with sku, quantity and price'), []);
    for (const key of Object.keys(entry))
      if (!KNOWN_ITEM.has(key)) warn(`${at}.${key.slice(0, 64)}`, 'is not a field of an item; left out');
    const item = readItem(entry, at, context);
    return item ? [item] : [];
  });
}

function readItem(entry: Fields, at: string, context: ItemsContext): Item | undefined {
  const { currency, warn, leaveOut } = context;
  const sku = readId(entry.sku);
  const name = readText(entry.name);
  const category = readText(entry.category);
  if (sku === undefined && name === undefined)
    return void leaveOut(`${at}.sku`, "is missing: send the item's stock number");
  const own = typeof entry.currency === 'string' ? entry.currency.trim().toUpperCase() : undefined;
  if (own !== undefined && (codeOf(own) ?? own) !== currency) {
    const message = `is ${own.slice(0, 8)}, the order's is ${currency ?? 'missing'}: an order has one currency`;
    return void leaveOut(`${at}.currency`, message);
  }
  const quantity = readQuantity(entry.quantity, context);
  if ('error' in quantity) return void leaveOut(`${at}.quantity`, quantity.error);
  if (isBlank(entry.price)) return void leaveOut(`${at}.price`, 'is missing: send the unit price');
  const other = context.strict ? undefined : otherCurrency(entry.price, currency);
  if (other !== undefined) return void leaveOut(`${at}.price`, other);
  const price = readPrice(entry.price, context);
  if ('error' in price) return void leaveOut(`${at}.price`, price.error);
  const off = context.strict ? entry.discount : unsigned(entry.discount);
  const discount = isBlank(off) ? undefined : readPrice(off, context);
  if (discount && ('error' in discount || discount.units < 0))
    leaveOut(`${at}.discount`, 'error' in discount ? discount.error : 'must not be negative');
  for (const [field, read] of Object.entries({ quantity, price, discount })) {
    if (read?.reread !== undefined) warn(`${at}.${field}`, `was read as ${read.reread}: send a decimal with a dot`);
    if (read && 'rounded' in read && read.rounded)
      warn(`${at}.${field}`, `has more decimals than ${FINEST}, or than ${currency ?? 'the currency'} has; rounded`);
  }
  const taken = discount && !('error' in discount) && discount.units >= 0 ? discount : undefined;
  // Price and discount of a line share one scale.
  const scale = Math.max(price.scale, taken?.scale ?? 0);
  const item: Item = {
    sku: sku ?? name ?? '',
    quantity: quantity.quantity,
    price: price.units * 10 ** (scale - price.scale),
  };
  if (name !== undefined) item.name = name;
  if (category !== undefined) item.category = category;
  if (taken) item.discount = taken.units * 10 ** (scale - taken.scale);
  if (scale > 0) item.scale = scale;
  return item;
}

/** One unless given; goods by weight have decimals. */
function readQuantity(
  value: unknown,
  { strict }: AmountContext,
): { quantity: number; reread?: string } | { error: string } {
  if (isBlank(value)) return { quantity: 1 };
  const read = readAmount(value, { price: true });
  const quantity = 'amount' in read ? Number(read.amount) : NaN;
  const isExact = 'amount' in read && (read.amount.split('.')[1] ?? '').replace(/0+$/, '').length <= FINEST;
  const isPlain = typeof value === 'number' || /^\s*\d+(\.\d*)?\s*$/.test(value as string);
  if (isUnclearQuantity(value))
    return { error: `may be a thousand or a fraction: send ${quantity} or ${quantity / 1000} without a comma` };
  if (!isExact || !(quantity >= 0 && quantity <= LARGEST_QUANTITY) || (strict && !isPlain))
    return { error: `must be a number from 0 to ${LARGEST_QUANTITY}, with at most ${FINEST} decimals` };
  return { quantity, ...(isPlain ? {} : { reread: read.amount }) };
}
