/** CS-Cart's orders and users as ours. Every scalar may be a string; masked card data is never read. */
import type { Settings } from '../../kit/setting.ts';
import type { Reading, SourceCustomer, SourceOrder } from '../../kit/source.ts';
import { parseMoney, parsePrice } from '../../lib/money.ts';
import type { HttpResponse } from '../../model/http.ts';
import type { Item, Order, Personal } from '../../model/order.ts';
import { idOf, isRow, readJson, type Row, rowNumber, rowText, rowTime } from './reply.ts';

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
  const placedAt = rowTime(row['timestamp']);
  const status = rowText(row['status']);
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
  const type = rowText(row['user_type']) ?? 'C';
  if (type !== 'C') return undefined;
  const id = idOf(row['user_id']);
  if (id === undefined) return { problem: 'a customer without a user_id' };
  const joinedAt = rowTime(row['timestamp']) ?? 0;
  const agreed = agreement(row, settings);
  return {
    id,
    active: rowText(row['status']) !== 'D',
    joinedAt,
    seenAt: rowTime(row['last_login']) ?? joinedAt,
    ...given('agreed', agreed),
    ...person(row),
  };
}

/** CS-Cart has no field for it: an add-on or profile field does, and the owner names it. */
function agreement(row: Row, settings: Settings): boolean | undefined {
  const field = String(settings['agreedField'] ?? '');
  const value = field === '' ? undefined : rowText(row[field]);
  return value === undefined ? undefined : /^(?:y|yes|1|true|on)$/i.test(value);
}

function person(row: Row): Pick<SourceOrder, 'email' | 'phone' | 'firstName' | 'lastName'> {
  const email = rowText(row['email']);
  return {
    // One line break or a missing @ is a slip of an import, not an address.
    ...given(
      'email',
      email !== undefined && /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 254 ? email : undefined,
    ),
    ...given('phone', rowText(row['phone'])?.slice(0, 40)),
    ...given('firstName', rowText(row['firstname'])?.slice(0, 128)),
    ...given('lastName', rowText(row['lastname'])?.slice(0, 128)),
  };
}

/** `GET /orders/ID`: the row, and the order with its items. The status is decided by whoever knows the map. */
export function readCsCartOrder(
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
  return {
    orderId: read.id,
    total: read.total,
    currency: currencyOf(settings),
    ...given('subtotal', amount('subtotal')),
    // CS-Cart's `discount` stands in the prices of the products already ("including discount" on its order page): only this one is taken off.
    ...given('discount', amount('subtotal_discount')),
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
    const sku = rowText(product['product_code']) ?? rowText(product['product_id']);
    const price = parsePrice(product['price'], currencyOf(settings));
    const quantity = rowNumber(product['amount']);
    if (sku === undefined || 'error' in price || quantity === undefined || quantity === 0) return [];
    const { units, scale } = price;
    return [
      {
        sku,
        quantity,
        price: units,
        ...given('scale', scale === 0 ? undefined : scale),
        ...given('name', rowText(product['product'])),
      },
    ];
  });
}

function personalOf(read: SourceOrder, row: Row): Personal {
  return {
    ...given('email', read.email),
    ...given('phone', read.phone),
    ...given('firstName', read.firstName),
    ...given('lastName', read.lastName),
    ...given('city', rowText(row['b_city'])),
    ...given('region', rowText(row['b_state'])),
    ...given('postcode', rowText(row['b_zipcode'])),
    ...given('country', rowText(row['b_country'])),
    ...given('ip', rowText(row['ip_address'])),
  };
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
