/**
 * Paddle's webhooks: `ts=TIME;h1=HEX`, over time and bytes; unordered, repeated for three days.
 * https://developer.paddle.com/webhooks/overview (read 2026-11)
 */
import type { Problem } from '../../../wire/problem.ts';
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { HookDelivery, HookReading } from '../../kit/source.ts';
import { minutes } from '../../lib/duration.ts';
import { checkTimedSignature, type TimedSignature } from '../timed-signature.ts';
import { readPaddleOrder } from './order.ts';

const SIGNATURE: TimedSignature = {
  header: 'paddle-signature',
  between: /[;,]/,
  time: 'ts',
  signature: 'h1',
  join: ':',
  // Paddle's own library lets in five seconds, which clocks differ by.
  oldest: minutes(1),
  words: {
    missing: 'is missing: Paddle signs whatever it posts, so somebody else has posted this',
    form: 'names no time or no h1 signature: it must be ts=…;h1=…',
    mismatch:
      'does not match the body: compare the secret key of the notification destination in Developer tools → Notifications with webhookSecret; if they are the same, something on the way changes the body',
    old: 'is more than a minute old: Paddle signs each try anew, so this one was held back or repeated',
  },
};

export const TRANSACTION_EVENTS = ['billed', 'paid', 'completed', 'payment_failed', 'past_due', 'canceled'].map(
  (name) => `transaction.${name}`,
);
export const ADJUSTMENT_EVENTS = ['adjustment.created', 'adjustment.updated'];

/** Any `h1` may match: while a secret is rotated there are two. */
export const verifyPaddleHook = (hook: HookDelivery, settings: Settings): Problem | undefined =>
  checkTimedSignature(hook, settings, SIGNATURE);

export function readPaddleHook({ body }: HookDelivery, settings: Settings): HookReading {
  const event = parseObject(body.toString('utf8'));
  if (!event) return { broken: 'Paddle signed a body that is no JSON object' };
  const type = textOf(event['event_type']) ?? '';
  const data = isObject(event['data']) ? event['data'] : {};
  if (TRANSACTION_EVENTS.includes(type)) return readTransactionEvent(event, data, settings);
  if (!ADJUSTMENT_EVENTS.includes(type)) return { ignored: `the event ${type.slice(0, 60)} changes no order` };
  const named = textOf(data['transaction_id']);
  if (named === undefined) return { ignored: 'an adjustment that names no transaction' };
  if (settings['apiKey'] === undefined)
    return { broken: `${type} only names a transaction: without apiKey refunds and charge-backs stay unknown` };
  return { reports: [], reread: [named] };
}

function readTransactionEvent(event: Json, transaction: Json, settings: Settings): HookReading {
  const reading = readPaddleOrder(transaction, settings, { at: event['occurred_at'] });
  if ('ignored' in reading) return reading;
  const named = textOf(transaction['id']);
  // Customer, code and what went back stand in no webhook.
  const more = settings['apiKey'] === undefined || named === undefined ? {} : { reread: [named] };
  return { reports: [reading], ...more };
}
