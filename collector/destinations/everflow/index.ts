/**
 * Everflow: a postback for the sale; changes by the network's API, which knows a conversion by an id of its own.
 * https://helpdesk.everflow.io/customer/accessing-editing-s2s-postback-urls, https://developers.everflow.io/docs/network/conversion_updates (read 2026-11)
 */
import { amountOf, basisOf, basisSetting, withDecimals, worthOf } from '../../kit/amount.ts';
import { defineDestination, toldUnverified, type Lookup, type Outcome } from '../../kit/destination.ts';
import { encodePairs, jsonRequest, percentEncode } from '../../kit/encode.ts';
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import { days, minutes, seconds } from '../../lib/duration.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';
import type { Report } from '../../model/report.ts';
import { everflowReport } from './conversions.ts';

const basis = (settings: Settings) => basisOf(settings['amountBasis'], 'goods');

/** The landing may carry several ids; the newest stands last. */
const transaction = ({ click }: Report): string | undefined => click?.value.split('|').at(-1);

const api = (settings: Settings, path: string): string =>
  `${String(settings['baseUrl'] ?? 'https://api.eflow.team')}/v1/networks/reporting/conversions${path}`;

const call = (method: HttpRequest['method'], url: string, settings: Settings, body: object): HttpRequest =>
  jsonRequest(method, url, { headers: { 'X-Eflow-API-Key': String(settings['apiKey'] ?? '') }, body });

/** UTC in Everflow's list of time zones. */
const UTC = 67;
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

interface Wanted {
  from: string;
  to: string;
  currency?: string;
  terms?: object[];
  filters?: object[];
}

/** Amounts stand in it in the currency of their offer, whatever is asked for. */
const askConversions = (settings: Settings, query: string, wanted: Wanted): HttpRequest =>
  call('POST', api(settings, query), settings, {
    ...{ from: wanted.from, to: wanted.to, timezone_id: UTC, currency_id: wanted.currency ?? 'USD' },
    ...{ show_conversions: true, show_events: true },
    query: { filters: wanted.filters ?? [], search_terms: wanted.terms ?? [] },
  });

/** The conversions of a click around the day of the sale: one click may have earned several orders. */
const ask = (report: Report, settings: Settings): HttpRequest =>
  askConversions(settings, '?page=1&page_size=200', {
    from: day(report.order.placedAt - days(1)),
    to: day(report.order.placedAt + days(2)),
    currency: report.order.currency,
    terms: [{ search_type: 'transaction_id', value: transaction(report) }],
  });

function find({ status, body }: HttpResponse, { order }: Report): Json | undefined {
  const list = status === 200 ? parseObject(body)?.['conversions'] : undefined;
  return Array.isArray(list) ? list.filter(isObject).find((one) => one['order_id'] === order.orderId) : undefined;
}

const lookup: Lookup = {
  request: (report, settings) => (report.kind === 'conversion' || report.facts ? undefined : ask(report, settings)),
  read: (response, report) => {
    const found = find(response, report);
    const id = textOf(found?.['conversion_id']);
    if (id !== undefined)
      return {
        reason: `it is conversion ${id}`,
        facts: { conversion: id, event: String(found?.['is_event'] === true) },
      };
    return response.status === 200
      ? { state: 'retry', reason: 'Everflow shows no conversion of this order (yet)', alone: true }
      : undefined;
  },
};

function readAnswer({ status, body }: HttpResponse, { kind }: Report, settings: Settings): Outcome | undefined {
  if (status < 200 || status >= 300) return undefined;
  const json = parseObject(body);
  if (kind === 'conversion') {
    const id = textOf(json?.['conversion_id']);
    if (id !== undefined) return { state: 'delivered', reason: `recorded by Everflow as ${id}` };
    if (settings['apiKey'] === undefined) return toldUnverified('Everflow');
    const reason = 'told; Everflow will be asked whether it is there';
    return { state: 'unverified', reason, reference: 'conversions', confirmAfter: minutes(1) };
  }
  // "true" may still fail when it is processed: the conversion shows it.
  const result = textOf(json?.['result']) ?? String(json?.['result']);
  if (result === 'true' && kind === 'reversal')
    return {
      ...{ state: 'delivered', reference: 'conversions', confirmAfter: minutes(1) },
      reason: 'taken by Everflow',
    };
  if (result === 'true') return { state: 'delivered', reason: 'taken by Everflow' };
  if (result === 'false') return { state: 'rejected', reason: 'Everflow did not take the change' };
  return { state: 'retry', ambiguous: true, reason: `Everflow answered ${status} without a result` };
}

export default defineDestination({
  name: 'everflow',
  title: 'Everflow',
  docs: 'https://helpdesk.everflow.io/customer/accessing-editing-s2s-postback-urls',
  audience: 'attributed',
  transport: 'server',
  clickParams: (settings) => settings.clickParams,
  // Of an offer, or of an advertiser.
  cookies: [{ name: /^ef_tid_c_[oa]_\w{1,32}$/ }],
  needs: { consent: ['marketing'] },
  informs: false,
  limits: { concurrency: 4, deadline: days(30), timeout: seconds(15) },
  // Whether an offer refuses an order id that it knows is a setting of the offer. Changes say what shall be, so a repeat changes nothing.
  idempotent: { conversion: false, modification: true, reversal: true },
  byHand: (kind, { apiKey }) =>
    kind !== 'conversion' && apiKey === undefined
      ? 'Everflow takes changes only with an API key of the network (setting apiKey)'
      : undefined,
  basis,
  keeps: ['amountBasis'],
  settings: {
    networkId: {
      label: 'Network id (nid)',
      help: 'In the postback address under Offers → Tracking, or Control Center → Global Postback',
      required: true,
      pattern: /^\w{1,20}$/,
      patternHelp: 'the value of nid= in the postback address',
    },
    domain: {
      label: 'Tracking domain',
      help: 'The host of the postback address, such as www.abc123track.com',
      required: true,
      pattern: /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i,
      patternHelp: 'a host name without https://',
    },
    clickParams: {
      label: 'Click parameters',
      help: 'Landing parameters that carry the transaction id, as the offer’s landing address names them',
      kind: 'list',
      default: '_ef_transaction_id',
      pattern: /^[\w.-]{1,64}$/,
      patternHelp: 'names of query parameters',
    },
    eventId: {
      label: 'Event id',
      help: 'Where a sale is an event after the base conversion; none unless given',
      pattern: /^\d{1,10}$/,
      patternHelp: 'digits only',
    },
    verificationToken: {
      label: 'Verification token',
      help: 'Where the advertiser is set up to need one',
      secret: true,
    },
    apiKey: {
      label: 'API key of the network',
      help: 'Control Center → Security; needed for changed amounts and rejections, which are done by hand without it',
      secret: true,
    },
    advertiserId: {
      label: 'Advertiser id',
      help: 'Yours at the network, whose key sees the conversions of all its advertisers: `reconcile` asks for these alone',
      pattern: /^\d{1,12}$/,
      patternHelp: 'digits only',
    },
    amountBasis: basisSetting('goods'),
    baseUrl: { label: 'Address', help: 'Takes the place of the tracking domain and of the API’s host', kind: 'url' },
  },
  refuse: ({ kind, click, order }) => {
    if (kind === 'conversion' && click === undefined && order.coupons.length === 0)
      return 'Everflow needs its transaction id or a coupon code, and the order has neither';
    if (kind !== 'conversion' && click === undefined)
      return 'Everflow finds a conversion by its transaction id, and the order came by a coupon: change it there by hand';
    return undefined;
  },
  prepare: lookup,
  conversion: (report, settings) => ({
    method: 'GET',
    url: `${settings.baseUrl ?? `https://${settings.domain}`}/?${encodePairs({
      nid: settings.networkId,
      transaction_id: transaction(report),
      amount: amountOf(report.order, basis(settings)),
      currency: report.order.currency,
      order_id: report.order.orderId,
      coupon_code: report.order.coupons[0],
      event_id: settings.eventId,
      verification_token: settings.verificationToken,
    })}`,
  }),
  modification: ({ order, facts }, settings) => {
    const { minor, digits } = withDecimals(worthOf(order, basis(settings)), order, 2);
    return call('PUT', api(settings, `/${percentEncode(facts?.['conversion'] ?? '')}/saleamount`), settings, {
      sale_amount: minor / 10 ** digits,
      is_event: facts?.['event'] === 'true',
    });
  },
  reversal: ({ facts }, settings) =>
    call('PATCH', api(settings, ''), settings, {
      conversion_ids: [facts?.['conversion'] ?? ''],
      conversion_status: 'rejected',
    }),
  outcome: readAnswer,
  confirm: {
    request: (_reference, settings, report) => ask(report, settings),
    verdict: (response, report) => {
      const found = find(response, report);
      if (!found) return { state: 'pending', reason: 'told; Everflow does not show it (yet)' };
      const status = textOf(found['status']) ?? 'approved';
      if (report.kind === 'reversal')
        return status === 'rejected' || status === 'invalid'
          ? { state: 'confirmed', reason: `Everflow has it: ${status}` }
          : { state: 'pending', reason: `taken; Everflow shows it as ${status} (yet)` };
      if (status === 'rejected' || status === 'invalid')
        return {
          state: 'declined',
          reason: `Everflow: ${status} (${textOf(found['error_message']) ?? 'no reason given'})`,
        };
      return { state: 'confirmed', reason: `Everflow has it: ${status}` };
    },
  },
  ownReport: everflowReport(askConversions),
  test: {
    request: (settings) =>
      settings.apiKey === undefined
        ? undefined
        : call('POST', api(settings, '?page=1&page_size=1'), settings, {
            ...{ from: '2026-01-01', to: '2026-01-01', timezone_id: UTC, currency_id: 'USD', show_conversions: true },
            query: { filters: [], search_terms: [] },
          }),
    verdict: ({ status }) =>
      status === 200
        ? { ok: true, message: 'Everflow accepts the API key' }
        : {
            ok: false,
            message: `Everflow does not accept the API key (${status}): make one under Control Center → Security`,
          },
  },
  testAdvice:
    'A postback has no harmless form: make one test order through a test partner’s link and look for it in the conversion report, its amount above all (the offer’s currency format decides how it is read).',
  evidence: {
    read: '2026-11',
    doubts: [
      'What the postback answers: without the network’s API key the sale stays `unverified`.',
      'Whether an order id that is known counts again: a setting of the offer (ask for a duplicate check on order id).',
      'How many conversions a page of its report may have: two hundred are asked for.',
      'Whether a commission in per cent follows a changed sale amount: look at the first one.',
    ],
  },
});
