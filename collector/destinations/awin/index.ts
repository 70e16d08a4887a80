/** Awin: Conversion API, amendments and declines. https://help.awin.com/apidocs/conversion-api (read 2026-11) */
import { groupConditions, basisOf, basisSetting, groupProblems, groupsSetting } from '../../kit/amount.ts';
import { clickCookieSettings } from '../../kit/click-cookie.ts';
import { defineDestination, toldUnverified } from '../../kit/destination.ts';
import { jsonRequest, percentEncode } from '../../kit/encode.ts';
import { retryAfter } from '../../kit/retry-after.ts';
import type { Settings } from '../../kit/setting.ts';
import { days, minutes, seconds } from '../../lib/duration.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';
import { amendSale, declineSale, readChangeJob, readVerdict } from './changes.ts';
import { type AwinTerms, orderEntry, readOrders } from './orders.ts';
import { sreadQuery } from './sread.ts';
import { awinReport } from './transactions.ts';

const text = (settings: Settings, name: string): string => String(settings[name] ?? '');

const groupRule = (settings: Settings) => ({
  conditions: groupConditions(settings),
  otherwise: text(settings, 'commissionGroup'),
});

const terms = (settings: Settings): AwinTerms => ({
  basis: basisOf(settings['amountBasis'], 'net'),
  groups: groupRule(settings),
  otherChannel: text(settings, 'otherChannel'),
  isTest: settings['testMode'] === true,
});

const API = 'https://api.awin.com';

/** One address in place of all hosts, where the owner gives one. */
const hostOf = (settings: Settings, usual: string): string => {
  const given = text(settings, 'baseUrl');
  return given === '' || given === API ? usual : given;
};

const transactions = (settings: Settings): string =>
  `${hostOf(settings, API)}/advertisers/${percentEncode(text(settings, 'advertiserId'))}/transactions`;

const bearer = (settings: Settings): Record<string, string> => ({
  Authorization: `Bearer ${text(settings, settings['validationToken'] === undefined ? 'apiKey' : 'validationToken')}`,
});

const hasToken = ({ apiKey, validationToken }: Settings): boolean =>
  apiKey !== undefined || validationToken !== undefined;

const change = (settings: Settings, action: object): HttpRequest =>
  jsonRequest('POST', `${transactions(settings)}/batch`, { headers: bearer(settings), body: [action] });

/** `1001_1763000000_0123abcd`: the second part is when it was clicked. */
function readAwc(value: string): { value: string; at?: number } {
  const seconds = /^\d+_(\d{10})_/.exec(value)?.[1];
  return seconds === undefined ? { value } : { value, at: Number(seconds) * 1000 };
}

/** Orders stand under a name, changes in a bare list. */
function joinBodies(bodies: readonly string[]): string {
  const parsed = bodies.map((body) => JSON.parse(body) as { orders: object[] } | object[]);
  const lists = parsed.map((one) => ('orders' in one ? one.orders : one));
  return JSON.stringify('orders' in parsed[0]! ? { orders: lists.flat() } : lists.flat());
}

const askTransactions = (settings: Settings, query: string): HttpRequest => ({
  ...{ method: 'GET', url: `${transactions(settings)}/?${query}` },
  headers: { ...bearer(settings), Accept: 'application/json' },
});

function readTest({ status }: HttpResponse): { ok: boolean; message: string } {
  if (status === 200) return { ok: true, message: 'Awin accepts the token for this advertiser' };
  const messages: Record<number, string> = {
    401: 'Awin does not accept the token: copy it again from API credentials (user menu at Awin)',
    403: "the token's user may not see this advertiser: check advertiserId, or give the user access (it takes ten minutes)",
    404: 'Awin does not know the advertiser: check advertiserId',
  };
  return { ok: false, message: messages[status] ?? `Awin answered ${status}: try again later` };
}

export default defineDestination({
  name: 'awin',
  title: 'Awin',
  docs: 'https://help.awin.com/apidocs/conversion-api',
  audience: 'attributed',
  transport: 'server',
  ownTag: /\bdwin1\.com\b/,
  clickParams: ['awc'],
  cookies: [{ name: 'awc', read: readAwc }],
  clickCookie: { name: 'awc', param: 'awc', readable: false },
  needs: { consent: ['marketing'] },
  limits: { perMinute: 20, concurrency: 1, deadline: days(30), timeout: seconds(30) },
  // Counted by user: connections to several advertisers with one token share it.
  sharesLimit: ({ apiKey, validationToken, advertiserId }) => apiKey ?? validationToken ?? advertiserId,
  idempotent: true,
  byHand: (kind, settings) =>
    kind !== 'conversion' && !hasToken(settings)
      ? 'Awin takes changes only with an API token (setting apiKey)'
      : undefined,
  basis: (settings) => terms(settings).basis,
  groups: groupRule,
  // Awin asks for a batch every 10 to 60 seconds. Its answer names each order, and answers are read to 64 kB.
  batch: ({ apiKey }) => (apiKey === undefined ? undefined : { most: 200, every: seconds(10), join: joinBodies }),
  keeps: ['amountBasis', 'groups', 'commissionGroup'],
  settings: {
    advertiserId: {
      label: 'Advertiser id',
      help: 'The number beside the programme’s name at Awin',
      required: true,
      pattern: /^\d{1,10}$/,
      patternHelp: 'digits only, such as 1001',
    },
    apiKey: {
      label: 'API token',
      help: 'User menu at Awin → API credentials; plan Accelerate or Advanced. Without it sales go by the older server call, which answers nothing, and changes are done by hand',
      usual: true,
      secret: true,
    },
    validationToken: {
      label: 'Token for changes',
      help: 'Where amendments and declines go by another user’s token; the API token unless given',
      secret: true,
    },
    commissionGroup: {
      label: 'Commission group',
      help: 'Code of the group that everything belongs to which no condition names',
      default: 'DEFAULT',
      pattern: /^[\w-]{1,50}$/,
      patternHelp: 'a code such as DEFAULT',
    },
    groups: groupsSetting('Codes of further commission groups'),
    amountBasis: basisSetting('net'),
    otherChannel: {
      label: 'Channel of others',
      help: 'Told of orders that another partner won, where the connection informs losers (mode: inform)',
      default: 'other',
    },
    voucherAttribution: {
      label: 'Sales by voucher alone',
      help: 'On where Awin attributes by voucher: an order with a partner’s code is told without a click',
      kind: 'boolean',
      default: false,
    },
    changeReason: {
      label: 'Reason of a change',
      help: 'Awin and the publisher read it; the shop’s own words are not passed on',
      default: 'order changed',
    },
    declineReason: { label: 'Reason of a decline', help: 'The same', default: 'order cancelled or returned' },
    ...clickCookieSettings('awc', 365),
    testMode: { label: 'Test mode', help: 'Orders are marked isTest and pay nothing', kind: 'boolean', default: false },
    baseUrl: { label: 'Address', help: 'Takes the place of api.awin.com and www.awin1.com', kind: 'url' },
  },
  check: ({ groups }) =>
    groupProblems('groups', groups, { pattern: /^[\w-]{1,50}$/, patternHelp: 'a code such as DEFAULT' }),
  refuse: ({ order, click, kind }, { voucherAttribution }) => {
    if (order.orderId.length > 50)
      return 'Awin cuts order references at 50 characters, and a shortened one would be another order';
    if (kind !== 'conversion' || click !== undefined || (voucherAttribution && order.coupons.length > 0))
      return undefined;
    return 'Awin needs its click id (awc), or a voucher where voucherAttribution is on, and the order has neither';
  },
  conversion: (report, settings) => {
    const { apiKey, advertiserId } = settings;
    if (apiKey === undefined) {
      const query = sreadQuery(report, terms(settings), advertiserId);
      return { method: 'GET', url: `${hostOf(settings, 'https://www.awin1.com')}/sread.php?${query}` };
    }
    return jsonRequest('POST', `${hostOf(settings, API)}/s2s/advertiser/${percentEncode(advertiserId)}/orders`, {
      headers: { 'x-api-key': apiKey },
      body: { orders: [orderEntry(report, terms(settings))] },
    });
  },
  modification: (report, settings) => change(settings, amendSale(report, terms(settings), settings)),
  reversal: (report, settings) => change(settings, declineSale(report, settings.declineReason)),
  outcome: (response, report, { apiKey }) => {
    if (report.kind === 'conversion' && apiKey === undefined)
      return response.status >= 200 && response.status < 300 ? toldUnverified('Awin’s older call') : undefined;
    if (response.status === 401 || response.status === 403)
      return { state: 'held', reason: 'Awin does not accept the token, or its user may not act for this advertiser' };
    // Twenty calls a minute, and no header that says when the next may come.
    if (response.status === 429)
      return {
        state: 'retry',
        reason: 'Awin asks to slow down (429)',
        after: Math.max(retryAfter(response) ?? 0, minutes(1)),
      };
    return report.kind === 'conversion' ? readOrders(response, report) : readChangeJob(response);
  },
  confirm: {
    request: (reference, settings) => ({
      method: 'GET',
      url: `${transactions(settings)}/jobs/${percentEncode(reference)}?output=errors`,
      headers: { ...bearer(settings), Accept: 'application/json' },
    }),
    verdict: readVerdict,
  },
  ownReport: awinReport(askTransactions),
  test: {
    request: (settings) =>
      hasToken(settings)
        ? askTransactions(settings, 'startDate=2026-01-01T00%3A00%3A00&endDate=2026-01-02T00%3A00%3A00&timezone=UTC')
        : undefined,
    verdict: readTest,
  },
  testAdvice:
    'Awin has no sandbox: rehearse against `clickthread sandbox` (baseUrl), then with testMode, then make the guided test order in Awin’s interface.',
  evidence: {
    read: '2026-11',
    doubts: [
      'What Awin answers to an order reference that it knows: a repeat is taken for counted, whatever it says.',
      'What the older call did with an order (without `apiKey`): it stays `unverified`; its place for several vouchers is a comma, too.',
      'What becomes of an order that it only queues (202): it stays `unverified` until `reconcile` reads the list of transactions.',
      'Awin’s own browser tag may report the same reference with another amount, and win: leave it out where this connection tells the sales.',
      'Several vouchers go in one field, separated by commas.',
    ],
  },
});
