/** Stripe's webhooks: `t=TIME,v1=HEX`, over time and bytes; unordered, repeated for days. https://docs.stripe.com/webhooks (read 2026-11) */
import type { Problem } from '../../../wire/problem.ts';
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { HookDelivery, HookReading } from '../../kit/source.ts';
import { minutes, seconds } from '../../lib/duration.ts';
import { checkTimedSignature, type TimedSignature } from '../timed-signature.ts';
import { stripeId } from './api.ts';
import { readStripeInvoice } from './invoice.ts';
import { readStripeOrder } from './order.ts';

const SIGNATURE: TimedSignature = {
  header: 'stripe-signature',
  between: /,/,
  time: 't',
  signature: 'v1',
  join: '.',
  // As Stripe's own libraries have it.
  oldest: minutes(5),
  words: {
    missing: 'is missing: Stripe signs whatever it posts, so somebody else has posted this',
    form: 'names no time or no v1 signature: it must be t=…,v1=…',
    mismatch:
      'does not match the body: compare the signing secret of the endpoint in Developers → Webhooks with webhookSecret, each endpoint and mode has its own; if they are the same, something on the way changes the body',
    old: 'is more than five minutes old: Stripe signs each try anew, so this one was held back or repeated',
  },
};

export const SESSION_EVENTS = ['completed', 'async_payment_succeeded', 'async_payment_failed'].map(
  (name) => `checkout.session.${name}`,
);
/** What may move the money of a payment. */
export const PAYMENT_EVENTS = [
  ...['charge.refunded', 'charge.captured', 'refund.created', 'refund.updated', 'refund.failed'],
  ...[
    'charge.dispute.created',
    'charge.dispute.funds_withdrawn',
    'charge.dispute.funds_reinstated',
    'charge.dispute.closed',
  ],
];

/** They say no more than those above do a little later, or what few shops need: read where they come, and found every hour. */
const FURTHER_EVENTS = ['charge.expired', 'payment_intent.canceled'];
/** Both are sent for a payment; an invoice that was paid elsewhere has the first alone. */
export const INVOICE_EVENTS = ['invoice.paid', 'invoice.payment_succeeded'];

/** Those that these settings read. Stripe's list of events takes twenty names. */
export const eventsOf = ({ renewals }: Settings): string[] => [
  ...[...SESSION_EVENTS, ...PAYMENT_EVENTS, ...FURTHER_EVENTS],
  ...(renewals === 'report' ? INVOICE_EVENTS : []),
];

/** Those without which something stays unknown until the next hour. */
export const neededEvents = ({ renewals }: Settings): string[] => [
  ...[...SESSION_EVENTS, ...PAYMENT_EVENTS],
  ...(renewals === 'report' ? ['invoice.paid'] : []),
];

/** Any `v1` may match: while a secret is rolled there are two. The key is the whole text, `whsec_` included. */
export const verifyStripeHook = (hook: HookDelivery, settings: Settings): Problem | undefined =>
  checkTimedSignature(hook, settings, SIGNATURE);

export function readStripeHook({ body }: HookDelivery, settings: Settings): HookReading {
  const event = parseObject(body.toString('utf8'));
  if (!event) return { broken: 'Stripe signed a body that is no JSON object' };
  if (event['object'] === 'v2.core.event')
    return { broken: 'This endpoint sends thin events, which tell nothing: choose the payload style Snapshot' };
  const type = textOf(event['type']) ?? '';
  const data = isObject(event['data']) && isObject(event['data']['object']) ? event['data']['object'] : {};
  if (SESSION_EVENTS.includes(type)) return readSessionEvent(event, data, settings);
  if (INVOICE_EVENTS.includes(type)) return readInvoiceEvent(event, data, settings);
  if (!eventsOf(settings).includes(type)) return { ignored: `the event ${type.slice(0, 60)} changes no order` };
  const named = namedBy(event);
  if (named === undefined) return { ignored: 'a payment without a payment intent is no order of Checkout' };
  if (settings['secretKey'] === undefined)
    return { broken: `${type} only names a payment: without secretKey refunds and charge-backs stay unknown` };
  return { reports: [], reread: [named] };
}

function readSessionEvent(event: Json, session: Json, settings: Settings): HookReading {
  const at = typeof event['created'] === 'number' ? { changedAt: seconds(event['created']) } : {};
  const failed = event['type'] === 'checkout.session.async_payment_failed';
  const reading = readStripeOrder({ session, ...at, failed }, settings);
  if ('ignored' in reading) return reading;
  const named = namedBy(event);
  // What was bought stands in no webhook.
  const more = settings['secretKey'] === undefined || named === undefined ? {} : { reread: [named] };
  return { reports: [reading], ...more };
}

function readInvoiceEvent(event: Json, invoice: Json, settings: Settings): HookReading {
  const at = typeof event['created'] === 'number' ? { changedAt: seconds(event['created']) } : {};
  const reading = readStripeInvoice({ invoice, ...at }, settings);
  if ('ignored' in reading) return reading;
  const named = namedBy(event);
  // Which click began the subscription, and what went back, the invoice doesn't say.
  const more = settings['secretKey'] === undefined || named === undefined ? {} : { reread: [named] };
  return { reports: [reading], ...more };
}

const BY_THEMSELVES = new Set(['checkout.session', 'payment_intent', 'invoice']);

/** The session, the payment or the invoice that an event speaks of. */
export function namedBy(event: Json): string | undefined {
  const data = isObject(event['data']) && isObject(event['data']['object']) ? event['data']['object'] : {};
  return BY_THEMSELVES.has(textOf(data['object']) ?? '') ? stripeId(data) : stripeId(data['payment_intent']);
}
