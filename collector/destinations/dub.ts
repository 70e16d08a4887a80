/** Dub: direct sales by click, and changes of the commission that came of them. https://dub.co/docs/api-reference/endpoint/track-sale (read 2026-11) */
import { basisOf, basisSetting, worthOf } from '../kit/amount.ts';
import { defineDestination, type Lookup, type Outcome } from '../kit/destination.ts';
import { encodePairs, jsonRequest, percentEncode } from '../kit/encode.ts';
import { isObject, parseList, parseObject, textOf } from '../kit/json.ts';
import type { Settings } from '../kit/setting.ts';
import { days, minutes, seconds } from '../lib/duration.ts';
import type { HttpRequest, HttpResponse } from '../model/http.ts';
import type { Order } from '../model/order.ts';
import type { Report } from '../model/report.ts';

const PROCESSORS = ['custom', 'stripe', 'shopify', 'polar', 'paddle', 'apple', 'revenuecat', 'dub'] as const;

const basis = (settings: Settings) => basisOf(settings['amountBasis'], 'goods');
const address = (settings: Settings, path: string): string => `${String(settings['baseUrl'])}${path}`;
const bearer = (settings: Settings): Record<string, string> => ({
  Authorization: `Bearer ${String(settings['apiKey'])}`,
});

/** Dub knows customers by the shop's id; a guest is whoever placed this order. */
const customerOf = ({ customerId, orderId }: Order): string =>
  customerId === undefined || customerId.length > 100 ? `order-${orderId}` : customerId;

/** A commission carries an id of Dub's own, under the order's number as invoice. */
const lookup: Lookup = {
  request: ({ kind, facts, order }, settings): HttpRequest | undefined => {
    if (kind === 'conversion' || facts) return undefined;
    const url = address(settings, `/commissions?${encodePairs({ invoiceId: order.orderId })}`);
    return { method: 'GET', url, headers: { ...bearer(settings), Accept: 'application/json' } };
  },
  read: ({ status, body }, { order }) => {
    if (status !== 200) return undefined;
    const found = parseList(body).find((one) => one['invoiceId'] === order.orderId);
    const id = textOf(found?.['id']);
    if (id !== undefined) return { reason: `it is commission ${id}`, facts: { commission: id } };
    return { state: 'retry', reason: 'Dub has no commission for this order (yet)', alone: true };
  },
};

const change = (settings: Settings, { facts }: Report, body: object): HttpRequest =>
  jsonRequest('PATCH', address(settings, `/commissions/${percentEncode(facts?.['commission'] ?? '')}`), {
    headers: bearer(settings),
    body,
  });

function errorOf(body: string): { code: string; words: string } {
  const error = parseObject(body)?.['error'];
  const fields = isObject(error) ? error : undefined;
  return { code: textOf(fields?.['code']) ?? '', words: textOf(fields?.['message']) ?? '' };
}

function readAnswer({ status, body }: HttpResponse, { kind }: Report): Outcome | undefined {
  const { code, words } = errorOf(body);
  if (status === 200 && code !== '') return { state: 'rejected', reason: `Dub refused it: ${words || code}` };
  if (status === 200) {
    const json = parseObject(body);
    if (kind !== 'conversion')
      return textOf(json?.['id']) === undefined
        ? { state: 'retry', ambiguous: true, reason: 'Dub answered 200 without a commission' }
        : { state: 'delivered', reason: 'changed at Dub' };
    if (isObject(json?.['sale'])) return { state: 'delivered', reason: 'recorded by Dub' };
    if (json && 'sale' in json)
      return { state: 'no_match', reason: 'Dub recorded no sale: no click of a partner, or nothing was paid' };
    return { state: 'retry', ambiguous: true, reason: 'Dub answered 200 without a sale' };
  }
  if (status === 409) return { state: 'delivered', reason: `Dub has it already: ${words}` };
  if (status === 404) return readMissing(words, kind);
  if (status === 400 || status === 422) {
    // "already in that status" is what was to be reached.
    if (kind !== 'conversion' && /already/i.test(words))
      return { state: 'delivered', reason: `Dub had it so already: ${words}` };
    return { state: 'rejected', reason: `Dub refused it: ${words || code || 'no detail given'}` };
  }
  if (status === 401 || status === 403)
    return {
      state: 'held',
      reason: `Dub does not accept the API key: ${words || code || status} (tracking needs plan Business)`,
    };
  return undefined;
}

/** The analytics store may not have taken in the click yet, so that an unknown one is asked for once more. */
function readMissing(words: string, kind: Report['kind']): Outcome {
  if (kind !== 'conversion') return { state: 'rejected', reason: `Dub has no such commission: ${words}` };
  if (/disabled/i.test(words)) return { state: 'rejected', reason: `Dub: ${words}` };
  if (/workspace/i.test(words)) return { state: 'held', reason: `the API key is of another workspace: ${words}` };
  return { state: 'no_match', reason: `Dub does not know the click: ${words}`, retryOnceAfter: minutes(5) };
}

export default defineDestination({
  name: 'dub',
  title: 'Dub',
  docs: 'https://dub.co/docs/api-reference/endpoint/track-sale',
  audience: 'attributed',
  transport: 'server',
  ownTag: /\bdubcdn\.com\b/,
  clickParams: ['dub_id'],
  cookies: [{ name: 'dub_id' }],
  needs: { consent: ['marketing'], click: true },
  informs: false,
  // Dub forgets an invoice after a week, and has no field for the time of a sale.
  limits: { perMinute: 1200, concurrency: 4, deadline: days(6), timeout: seconds(15) },
  sharesLimit: ({ apiKey }) => apiKey,
  idempotent: true,
  basis,
  keeps: ['amountBasis'],
  settings: {
    apiKey: {
      label: 'API key',
      help: 'Settings → API Keys at Dub, with write access to conversions and commissions',
      secret: true,
      required: true,
    },
    eventName: { label: 'Name of a sale', help: 'As it stands in Dub’s events', default: 'Purchase' },
    paymentProcessor: { label: 'Payment processor', options: PROCESSORS, default: 'custom' },
    amountBasis: basisSetting('goods'),
    baseUrl: { label: 'API address', kind: 'url', default: 'https://api.dub.co' },
  },
  refuse: ({ kind, order }) =>
    kind === 'conversion' && customerOf(order).length > 100
      ? 'Dub takes customer ids of at most 100 characters, and a guest’s is made of the order number'
      : undefined,
  prepare: lookup,
  conversion: (report, settings) =>
    jsonRequest('POST', address(settings, '/track/sale'), {
      headers: bearer(settings),
      body: {
        clickId: report.click?.value,
        customerExternalId: customerOf(report.order),
        amount: worthOf(report.order, basis(settings)),
        currency: report.order.currency.toLowerCase(),
        eventName: settings.eventName,
        paymentProcessor: settings.paymentProcessor,
        invoiceId: report.order.orderId,
        metadata: report.order.coupons.length > 0 ? { coupons: report.order.coupons.join(',') } : undefined,
      },
    }),
  modification: (report, settings) =>
    change(settings, report, {
      saleAmount: worthOf(report.order, basis(settings)),
      currency: report.order.currency.toLowerCase(),
    }),
  reversal: (report, settings) =>
    change(settings, report, { status: report.order.status === 'refunded' ? 'refunded' : 'canceled' }),
  outcome: readAnswer,
  test: {
    request: (settings) => ({
      method: 'GET',
      url: address(settings, '/commissions?pageSize=1'),
      headers: { ...bearer(settings), Accept: 'application/json' },
    }),
    verdict: ({ status, body }) =>
      status === 200
        ? { ok: true, message: 'Dub accepts the API key' }
        : {
            ok: false,
            message: `Dub does not accept the API key (${status}): ${errorOf(body).words || 'make one under Settings → API Keys'}`,
          },
  },
  testAdvice:
    'A customer whom Dub knows already is credited to the partner of the first click, whatever won here: Dub decides so.',
  evidence: {
    read: '2026-11',
    doubts: [
      'A customer whom Dub knows is credited to the partner of the first click, whatever won here.',
      'An invoice that is sent again after a week may count twice: so no sale is told later than six days after it.',
    ],
  },
});
