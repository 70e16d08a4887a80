/** Awin: an order as the Conversion API takes it, and what its answer says of each. https://help.awin.com/apidocs/conversion-api (read 2026-11) */
import {
  decimalAmount,
  groupLines,
  groupOrder,
  type GroupRule,
  unitsOf,
  worthOf,
  type Basis,
} from '../../kit/amount.ts';
import type { Outcome } from '../../kit/destination.ts';
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import type { HttpResponse } from '../../model/http.ts';
import type { Order } from '../../model/order.ts';
import type { Report } from '../../model/report.ts';

export interface AwinTerms {
  basis: Basis;
  groups: GroupRule;
  otherChannel: string;
  isTest: boolean;
}

/** Awin's amounts are JSON numbers. */
export const awinAmount = (minor: number, order: Order): number => Number(decimalAmount(minor, order));

/** One entry of `orders`. The time is the order's own, so that a late retry doesn't move the sale. */
export function orderEntry(report: Report, terms: AwinTerms): object {
  const { order, click } = report;
  const basket = basketOf(order, terms);
  return {
    orderReference: order.orderId,
    amount: awinAmount(worthOf(order, terms.basis), order),
    currency: order.currency,
    channel: channelOf(report, terms.otherChannel),
    commissionGroups: groupOrder(order, terms.basis, terms.groups).map(({ code, minor }) => ({
      code,
      amount: awinAmount(minor, order),
    })),
    awc: click?.value,
    voucher: vouchersOf(order),
    customerAcquisition: customerWord(order.isNewCustomer),
    isTest: terms.isTest,
    transactionTime: Math.floor(order.placedAt / 1000),
    basket: basket.length > 0 ? basket : undefined,
  };
}

/** One text, whatever their number. */
export const vouchersOf = ({ coupons }: Order): string | undefined =>
  coupons.length > 0 ? coupons.join(',') : undefined;

/** Anything but `aw` may be recorded unpaid, so it says what the contest found. */
export function channelOf({ credited, channel }: Report, other: string): string {
  if (credited) return 'aw';
  return channel === 'direct' ? 'direct' : other;
}

export const customerWord = (isNew: boolean | undefined): string | undefined => {
  if (isNew === undefined) return undefined;
  return isNew ? 'NEW' : 'RETURNING';
};

/** A `|` would end Awin's field. */
const basketOf = (order: Order, { basis, groups }: AwinTerms): object[] =>
  groupLines(order, basis, groups).map(({ item, minor, code }) => {
    const { quantity, unit } = unitsOf(item, minor);
    return {
      id: awinField(item.sku),
      name: awinField(item.name ?? item.sku),
      price: awinAmount(unit, order),
      quantity,
      sku: awinField(item.sku),
      category: item.category === undefined ? undefined : awinField(item.category),
      commissionGroupCode: code,
    };
  });

export const awinField = (text: string): string => text.replaceAll('|', '_');

/** The answer names every order: in `successfulOrders`, `failedOrders` or, where it only queued, `pendingOrders`. */
export function readOrders(response: HttpResponse, { order: { orderId } }: Report): Outcome | undefined {
  const { status, body } = response;
  if (status === 409) return { state: 'delivered', reason: 'Awin knows this order reference already' };
  if (status === 400 || status === 406)
    return { state: 'rejected', reason: `Awin refused the data: ${wordsOf(parseObject(body)) || 'no detail given'}` };
  if (status < 200 || status >= 300) return undefined;
  const json = parseObject(body);
  const recorded = listOf(json, 'successfulOrders').find(({ orderReference }) => textOf(orderReference) === orderId);
  if (recorded)
    return { state: 'delivered', reason: `recorded by Awin (${textOf(recorded['correlationId']) ?? 'no id given'})` };
  const failed = listOf(json, 'failedOrders').find(
    ({ order }) => isObject(order) && textOf(order['orderReference']) === orderId,
  );
  if (failed) return readFailure(wordsOf(failed));
  if (listOf(json, 'pendingOrders').some(({ orderReference }) => textOf(orderReference) === orderId))
    return { state: 'unverified', reason: 'queued by Awin, which tells no more: its list of transactions shows it' };
  return { state: 'retry', ambiguous: true, reason: `Awin answered ${status} without naming this order` };
}

const readFailure = (words: string): Outcome =>
  /duplicate|already/i.test(words)
    ? { state: 'delivered', reason: `Awin knows this order already: ${words}` }
    : { state: 'rejected', reason: `Awin refused the order: ${words || 'no detail given'}` };

export const listOf = (json: Json | undefined, name: string): Json[] => {
  const list = json?.[name];
  return Array.isArray(list) ? list.filter(isObject) : [];
};

/** `errors[{field,message}]`, or the one `description` of a refusal. */
function wordsOf(json: Json | undefined): string {
  const errors = listOf(json, 'errors').map((error) =>
    [textOf(error['field']), textOf(error['message'])].filter((part) => part !== undefined).join(': '),
  );
  if (errors.length > 0) return errors.join('; ');
  return textOf(json?.['description']) ?? textOf(json?.['error']) ?? textOf(json?.['message']) ?? '';
}
