/**
 * BigCommerce's orders, each read whole: order, lines, codes, refunds and metafields stand at five addresses. Lists name them.
 * https://developer.bigcommerce.com/docs/rest-management/orders (read 2026-11)
 */
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { CatchUp, ReportList, ReportPage, RereadStep } from '../../kit/source.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';
import { bigCommerceRequest, bigCommerceRows, readBigCommerce } from './api.ts';
import { readBigCommerceOrder } from './order.ts';

const PER_PAGE = 250;
const NOTHING: ReportPage = { reports: [], problems: [] };

/**
 * Rows that change while they are read move to the end, and those behind them forward, past a page's edge: so each page begins where the last one
 * ended in time, and only rows of one and the same second are counted by pages. An empty page is the end, whatever a page holds.
 */
function orderList(by: { filter: string; sort: string; field: string }): ReportList {
  const placeOf = (since: number, next: string | undefined): { after: number; page: number } => {
    const [after, page] = (next ?? '').split(' ').map(Number);
    return next === undefined ? { after: Math.max(0, since), page: 1 } : { after: after!, page: page! };
  };
  return {
    request({ since, next }, settings) {
      const { after, page } = placeOf(since, next);
      const query = { [by.filter]: new Date(after).toISOString(), sort: by.sort, limit: PER_PAGE, page };
      return bigCommerceRequest('v2/orders', settings, { query });
    },
    read(response, { since, next }) {
      const reading = readBigCommerce(response);
      if ('fault' in reading) return reading;
      const rows = bigCommerceRows(reading.value);
      if (rows.length === 0) return { value: NOTHING };
      const { after, page } = placeOf(since, next);
      const last = Date.parse(textOf(rows.at(-1)![by.field]) ?? '');
      const place = last > after ? `${last} 1` : `${after} ${page + 1}`;
      return { value: { ...NOTHING, reread: rows.flatMap(({ id }) => textOf(id) ?? []), next: place } };
    },
  };
}

/** What goes back need not touch the order. */
const refunds: ReportList = {
  request: ({ since, next }, settings) =>
    bigCommerceRequest('v3/orders/payment_actions/refunds', settings, {
      query: { 'created:min': new Date(Math.max(0, since)).toISOString(), limit: PER_PAGE, page: next ?? 1 },
    }),
  read(response, { next }) {
    const reading = readBigCommerce(response);
    if ('fault' in reading) return reading;
    const rows = bigCommerceRows(reading.value);
    const reread = [...new Set(rows.flatMap(({ order_id: id }) => textOf(id) ?? []))];
    return { value: { ...NOTHING, reread, ...(rows.length === 0 ? {} : { next: String(Number(next ?? 1) + 1) }) } };
  },
};

function reread(id: string, answers: readonly HttpResponse[], settings: Settings): RereadStep {
  const order = `v2/orders/${encodeURIComponent(id)}`;
  const left = [...answers];
  const whole = nextOf(left, () => bigCommerceRequest(order, settings));
  if (!('value' in whole)) return whole;
  const row = isObject(whole.value) ? whole.value : {};
  const products: Json[] = [];
  for (let page = 1; ; page += 1) {
    const lines = nextOf(left, () =>
      bigCommerceRequest(`${order}/products`, settings, { query: { limit: PER_PAGE, page } }),
    );
    if (!('value' in lines)) return lines;
    products.push(...bigCommerceRows(lines.value));
    if (bigCommerceRows(lines.value).length < PER_PAGE) break;
  }
  const parts: Json[][] = [];
  for (const ask of partsOf(id, row, settings)) {
    const part = nextOf(left, () => ask);
    // A cart ends some time after its order.
    const gone = 'fault' in part && part.fault.missing === true && ask.url.includes('/v3/carts/');
    if (!('value' in part) && !gone) return part;
    parts.push('value' in part ? bigCommerceRows(part.value) : []);
  }
  const [coupons = [], back = [], fields = []] = parts;
  const reading = readBigCommerceOrder({ order: row, products, coupons, refunds: back, fields }, settings);
  return { value: 'ignored' in reading ? NOTHING : { reports: [reading], problems: [] } };
}

/** Codes, refunds, and where the click is kept. */
function partsOf(id: string, order: Json, settings: Settings): HttpRequest[] {
  const cart = textOf(order['cart_id']);
  const fields = {
    order: `v3/orders/${encodeURIComponent(id)}/metafields`,
    cart: cart === undefined ? undefined : `v3/carts/${encodeURIComponent(cart)}/metafields`,
    none: undefined,
  }[String(settings['clickFrom']) as 'order' | 'cart' | 'none'];
  return [
    bigCommerceRequest(`v2/orders/${encodeURIComponent(id)}/coupons`, settings),
    bigCommerceRequest('v3/orders/payment_actions/refunds', settings, {
      query: { 'order_id:in': id, limit: PER_PAGE },
    }),
    ...(fields === undefined ? [] : [bigCommerceRequest(fields, settings, { query: { limit: PER_PAGE } })]),
  ];
}

/** The next answer, or the question for it. */
function nextOf(
  left: HttpResponse[],
  ask: () => HttpRequest,
): { ask: HttpRequest } | ReturnType<typeof readBigCommerce> {
  const answer = left.shift();
  return answer === undefined ? { ask: ask() } : readBigCommerce(answer);
}

export const bigCommerceCatchUp: CatchUp = {
  // 150 in 30 seconds, with other apps.
  perSecond: 4,
  unable: () => undefined,
  changed: [orderList({ filter: 'min_date_modified', sort: 'date_modified:asc', field: 'date_modified' }), refunds],
  reread,
};
