/**
 * PrestaShop's order as ours, with its state, slips, codes and messages: always the state as a whole. Amounts are texts of six decimals in the order's
 * own currency, with and without tax; none of them moves on a refund. https://devdocs.prestashop-project.org/9/webservice/resources/orders/ (read 2026-11)
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
import { timeIn } from './api.ts';

/** States of a shop as it comes, by number: cancelled, refunded, payment error. What else a state means, its own mark *paid* says. */
const BUILT_IN: StatusMap = { '6': 'cancelled', '7': 'refunded', '8': 'cancelled' };

export interface PrestaShopFacts {
  /** The order; several where a checkout was split and its reference is the number. */
  orders: readonly Json[];
  /** All orders of its reference, where they are known. */
  parts?: readonly Json[];
  states: readonly Json[];
  slips: readonly Json[];
  currency: Json;
  customer: Json;
  codes: readonly Json[];
  messages: readonly Json[];
}

export const rowsIn = (row: Json, name: string): Json[] => {
  const all = isObject(row['associations']) ? row['associations'] : {};
  return Array.isArray(all[name]) ? all[name].filter(isObject) : [];
};

const MARKED = (value: unknown): boolean => value === true || String(value) === '1';
const undone = (meaning: StatusMeaning): boolean => meaning === 'cancelled' || meaning === 'refunded';

export function readPrestaShopOrder(facts: PrestaShopFacts, settings: Settings): ShopReport | { ignored: string } {
  const each = facts.orders
    .map((row) => ({ row, meaning: meaningOf(row, facts.states, settings) }))
    .filter(({ meaning }) => meaning !== 'ignore');
  const [first] = each;
  if (!first) return { ignored: 'the owner’s statusMap leaves such orders out' };
  // Of the parts of a checkout those count that stand; and it waits as long as one of them does.
  const standing = each.filter(({ meaning }) => !undone(meaning));
  const meaning =
    standing.find(({ meaning: one }) => one === 'pending')?.meaning ?? standing[0]?.meaning ?? first.meaning;
  const counted = (standing.length > 0 ? standing : each).map(({ row }) => row);
  const times = [...each.map(({ row }) => row), ...facts.slips].flatMap(
    (row) => timeIn(row['date_upd'], settings) ?? [],
  );
  const placed = timeIn(first.row['date_add'], settings);
  return {
    ...(times.length === 0 ? {} : { changedAt: Math.max(...times) }),
    order: {
      ...namesOf(first.row, facts, settings),
      status: meaning,
      ...(placed === undefined ? {} : { placedAt: new Date(placed).toISOString() }),
      ...amountsOf(counted, facts, meaning),
      coupons: facts.codes.flatMap(({ code }) => textOf(code) ?? []),
      customer: customerOf(facts.customer),
      ...readCarriedClick(fieldIn(facts.messages)),
    },
  };
}

/**
 * The parts of a split checkout have one reference, and an id each. As orders of their own the first of them alone has the reference for a name:
 * what a page reports under it is no further order, and no part is lost in another.
 */
function namesOf(row: Json, { orders, parts = [] }: PrestaShopFacts, { orderNumber }: Settings) {
  const ids = orders.map(({ id }) => id);
  if (orderNumber === 'number') return orderNames(textOf(row['reference']), ids);
  const first = Math.min(...parts.map(({ id }) => Number(id)), Number(row['id']));
  return orderNames(textOf(row['id']), Number(row['id']) === first ? [row['reference'], ...ids] : ids);
}

function meaningOf(row: Json, states: readonly Json[], settings: Settings): StatusMeaning {
  const id = textOf(row['current_state']) ?? '';
  const paid = MARKED(states.find((state) => textOf(state['id']) === id)?.['paid']);
  const meaning = { ...BUILT_IN, ...ownStatuses(settings) }[id] ?? (paid ? 'approved' : 'pending');
  const test = settings['testModule'] !== undefined && textOf(row['module']) === settings['testModule'];
  // A page may have reported it as a sale: what is none is taken back, and told to nobody.
  return test && settings['testOrders'] !== 'report' && meaning !== 'ignore' ? 'cancelled' : meaning;
}

function amountsOf(
  orders: readonly Json[],
  { slips: all, currency: given }: PrestaShopFacts,
  meaning: StatusMeaning,
): Record<string, unknown> {
  const currency = textOf(given['iso_code'])?.toUpperCase() ?? '';
  // The server API's reader says what is wrong with these.
  if (!isCurrency(currency)) return { currency, total: orders[0]?.['total_paid_tax_incl'] };
  const sum = (rows: readonly Json[], field: string): number =>
    rows.reduce((whole, row) => whole + (minorOf(row[field], currency) ?? 0), 0);
  const text = (amount: number): string => decimalAmount(amount, { currency });
  const ids = orders.map(({ id }) => textOf(id));
  const slips = undone(meaning) ? [] : all.filter(({ id_order: id }) => ids.includes(textOf(id)));
  const total = sum(orders, 'total_paid_tax_incl');
  const back = sum(slips, 'total_products_tax_incl') + sum(slips, 'total_shipping_tax_incl');
  const left = Math.max(0, total - back);
  const gone = back > 0 && left === 0;
  const kept = undone(meaning) || gone;
  const now = kept ? total : left;
  const taken = kept ? [] : slips;
  const returned = (line: Json): number =>
    taken
      .flatMap((slip) => rowsIn(slip, 'order_slip_details'))
      .filter(({ id_order_detail: id }) => textOf(id) === textOf(line['id']))
      .reduce((pieces, { product_quantity: quantity }) => pieces + Number(quantity), 0);
  const lines = orders
    .flatMap((order) => rowsIn(order, 'order_rows'))
    .flatMap((line) => lineOf(line, { currency, returned: returned(line) }));
  const list = lines.reduce((whole, line) => whole + line.list, 0);
  const goods = sum(orders, 'total_products');
  const off = sum(orders, 'total_discounts_tax_excl');
  const discount = goods === 0 ? off : Math.round((off * list) / goods);
  const carriage = sum(orders, 'total_shipping_tax_excl') + sum(orders, 'total_wrapping_tax_excl');
  const shipping = Math.max(0, carriage - sum(taken, 'total_shipping_tax_excl'));
  const taxBack = ['products', 'shipping'].reduce(
    (whole, part) => whole + sum(taken, `total_${part}_tax_incl`) - sum(taken, `total_${part}_tax_excl`),
    0,
  );
  const tax = Math.max(0, total - sum(orders, 'total_paid_tax_excl') - taxBack);
  const parts = Math.max(now, list - discount + shipping + tax);
  return {
    ...{ currency, total: text(now) },
    ...(gone && !undone(meaning) ? { status: 'refunded' } : {}),
    ...{ subtotal: text(list), discount: text(discount), shipping: text(shipping) },
    tax: text(taxAfterRefund(tax, { before: parts, after: now })),
    items: lines.map(({ item }) => item),
  };
}

/** The pieces of a line that did not come back. */
function lineOf(
  line: Json,
  { currency, returned }: { currency: string; returned: number },
): { item: Record<string, unknown>; list: number }[] {
  const ordered = Number(line['product_quantity']);
  const quantity = ordered - returned;
  if (!(quantity > 0)) return [];
  const name = textOf(line['product_name']);
  const sku = textOf(line['product_reference']) ?? textOf(line['product_id']) ?? name;
  const price = Number(line['unit_price_tax_excl']);
  const list = minorOf((price * quantity).toFixed(6), currency) ?? 0;
  const each = unitPrice(list, quantity, currency);
  return [{ item: { sku, ...(name === undefined ? {} : { name }), quantity, price: each }, list }];
}

/** Guests have an account of one order's life. */
function customerOf(customer: Json): Record<string, unknown> {
  const known = {
    ...{ id: MARKED(customer['is_guest']) ? undefined : customer['id'], email: customer['email'] },
    ...{ firstName: customer['firstname'], lastName: customer['lastname'] },
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => textOf(value) !== undefined));
}

/** `ct_journey=…`, a line each, in messages that nobody sees but the shop. */
function fieldIn(messages: readonly Json[]): (name: string) => string | undefined {
  const lines = messages
    .filter((message) => MARKED(message['private']))
    .flatMap(({ message }) => (textOf(message) ?? '').split(/\r?\n/));
  return (name) => {
    const start = `${name.replace(/^_/, '')}=`;
    return lines
      .find((line) => line.startsWith(start))
      ?.slice(start.length)
      .trim();
  };
}
