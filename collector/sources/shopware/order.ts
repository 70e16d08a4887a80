/**
 * Shopware's order as ours: always the state as a whole. Amounts are floats in the order's currency; whether prices hold their tax says
 * `taxStatus`; discounts are lines with a negative price. https://shopware.stoplight.io/docs/admin-api (read 2026-11)
 */
import { decimalAmount } from '../../kit/amount.ts';
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { ShopReport, StatusMap, StatusMeaning } from '../../kit/source.ts';
import { isCurrency } from '../../lib/money.ts';
import { minorOf, taxAfterRefund, unitPrice } from '../amounts.ts';
import { type CarriedClick, carriedIn, readCarriedClick } from '../carried-click.ts';
import { orderNames } from '../order-names.ts';
import { ownStatuses } from '../status-meaning.ts';

/** States of the payment, and of the order where it begins with `order.`; whatever isn't listed waits. */
const BUILT_IN: StatusMap = {
  paid: 'approved',
  refunded_partially: 'approved',
  refunded: 'refunded',
  chargeback: 'refunded',
  'order.cancelled': 'cancelled',
};

/** What is read with an order: Shopware shows nothing that isn't asked for. */
export const SHOPWARE_ASSOCIATIONS = {
  ...{ lineItems: {}, currency: {}, stateMachineState: {}, orderCustomer: { associations: { customer: {} } } },
  billingAddress: { associations: { country: {} } },
  transactions: {
    associations: {
      ...{ stateMachineState: {}, paymentMethod: {} },
      captures: { associations: { refunds: { associations: { stateMachineState: {} } } } },
    },
  },
};

const rowsIn = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const objectIn = (value: unknown): Json => (isObject(value) ? value : {});
const stateOf = (row: Json): string => textOf(objectIn(row['stateMachineState'])['technicalName']) ?? '';
const timeOf = (value: unknown): number => {
  const at = Date.parse(textOf(value) ?? '');
  return Number.isNaN(at) ? 0 : at;
};

export function readShopwareOrder(row: Json, settings: Settings): ShopReport | { ignored: string } {
  const transactions = rowsIn(row['transactions']);
  const payment = paymentOf(transactions);
  const meaning = meaningOf(row, payment, settings);
  if (meaning === 'ignore') return { ignored: 'the owner’s statusMap leaves such orders out' };
  const refunds = transactions
    .flatMap(({ captures }) => rowsIn(captures))
    .flatMap(({ refunds: some }) => rowsIn(some))
    .filter((refund) => stateOf(refund) === 'completed');
  const number = textOf(row['orderNumber']) ?? textOf(row['id']) ?? '';
  const silent = payment !== undefined && stateOf(payment) === 'refunded_partially' && refunds.length === 0;
  return {
    changedAt: lastChange(row),
    order: {
      ...orderNames(settings['orderNumber'] === 'id' ? textOf(row['id']) : number, [number, row['id']]),
      status: meaning,
      placedAt: textOf(row['orderDateTime']),
      ...amountsOf(row, refunds, meaning),
      customer: customerOf(row),
      ...clickOf(row, settings),
    },
    ...(silent
      ? {
          unclear: `${number}: a part was paid back, and Shopware does not say how much: lower the order there, or tell it with "clickthread orders"`,
        }
      : {}),
  };
}

/** Failed and cancelled attempts stay with the order: the newest other one counts. */
function paymentOf(transactions: readonly Json[]): Json | undefined {
  const inTime = transactions.toSorted((a, b) => timeOf(a['createdAt']) - timeOf(b['createdAt']));
  return inTime.findLast((one) => !['failed', 'cancelled'].includes(stateOf(one))) ?? inTime.at(-1);
}

function meaningOf(row: Json, payment: Json | undefined, settings: Settings): StatusMeaning {
  const map = { ...BUILT_IN, ...ownStatuses(settings) };
  const method = objectIn(payment?.['paymentMethod'])['technicalName'];
  // A page may have reported it as a sale: what is none is taken back, and told to nobody.
  if (settings['testMethod'] !== undefined && settings['testOrders'] !== 'report' && method === settings['testMethod'])
    return 'cancelled';
  return map[`order.${stateOf(row)}`] ?? (payment ? map[stateOf(payment)] : undefined) ?? 'pending';
}

/** A transaction's change need not touch the order. */
function lastChange(row: Json): number {
  const parts = [row, ...rowsIn(row['transactions'])];
  const deeper = parts.flatMap(({ captures }) => rowsIn(captures)).flatMap((one) => [one, ...rowsIn(one['refunds'])]);
  const times = [...parts, ...deeper].flatMap(({ createdAt, updatedAt }) => [timeOf(createdAt), timeOf(updatedAt)]);
  return Math.max(...times, timeOf(row['orderDateTime']));
}

function amountsOf(row: Json, refunds: readonly Json[], meaning: StatusMeaning): Record<string, unknown> {
  const currency = textOf(objectIn(row['currency'])['isoCode'])?.toUpperCase() ?? '';
  // The server API's reader says what is wrong with these.
  if (!isCurrency(currency)) return { currency, total: row['amountTotal'] };
  const minor = (value: unknown): number => minorOf(value, currency) ?? 0;
  const text = (amount: number): string => decimalAmount(amount, { currency });
  const total = minor(row['amountTotal']);
  const tax = Math.max(0, total - minor(row['amountNet']));
  const refunded = refunds.reduce((sum, { amount }) => sum + minor(objectIn(amount)['totalPrice']), 0);
  const left = Math.max(0, total - refunded);
  const undone = meaning === 'cancelled' || meaning === 'refunded';
  const back = left === 0 && refunded > 0;
  const now = undone || back ? total : left;
  const inside = row['taxStatus'] === 'gross';
  // Children's prices stand in their parent's.
  const lines = rowsIn(row['lineItems']).filter(({ parentId }) => textOf(parentId) === undefined);
  const net = (line: Json): number => {
    const amount = minor(line['totalPrice']);
    if (!inside) return amount;
    const taxes = objectIn(line['price'])['calculatedTaxes'];
    if (Array.isArray(taxes)) return amount - rowsIn(taxes).reduce((sum, one) => sum + minor(one['tax']), 0);
    return total === 0 ? amount : Math.round((amount * (total - tax)) / total);
  };
  const goods = lines.filter((line) => minor(line['totalPrice']) >= 0 && line['type'] !== 'promotion');
  const off = -lines.filter((line) => minor(line['totalPrice']) < 0).reduce((sum, line) => sum + net(line), 0);
  const list = goods.reduce((sum, line) => sum + net(line), 0);
  return {
    ...{ currency, total: text(now) },
    ...(back && !undone ? { status: 'refunded' } : {}),
    ...{ subtotal: text(list), discount: text(off), shipping: text(Math.max(0, total - tax - list + off)) },
    tax: text(taxAfterRefund(tax, { before: total, after: now })),
    coupons: lines.flatMap(({ payload }) => textOf(objectIn(payload)['code']) ?? []),
    items: goods.flatMap((line) => itemOf(line, net(line), currency)),
  };
}

function itemOf(line: Json, list: number, currency: string): Record<string, unknown>[] {
  const quantity = Number(line['quantity']);
  if (!(quantity > 0)) return [];
  const name = textOf(line['label']);
  const sku = textOf(objectIn(line['payload'])['productNumber']) ?? textOf(line['productId']) ?? name;
  return [{ sku, ...(name === undefined ? {} : { name }), quantity, price: unitPrice(list, quantity, currency) }];
}

/** A guest has an account of one order's life. */
function customerOf(row: Json): Record<string, unknown> {
  const [buyer, address] = [objectIn(row['orderCustomer']), objectIn(row['billingAddress'])];
  const guest = objectIn(buyer['customer'])['guest'] === true;
  const known = {
    ...{ id: guest ? undefined : buyer['customerId'], email: buyer['email'] },
    ...{ firstName: buyer['firstName'], lastName: buyer['lastName'], phone: address['phoneNumber'] },
    ...{ city: address['city'], postcode: address['zipcode'], country: objectIn(address['country'])['iso'] },
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => textOf(value) !== undefined));
}

/** Custom fields, with or without the underscore; and what Shopware itself keeps of `?affiliateCode=…&campaignCode=…`. */
function clickOf(row: Json, settings: Settings): CarriedClick {
  const field = carriedIn(objectIn(row['customFields']));
  const own = isObject(settings['clickFields']) ? (settings['clickFields'] as Record<string, string>) : {};
  return readCarriedClick(
    (name) => field(name) ?? (name === 'affiliateCode' || name === 'campaignCode' ? textOf(row[name]) : undefined),
    own,
  );
}
