/** TUNE (HasOffers): a postback whose verdict stands in the text of its answer. https://support.tune.com/hc/en-us/articles/4413247665431 (read 2026-11) */
import {
  groupConditions,
  basisOf,
  basisSetting,
  decimalAmount,
  groupOrder,
  groupProblems,
  groupsSetting,
  type GroupShare,
  orderAsGrouped,
  orderAsTold,
} from '../kit/amount.ts';
import { defineDestination, type Outcome } from '../kit/destination.ts';
import { encodePairs } from '../kit/encode.ts';
import type { Settings } from '../kit/setting.ts';
import { days, seconds } from '../lib/duration.ts';
import { isTimeZone, writeLocalTime } from '../lib/local-time.ts';
import type { HttpRequest, HttpResponse } from '../model/http.ts';
import type { Report } from '../model/report.ts';

const basis = (settings: Settings) => basisOf(settings['amountBasis'], 'goods');

/** Goals of an offer are what other networks call groups; without any a sale is the offer's own conversion. */
const groupRule = (settings: Settings) => ({
  conditions: groupConditions(settings),
  otherwise: String(settings['goalId'] ?? ''),
});

/** What each goal is told of an order, a request each: those that were told of it are taken back. */
function sharesOf(report: Report, settings: Settings): GroupShare[] {
  const now = groupOrder(orderAsGrouped(report), basis(settings), groupRule(settings));
  if (report.kind !== 'reversal') return now;
  const left = (code: string): number => now.find((share) => share.code === code)?.minor ?? 0;
  const told = groupOrder(orderAsTold(report), basis(settings), groupRule(settings));
  return told.map(({ code }) => ({ code, minor: left(code) }));
}

/** The same for every report of an order: it never expires at TUNE, so that a repeat is refused as a duplicate. A further goal is a sale of its own. */
const uniqueId = (orderId: string, goal: string, settings: Settings): string =>
  goal === groupRule(settings).otherwise ? orderId : `${orderId}-${goal}`;

const postback = (report: Report, settings: Settings, more: Record<string, string>): HttpRequest => {
  const { order, click, part = 0 } = report;
  const { code, minor } = sharesOf(report, settings)[part]!;
  return {
    method: 'GET',
    url: `${String(settings['baseUrl'] ?? `https://${String(settings['domain'])}`)}/aff_lsr?${encodePairs({
      offer_id: settings['offerId'] as string | undefined,
      goal_id: code,
      transaction_id: click?.value,
      amount: decimalAmount(minor, order),
      adv_sub: order.orderId,
      conversion_unique_id: uniqueId(order.orderId, code, settings),
      promo_code: order.coupons[0],
      datetime: writeLocalTime(order.placedAt, String(settings['timezone'])),
      security_token: settings['securityToken'] as string | undefined,
      ...more,
    })}`,
  };
};

/** Always 200: `success=true;`, or `success=false; err_msg=…`. */
function readAnswer({ status, body }: HttpResponse, { kind }: Report): Outcome | undefined {
  if (status < 200 || status >= 300) return undefined;
  if (/success\s*=\s*true/i.test(body)) return { state: 'delivered', reason: 'TUNE answered success' };
  const words = /err_msg\s*=\s*([^;]*)/i.exec(body)?.[1]?.trim() ?? '';
  if (!/success\s*=\s*false/i.test(body))
    return { state: 'retry', ambiguous: true, reason: `TUNE answered ${status} without saying success` };
  // Taken for a second sale, a rejection has changed nothing.
  if (/duplicate/i.test(words) && kind === 'reversal')
    return {
      state: 'rejected',
      reason: `TUNE takes no second postback for the order: ${words}; reject it there by hand`,
    };
  if (/duplicate/i.test(words)) return { state: 'delivered', reason: `TUNE has it already: ${words}` };
  if (/trans(action)?\.? id/i.test(words))
    return { state: 'no_match', reason: `TUNE does not know the click: ${words}` };
  if (/token|white-?list|not allowed|\bip\b/i.test(words))
    return { state: 'held', reason: `TUNE does not let this collector in: ${words}` };
  return { state: 'rejected', reason: `TUNE refused it: ${words === '' ? 'no reason given' : words}` };
}

export default defineDestination({
  name: 'tune',
  title: 'TUNE (HasOffers)',
  docs: 'https://support.tune.com/hc/en-us/articles/4413247665431',
  audience: 'attributed',
  transport: 'server',
  clickParams: (settings) => settings.clickParams,
  needs: { consent: ['marketing'], click: true },
  informs: false,
  limits: { concurrency: 4, deadline: days(30), timeout: seconds(15) },
  idempotent: true,
  basis,
  groups: groupRule,
  parts: (report, settings) => sharesOf(report, settings).length,
  byHand: (kind, { reversals }) =>
    kind === 'reversal' && reversals === 'by hand'
      ? 'TUNE rejects a conversion only in the network’s own interface (setting reversals: postback where it takes a second postback)'
      : undefined,
  keeps: ['amountBasis', 'groups', 'goalId'],
  settings: {
    domain: {
      label: 'Tracking domain',
      help: 'The host of the postback address, such as example.go2cloud.org',
      required: true,
      pattern: /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i,
      patternHelp: 'a host name without https://',
    },
    offerId: {
      label: 'Offer id',
      help: 'In the postback address (offer_id), where it has one',
      pattern: /^\d{1,10}$/,
      patternHelp: 'digits only',
    },
    goalId: {
      label: 'Goal id',
      help: 'Where a sale is a goal of the offer',
      pattern: /^\d{1,10}$/,
      patternHelp: 'digits only',
    },
    groups: groupsSetting('Ids of further goals'),
    clickParams: {
      label: 'Click parameters',
      help: 'Landing parameters that carry the transaction id, as the offer’s address names them',
      kind: 'list',
      default: 'transaction_id',
      pattern: /^[\w.-]{1,64}$/,
      patternHelp: 'names of query parameters',
    },
    securityToken: {
      label: 'Security token',
      help: 'In the postback address, where the network wants one',
      secret: true,
    },
    timezone: {
      label: 'Time zone',
      help: 'Of the network: what its times mean, such as America/New_York',
      default: 'UTC',
    },
    reversals: {
      label: 'Reversals',
      help: 'postback: a second postback with status=rejected, where the network says that it takes one',
      options: ['by hand', 'postback'],
      default: 'by hand',
    },
    amountBasis: basisSetting('goods'),
    baseUrl: { label: 'Address', help: 'Takes the place of the tracking domain', kind: 'url' },
  },
  check: ({ timezone, groups }) => [
    ...groupProblems('groups', groups, { pattern: /^\d{1,10}$/, patternHelp: 'digits only' }),
    ...(isTimeZone(timezone)
      ? []
      : [{ field: 'timezone', message: 'must be an IANA time zone such as America/New_York' }]),
  ],
  conversion: (report, settings) => postback(report, settings, {}),
  reversal: (report, settings) => postback(report, settings, { status: 'rejected' }),
  outcome: readAnswer,
  testAdvice:
    'A postback has no harmless form: make one test order through a test link. The network may have to allow this collector’s address.',
  evidence: {
    read: '2026-11',
    doubts: [
      'Whether the network takes a second postback that rejects: ask it, then set `reversals`.',
      'Which time zone the network’s times have.',
    ],
  },
});
