/**
 * Amounts for definitions: what a report tells, from the order's ledger. A definition names a basis and formats; it doesn't reckon.
 * Minor units throughout.
 */
import { decimalsOf, formatMoney } from '../lib/money.ts';
import { BASES, worthOf, type Basis } from '../model/amounts/ledger.ts';
import type { Item, Order } from '../model/order.ts';
import type { Report } from '../model/report.ts';

export {
  groupLines,
  groupOrder,
  groupProblems,
  type GroupedLine,
  type GroupRule,
  type GroupShare,
} from '../model/amounts/groups.ts';
export { lineTotal, spreadAmount } from '../model/amounts/lines.ts';
export { layOutOrder, linesOn, worthOf, type Basis, type Ledger, type LedgerLine } from '../model/amounts/ledger.ts';
import type { Settings } from './setting.ts';

/** The order's currency with the decimals that are kept with it. */
type Denominated = Pick<Order, 'currency' | 'digits'>;

/** 11200 → `112.00`, by the order's own decimals. */
export const decimalAmount = (minor: number, { currency, digits }: Denominated): string =>
  formatMoney({ minor, currency, digits: decimalsOf({ currency, digits }) });

/** What the order is worth on a basis, as text: `112.00`. */
export const amountOf = (order: Order, basis: Basis): string => decimalAmount(worthOf(order, basis), order);

/**
 * The same integer with at most `most` decimals, half away from zero, for vendors that take no third decimal of a dinar. Reckon with what it
 * returns: amounts that are rounded one by one don't add up.
 */
export function withDecimals(minor: number, order: Denominated, most: number): { minor: number; digits: number } {
  const digits = decimalsOf(order);
  if (digits <= most) return { minor, digits };
  return { minor: Math.sign(minor) * Math.round(Math.abs(minor) / 10 ** (digits - most)), digits: most };
}

/** A line as a unit price times a whole number, where that says it to the cent; else as one of what the line came to. */
export function unitsOf({ quantity }: Pick<Item, 'quantity'>, minor: number): { quantity: number; unit: number } {
  const whole = Number.isInteger(quantity) && quantity > 0 && minor % quantity === 0;
  return whole ? { quantity, unit: minor / quantity } : { quantity: 1, unit: minor };
}

/** What `before` leaves out where there was none of it. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['subtotal', 'discount', 'shipping', 'tax', 'digits', 'composition', 'isNewCustomer'],
]);

/** The order as the destination was told of it last, for what is told as a difference; the order itself where nothing was told before. */
export function orderAsTold({ order, before }: Report): Order {
  if (before === undefined) return order;
  const same = Object.fromEntries(Object.entries(order).filter(([field]) => !LEFT_OUT.has(field))) as unknown as Order;
  return { ...same, ...before, status: 'approved' };
}

/**
 * The order of a change with what conditions of groups look at as it was when the sale was told: a line stays in its group, whatever is said
 * of codes and customer since.
 */
export function orderAsGrouped({ order, before }: Pick<Report, 'order' | 'before'>): Order {
  if (before?.coupons === undefined) return order;
  const { isNewCustomer: _since, ...same } = order;
  const { coupons, isNewCustomer } = before;
  return { ...same, coupons, ...(isNewCustomer === undefined ? {} : { isNewCustomer }) };
}

/** The setting of a connection that says what it is told, for definitions whose vendor leaves it to the merchant. */
export const basisSetting = (fallback: Basis) =>
  ({
    label: 'Amount',
    help: 'goods: after discounts, as priced; net: the same without tax; total: all that was paid, tax and shipping included; list: goods before discounts',
    options: BASES,
    default: fallback,
  }) as const;

/** The setting of a connection that says which part of an order is paid at which rate, for networks that know several. */
export const groupsSetting = (what: string) =>
  ({
    label: 'Commission groups',
    help: `${what}, by condition; the first that fits a line counts: category=Shoes, sku=AB-1, coupon=VIP, customer=new, customer=returning; * at the end stands for any ending`,
    kind: 'map',
  }) as const;

/** The conditions of that setting, each with the network's code for what it fits. */
export const groupConditions = ({ groups }: Settings): Record<string, string> =>
  (groups ?? {}) as Record<string, string>;

/** The basis that a connection's settings name. */
export const basisOf = (value: unknown, fallback: Basis): Basis => BASES.find((basis) => basis === value) ?? fallback;
