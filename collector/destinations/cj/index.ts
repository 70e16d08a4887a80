/** CJ (Commission Junction): orders, restatements and cancellations by the Tracking API. https://docs.cj.com/docs/restatements-api (read 2026-11) */
import { groupConditions, basisOf, basisSetting, groupProblems, groupsSetting } from '../../kit/amount.ts';
import { clickCookieSettings } from '../../kit/click-cookie.ts';
import { defineDestination, toldUnverified, type Outcome } from '../../kit/destination.ts';
import { jsonRequest } from '../../kit/encode.ts';
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import { days, hours, seconds } from '../../lib/duration.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';
import type { Report } from '../../model/report.ts';
import { cjReport } from './commissions.ts';
import { type CjTerms, cjOrderFields, cjShareOf, cjShares, cjInstant, legacyQuery } from './order.ts';

const REASONS = [
  ...['BadDebt', 'Bankruptcy', 'BookingCanceled', 'CannotShipSoldOut', 'Compliance', 'DuplicateOrder'],
  ...['InvalidCreditCard', 'Other', 'ReturnedMerchandise', 'UnqualifiedLead'],
] as const;

/** Name of the mutation, of its argument, and of the argument's type. */
const MUTATIONS = {
  create: ['createOrders', 'newOrders', 'OrderCreateRequest'],
  restate: ['restateOrders', 'restatedOrders', 'OrderRestateRequest'],
  cancel: ['cancelOrders', 'cancelledOrders', 'OrderCancelRequest'],
} as const;

const text = (settings: Settings, name: string): string => String(settings[name] ?? '');

/** Its action trackers are what other networks call groups. */
const groupRule = (settings: Settings) => ({
  conditions: groupConditions(settings),
  otherwise: text(settings, 'actionTrackerId'),
});

const terms = (settings: Settings): CjTerms => ({
  basis: basisOf(settings['amountBasis'], 'net'),
  trackers: groupRule(settings),
  byItems: settings['amounts'] !== 'order',
  wordNew: settings['customerStatusNew'] as string | undefined,
  wordExisting: settings['customerStatusExisting'] as string | undefined,
});

/** One order a call: what becomes of good ones beside a bad one is not known. */
function mutate(what: keyof typeof MUTATIONS, settings: Settings, order: object, path = 'graphql'): HttpRequest {
  const [name, argument, type] = MUTATIONS[what];
  const query = `mutation ($orders: [${type}!]!) { ${name}(${argument}: $orders) { orders { submissionId batchId orderId } errors { message fields } } }`;
  return jsonRequest('POST', `${text(settings, 'baseUrl') || 'https://tracking.api.cj.com'}/${path}`, {
    headers: { Authorization: `Bearer ${text(settings, 'token')}` },
    body: { query, variables: { orders: [order] } },
  });
}

const pathOf = (settings: Settings): string => (settings['testMode'] === true ? 'graphqltest' : 'graphql');

const keyOf = (orderId: string, settings: Settings, tracker = settings['actionTrackerId']) => ({
  ...{ enterpriseId: text(settings, 'enterpriseId'), orderId, actionTrackerId: Number(tracker) },
});

/** Open-ended locking wants a status; elsewhere one makes CJ drop the change. */
const statusWord = (settings: Settings, word: string) =>
  settings['openEndedLocking'] === true ? { status: word } : {};

function cancellation(report: Report, settings: Settings, tracker: string): HttpRequest {
  const returned = report.order.status === 'refunded' || report.kind === 'modification';
  return mutate(
    'cancel',
    settings,
    {
      ...keyOf(report.order.orderId, settings, tracker),
      updateTime: cjInstant(report.at),
      correctionReason: settings['cancelReason'] ?? (returned ? 'ReturnedMerchandise' : 'Other'),
      ...statusWord(settings, 'Declined'),
    },
    pathOf(settings),
  );
}

/** The share of one action tracker, as it is to be there. */
function tellShare(report: Report, settings: Settings): HttpRequest {
  const share = cjShareOf(report, terms(settings));
  if (share.action === 'cancel') return cancellation(report, settings, share.tracker);
  const key = keyOf(report.order.orderId, settings, share.tracker);
  const fields = cjOrderFields(report, terms(settings), share);
  if (share.action === 'create') {
    const order = { ...key, eventTime: cjInstant(report.order.placedAt), ...fields };
    return mutate('create', settings, order, pathOf(settings));
  }
  const why = { correctionReason: settings['restateReason'], ...statusWord(settings, 'Pending') };
  return mutate('restate', settings, { ...key, updateTime: cjInstant(report.at), ...fields, ...why }, pathOf(settings));
}

/** 200 means received; duplicates, locked orders and wrong trackers are judged later and told to nobody. */
function readAnswer({ status, body }: HttpResponse): Outcome | undefined {
  const json = parseObject(body);
  const words = errorsOf(json);
  const isBusy = status === 408 || status === 425 || status === 429 || status >= 500;
  // A shop's clock may run ahead; the time comes.
  if (/future/i.test(words) && !isBusy)
    return { state: 'retry', alone: true, after: hours(1), reason: `CJ takes it later: ${words}` };
  // GraphQL tells a fault of its own with a 200, too.
  if (status < 300 && /internal (server )?error|timed? ?out|temporarily|too many requests|rate limit/i.test(words))
    return { state: 'retry', ambiguous: true, reason: `CJ could not take the order: ${words}` };
  if (words !== '' && !isBusy) {
    return status === 401 || status === 403 || /(missing|invalid) token|unauthori[sz]ed|forbidden/i.test(words)
      ? { state: 'held', reason: `CJ does not let this token act: ${words}` }
      : { state: 'rejected', reason: `CJ refused the order: ${words}` };
  }
  if (status < 200 || status >= 300) return undefined;
  if (resultsOf(json).some(({ orders }) => Array.isArray(orders) && orders.length > 0))
    return { state: 'unverified', reason: 'received by CJ, which judges it within the hour and tells nobody' };
  return { state: 'retry', ambiguous: true, reason: `CJ answered ${status} without taking an order` };
}

const resultsOf = (json: Json | undefined): Json[] => {
  const data = json?.['data'];
  return isObject(data) ? Object.values(data).filter(isObject) : [];
};

function errorsOf(json: Json | undefined): string {
  const lists = [json, ...resultsOf(json)].map((one) => one?.['errors']);
  const errors = lists.flatMap((list) => (Array.isArray(list) ? list.filter(isObject) : []));
  return errors.map((error) => textOf(error['message']) ?? 'no detail given').join('; ');
}

export default defineDestination({
  name: 'cj',
  title: 'CJ',
  docs: 'https://docs.cj.com/docs/s2s-implementation',
  audience: 'attributed',
  transport: 'server',
  ownTag: /\b(?:mczbf|emjcd)\.com\b/,
  clickParams: ['cjevent'],
  cookies: [{ name: 'cje' }, { name: 'cjevent_dc' }],
  // CJ’s scripts read it in the page.
  clickCookie: { name: 'cje', param: 'cjevent', readable: true },
  needs: { consent: ['marketing'], click: true },
  // The older call has no word for another channel.
  informs: ({ token }) => token !== undefined,
  limits: { concurrency: 4, deadline: days(30), timeout: seconds(30) },
  // Known by order id, action tracker and enterprise; a restatement says what shall be.
  idempotent: true,
  basis: (settings) => terms(settings).basis,
  groups: groupRule,
  byHand: (kind, { token }) =>
    kind !== 'conversion' && token === undefined
      ? 'CJ takes changes only by its Tracking API (setting token) or a daily file'
      : undefined,
  keeps: ['amountBasis', 'amounts', 'groups', 'actionTrackerId'],
  settings: {
    enterpriseId: {
      label: 'Enterprise id',
      help: 'Your company id (CID) at CJ, from the integration team or the account menu',
      required: true,
      pattern: /^\d{1,12}$/,
      patternHelp: 'digits only',
    },
    actionTrackerId: {
      label: 'Action tracker id',
      help: 'The id of the action that counts sales. A wrong one is taken without a word and lost: check the first order in your reports',
      required: true,
      pattern: /^\d{1,12}$/,
      patternHelp: 'digits only',
    },
    groups: groupsSetting('Ids of further action trackers'),
    token: {
      label: 'Personal access token',
      help: 'developers.cj.com → Authentication; the integration team must activate the Tracking API. Without it sales go by the older server call, and changes are done by hand',
      secret: true,
    },
    amounts: {
      label: 'Amounts',
      help: 'items or order, as the action tracker is configured',
      options: ['items', 'order'],
      default: 'items',
    },
    amountBasis: basisSetting('net'),
    openEndedLocking: {
      label: 'Open-ended locking',
      help: 'On where the programme has it: changes carry a status then, which they must not elsewhere',
      kind: 'boolean',
      default: false,
    },
    cancelReason: {
      label: 'Reason of a cancellation',
      help: 'ReturnedMerchandise for a refund and Other for a cancellation unless given',
      options: REASONS,
    },
    restateReason: { label: 'Reason of a restatement', options: REASONS, default: 'Other' },
    customerStatusNew: { label: 'Word for a new customer', help: 'Such as New; nothing is sent unless given' },
    customerStatusExisting: { label: 'Word for a returning customer', help: 'Such as Return' },
    ...clickCookieSettings('cje', 395),
    testMode: {
      label: 'Test mode',
      help: 'Everything goes to CJ’s test address: checked, posted nowhere',
      kind: 'boolean',
      default: false,
    },
    accountCurrency: {
      label: 'Currency of the account',
      help: 'In which Commission Detail shows amounts; what `reconcile` compares is taken for the order’s unless given',
      pattern: /^[A-Z]{3}$/,
      patternHelp: 'three capital letters such as USD',
    },
    reportDates: {
      label: 'Dates of the report',
      help: 'By which dates `reconcile` asks for commissions: those of the event, or of their posting where changes are missing by the former',
      options: ['event', 'posted'],
      default: 'event',
    },
    baseUrl: {
      label: 'Address',
      help: 'Takes the place of tracking.api.cj.com, commissions.api.cj.com and www.emjcd.com',
      kind: 'url',
    },
  },
  check: ({ testMode, token, groups }) => [
    ...groupProblems('groups', groups, { pattern: /^\d{1,12}$/, patternHelp: 'digits only' }),
    ...(testMode && token === undefined
      ? [{ field: 'testMode', message: 'needs the token: the older call has no test address, and orders would count' }]
      : []),
  ],
  parts: (report, settings) => cjShares(report, terms(settings)).length,
  conversion: (report, settings) => {
    if (settings.token === undefined) {
      const host = settings.baseUrl ?? 'https://www.emjcd.com';
      return { method: 'GET', url: `${host}/u?${legacyQuery(report, terms(settings), settings.enterpriseId)}` };
    }
    return tellShare(report, settings);
  },
  modification: tellShare,
  reversal: tellShare,
  outcome: (response, _report, { token }) => {
    if (token !== undefined) return readAnswer(response);
    return response.status >= 200 && response.status < 300 ? toldUnverified('CJ') : undefined;
  },
  ownReport: cjReport,
  test: {
    request: (settings) =>
      settings.token === undefined
        ? undefined
        : mutate(
            'create',
            settings,
            {
              ...keyOf('clickthread-connection-test', settings),
              ...{ eventTime: '2026-01-01T00:00:00.000Z', amount: '0.00', currency: 'USD' },
            },
            'graphqltest',
          ),
    verdict: (response) => {
      const outcome = readAnswer(response);
      if (outcome?.state === 'unverified')
        return { ok: true, message: 'CJ’s test address took a test order, which it posts nowhere' };
      return { ok: false, message: outcome?.reason ?? `CJ answered ${response.status}: try again later` };
    },
  },
  testAdvice:
    'A wrong action tracker passes every check and is lost in CJ’s processing: look for the first real order in Commission Detail.',
  evidence: {
    read: '2026-11',
    doubts: [
      'A wrong action tracker, a duplicate or a locked order is judged up to an hour later and told to nobody: `reconcile` with Commission Detail shows it.',
      'What becomes of good orders beside a bad one in one call: so one order goes in each.',
      'How Commission Detail counts a restatement: as lines that add up to what stands, so `reconcile` adds them.',
      'What the time of another channel means where the connection informs losers: the order’s own time is sent.',
    ],
  },
});
