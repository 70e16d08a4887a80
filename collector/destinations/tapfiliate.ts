/** Tapfiliate: conversions by referral code or coupon, by its postback of version 1.7. https://tapfiliate.com/docs/integrations/s2s-postback (read 2026-11) */
import { basisOf, basisSetting, decimalAmount, worthOf } from '../kit/amount.ts';
import { defineDestination, type Outcome } from '../kit/destination.ts';
import { jsonRequest } from '../kit/encode.ts';
import { isObject, parseObject, textOf } from '../kit/json.ts';
import type { Settings } from '../kit/setting.ts';
import { days, seconds } from '../lib/duration.ts';
import type { HttpRequest, HttpResponse } from '../model/http.ts';
import type { Order } from '../model/order.ts';
import type { Report } from '../model/report.ts';

const basis = (settings: Settings) => basisOf(settings['amountBasis'], 'goods');
const amount = (order: Order, settings: Settings): number =>
  Number(decimalAmount(worthOf(order, basis(settings)), order));

const call = (settings: Settings, path: string, body: object): HttpRequest =>
  jsonRequest('POST', `${String(settings['baseUrl'])}${path}`, {
    headers: { 'X-Api-Key': String(settings['apiKey']) },
    body,
  });

function wordsOf(body: string): string {
  const json = parseObject(body);
  const list = Array.isArray(json?.['errors']) ? json['errors'].filter(isObject) : [];
  const words = list.map((error) => textOf(error['message'])).filter((word) => word !== undefined);
  return words.join('; ') || (textOf(json?.['message']) ?? '');
}

function readAnswer({ status, body }: HttpResponse, { kind }: Report, { knownWords }: Settings): Outcome | undefined {
  const words = wordsOf(body);
  const isTaken = status === 200 || status === 201;
  const json = isTaken ? parseObject(body) : undefined;
  if (isTaken && !json)
    return { state: 'retry', ambiguous: true, reason: `Tapfiliate answered ${status} without a conversion` };
  // An error is one whatever the status above it.
  if (json && (words === '' || 'id' in json || 'external_id' in json))
    return { state: 'delivered', reason: 'recorded by Tapfiliate' };
  if (status === 404)
    return kind === 'conversion'
      ? { state: 'no_match', reason: `Tapfiliate has no such referral code or coupon: ${words}` }
      : { state: 'rejected', reason: `Tapfiliate has no conversion of this order: ${words}` };
  if (!isTaken && status !== 400 && status !== 422) return undefined;
  // A number that was used before is refused with the same code as a fault, and told apart by its words alone.
  const known =
    Array.isArray(knownWords) && knownWords.some((word) => words.toLowerCase().includes(word.toLowerCase()));
  if (kind === 'conversion' && known) return { state: 'delivered', reason: `Tapfiliate has it already: ${words}` };
  return { state: 'rejected', reason: `Tapfiliate refused it: ${words || status}` };
}

export default defineDestination({
  name: 'tapfiliate',
  title: 'Tapfiliate',
  docs: 'https://tapfiliate.com/docs/integrations/s2s-postback',
  audience: 'attributed',
  transport: 'server',
  ownTag: /\bscript\.tapfiliate\.com\b/,
  clickParams: (settings) => settings.clickParams,
  needs: { consent: ['marketing'] },
  informs: false,
  limits: { concurrency: 2, deadline: days(14), timeout: seconds(15) },
  // The order's number is unique there; changes say what shall be.
  idempotent: true,
  basis,
  keeps: ['amountBasis'],
  settings: {
    apiKey: { label: 'API key', help: 'Profile settings → API key at Tapfiliate', secret: true, required: true },
    clickParams: {
      label: 'Click parameters',
      help: 'The landing parameter that carries the affiliate’s referral code, as the programme names it',
      kind: 'list',
      default: 'ref',
      pattern: /^[\w.-]{1,64}$/,
      patternHelp: 'names of query parameters',
    },
    disapproved: {
      label: 'Word for a disapproval',
      help: 'What a change says of a cancelled order',
      default: 'disapproved',
    },
    knownWords: {
      label: 'Words of a repeat',
      help: 'What Tapfiliate says of an order number that it has already',
      kind: 'list',
      default: 'external, already, unique',
    },
    amountBasis: basisSetting('goods'),
    baseUrl: { label: 'API address', kind: 'url', default: 'https://api.tapfiliate.com' },
  },
  refuse: ({ kind, click, order }) =>
    kind === 'conversion' && click === undefined && order.coupons.length === 0
      ? 'Tapfiliate needs a referral code or a coupon, and the order has neither'
      : undefined,
  conversion: ({ order, click }, settings) =>
    call(settings, '/1.7/pb/con/c/', {
      external_id: order.orderId,
      // A coupon would win over the code there, whatever won here: so one of them.
      ...(click ? { referral_code: click.value } : { coupon: order.coupons[0] }),
      amount: amount(order, settings),
      currency: order.currency,
    }),
  modification: ({ order }, settings) =>
    call(settings, '/1.7/pb/con/u/', { external_id: order.orderId, amount: amount(order, settings) }),
  reversal: ({ order }, settings) =>
    call(settings, '/1.7/pb/con/u/', { external_id: order.orderId, status: settings.disapproved }),
  outcome: readAnswer,
  test: {
    request: (settings) => ({
      method: 'GET',
      url: `${settings.baseUrl}/1.6/conversions/?external_id=clickthread-connection-test`,
      headers: { 'X-Api-Key': settings.apiKey, Accept: 'application/json' },
    }),
    verdict: ({ status }) =>
      status === 200
        ? { ok: true, message: 'Tapfiliate accepts the API key' }
        : { ok: false, message: `Tapfiliate does not accept the API key (${status}): copy it from Profile settings` },
  },
  evidence: {
    read: '2026-11',
    doubts: [
      'The words by which a repeated order number is told apart from a fault (`knownWords`), and that of a disapproval (`disapproved`).',
      'How many requests it grants: its answers say when to come again, and that is obeyed.',
    ],
  },
});
