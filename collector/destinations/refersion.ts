/** Refersion: an order credited to its affiliate, and its cancellation. https://www.refersion.dev/reference/webhook-tracking (read 2026-11) */
import { decimalAmount, layOutOrder, orderAsTold, unitsOf } from '../kit/amount.ts';
import { defineDestination, toldUnverified, type Outcome } from '../kit/destination.ts';
import { jsonRequest } from '../kit/encode.ts';
import { parseObject, textOf } from '../kit/json.ts';
import type { Settings } from '../kit/setting.ts';
import { days, seconds } from '../lib/duration.ts';
import type { HttpResponse } from '../model/http.ts';
import type { Order } from '../model/order.ts';
import type { Report } from '../model/report.ts';

const keys = (settings: Settings): Record<string, string> => ({
  'Refersion-Public-Key': String(settings['publicKey']),
  'Refersion-Secret-Key': String(settings['secretKey']),
});

const host = (settings: Settings, usual: string): string => String(settings['baseUrl'] ?? usual);
const amount = (minor: number, order: Order): number => Number(decimalAmount(minor, order));

/** The id before the first dot; what follows is of the link. */
const affiliate = ({ click }: Report): string | undefined => click?.value.split('.')[0];

/** Prices before discounts; an order without items is one. */
function itemsOf(order: Order) {
  const { lines, list } = layOutOrder(order);
  if (lines.length === 0)
    return [{ sku: 'ORDER', name: 'Order', quantity: 1, price: amount(layOutOrder(order).goods || list, order) }];
  return lines.map(({ item, list: minor }) => {
    const { quantity, unit } = unitsOf(item, minor);
    return { sku: item.sku || 'ORDER', name: item.name ?? (item.sku || 'Order'), quantity, price: amount(unit, order) };
  });
}

/** What goes off the items, so that what is left is what was paid for the goods. */
const discountOf = (order: Order): number => {
  const { lines, list, goods } = layOutOrder(order);
  return lines.length === 0 ? 0 : Math.max(0, list - goods);
};

function customerOf({ personal: { firstName, lastName, email, ip } }: Order, settings: Settings) {
  if (settings['sendCustomer'] !== true) return undefined;
  return { first_name: firstName, last_name: lastName, email, ip_address: ip };
}

function readCancellation({ status, body }: HttpResponse): Outcome | undefined {
  const json = parseObject(body);
  if (status === 200 && json?.['conversion_id'] !== undefined)
    return {
      state: 'delivered',
      reason: `taken back by Refersion as ${textOf(json['conversion_id']) ?? 'a conversion'}`,
    };
  const words = textOf(json?.['error']) ?? textOf(json?.['message']) ?? '';
  if (status === 200 && words === '')
    return { state: 'retry', ambiguous: true, reason: 'Refersion answered 200 without a conversion' };
  return status === 200 || status === 404 || status === 400 || status === 422
    ? { state: 'rejected', reason: `Refersion did not take it back: ${words || 'no detail given'}` }
    : undefined;
}

export default defineDestination({
  name: 'refersion',
  title: 'Refersion',
  docs: 'https://www.refersion.dev/reference/webhook-tracking',
  audience: 'attributed',
  transport: 'server',
  ownTag: /\brefersion\.com\/tracker\b/,
  clickParams: ['rfsn'],
  needs: { consent: ['marketing'], click: true },
  informs: false,
  uses: ({ sendCustomer }) => (sendCustomer ? ['email', 'firstName', 'lastName', 'ip'] : []),
  // Nothing says when the sale was.
  limits: { concurrency: 4, deadline: days(3), timeout: seconds(15) },
  // Whether an order id is taken twice is in no document; a cancellation adds a negative conversion.
  idempotent: { conversion: false, modification: 'delta', reversal: 'delta' },
  settings: {
    publicKey: { label: 'Public key', help: 'Account → Settings → Refersion API at Refersion', required: true },
    secretKey: { label: 'Secret key', help: 'Beside it', secret: true, required: true },
    sendCustomer: {
      label: 'Customer',
      help: 'Sends name, e-mail and address of the buyer; only where your consent covers it',
      kind: 'boolean',
      default: false,
    },
    baseUrl: {
      label: 'Address',
      help: 'Takes the place of inbound-webhooks.refersion.com and api.refersion.com',
      kind: 'url',
    },
  },
  conversion: (report, settings) => {
    const { order } = report;
    const { shipping, tax, taxInside } = layOutOrder(order);
    return jsonRequest('POST', `${host(settings, 'https://inbound-webhooks.refersion.com')}/tracker/orders/paid`, {
      headers: keys(settings),
      body: {
        ...{ cart_id: order.orderId, auto_credit_affiliate_id: affiliate(report), order_id: order.orderId },
        ...{ currency_code: order.currency, customer: customerOf(order, settings), items: itemsOf(order) },
        ...{ shipping: amount(shipping, order), tax: amount(taxInside ? 0 : tax, order) },
        ...{ discount: amount(discountOf(order), order), discount_code: order.coupons[0] },
      },
    });
  },
  reversal: (report, settings) =>
    jsonRequest('POST', `${host(settings, 'https://api.refersion.com')}/v2/conversion/cancel`, {
      headers: keys(settings),
      body: {
        order_id: report.order.orderId,
        // What it was told last: of what a person took back there before, nothing goes back once more.
        items: itemsOf(orderAsTold(report)).map(({ sku, price, quantity }) => ({ sku, price, quantity })),
      },
    }),
  outcome: (response, { kind }) => {
    if (kind === 'reversal') return readCancellation(response);
    if (response.status < 200 || response.status >= 300) return undefined;
    const fault = textOf(parseObject(response.body)?.['error']);
    return fault === undefined
      ? toldUnverified('Refersion')
      : { state: 'rejected', reason: `Refersion refused the order: ${fault}` };
  },
  testAdvice: 'Make one test order through a test affiliate’s link; the API for cancellations needs plan Scale.',
  evidence: {
    read: '2026-11',
    doubts: [
      'What the order hook answers, and whether an order without a customer is taken: `sendCustomer` is there for accounts that need one.',
      'How a partial refund is told: by items alone, so that a changed amount becomes a to-do here.',
    ],
  },
});
