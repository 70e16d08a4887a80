/** CJ: Commission Detail, where everything that it recorded shows. https://developers.cj.com/graphql/reference/Commission%20Detail (read 2026-11) */
import { groupConditions } from '../../kit/amount.ts';
import { jsonRequest } from '../../kit/encode.ts';
import { isObject, type Json, parseObject, pickItems, textOf } from '../../kit/json.ts';
import {
  decimalText,
  type OwnReport,
  type ReportFault,
  type ReportLines,
  type ReportRow,
  utcInstant,
  utcText,
} from '../../kit/report/own-report.ts';
import type { Settings } from '../../kit/setting.ts';
import { days, hours } from '../../lib/duration.ts';
import type { HttpResponse } from '../../model/http.ts';

const FIELDS =
  'commissionId orderId actionTrackerId actionStatus validationStatus eventDate saleAmountAdvCurrency saleAmountUsd';

const isOurs = (tracker: string, settings: Settings): boolean =>
  tracker === settings['actionTrackerId'] || Object.values(groupConditions(settings)).includes(tracker);

/** A change is no new state of a line, but further lines with what is taken away and what is given. Without a status: the sum says what stands. */
function rowOf(one: Json, settings: Settings): ReportRow[] {
  const [orderId, tracker] = [textOf(one['orderId']), textOf(one['actionTrackerId'])];
  if (orderId === undefined || (tracker !== undefined && !isOurs(tracker, settings))) return [];
  const [currency, line] = [textOf(settings['accountCurrency']), textOf(one['commissionId'])];
  const at = utcInstant(one['eventDate']);
  const declined = one['validationStatus'] === 'DECLINED';
  const amount =
    decimalText(one['saleAmountAdvCurrency']) ?? (currency === 'USD' ? decimalText(one['saleAmountUsd']) : undefined);
  return [
    {
      ...{ orderId, amount, undone: declined, status: declined ? 'declined' : '' },
      ...(currency === undefined ? {} : { currency }),
      ...(textOf(one['actionStatus'])?.toUpperCase() === 'CLOSED' ? { paid: true } : {}),
      ...(at === undefined ? {} : { at }),
      ...(line === undefined ? {} : { line }),
    },
  ];
}

function readCommissions({ status, body }: HttpResponse, settings: Settings): ReportLines | ReportFault | undefined {
  const json = parseObject(body);
  const [error] = pickItems(json?.['errors']) ?? [];
  if (error && status < 500)
    return { fault: `CJ doesn’t give its Commission Detail: ${textOf(error['message']) ?? 'no detail given'}` };
  const data = status === 200 && isObject(json?.['data']) ? json['data']['advertiserCommissions'] : undefined;
  const records = isObject(data) ? pickItems(data['records']) : undefined;
  if (!isObject(data) || !records) return undefined;
  const rows = records.flatMap((one) => rowOf(one, settings));
  if (data['payloadComplete'] !== false) return { rows };
  const next = textOf(data['maxCommissionId']);
  return next === undefined ? { fault: 'CJ gave half of its Commission Detail', again: true } : { rows, next };
}

export const cjReport: OwnReport = {
  span: days(31),
  dates: (settings) => (settings['reportDates'] === 'posted' ? 'changes' : 'sales'),
  // Received at once, judged within the hour.
  lag: hours(2),
  missing: ({ token }) => (token === undefined ? 'it needs a personal access token (setting token)' : undefined),
  request: ({ from, until, page }, settings) => {
    const date = settings['reportDates'] === 'posted' ? 'PostingDate' : 'EventDate';
    const given = [
      `forAdvertisers: [${JSON.stringify(settings['enterpriseId'])}]`,
      `since${date}: "${utcText(from)}Z"`,
      `before${date}: "${utcText(until)}Z"`,
      ...(page === undefined ? [] : [`sinceCommissionId: ${JSON.stringify(page)}`]),
    ];
    const query = `{ advertiserCommissions(${given.join(', ')}) { count payloadComplete maxCommissionId records { ${FIELDS} } } }`;
    return jsonRequest('POST', `${String(settings['baseUrl'] ?? 'https://commissions.api.cj.com')}/query`, {
      headers: { Authorization: `Bearer ${String(settings['token'])}` },
      body: { query },
    });
  },
  read: (response, _asked, settings) => readCommissions(response, settings),
};
