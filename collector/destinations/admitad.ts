/**
 * Admitad (Mitgo): a sale by postback, its revision by a signed address.
 * https://support.mitgo.com/knowledge-base/article/integration-via-postback-request_2 (read 2026-11)
 */
import {
  groupConditions,
  amountOf,
  basisOf,
  basisSetting,
  decimalAmount,
  groupLines,
  groupOrder,
  groupProblems,
  groupsSetting,
  unitsOf,
  worthOf,
} from '../kit/amount.ts';
import { defineDestination, toldUnverified, type Outcome } from '../kit/destination.ts';
import { cutText, encodePairs } from '../kit/encode.ts';
import { parseObject } from '../kit/json.ts';
import type { Settings } from '../kit/setting.ts';
import { days, seconds } from '../lib/duration.ts';
import { hmacSha1 } from '../lib/hash.ts';
import type { HttpRequest, HttpResponse } from '../model/http.ts';
import type { Order } from '../model/order.ts';
import type { Report } from '../model/report.ts';

const basis = (settings: Settings) => basisOf(settings['amountBasis'], 'goods');
const text = (settings: Settings, name: string): string => String(settings[name] ?? '');

/** Its tariffs are what other networks call groups. */
const groupRule = (settings: Settings) => ({
  conditions: groupConditions(settings),
  otherwise: text(settings, 'tariffCode'),
});

interface Position {
  product: string;
  quantity: number;
  /** Of one piece, minor units. */
  unit: number;
  tariff: string;
}

/** A position a line; together they are what the order is worth. An order without items is one. */
function positionsOf(order: Order, settings: Settings): Position[] {
  const lines = groupLines(order, basis(settings), groupRule(settings));
  if (lines.length > 0)
    return lines.map(({ item, minor, code }) => {
      const product = cutText(item.sku || item.name, 100) || 'item';
      return { ...unitsOf(item, minor), product, tariff: code };
    });
  const [whole] = groupOrder(order, basis(settings), groupRule(settings));
  return [{ product: 'order', quantity: 1, unit: whole!.minor, tariff: whole!.code }];
}

/** Only what is pending there changes. Signed over the very strings that are sent. */
function revise({ order }: Report, settings: Settings, status: 'pending' | 'declined'): HttpRequest {
  const code = text(settings, 'campaignCode');
  const query = encodePairs({
    ...{ campaign_code: code, order_id: order.orderId, status },
    ...(status === 'pending' ? { amount: amountOf(order, basis(settings)), currency_code: order.currency } : {}),
    comment: text(settings, 'comment'),
    revision_sign: hmacSha1(text(settings, 'revisionKey'), code + order.orderId),
  });
  return { method: 'GET', url: `${text(settings, 'baseUrl')}/rp?${query}` };
}

function readRevision({ status, body }: HttpResponse): Outcome | undefined {
  if (status < 200 || status >= 300) return undefined;
  const json = parseObject(body);
  if (json?.['success'] === true)
    return { state: 'unverified', reason: 'taken by Admitad, which judges it later and tells nobody' };
  if (json?.['success'] !== false)
    return { state: 'retry', ambiguous: true, reason: `Admitad answered ${status} without a verdict` };
  const errors = Array.isArray(json['errors'])
    ? json['errors'].filter((one) => typeof one === 'string').join('; ')
    : '';
  return /sign|key|ip\b/i.test(errors)
    ? { state: 'held', reason: `Admitad does not accept the signature: ${errors} (check revisionKey)` }
    : { state: 'rejected', reason: `Admitad refused the revision: ${errors || 'no reason given'}` };
}

export default defineDestination({
  name: 'admitad',
  title: 'Admitad',
  docs: 'https://support.mitgo.com/knowledge-base/article/integration-via-postback-request_2',
  audience: 'attributed',
  transport: 'server',
  clickParams: ['admitad_uid'],
  cookies: [{ name: '_aid' }],
  window: days(90),
  needs: { consent: ['marketing'], click: true },
  informs: false,
  limits: { concurrency: 4, deadline: days(30), timeout: seconds(15) },
  // Order and position name a sale there, though no answer says so. A revision says what shall be.
  idempotent: { conversion: false, modification: true, reversal: true },
  byHand: (kind, { revisionKey }) =>
    kind !== 'conversion' && revisionKey === undefined
      ? 'Admitad takes changes only with a revision key (setting revisionKey), after its team has enabled them'
      : undefined,
  basis,
  groups: groupRule,
  keeps: ['amountBasis'],
  settings: {
    campaignCode: {
      label: 'Campaign code',
      help: 'Ten characters, in the postback address',
      required: true,
      pattern: /^\w{4,20}$/,
      patternHelp: 'letters and digits, such as abcdef1234',
    },
    postbackKey: { label: 'Postback key', help: 'postback_key in the same address', secret: true, required: true },
    actionCode: {
      label: 'Action code',
      help: 'Of the sale: action_code',
      required: true,
      pattern: /^\d{1,6}$/,
      patternHelp: 'digits only',
    },
    tariffCode: {
      label: 'Tariff code',
      help: 'Of the sale: tariff_code',
      default: '1',
      pattern: /^\d{1,6}$/,
      patternHelp: 'digits only',
    },
    groups: groupsSetting('Codes of further tariffs'),
    revisionKey: {
      label: 'Revision key',
      help: 'Forty characters, from Admitad’s team after two test orders; changes are done by hand without it',
      secret: true,
    },
    comment: {
      label: 'Comment of a change',
      help: 'Publishers read it',
      default: 'changed by the shop',
      pattern: /^.{1,30}$/,
      patternHelp: 'at most thirty characters',
    },
    amountBasis: basisSetting('goods'),
    baseUrl: { label: 'Address', kind: 'url', default: 'https://ad.admitad.com' },
  },
  check: ({ groups }) => groupProblems('groups', groups, { pattern: /^\d{1,6}$/, patternHelp: 'digits only' }),
  refuse: ({ order }) =>
    order.orderId.length > 100 ? 'Admitad takes order numbers of at most 100 characters' : undefined,
  parts: ({ kind, order }, settings) => (kind === 'conversion' ? positionsOf(order, settings).length : 1),
  conversion: ({ order, click, part = 0 }, settings) => {
    const positions = positionsOf(order, settings);
    const { product, quantity, unit, tariff } = positions[part]!;
    return {
      method: 'GET',
      url: `${settings.baseUrl}/r?${encodePairs({
        ...{ postback: '1', campaign_code: settings.campaignCode, postback_key: settings.postbackKey },
        ...{ action_code: settings.actionCode, tariff_code: tariff, payment_type: 'sale' },
        ...{ uid: click?.value, order_id: order.orderId, product_id: product },
        ...{ position_id: String(part + 1), position_count: String(positions.length) },
        ...{ price: decimalAmount(unit, order), quantity: String(quantity), currency_code: order.currency },
        promocode: order.coupons[0],
      })}`,
    };
  },
  modification: (report, settings) =>
    revise(report, settings, worthOf(report.order, basis(settings)) > 0 ? 'pending' : 'declined'),
  reversal: (report, settings) => revise(report, settings, 'declined'),
  outcome: (response, { kind }) => {
    if (kind !== 'conversion') return readRevision(response);
    return response.status >= 200 && response.status < 300 ? toldUnverified('Admitad') : undefined;
  },
  testAdvice: 'Admitad’s team checks two test orders, and enables changes then.',
  evidence: {
    read: '2026-11',
    doubts: [
      'What becomes of a sale or a revision: Admitad answers 200 to anything, and judges later.',
      'Whether an order and position that are told twice count once: it is taken for not, and each position goes in a request of its own.',
    ],
  },
});
