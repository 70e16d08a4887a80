/** CJ: the order as the Tracking API and the older server call take it. https://docs.cj.com/docs/s2s-implementation (read 2026-11) */
import { decimalAmount, linesOn, unitsOf, worthOf, type Basis } from '../../kit/amount.ts';
import { encodePairs } from '../../kit/encode.ts';
import type { Order } from '../../model/order.ts';
import type { Report } from '../../model/report.ts';

export interface CjTerms {
  basis: Basis;
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

/** Their products add up to what the order is worth, so that no discount is to be taken off. What is beyond CJ's hundred goes as one. */
function itemsOf(order: Order, basis: Basis): CjItem[] {
  const lines = linesOn(order, basis);
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
export function cjOrderFields({ order, click, credited, channel }: Report, terms: CjTerms): object {
  const items = terms.byItems ? itemsOf(order, terms.basis) : [];
  const status = statusOf(order, terms);
  return {
    cjEvent: click?.value,
    ...(items.length > 0 ? { items } : { amount: decimalAmount(worthOf(order, terms.basis), order) }),
    currency: order.currency,
    coupon: couponOf(order),
    ...(status === undefined ? {} : { verticalParameters: { customerStatus: status } }),
    // Told though another channel won: without it CJ would pay.
    ...(credited ? {} : { bypassChannel: { name: channel, timestamp: instant(order.placedAt) } }),
  };
}

export const instant = (at: number): string => new Date(at).toISOString();

/** The query of the older call, for accounts whose Tracking API is not activated. */
export function legacyQuery(
  report: Report,
  terms: CjTerms,
  ids: { enterpriseId: string; actionTrackerId: string },
): string {
  const { order, click } = report;
  const items = terms.byItems ? itemsOf(order, terms.basis) : [];
  const numbered = items.flatMap(({ sku, unitPrice, quantity }, index) => [
    [`ITEM${index + 1}`, sku],
    [`AMT${index + 1}`, unitPrice],
    [`QTY${index + 1}`, String(quantity)],
  ]);
  return encodePairs({
    ...{ CID: ids.enterpriseId, TYPE: ids.actionTrackerId, METHOD: 'S2S', CJEVENT: click?.value },
    ...{ EVENTTIME: instant(order.placedAt), OID: order.orderId, CURRENCY: order.currency, COUPON: couponOf(order) },
    ...(items.length > 0
      ? (Object.fromEntries(numbered) as Record<string, string>)
      : { AMOUNT: decimalAmount(worthOf(order, terms.basis), order) }),
    CUST_STATUS: statusOf(order, terms),
  });
}
