/** Awin: the older server call, for plans without the Conversion API. It answers nothing. https://developer.awin.com/docs/direct-s2s (read 2026-11) */
import { decimalAmount, groupLines, groupOrder, unitsOf, worthOf } from '../../kit/amount.ts';
import { encodePairs, percentEncode } from '../../kit/encode.ts';
import type { Report } from '../../model/report.ts';
import { type AwinTerms, channelOf, customerWord, awinField, vouchersOf } from './orders.ts';

/** Pipes part the fields, so that they stay as they are and each value is encoded alone. */
const row = (values: readonly string[]): string => values.map((value) => percentEncode(awinField(value))).join('|');

export function sreadQuery(
  report: Report,
  { basis, groups, otherChannel, isTest }: AwinTerms,
  advertiser: string,
): string {
  const { order, click } = report;
  const money = (minor: number): string => decimalAmount(minor, order);
  const parts = groupOrder(order, basis, groups).map(({ code, minor }) => `${percentEncode(code)}:${money(minor)}`);
  const basket = groupLines(order, basis, groups).map(({ item, minor, code }, index) => {
    const { quantity, unit } = unitsOf(item, minor);
    const named = [advertiser, order.orderId, item.sku, item.name ?? item.sku];
    const values = [...named, money(unit), String(quantity), item.sku, code, item.category ?? ''];
    return `bd[${index}]=AW:P|${row(values)}`;
  });
  const query = encodePairs({
    ...{ tt: 'ss', tv: '2', merchant: advertiser, amount: money(worthOf(order, basis)) },
    ...{ ch: channelOf(report, otherChannel), cr: order.currency, ref: order.orderId, vc: vouchersOf(order) },
    ...{ customeracquisition: customerWord(order.isNewCustomer), testmode: isTest ? '1' : '0', cks: click?.value },
  });
  return [query, `parts=${parts.join('|')}`, ...basket].join('&');
}
