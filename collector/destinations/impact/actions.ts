/** impact.com: its list of actions. https://integrations.impact.com/brand-api-reference/reference/actions (read 2026-11) */
import { encodePairs } from '../../kit/encode.ts';
import { type Json, parseObject, pickField, pickItems, textOf } from '../../kit/json.ts';
import { decimalText, type OwnReport, type ReportRow, utcInstant, utcText } from '../../kit/report/own-report.ts';
import type { Settings } from '../../kit/setting.ts';
import { days, hours, seconds } from '../../lib/duration.ts';
import type { HttpRequest } from '../../model/http.ts';

const PAGE = 2000;

/** Several event types may share a programme; a sale that was reattributed is a reversed action and a pending one. */
function rowOf(one: Json, tracker: string): ReportRow[] {
  const [orderId, type] = [textOf(pickField(one, 'Oid')), textOf(pickField(one, 'ActionTrackerId'))];
  if (orderId === undefined || (type !== undefined && type !== tracker)) return [];
  const status = textOf(pickField(one, 'State')) ?? '';
  const [currency, line] = [textOf(pickField(one, 'Currency')), textOf(pickField(one, 'Id'))];
  const at = utcInstant(pickField(one, 'EventDate'));
  return [
    {
      ...{ orderId, status, undone: status.toUpperCase() === 'REVERSED' },
      amount: decimalText(pickField(one, 'Amount')),
      ...(currency === undefined ? {} : { currency }),
      ...(textOf(pickField(one, 'ClearedDate')) === undefined ? {} : { paid: true }),
      ...(at === undefined ? {} : { at }),
      ...(line === undefined ? {} : { line }),
    },
  ];
}

const byUpdate = (settings: Settings): boolean => settings['reportDates'] === 'updated';

export const impactReport = (ask: (settings: Settings, query: string) => HttpRequest): OwnReport => ({
  span: days(45),
  dates: (settings) => (byUpdate(settings) ? 'changes' : 'sales'),
  lag: hours(1),
  request: ({ from, until, page }, settings) => {
    const [start, end] = byUpdate(settings) ? ['StartDate', 'EndDate'] : ['ActionDateStart', 'ActionDateEnd'];
    return ask(
      settings,
      encodePairs({
        CampaignId: String(settings['campaignId']),
        [start!]: `${utcText(from)}Z`,
        [end!]: `${utcText(until - seconds(1))}Z`,
        ...{ PageSize: String(PAGE), Page: page ?? '1' },
      }),
    );
  },
  read: ({ status, body }, { page = '1' }, settings) => {
    // More than ten pages are refused: fewer days have fewer.
    if (status === 400) return { fault: 'impact.com refused to list its actions (400)', narrower: true };
    const json = status === 200 ? parseObject(body) : undefined;
    const list = pickItems(pickField(json, 'Actions'));
    if (!list) return undefined;
    const pages = Number(textOf(pickField(json, '@numpages')) ?? 1);
    const more = Number(page) < pages || textOf(pickField(json, '@nextpageuri')) !== undefined;
    const total = textOf(pickField(json, '@total'));
    const rows = list.flatMap((one) => rowOf(one, String(settings['actionTrackerId'])));
    return {
      ...{ rows, ignored: list.length - rows.length },
      ...(more && list.length > 0 ? { next: String(Number(page) + 1) } : {}),
      ...(total === undefined ? {} : { total: Number(total) }),
    };
  },
});
