/**
 * Magento's orders by search, and the credit memos that need not touch their order.
 * https://developer.adobe.com/commerce/webapi/rest/use-rest/performing-searches/ (read 2026-11)
 */
import { type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { CatchUp, ReportList, ReportPage } from '../../kit/source.ts';
import { minutes } from '../../lib/duration.ts';
import { type MagentoFilter, magentoRequest, magentoRows, magentoSearch, readMagentoAnswer } from './api.ts';
import { readMagentoOrder } from './order.ts';

/** Shops may allow 300 at most; fewer are granted where they say so. */
const PER_PAGE = 100;

/** As the database has it, in UTC and without saying so. */
const moment = (at: number): string => new Date(Math.max(0, at)).toISOString().slice(0, 19).replace('T', ' ');

/** The owner's store views, where the shop has others that are no part of this site. */
function ofStores({ storeIds }: Settings): MagentoFilter[] {
  const ids = Array.isArray(storeIds) ? storeIds : [];
  return ids.length === 0 ? [] : [{ field: 'store_id', is: 'in', value: ids.join(',') }];
}

/** A list is over when the search counts no more rows than it showed: Magento repeats its last page for any behind it. */
function listOf(
  path: 'orders' | 'creditmemos',
  { field, page }: { field: string; page: (rows: readonly Json[], settings: Settings) => ReportPage },
): ReportList {
  return {
    request: ({ since, next }, settings) =>
      magentoSearch(path, settings, {
        filters: [{ field, is: 'gteq', value: moment(since) }, ...ofStores(settings)],
        ...{ size: PER_PAGE, after: next },
      }),
    read(response, _query, settings) {
      const reading = readMagentoAnswer(response);
      if ('fault' in reading) return reading;
      const { rows, total } = magentoRows(reading.value);
      const last = Number(rows.at(-1)?.['entity_id']);
      const over = !Number.isSafeInteger(last) || (total !== undefined && total <= rows.length);
      return { value: { ...page(rows, settings), ...(over ? {} : { next: String(last) }) } };
    },
  };
}

function reportsOf(rows: readonly Json[], settings: Settings): ReportPage {
  const reports = rows.flatMap((row) => {
    const reading = readMagentoOrder(row, settings);
    return 'ignored' in reading ? [] : [reading];
  });
  return { reports, problems: [] };
}

export const magentoCatchUp: CatchUp = {
  every: minutes(10),
  perSecond: 4,
  unable: () => undefined,
  changed: [
    listOf('orders', { field: 'updated_at', page: reportsOf }),
    listOf('creditmemos', {
      field: 'created_at',
      page: (rows) => ({
        ...{ reports: [], problems: [] },
        reread: [...new Set(rows.flatMap(({ order_id: id }) => textOf(id) ?? []))],
      }),
    }),
  ],
  placed: listOf('orders', { field: 'created_at', page: reportsOf }),
  reread(id, [answer], settings) {
    if (!answer) return { ask: magentoRequest(`orders/${encodeURIComponent(id)}`, settings) };
    const reading = readMagentoAnswer(answer);
    return 'fault' in reading ? reading : { value: reportsOf([reading.value], settings) };
  },
};
