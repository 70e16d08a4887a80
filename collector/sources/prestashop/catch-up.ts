/**
 * PrestaShop's orders, each read whole: order, states, slips, currency, customer, codes and messages stand at as many addresses. Lists name them.
 * https://devdocs.prestashop-project.org/9/webservice/cheat-sheet/ (read 2026-11)
 */
import { type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { CatchUp, Reading, ReportList, ReportPage, RereadStep } from '../../kit/source.ts';
import { hours, minutes } from '../../lib/duration.ts';
import { writeLocalTime } from '../../lib/local-time.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';
import { prestaShopRequest, prestaShopRow, prestaShopRows, readPrestaShopAnswer, shopZone } from './api.ts';
import { readPrestaShopOrder } from './order.ts';

const PER_PAGE = 100;
const NOTHING: ReportPage = { reports: [], problems: [] };
/** The end of a range does not belong to it; MySQL knows no later day. */
const FOR_EVER = '9999-12-31 00:00:00';
/** No clock on earth is further behind UTC: where the shop's zone isn't known, nothing may be missed for it. */
const FURTHEST_BEHIND = hours(12);

/** Numbers of orders whose rows of `resource` changed. What changes meanwhile joins the list, so that a page shows rows again and misses none. */
function listOf(resource: 'orders' | 'order_slip', field: 'id' | 'id_order', by = 'date_upd'): ReportList {
  return {
    request({ since, next }, settings) {
      const from = Math.max(0, settings['timezone'] === undefined ? since - FURTHEST_BEHIND : since);
      return prestaShopRequest(resource, settings, {
        ...{ display: `[${[...new Set(['id', field])].join(',')}]`, date: '1', sort: '[id_ASC]' },
        [`filter[${by}]`]: `[${writeLocalTime(from, shopZone(settings))},${FOR_EVER}]`,
        limit: `${next ?? 0},${PER_PAGE}`,
      });
    },
    read(response, { next }) {
      const reading = readPrestaShopAnswer(response);
      if ('fault' in reading) return reading;
      const rows = prestaShopRows(reading.value);
      const reread = [...new Set(rows.flatMap((row) => textOf(row[field]) ?? []))];
      // An empty page is the end, whatever a page holds.
      const place = rows.length === 0 ? {} : { next: String(Number(next ?? 0) + rows.length) };
      return { value: { ...NOTHING, reread, ...place } };
    },
  };
}

function reread(id: string, answers: readonly HttpResponse[], settings: Settings): RereadStep {
  const left = [...answers];
  const next = (ask: HttpRequest): { ask: HttpRequest } | Reading<Json> => {
    const answer = left.shift();
    return answer === undefined ? { ask } : readPrestaShopAnswer(answer);
  };
  const list = (resource: string, filter: Record<string, string>): HttpRequest =>
    prestaShopRequest(resource, settings, { display: 'full', ...filter });
  const found = next(prestaShopRequest(`orders/${encodeURIComponent(id)}`, settings));
  if (!('value' in found)) return found;
  const order = prestaShopRow(found.value);
  // A checkout may have been split into several orders, which have its reference.
  const siblings = next(
    list('orders', { 'filter[reference]': `[${textOf(order['reference']) ?? ''}]`, sort: '[id_ASC]' }),
  );
  if (!('value' in siblings)) return siblings;
  const parts = prestaShopRows(siblings.value);
  const orders = settings['orderNumber'] === 'number' && parts.length > 0 ? parts : [order];
  const ids = `[${orders.flatMap((one) => textOf(one['id']) ?? []).join('|')}]`;
  const asks = [
    list('order_states', {}),
    list('order_slip', { 'filter[id_order]': ids }),
    prestaShopRequest(`currencies/${encodeURIComponent(textOf(order['id_currency']) ?? '')}`, settings),
    prestaShopRequest(`customers/${encodeURIComponent(textOf(order['id_customer']) ?? '')}`, settings),
    list('order_cart_rules', { 'filter[id_order]': ids }),
    ...(settings['clickFrom'] === 'none' ? [] : [list('messages', { 'filter[id_order]': ids })]),
  ];
  const beside: Json[] = [];
  for (const ask of asks) {
    const part = next(ask);
    // A customer may have been deleted since.
    const gone = 'fault' in part && part.fault.missing === true && ask.url.includes('/customers/');
    if (!('value' in part) && !gone) return part;
    beside.push('value' in part ? part.value : {});
  }
  const [states = {}, slips = {}, currency = {}, customer = {}, rules = {}, messages = {}] = beside;
  const numbers = [...new Set(prestaShopRows(rules).flatMap((rule) => textOf(rule['id_cart_rule']) ?? []))];
  // An order's rule bears the name that the shop gave it, not the code that the shopper typed.
  const codes =
    numbers.length === 0 ? { value: {} } : next(list('cart_rules', { 'filter[id]': `[${numbers.join('|')}]` }));
  if (!('value' in codes)) return codes;
  const facts = {
    ...{
      orders,
      parts,
      states: prestaShopRows(states),
      slips: prestaShopRows(slips),
      currency: prestaShopRow(currency),
    },
    ...{ customer: prestaShopRow(customer), codes: prestaShopRows(codes.value), messages: prestaShopRows(messages) },
  };
  const reading = readPrestaShopOrder(facts, settings);
  return { value: 'ignored' in reading ? NOTHING : { reports: [reading], problems: [] } };
}

export const prestaShopCatchUp: CatchUp = {
  every: minutes(10),
  perSecond: 8,
  unable: () => undefined,
  changed: [listOf('orders', 'id'), listOf('order_slip', 'id_order')],
  placed: listOf('orders', 'id', 'date_add'),
  reread,
};
