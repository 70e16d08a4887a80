/**
 * WooCommerce's lists of orders, for what no webhook brought: changed since a moment, moved to the trash, placed since a moment.
 *
 * Rows that change while they are read move to the end of the list, and those behind them forward, past a page's edge. So each page begins
 * where the last one ended in time, and only rows of one and the same second are counted by pages.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-orders (read 2026-11)
 */
import { isObject, textOf, type Json } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { CatchUp, ReportList, ReportPage, ReportQuery, ShopReport } from '../../kit/source.ts';
import { seconds } from '../../lib/duration.ts';
import { hasKeys, readWooAnswer, wooRequest } from './api.ts';
import { readWooOrder } from './order.ts';

/** The most that WooCommerce grants. */
const PER_PAGE = 100;

interface Place {
  /** Rows later than this second, epoch milliseconds. */
  after: number;
  page: number;
}

const CHANGED = { filter: 'modified_after', orderby: 'modified', field: 'date_modified_gmt' } as const;
const PLACED = { filter: 'after', orderby: 'date', field: 'date_created_gmt' } as const;

function orderList(status: string, by: typeof CHANGED | typeof PLACED): ReportList {
  return {
    request(query, settings) {
      const { after, page } = placeOf(query);
      return wooRequest('wc/v3/orders', settings, {
        query: {
          status,
          // Without it WooCommerce compares with the shop's own time, whatever the suffix says.
          ...{ dates_are_gmt: 'true', [by.filter]: new Date(after).toISOString().slice(0, 19) },
          ...{ orderby: by.orderby, order: 'asc', per_page: PER_PAGE, page },
        },
      });
    },
    read(response, query, settings) {
      const reading = readWooAnswer(response);
      if ('fault' in reading) return reading;
      if (!Array.isArray(reading.value))
        return { fault: { message: 'The shop answered with something else than a list of orders.', temporary: false } };
      const rows = reading.value.filter(isObject);
      return { value: { ...readRows(rows, settings), ...nextOf(rows, { from: placeOf(query), field: by.field }) } };
    },
  };
}

function placeOf({ since, next }: ReportQuery): Place {
  const [after, page] = (next ?? '').split(' ').map(Number);
  return next === undefined ? { after: since, page: 1 } : { after: after!, page: page! };
}

/** A page that is full goes on at the second of its last row, which may hold more rows. */
function nextOf(rows: readonly Json[], { from, field }: { from: Place; field: string }): { next?: string } {
  if (rows.length < PER_PAGE) return {};
  const second = Date.parse(`${textOf(rows.at(-1)![field]) ?? ''}Z`) - seconds(1);
  const place = second > from.after ? { after: second, page: 1 } : { after: from.after, page: from.page + 1 };
  return { next: `${place.after} ${place.page}` };
}

function readRows(rows: readonly Json[], settings: Settings): ReportPage {
  const reports: ShopReport[] = [];
  for (const row of rows) {
    const reading = readWooOrder(row, settings);
    if (!('ignored' in reading)) reports.push(reading);
  }
  return { reports, problems: [] };
}

export const wooCatchUp: CatchUp = {
  perSecond: 5,
  unable: (settings) =>
    hasKeys(settings)
      ? undefined
      : 'Without consumerKey and consumerSecret only the webhooks tell: what they miss while the collector is away stays unknown.',
  // `any` leaves the trash out.
  changed: [orderList('any', CHANGED), orderList('trash', CHANGED)],
  // Some payment plugins, and changes of items, leave date_modified alone.
  placed: orderList('any', PLACED),
};
