/** Partnerize: the campaign's report of conversions, an item a row. https://api-docs.partnerize.com/brand/ (read 2026-11) */
import { encodePairs } from '../../kit/encode.ts';
import { isObject, type Json, parseObject, pickItems, textOf } from '../../kit/json.ts';
import { decimalText, type OwnReport, type ReportRow, utcInstant, utcText } from '../../kit/report/own-report.ts';
import { retryAfter } from '../../kit/retry-after.ts';
import type { Settings } from '../../kit/setting.ts';
import { days, hours, seconds } from '../../lib/duration.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';

/** The most that it gives at once. */
const PAGE = 300;

const within = (value: unknown): Json => (isObject(value) ? value : {});
const isUndone = (status: string): boolean => status === 'rejected' || status === 'fraudulent';

/** Of a conversion that is in part rejected its items say what stands. */
function rowsOf(one: Json): ReportRow[] {
  const data = within(one['conversion_data']);
  const orderId = textOf(data['conversion_reference']);
  if (orderId === undefined) return [];
  const [currency, at, id] = [
    textOf(data['currency']),
    utcInstant(data['conversion_time']),
    textOf(data['conversion_id']),
  ];
  const common = { orderId, ...(currency === undefined ? {} : { currency }), ...(at === undefined ? {} : { at }) };
  const whole = within(data['conversion_value']);
  const items = pickItems(data['conversion_items']) ?? [];
  const lines = items.length > 0 ? items : [{ item_value: whole['value'] } as Json];
  return lines.map((item) => {
    const status = textOf(item['item_status']) ?? textOf(whole['conversion_status']) ?? '';
    const line = textOf(item['conversion_item_id']) ?? id;
    const amount = decimalText(item['item_value']);
    return { ...common, amount, status, undone: isUndone(status), ...(line === undefined ? {} : { line }) };
  });
}

/** Of the address of the next page only the query is believed. */
const nextOf = (json: Json): string | undefined => {
  const next = textOf(within(within(json['hypermedia'])['pagination'])['next_page']);
  return next === undefined ? undefined : (next.split('?')[1] ?? undefined);
};

export function slowDown(response: HttpResponse): { reason: string; after: number } | undefined {
  const { status, headers } = response;
  if (status !== 429) return undefined;
  const wait = Number(headers['x-ratelimit-retry-after']);
  const after = Number.isFinite(wait) ? seconds(wait) : (retryAfter(response) ?? seconds(60));
  return { reason: 'Partnerize asks to slow down (429)', after };
}

export const partnerizeReport = (ask: (settings: Settings, query: string) => HttpRequest): OwnReport => ({
  span: days(31),
  dates: 'sales',
  lag: hours(1),
  missing: ({ applicationKey }) =>
    applicationKey === undefined ? 'it needs API keys (settings applicationKey and userKey)' : undefined,
  request: ({ from, until, page }, settings) => {
    const range = { start_date: `${utcText(from)}Z`, end_date: `${utcText(until - seconds(1))}Z`, timezone: 'UTC' };
    return ask(settings, page ?? encodePairs({ ...range, limit: String(PAGE) }));
  },
  read: (response) => {
    const slow = slowDown(response);
    if (slow) return { fault: slow.reason, again: true, after: slow.after };
    const json = response.status === 200 ? parseObject(response.body) : undefined;
    const list = pickItems(json?.['conversions']);
    return json && list && { rows: list.flatMap(rowsOf), next: nextOf(json) };
  },
});
