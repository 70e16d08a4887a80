/** FirstPromoter: sales and refunds of a customer. https://docs.firstpromoter.com (published OpenAPI of the tracking API v2, read 2026-11) */
import { basisOf, basisSetting, orderAsTold, worthOf } from '../kit/amount.ts';
import { defineDestination, type Outcome } from '../kit/destination.ts';
import { jsonRequest } from '../kit/encode.ts';
import { parseObject, textOf } from '../kit/json.ts';
import type { Settings } from '../kit/setting.ts';
import { days, seconds } from '../lib/duration.ts';
import type { HttpRequest, HttpResponse } from '../model/http.ts';
import type { Order } from '../model/order.ts';
import type { Report } from '../model/report.ts';

/** The cookie of its script: the visitor as FirstPromoter knows it, where a link's parameter names a promoter alone. */
const TRACKING_ID = '_fprom_tid';

const basis = (settings: Settings) => basisOf(settings['amountBasis'], 'net');

/** The shop's own id; a guest is whoever placed this order. */
const uid = ({ customerId, orderId }: Order): string => customerId ?? `order-${orderId}`;

const call = (settings: Settings, path: string, body: object): HttpRequest =>
  jsonRequest('POST', `${String(settings['baseUrl'])}/api/v2/track/${path}`, {
    headers: { Authorization: `Bearer ${String(settings['apiKey'])}`, 'ACCOUNT-ID': String(settings['accountId']) },
    body,
  });

/** Minor units that went back since the last report; below zero where something was added. */
const takenBack = (report: Report, settings: Settings): number =>
  worthOf(orderAsTold(report), basis(settings)) - worthOf(report.order, basis(settings));

/** A refund has a number of its own, which no retry changes. */
const refund = (report: Report, settings: Settings): HttpRequest =>
  call(settings, 'refund', {
    event_id: `${report.order.orderId}-r${report.at.toString(36)}`,
    sale_event_id: report.order.orderId,
    amount: takenBack(report, settings),
    currency: report.order.currency,
    uid: uid(report.order),
  });

function readAnswer({ status, body }: HttpResponse, { kind }: Report): Outcome | undefined {
  const json = parseObject(body);
  const words = textOf(json?.['message']) ?? '';
  const isTaken = status === 200 || status === 201;
  if (isTaken && textOf(json?.['id']) !== undefined)
    return { state: 'delivered', reason: `recorded by FirstPromoter as ${textOf(json?.['id'])}` };
  if (isTaken && words === '')
    return { state: 'retry', ambiguous: true, reason: `FirstPromoter answered ${status} without an event` };
  if (isTaken) return { state: 'rejected', reason: `FirstPromoter refused it: ${words}` };
  if (status === 204 && kind !== 'conversion')
    return { state: 'delivered', reason: 'FirstPromoter had nothing to take back' };
  if (status === 409) return { state: 'delivered', reason: `FirstPromoter has it already: ${words}` };
  if (status === 404)
    return { state: 'no_match', reason: `FirstPromoter knows no partner for this customer: ${words}` };
  if (status === 400 || status === 422)
    return { state: 'rejected', reason: `FirstPromoter refused it: ${words || status}` };
  return undefined;
}

export default defineDestination({
  name: 'firstpromoter',
  title: 'FirstPromoter',
  docs: 'https://docs.firstpromoter.com',
  audience: 'attributed',
  transport: 'server',
  ownTag: /\bcdn\.firstpromoter\.com\b/,
  clickParams: (settings) => [...settings.clickParams, TRACKING_ID],
  cookies: [{ name: TRACKING_ID, param: TRACKING_ID }],
  needs: { consent: ['marketing'], click: true },
  informs: false,
  // A sale has no field for its time, so that a late one would move.
  limits: { perMinute: 400, concurrency: 4, deadline: days(3), timeout: seconds(15) },
  sharesLimit: ({ accountId }) => accountId,
  // A sale is known by its number; refunds add.
  idempotent: { conversion: true, modification: 'delta', reversal: 'delta' },
  basis,
  keeps: ['amountBasis'],
  settings: {
    apiKey: { label: 'API key', help: 'Settings → Integrations → API at FirstPromoter', secret: true, required: true },
    accountId: { label: 'Account id', help: 'Beside the API key', required: true },
    clickParams: {
      label: 'Click parameters',
      help: 'Landing parameters that carry the promoter’s ref id, as the links have them (fpr, via, ref)',
      kind: 'list',
      default: 'fpr',
      pattern: /^[\w.-]{1,64}$/,
      patternHelp: 'names of query parameters',
    },
    amountBasis: basisSetting('net'),
    baseUrl: { label: 'API address', kind: 'url', default: 'https://api.firstpromoter.com' },
  },
  refuse: (report, settings) =>
    report.kind === 'modification' && takenBack(report, settings) < 0
      ? 'FirstPromoter takes refunds only, and the amount has grown: add it there by hand'
      : undefined,
  conversion: ({ order, click }, settings) =>
    call(settings, 'sale', {
      event_id: order.orderId,
      amount: worthOf(order, basis(settings)),
      currency: order.currency,
      uid: uid(order),
      ...(click?.param === TRACKING_ID ? { tid: click.value } : { ref_id: click?.value }),
      promo_code: order.coupons[0],
    }),
  modification: refund,
  reversal: refund,
  outcome: readAnswer,
  testAdvice: 'FirstPromoter has no test mode: make a promoter of your own and buy once through its link.',
  evidence: {
    read: '2026-11',
    doubts: [
      'Whether a refund that is sent twice under its own number is recognised: it is taken for not, so that an unclear answer waits for a person.',
      'Whether a returning customer stays with the first promoter, whatever won here.',
    ],
  },
});
