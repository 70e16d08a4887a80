/**
 * A transaction of Paddle, with its adjustments where they are known, as an order of ours: always the state as a whole. Amounts are texts in the
 * smallest unit, goods without tax. https://developer.paddle.com/api-reference/transactions/overview (read 2026-11)
 */
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { ShopReport } from '../../kit/source.ts';
import { decimalsOf, formatUnits } from '../../lib/money.ts';
import type { OrderStatus } from '../../model/order.ts';
import { taxAfterRefund } from '../amounts.ts';
import { carriedIn, readCarriedClick } from '../carried-click.ts';
import { orderNames } from '../order-names.ts';
import { isRehearsal } from './api.ts';

const STATES: Readonly<Record<string, OrderStatus>> = {
  completed: 'approved',
  // The money is there, Paddle's own reckoning not yet: a moment later it is completed.
  paid: 'pending',
  billed: 'pending',
  past_due: 'pending',
  canceled: 'cancelled',
};

const objectIn = (value: unknown): Json => (isObject(value) ? value : {});
const rowsIn = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const units = (value: unknown): number => (/^-?\d{1,15}$/.test(textOf(value) ?? '') ? Number(value) : 0);
const timeOf = (value: unknown): number => Date.parse(textOf(value) ?? '');

/** `at`: when this was so, where the transaction itself doesn't say. */
export function readPaddleOrder(
  transaction: Json,
  settings: Settings,
  { at, reread }: { at?: unknown; reread?: true } = {},
): ShopReport | { ignored: string } {
  const status = statusOf(transaction, settings);
  if (typeof status === 'object') return status;
  const adjustments = rowsIn(transaction['adjustments']);
  const changed = [transaction['updated_at'] ?? at, ...adjustments.map((one) => one['updated_at'] ?? one['created_at'])]
    .map(timeOf)
    .filter((time) => !Number.isNaN(time));
  const details = objectIn(transaction['details']);
  const currency = textOf(transaction['currency_code'])?.toUpperCase() ?? '';
  const custom = objectIn(transaction['custom_data']);
  return {
    // What was read is newer than what was posted of the same state: a webhook knows no adjustments.
    ...(changed.length === 0 ? {} : { changedAt: Math.max(...changed) + (reread ? 1 : 0) }),
    order: {
      ...orderNames(paddleOrderId(transaction, settings), [transaction['id'], transaction['invoice_number']]),
      status,
      placedAt: textOf(transaction['billed_at']) ?? textOf(transaction['created_at']),
      ...amountsOf({ details, adjustments, currency, undone: status === 'cancelled' }, settings),
      coupons: codesOf(transaction),
      customer: customerOf(transaction),
      ...readCarriedClick(carriedIn(custom), objectIn(settings['clickFields']) as Record<string, string>),
    },
  };
}

/** The field that the shop names orders by, else the transaction. */
function paddleOrderId(transaction: Json, settings: Settings): string {
  const field = String(settings['orderField']);
  const named = field === 'invoice_number' ? transaction[field] : objectIn(transaction['custom_data'])[field];
  return textOf(named) ?? textOf(transaction['id']) ?? '';
}

function statusOf(transaction: Json, settings: Settings): OrderStatus | { ignored: string } {
  const status = STATES[textOf(transaction['status']) ?? ''];
  const origin = textOf(transaction['origin']) ?? '';
  if (status === undefined)
    return { ignored: `a transaction that is ${String(transaction['status'])} is no order yet` };
  if (origin === 'subscription_payment_method_change') return { ignored: 'a change of the payment method is no order' };
  // What a subscription charges after its first payment.
  if (origin.startsWith('subscription_') && settings['renewals'] !== 'report')
    return { ignored: 'a renewal of a subscription: this connection does not tell them (renewals)' };
  const totals = objectIn(objectIn(transaction['details'])['totals']);
  if (units(totals['total']) === 0 && settings['freeOrders'] !== 'report')
    return { ignored: 'nothing was paid: this connection does not tell such orders (freeOrders)' };
  // A page may have reported it as a sale: what is none is taken back, and told to nobody.
  if (isRehearsal(settings) && settings['testOrders'] !== 'report') return 'cancelled';
  return status;
}

/** Of adjustments only approved ones moved money: a refund that waits for approval or was rejected did not. */
function takenBack(adjustments: readonly Json[]): number {
  const sum = (...actions: string[]): number =>
    adjustments
      .filter(({ status, action }) => status === 'approved' && actions.includes(String(action)))
      .reduce((total, { totals }) => total + units(objectIn(totals)['total']), 0);
  const chargedBack = Math.max(0, sum('chargeback') - sum('chargeback_reverse'));
  return sum('refund') + chargedBack + Math.max(0, sum('credit') - sum('credit_reverse'));
}

interface PaddleAmounts {
  details: Json;
  adjustments: readonly Json[];
  currency: string;
  undone: boolean;
}

function amountsOf(given: PaddleAmounts, settings: Settings): Record<string, unknown> {
  const { details, adjustments, currency, undone } = given;
  const totals = objectIn(details['totals']);
  const digits = paddleDecimals(currency, settings);
  const text = (amount: number): string => formatUnits(amount, digits);
  const [total, tax] = [units(totals['total']), units(totals['tax'])];
  // A webhook shows no adjustments, and their sum only where it shows the totals after them.
  const after = objectIn(details['adjusted_totals'])['total'];
  const left = adjustments.length > 0 || after === undefined ? total - takenBack(adjustments) : units(after);
  const back = left <= 0 && total > 0;
  const now = undone || back ? total : Math.min(total, left);
  const lines = rowsIn(details['line_items']).filter(({ quantity }) => Number(quantity) > 0);
  const ofLines = lines.reduce((sum, { totals: of }) => sum + units(objectIn(of)['discount']), 0);
  const discount = units(totals['discount']);
  const lists = listsOf(lines, units(totals['subtotal']));
  return {
    ...{ currency, total: text(now) },
    ...(back && !undone ? { status: 'refunded' } : {}),
    subtotal: text(units(totals['subtotal'])),
    // Lines say it themselves, each its own; named twice it would be spread over all of them.
    ...(ofLines === discount ? {} : { discount: text(discount) }),
    ...{ shipping: text(0), tax: text(taxAfterRefund(tax, { before: total, after: now })) },
    items: lines.map((line, index) => itemOf(line, { digits, discounted: ofLines === discount, list: lists[index]! })),
  };
}

/** Lines before discounts. One that shows what a piece cost alone may be a rounding off: with it the lines come to what the transaction says. */
function listsOf(lines: readonly Json[], subtotal: number): number[] {
  const whole = ({ totals }: Json): unknown => objectIn(totals)['subtotal'];
  const lists = lines.map((line) =>
    whole(line) === undefined
      ? units(objectIn(line['unit_totals'])['subtotal']) * Number(line['quantity'])
      : units(whole(line)),
  );
  const short = subtotal - lists.reduce((sum, list) => sum + list, 0);
  const rough = lines.findIndex((line) => whole(line) === undefined);
  return lists.map((list, index) => (index === rough ? list + short : list));
}

function itemOf(
  line: Json,
  { digits, discounted, list }: { digits: number; discounted: boolean; list: number },
): Record<string, unknown> {
  const [product, totals] = [objectIn(line['product']), objectIn(line['totals'])];
  const quantity = Number(line['quantity']);
  const unit = (whole: unknown, one: unknown): number =>
    (whole === undefined ? units(one) : units(whole) / quantity) / 10 ** digits;
  const ofUnit = objectIn(line['unit_totals']);
  const name = textOf(product['name']);
  const off = discounted ? unit(totals['discount'], ofUnit['discount']) : 0;
  return {
    sku: textOf(objectIn(product['custom_data'])['sku']) ?? textOf(product['id']) ?? textOf(line['price_id']) ?? name,
    ...(name === undefined ? {} : { name }),
    ...{ quantity, price: (list / quantity / 10 ** digits).toFixed(6) },
    ...(off > 0 ? { discount: off.toFixed(6) } : {}),
  };
}

/** Decimals that Paddle counts by: the currency's own, unless the owner found others. */
function paddleDecimals(currency: string, { decimals: own }: Settings): number {
  const named = objectIn(own)[currency];
  return named === undefined ? decimalsOf({ currency }) : Number(named);
}

/** The code, where Paddle was asked to show the discount. */
function codesOf(transaction: Json): string[] {
  const code = textOf(objectIn(transaction['discount'])['code']);
  return code === undefined ? [] : [code];
}

/** Everybody has a customer; name and address are only shown on request. */
function customerOf(transaction: Json): Record<string, unknown> {
  const [customer, address] = [objectIn(transaction['customer']), objectIn(transaction['address'])];
  const known = {
    ...{ id: transaction['customer_id'], email: customer['email'] },
    ...{ city: address['city'], region: address['region'], postcode: address['postal_code'] },
    country: address['country_code'],
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => textOf(value) !== undefined));
}
