/** Awin: its list of transactions. https://help.awin.com/apidocs/returns-a-list-of-transactions-for-a-given-advertiser (read 2026-11) */
import { encodePairs } from '../../kit/encode.ts';
import { isObject, type Json, parseItems, textOf } from '../../kit/json.ts';
import { decimalText, type OwnReport, type ReportRow, utcInstant, utcText } from '../../kit/report/own-report.ts';
import type { Settings } from '../../kit/setting.ts';
import { days, hours, seconds } from '../../lib/duration.ts';
import type { HttpRequest } from '../../model/http.ts';

/** A bonus has no order. Amounts came flat in older answers. */
function rowOf(one: Json): ReportRow[] {
  const orderId = textOf(one['orderRef']);
  if (orderId === undefined) return [];
  const sale = isObject(one['saleAmount']) ? one['saleAmount'] : { amount: one['saleAmount'] };
  const status = textOf(one['commissionStatus']) ?? '';
  const [currency, at, line] = [textOf(sale['currency']), utcInstant(one['transactionDate']), textOf(one['id'])];
  return [
    {
      ...{
        orderId,
        amount: decimalText(sale['amount']),
        status,
        undone: status === 'declined' || status === 'deleted',
      },
      ...(currency === undefined ? {} : { currency }),
      ...(one['paidToPublisher'] === true ? { paid: true } : {}),
      ...(at === undefined ? {} : { at }),
      ...(line === undefined ? {} : { line }),
    },
  ];
}

/** Everything of a window comes at once: what is too long is asked for in parts. `ask` reads the list of these parameters. */
export const awinReport = (ask: (settings: Settings, query: string) => HttpRequest): OwnReport => ({
  span: days(31),
  dates: 'sales',
  lag: hours(1),
  missing: ({ apiKey, validationToken }) =>
    apiKey === undefined && validationToken === undefined ? 'it needs an API token (setting apiKey)' : undefined,
  request: ({ from, until }, settings) => {
    // Both ends count there.
    const range = { startDate: utcText(from), endDate: utcText(until - seconds(1)) };
    return ask(settings, encodePairs({ ...range, timezone: 'UTC' }));
  },
  read: ({ status, body }) => {
    const list = status === 200 ? parseItems(body) : undefined;
    return list && { rows: list.flatMap(rowOf) };
  },
});
