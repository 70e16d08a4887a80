/** Webgains: conversions into its queue, which answers nothing. https://knowledgehub.webgains.com/home/server-to-server-tracking (read 2026-11) */
import {
  groupConditions,
  basisOf,
  basisSetting,
  decimalAmount,
  groupLines,
  groupProblems,
  groupsSetting,
  worthOf,
} from '../kit/amount.ts';
import { defineDestination, toldUnverified } from '../kit/destination.ts';
import { jsonRequest } from '../kit/encode.ts';
import { parseObject, pickItems, textOf } from '../kit/json.ts';
import type { Settings } from '../kit/setting.ts';
import { days, seconds } from '../lib/duration.ts';
import type { Order } from '../model/order.ts';

const basis = (settings: Settings) => basisOf(settings['amountBasis'], 'net');
const amount = (minor: number, order: Order): number => Number(decimalAmount(minor, order));

/** Its commission events are what other networks call groups. */
const groupRule = (settings: Settings) => ({
  conditions: groupConditions(settings),
  otherwise: String(settings['eventId']),
});

export default defineDestination({
  name: 'webgains',
  title: 'Webgains',
  docs: 'https://knowledgehub.webgains.com/home/server-to-server-tracking',
  audience: 'attributed',
  transport: 'server',
  ownTag: /\banalytics\.webgains\.io\b/,
  clickParams: (settings) => settings.clickParams,
  cookies: [{ name: 'wg_cid' }],
  needs: { consent: ['marketing'], click: true },
  informs: false,
  limits: { concurrency: 4, deadline: days(14), timeout: seconds(15) },
  // Whether an order reference is taken twice is in no document.
  idempotent: false,
  basis,
  groups: groupRule,
  settings: {
    programId: {
      label: 'Programme id',
      help: 'In the tracking code at Webgains',
      required: true,
      pattern: /^\d{1,10}$/,
      patternHelp: 'digits only',
    },
    eventId: {
      label: 'Event id',
      help: 'The commission event of a sale, in the same code',
      required: true,
      pattern: /^\d{1,10}$/,
      patternHelp: 'digits only',
    },
    groups: groupsSetting('Ids of further commission events'),
    clickParams: {
      label: 'Click parameters',
      help: 'Landing parameters that carry the click, as the account is set up (wgu, or cid)',
      kind: 'list',
      default: 'wgu',
      pattern: /^[\w.-]{1,64}$/,
      patternHelp: 'names of query parameters',
    },
    amountBasis: basisSetting('net'),
    baseUrl: { label: 'API address', kind: 'url', default: 'https://api.webgains.io' },
  },
  check: ({ groups }) => groupProblems('groups', groups, { pattern: /^\d{1,10}$/, patternHelp: 'digits only' }),
  conversion: ({ order, click }, settings) => {
    // Items have no quantity there: each line goes with what it came to.
    const items = groupLines(order, basis(settings), groupRule(settings)).map(({ item, minor, code }) => ({
      ...{ event: code, price: amount(minor, order), name: item.name ?? item.sku, code: item.sku },
      voucher: order.coupons[0],
    }));
    return jsonRequest('POST', `${settings.baseUrl}/queue-conversion`, {
      body: {
        ids: [{ name: 's2s', value: click?.value }],
        programId: settings.programId,
        eventId: settings.eventId,
        value: amount(worthOf(order, basis(settings)), order),
        currency: order.currency,
        orderReference: order.orderId,
        voucherId: order.coupons[0],
        items: items.length > 0 ? items : undefined,
      },
    });
  },
  outcome: ({ status, body }) => {
    if (status < 200 || status >= 300) return undefined;
    const json = parseObject(body);
    const fault = textOf(json?.['error']) ?? (pickItems(json?.['errors'])?.length ? 'errors' : undefined);
    return fault === undefined
      ? toldUnverified('Webgains')
      : { state: 'rejected', reason: `Webgains refused the conversion: ${textOf(json?.['message']) ?? fault}` };
  },
  testAdvice:
    'Webgains checks a test order of each programme: agree on one, and look for it in the transaction report.',
  evidence: {
    read: '2026-11',
    doubts: [
      'What becomes of a conversion in the queue: it answers nothing.',
      'Whether an order reference counts twice; how a sale is changed: in Webgains’ interface or by its file, so that it becomes a to-do here.',
    ],
  },
});
