/**
 * Tradedoubler: a sale by a signed pixel address, changes of pending sales by the API.
 * https://dev.tradedoubler.com/tracking/advertiser, https://github.com/tradedoubler/publicapi-docs (read 2026-11)
 */
import { basisOf, basisSetting, unitsOf, linesOn, withDecimals, worthOf, type Basis } from '../../kit/amount.ts';
import { defineDestination, toldUnverified, type Lookup } from '../../kit/destination.ts';
import { encodePairs, jsonRequest } from '../../kit/encode.ts';
import type { Settings } from '../../kit/setting.ts';
import { days, minutes, seconds } from '../../lib/duration.ts';
import { md5 } from '../../lib/hash.ts';
import { isTimeZone, writeLocalTime } from '../../lib/local-time.ts';
import { formatUnits } from '../../lib/money.ts';
import type { HttpRequest } from '../../model/http.ts';
import type { Order } from '../../model/order.ts';
import type { Report } from '../../model/report.ts';
import { askToken, readChange, readSale, readVendorToken, readTransaction } from './api.ts';

const basis = (settings: Settings): Basis => basisOf(settings['amountBasis'], 'goods');

/** Two decimals, a dot, no grouping. */
const amount = (minor: number, order: Order): string => {
  const { minor: kept, digits } = withDecimals(minor, order, 2);
  return formatUnits(kept * 10 ** (2 - digits), 2);
};

/** Over the very strings that are sent. */
const checksum = (secret: unknown, orderNumber: string, orderValue: string): string | undefined =>
  typeof secret === 'string' ? `v04${md5(secret + orderNumber + orderValue)}` : undefined;

/** `f1=…&f2=…&f3=…&f4=…` a line, encoded; the whole is encoded once more by its place in the query. */
const reportInfo = (order: Order, on: Basis): string | undefined => {
  const lines = linesOn(order, on).map(({ item, minor }) => {
    const { quantity, unit } = unitsOf(item, minor);
    return encodePairs({ f1: item.sku, f2: item.name ?? item.sku, f3: amount(unit, order), f4: String(quantity) });
  });
  return lines.length > 0 ? lines.join('|') : undefined;
};

const api = (settings: Settings, path: string): string =>
  `${String(settings['baseUrl'] ?? 'https://connect.tradedoubler.com')}${path}`;
const day = (at: number): string => new Date(at).toISOString().slice(0, 10).replaceAll('-', '');

/** Its id there, which changes are told by: the list of pending sales has no order numbers, this report has. */
const askTransaction = ({ order }: Report, settings: Settings): HttpRequest => {
  const query = encodePairs({
    ...{ fromDate: day(order.placedAt - days(1)), toDate: day(order.placedAt + days(2)) },
    ...{ reportCurrencyCode: order.currency, orderOrLeadNumber: order.orderId, limit: '20' },
  });
  const headers = { Accept: 'application/json' };
  return { method: 'GET', url: `${api(settings, '/advertiser/report/transactions')}?${query}`, headers, token: true };
};

const lookup: Lookup = {
  request: (report, settings) =>
    report.kind === 'conversion' || report.facts ? undefined : askTransaction(report, settings),
  read: readTransaction,
};

/** Reason 10: returned goods; 14: order cancelled. */
const change = (
  settings: Settings,
  { facts, order }: Report,
  action: { action: string; amount?: number },
): HttpRequest => {
  const more =
    action.action === 'deny' ? { reason: order.status === 'cancelled' ? 14 : 10 } : { currencyCode: order.currency };
  const item = { transactionId: facts?.['transaction'] ?? '', ...action, ...more };
  return { ...jsonRequest('PUT', api(settings, '/advertiser/pendingSales'), { body: { items: [item] } }), token: true };
};

const CREDENTIALS = ['clientId', 'clientSecret', 'username', 'password'] as const;

export default defineDestination({
  name: 'tradedoubler',
  title: 'Tradedoubler',
  docs: 'https://dev.tradedoubler.com/tracking/advertiser',
  audience: 'attributed',
  transport: 'server',
  ownTag: /\bswrap\.tradedoubler\.com\b/,
  clickParams: ['tduid'],
  cookies: [{ name: /^tduid$/i }],
  needs: { consent: ['marketing'], click: true },
  informs: false,
  limits: { perMinute: 60, concurrency: 4, deadline: days(30), timeout: seconds(15) },
  // Whether an order number is taken twice is in no document. Changes say what shall be.
  idempotent: { conversion: false, modification: true, reversal: true },
  byHand: (kind, { clientId, event }) => {
    if (kind === 'modification' && event === 'lead') return 'a lead has no amount at Tradedoubler';
    return kind !== 'conversion' && clientId === undefined
      ? 'Tradedoubler takes changes only by its API (settings clientId, clientSecret, username and password)'
      : undefined;
  },
  basis,
  keeps: ['amountBasis', 'event'],
  settings: {
    organizationId: {
      label: 'Organization id',
      help: 'In the tracking code at Tradedoubler',
      required: true,
      pattern: /^\d{1,12}$/,
      patternHelp: 'digits only',
    },
    eventId: {
      label: 'Event id',
      help: 'Of the sale or lead, in the tracking code',
      required: true,
      pattern: /^\d{1,12}$/,
      patternHelp: 'digits only',
    },
    event: {
      label: 'Kind of event',
      help: 'lead where the programme pays for leads: they have a number and no value',
      options: ['sale', 'lead'],
      default: 'sale',
    },
    checksumSecret: { label: 'Secret code', help: 'Where the programme signs its sales (checksum)', secret: true },
    clientId: {
      label: 'Client id',
      help: 'solutions.tradedoubler.com → API client; these four are needed for changes, which are done by hand without them',
    },
    clientSecret: { label: 'Client secret', help: 'Shown once when the client is made', secret: true },
    username: { label: 'User name', help: 'Of an account that may validate sales' },
    password: { label: 'Password', secret: true },
    timezone: { label: 'Time zone', help: 'Of the programme: what its times mean', default: 'UTC' },
    amountBasis: basisSetting('goods'),
    baseUrl: {
      label: 'Address',
      help: 'Takes the place of tbs.tradedoubler.com, tbl.tradedoubler.com and connect.tradedoubler.com',
      kind: 'url',
    },
  },
  check: (settings) => {
    const given = CREDENTIALS.filter((name) => settings[name] !== undefined);
    const missing = given.length === 0 ? [] : CREDENTIALS.filter((name) => settings[name] === undefined);
    return [
      ...missing.map((field) => ({ field, message: `is needed beside ${given.join(', ')}` })),
      ...(isTimeZone(settings.timezone)
        ? []
        : [{ field: 'timezone', message: 'must be an IANA time zone such as Europe/Stockholm' }]),
    ];
  },
  prepare: lookup,
  token: {
    request: (settings, refresh) => askToken(settings, api(settings, '/uaa/oauth/token'), refresh),
    read: readVendorToken,
  },
  conversion: ({ order, click }, settings) => {
    const isLead = settings.event === 'lead';
    const value = isLead ? '1' : amount(worthOf(order, basis(settings)), order);
    const query = encodePairs({
      organization: settings.organizationId,
      event: settings.eventId,
      ...(isLead
        ? { leadNumber: order.orderId }
        : { orderNumber: order.orderId, orderValue: value, currency: order.currency }),
      tduid: click?.value,
      voucher: order.coupons[0],
      event_time: writeLocalTime(order.placedAt, settings.timezone),
      checksum: checksum(settings.checksumSecret, order.orderId, value),
      reportInfo: isLead ? undefined : reportInfo(order, basis(settings)),
    });
    const host = isLead ? 'https://tbl.tradedoubler.com' : 'https://tbs.tradedoubler.com';
    return { method: 'GET', url: `${settings.baseUrl ?? host}/report?${query}` };
  },
  modification: (report, settings) => {
    const minor = worthOf(report.order, basis(settings));
    if (minor <= 0) return change(settings, report, { action: 'deny' });
    return change(settings, report, { action: 'update', amount: Number(amount(minor, report.order)) });
  },
  reversal: (report, settings) => change(settings, report, { action: 'deny' }),
  outcome: (response, report, { clientId }) => {
    if (report.kind !== 'conversion') return readChange(response, report);
    if (response.status < 200 || response.status >= 300) return undefined;
    if (clientId === undefined) return toldUnverified('Tradedoubler');
    const reason = 'told; Tradedoubler will be asked whether it is there';
    return { state: 'unverified', reason, reference: 'report', confirmAfter: minutes(10) };
  },
  confirm: {
    request: (_reference, settings, report) => askTransaction(report, settings),
    verdict: readSale,
  },
  test: {
    request: (settings) =>
      settings.clientId === undefined ? undefined : askToken(settings, api(settings, '/uaa/oauth/token')),
    verdict: (response) =>
      readVendorToken(response)
        ? { ok: true, message: 'Tradedoubler gives a token for these credentials' }
        : {
            ok: false,
            message: `Tradedoubler gives no token (${response.status}): check client id and secret, user name and password`,
          },
  },
  testAdvice:
    'A pixel has no harmless form: make one test order through a test link, and look for it in the transactions report.',
  evidence: {
    read: '2026-11',
    doubts: [
      'What the pixel answers, and whether an order number is taken twice.',
      'Whether amounts are with tax and shipping: the programme says it (`amountBasis`).',
    ],
  },
});
