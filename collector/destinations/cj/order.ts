/** CJ: the order as the Tracking API and the older server call take it. https://docs.cj.com/docs/s2s-implementation (read 2026-11) */
import {
  decimalAmount,
  groupLines,
  groupOrder,
  type GroupRule,
  orderAsGrouped,
  orderAsTold,
  unitsOf,
  type Basis,
} from '../../kit/amount.ts';
import { encodePairs } from '../../kit/encode.ts';
import type { Order } from '../../model/order.ts';
import type { Report } from '../../model/report.ts';

export interface CjTerms {
  basis: Basis;
  /** Action trackers by condition: an order is one there for each. */
  trackers: GroupRule;
  byItems: boolean;
  wordNew: string | undefined;
  wordExisting: string | undefined;
}

const MOST_ITEMS = 100;

interface CjItem {
  sku: string;
  unitPrice: string;
  quantity: number;
}

/** What one of the action trackers is to be told of an order. */
export interface CjShare {
  tracker: string;
  minor: number;
  action: 'create' | 'restate' | 'cancel';
}

/** The shares of a report, one a request. What a tracker has of an order is restated, cancelled where nothing is left, and created where it is new. */
export function cjShares(report: Report, { basis, trackers }: CjTerms): CjShare[] {
  const now = groupOrder(orderAsGrouped(report), basis, trackers);
  if (report.kind === 'conversion')
    return now.map(({ code, minor }) => ({ tracker: code, minor, action: 'create' as const }));
  const told = groupOrder(orderAsTold(report), basis, trackers);
  const left = (code: string): number => now.find((share) => share.code === code)?.minor ?? 0;
  const known = told.map(({ code }): CjShare => {
    const minor = report.kind === 'reversal' ? 0 : left(code);
    return { tracker: code, minor, action: minor > 0 ? 'restate' : 'cancel' };
  });
  const fresh =
    report.kind === 'reversal'
      ? []
      : now.filter(({ code, minor }) => minor > 0 && !told.some((share) => share.code === code));
  return [...known, ...fresh.map(({ code, minor }) => ({ tracker: code, minor, action: 'create' as const }))];
}

/** The share that the request in hand is about. */
export const cjShareOf = (report: Report, terms: CjTerms): CjShare => cjShares(report, terms)[report.part ?? 0]!;

/** Their products add up to what the order is worth, so that no discount is to be taken off. What is beyond CJ's hundred goes as one. */
function itemsOf(order: Order, { basis, trackers }: CjTerms, { tracker }: CjShare): CjItem[] {
  const lines = groupLines(order, basis, trackers).filter(({ code }) => code === tracker);
  const first = lines.length > MOST_ITEMS ? lines.slice(0, MOST_ITEMS - 1) : lines;
  const rest = lines.slice(first.length).reduce((sum, { minor }) => sum + minor, 0);
  const items = first.map(({ item, minor }) => {
    const { quantity, unit } = unitsOf(item, minor);
    return { sku: item.sku, unitPrice: decimalAmount(unit, order), quantity };
  });
  return first.length === lines.length
    ? items
    : [...items, { sku: 'FURTHER-ITEMS', unitPrice: decimalAmount(rest, order), quantity: 1 }];
}

const couponOf = ({ coupons }: Order): string | undefined => (coupons.length > 0 ? coupons.join(',') : undefined);

const statusOf = ({ isNewCustomer }: Order, { wordNew, wordExisting }: CjTerms): string | undefined => {
  if (isNewCustomer === undefined) return undefined;
  return isNewCustomer ? wordNew : wordExisting;
};

/** Everything that a restatement replaces: what it leaves out is dropped at CJ, so it is the same as a new order's. */
export function cjOrderFields(report: Report, terms: CjTerms, share: CjShare): object {
  const { order, click, credited, channel } = report;
  const items = terms.byItems ? itemsOf(orderAsGrouped(report), terms, share) : [];
  const status = statusOf(order, terms);
  return {
    cjEvent: click?.value,
    ...(items.length > 0 ? { items } : { amount: decimalAmount(share.minor, order) }),
    currency: order.currency,
    coupon: couponOf(order),
    ...(status === undefined ? {} : { verticalParameters: { customerStatus: status } }),
    // Told though another channel won: without it CJ would pay.
    ...(credited ? {} : { bypassChannel: { name: channel, timestamp: cjInstant(order.placedAt) } }),
  };
}

export const cjInstant = (at: number): string => new Date(at).toISOString();

/** The query of the older call, for accounts whose Tracking API is not activated. */
export function legacyQuery(report: Report, terms: CjTerms, enterpriseId: string): string {
  const { order, click } = report;
  const share = cjShareOf(report, terms);
  const items = terms.byItems ? itemsOf(order, terms, share) : [];
  const numbered = items.flatMap(({ sku, unitPrice, quantity }, index) => [
    [`ITEM${index + 1}`, sku],
    [`AMT${index + 1}`, unitPrice],
    [`QTY${index + 1}`, String(quantity)],
  ]);
  return encodePairs({
    ...{ CID: enterpriseId, TYPE: share.tracker, METHOD: 'S2S', CJEVENT: click?.value },
    ...{ EVENTTIME: cjInstant(order.placedAt), OID: order.orderId, CURRENCY: order.currency, COUPON: couponOf(order) },
    ...(items.length > 0
      ? (Object.fromEntries(numbered) as Record<string, string>)
      : { AMOUNT: decimalAmount(share.minor, order) }),
    CUST_STATUS: statusOf(order, terms),
  });
}
