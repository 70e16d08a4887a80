/** Everflow: the network's report of conversions. https://developers.everflow.io/docs/network/reporting/raw_conversions (read 2026-11) */
import { isObject, type Json, parseObject, pickItems, textOf } from '../../kit/json.ts';
import { decimalText, type OwnReport, type ReportRow, utcText } from '../../kit/report/own-report.ts';
import type { Settings } from '../../kit/setting.ts';
import { days, hours } from '../../lib/duration.ts';
import type { HttpRequest } from '../../model/http.ts';

const PAGE = 200;

/** A base conversion under which sales are events has no order. */
function rowOf(one: Json): ReportRow[] {
  const orderId = textOf(one['order_id']);
  if (orderId === undefined) return [];
  const status = textOf(one['status']) ?? '';
  const [currency, line] = [textOf(one['currency_id']), textOf(one['conversion_id'])];
  const at = Number(one['conversion_unix_timestamp']);
  return [
    {
      ...{
        orderId,
        amount: decimalText(one['sale_amount']),
        status,
        undone: status === 'rejected' || status === 'invalid',
      },
      ...(currency === undefined ? {} : { currency }),
      ...(at > 0 ? { at: at * 1000 } : {}),
      ...(line === undefined ? {} : { line }),
    },
  ];
}

/** Conversions stand in it at the time at which they were told. A network's key sees those of all its advertisers. */
export const everflowReport = (
  ask: (settings: Settings, query: string, body: { from: string; to: string; filters: object[] }) => HttpRequest,
): OwnReport => ({
  span: days(31),
  dates: 'changes',
  lag: hours(1),
  missing: ({ apiKey }) => (apiKey === undefined ? 'it needs an API key of the network (setting apiKey)' : undefined),
  request: ({ from, until, page = '1' }, settings) => {
    const advertiser = textOf(settings['advertiserId']);
    const filters = advertiser === undefined ? [] : [{ resource_type: 'advertiser', filter_id_value: advertiser }];
    const range = { from: utcText(from).replace('T', ' '), to: utcText(until).replace('T', ' ') };
    return ask(settings, `?page=${page}&page_size=${PAGE}`, { ...range, filters });
  },
  read: ({ status, body }, { page = '1' }) => {
    const json = status === 200 ? parseObject(body) : undefined;
    const list = pickItems(json?.['conversions']);
    const paging = isObject(json?.['paging']) ? json['paging'] : {};
    const [total, size] = [Number(paging['total_count']), Number(paging['page_size'] ?? PAGE)];
    if (!list || Number.isNaN(total)) return undefined;
    const rows = list.flatMap(rowOf);
    const more = list.length > 0 && Number(page) * size < total;
    return { rows, total, ignored: list.length - rows.length, ...(more ? { next: String(Number(page) + 1) } : {}) };
  },
});
