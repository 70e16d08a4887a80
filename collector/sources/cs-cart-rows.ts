/** CS-Cart's orders and users as ours. Every scalar may be a string; masked card data is never read. */
import type { HttpResponse, Settings } from '../destinations/destination.ts';
import type { Item, Order, Personal } from '../event.ts';
import { parseMoney } from '../lib/money.ts';
import { idOf, isRow, readJson, text, time, whole, type Row } from './cs-cart-reply.ts';
import type { Reading, SourceCustomer, SourceOrder } from './source.ts';

/** Amounts are in the store's primary currency, which the API does not name; `secondary_currency` is what the shopper saw. */
const currencyOf = (settings: Settings): string => String(settings['currency']);

function money(value: unknown, settings: Settings): number | undefined {
  // A number in the list loses nothing: CS-Cart's amounts have at most the currency's decimals.
  const parsed = parseMoney(value, currencyOf(settings));
  return 'minor' in parsed ? parsed.minor : undefined;
}

export function orderOf(row: Row, settings: Settings): SourceOrder | { problem: string } | undefined {
  // A parent is not an order of its own: its parts are.
  if (row['is_parent_order'] === 'Y') return undefined;
  const id = idOf(row['order_id']);
  const total = money(row['total'], settings);
  const placedAt = time(row['timestamp']);
  const status = text(row['status']);
  if (id === undefined) return { problem: 'an order without an order_id' };
  if (total === undefined) return { problem: `order ${id}: its total is no amount in ${currencyOf(settings)}` };
  if (placedAt === undefined) return { problem: `order ${id}: its timestamp is no time` };
  if (status === undefined) return { problem: `order ${id}: it has no status` };
  return {
    id,
    status,
    total,
    placedAt,
    ...given('parentId', idOf(row['parent_order_id'])),
    ...given('customerId', idOf(row['user_id'])),
    ...person(row),
  };
}

export function customerOf(row: Row, settings: Settings): SourceCustomer | { problem: string } | undefined {
  // Asked with user_type=C; an older shop may send administrators all the same.
  const type = text(row['user_type']) ?? 'C';
  if (type !== 'C') return undefined;
  const id = idOf(row['user_id']);
  if (id === undefined) return { problem: 'a customer without a user_id' };
  const joinedAt = time(row['timestamp']) ?? 0;
  const agreed = agreement(row, settings);
  return {
    id,
    active: text(row['status']) !== 'D',
    joinedAt,
    seenAt: time(row['last_login']) ?? joinedAt,
    ...given('agreed', agreed),
    ...person(row),
  };
}

/** CS-Cart has no field for it: an add-on or profile field does, and the owner names it. */
function agreement(row: Row, settings: Settings): boolean | undefined {
  const field = String(settings['agreedField'] ?? '');
  const value = field === '' ? undefined : text(row[field]);
  return value === undefined ? undefined : /^(?:y|yes|1|true|on)$/i.test(value);
}

function person(row: Row): Pick<SourceOrder, 'email' | 'phone' | 'firstName' | 'lastName'> {
  const email = text(row['email']);
  return {
    // One line break or a missing @ is a slip of an import, not an address.
    ...given(
      'email',
      email !== undefined && /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 254 ? email : undefined,
    ),
    ...given('phone', text(row['phone'])?.slice(0, 40)),
    ...given('firstName', text(row['firstname'])?.slice(0, 128)),
    ...given('lastName', text(row['lastname'])?.slice(0, 128)),
  };
}

/** `GET /orders/ID`: the row, and the order with its items. The status is decided by whoever knows the map. */
export function readOrder(
  response: HttpResponse,
  settings: Settings,
): Reading<{ row: SourceOrder; order: Order; split: boolean }> {
  const json = readJson(response);
  if ('fault' in json) return json;
  const row = isRow(json.value) ? json.value : {};
  const read = orderOf({ ...row, is_parent_order: 'N' }, settings);
  if (read === undefined || 'problem' in read) {
    return { fault: { message: `The shop’s order cannot be used: ${read?.problem ?? 'empty'}.`, temporary: false } };
  }
  return { value: { row: read, order: wholeOrder(read, row, settings), split: row['is_parent_order'] === 'Y' } };
}

/** What a list row alone says of an order. */
export function bareOrder(read: SourceOrder, settings: Settings): Order {
  return wholeOrder(read, {}, settings);
}

function wholeOrder(read: SourceOrder, row: Row, settings: Settings): Order {
  const amount = (name: string) => money(row[name], settings);
  const discounts = [amount('discount'), amount('subtotal_discount')].filter((value) => value !== undefined);
  const discount = discounts.length === 0 ? undefined : discounts.reduce((sum, value) => sum + value, 0);
  return {
    orderId: read.id,
    total: read.total,
    currency: currencyOf(settings),
    ...given('subtotal', amount('subtotal')),
    ...given('discount', discount),
    ...given('shipping', amount('shipping_cost')),
    ...given('tax', amount('tax_subtotal')),
    coupons: isRow(row['coupons']) ? Object.keys(row['coupons']) : [],
    placedAt: read.placedAt,
    status: 'pending',
    items: itemsOf(row['products'], settings),
    ...given('customerId', read.customerId),
    personal: personalOf(read, row),
  };
}

/** A hash keyed by item id, or a list where PHP had no keys. */
function itemsOf(products: unknown, settings: Settings): Item[] {
  const list: unknown[] = isRow(products) ? Object.values(products) : [];
  const entries = Array.isArray(products) ? (products as unknown[]) : list;
  return entries.filter(isRow).flatMap((product) => {
    const sku = text(product['product_code']) ?? text(product['product_id']);
    const price = money(product['price'], settings);
    const quantity = whole(product['amount']);
    if (sku === undefined || price === undefined || quantity === undefined || quantity === 0) return [];
    return [{ sku, quantity, price, ...given('name', text(product['product'])) }];
  });
}

function personalOf(read: SourceOrder, row: Row): Personal {
  return {
    ...given('email', read.email),
    ...given('phone', read.phone),
    ...given('firstName', read.firstName),
    ...given('lastName', read.lastName),
    ...given('city', text(row['b_city'])),
    ...given('region', text(row['b_state'])),
    ...given('postcode', text(row['b_zipcode'])),
    ...given('country', text(row['b_country'])),
    ...given('ip', text(row['ip_address'])),
  };
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
