/**
 * Orders that no webhook brought. Lemon Squeezy has no filter by time: its list is read newest first, as far back as is asked for. What the checkout
 * carried stands in no list. https://docs.lemonsqueezy.com/api/orders/list-all-orders (read 2026-11)
 */
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { CatchUp, ReportList, ReportPage } from '../../kit/source.ts';
import { lemonRequest, lemonRows, ofStore, readLemonAnswer } from './api.ts';
import { readLemonOrder } from './order.ts';

const PER_PAGE = 100;

/** Whatever was placed since; a page at the edge shows older ones too, which change nothing. */
const orders: ReportList = {
  request: ({ next }, settings) =>
    lemonRequest('orders', settings, {
      ...ofStore(settings),
      ...{ 'page[size]': String(PER_PAGE), 'page[number]': next ?? '1' },
    }),
  read(response, { since, next }, settings) {
    const reading = readLemonAnswer(response);
    if ('fault' in reading) return reading;
    const rows = lemonRows(reading.value);
    const more = rows.length === PER_PAGE && rows.every((row) => placedAt(row) >= since);
    return { value: { ...readRows(rows, settings), ...(more ? { next: String(Number(next ?? 1) + 1) } : {}) } };
  },
};

const dataOf = ({ data }: Json): Json => (isObject(data) ? data : {});
const attributesOf = (row: Json): Json => (isObject(row['attributes']) ? row['attributes'] : {});
const placedAt = (row: Json): number => Date.parse(textOf(attributesOf(row)['created_at']) ?? '');

function readRows(rows: readonly Json[], settings: Settings): ReportPage {
  const reports = rows.flatMap((row) => {
    const reading = readLemonOrder(row, settings);
    return 'ignored' in reading ? [] : [reading];
  });
  return { reports, problems: [] };
}

export const lemonCatchUp: CatchUp = {
  perSecond: 4,
  unable: ({ apiKey }) =>
    apiKey === undefined
      ? 'Without apiKey only the webhooks tell: what they miss while the collector is away stays unknown after three tries.'
      : undefined,
  changed: [orders],
  // Refunds of older orders.
  placed: orders,
  /** The order of a subscription, by that. */
  reread(id, [subscription, whole], settings) {
    if (!subscription)
      return { ask: lemonRequest(`subscriptions/${encodeURIComponent(id.replace('subscription ', ''))}`, settings) };
    const found = readLemonAnswer(subscription);
    if ('fault' in found) return found;
    const order = textOf(attributesOf(dataOf(found.value))['order_id']);
    if (order === undefined) return { value: { reports: [], problems: [] } };
    if (!whole) return { ask: lemonRequest(`orders/${encodeURIComponent(order)}`, settings) };
    const reading = readLemonAnswer(whole);
    return 'fault' in reading ? reading : { value: readRows([dataOf(reading.value)], settings) };
  },
};
