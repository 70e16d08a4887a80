/**
 * Paddle's webhooks: `ts=TIME;h1=HEX`, over time and bytes; unordered, repeated for three days.
 * https://developer.paddle.com/webhooks/overview (read 2026-11)
 */
import type { Problem } from '../../../wire/problem.ts';
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { HookDelivery, HookReading } from '../../kit/source.ts';
import { minutes, seconds } from '../../lib/duration.ts';
import { sameSecret, signBytes } from '../../lib/hash.ts';
import { readPaddleOrder } from './order.ts';

const SIGNATURE = 'paddle-signature';
/** Paddle's own library lets in five seconds, which clocks differ by. */
const OLDEST = minutes(1);

export const TRANSACTION_EVENTS = ['billed', 'paid', 'completed', 'payment_failed', 'past_due', 'canceled'].map(
  (name) => `transaction.${name}`,
);
export const ADJUSTMENT_EVENTS = ['adjustment.created', 'adjustment.updated'];

/** Any `h1` may match: while a secret is rotated there are two. */
export function verifyPaddleHook({ headers, body, now }: HookDelivery, settings: Settings): Problem | undefined {
  const given = headers[SIGNATURE] ?? '';
  const problem = (message: string): Problem => ({ field: SIGNATURE, message });
  const parts = given.split(/[;,]/).map((part) => part.trim().split('='));
  const time = parts.find(([name]) => name === 'ts')?.[1] ?? '';
  const signatures = parts.flatMap(([name, value]) => (name === 'h1' && value !== undefined ? [value] : []));
  if (given === '') return problem('is missing: Paddle signs whatever it posts, so somebody else has posted this');
  if (!/^\d{1,12}$/.test(time) || signatures.length === 0)
    return problem('names no time or no h1 signature: it must be ts=…;h1=…');
  const keys = [settings['webhookSecret'], settings['previousWebhookSecret']].filter((key) => key !== undefined);
  if (keys.length === 0) return problem("can't be checked: this connection has no webhookSecret");
  const signed = Buffer.concat([Buffer.from(`${time}:`), body]);
  const expected = keys.map((key) => signBytes(String(key).trim(), signed, 'hex'));
  if (!expected.some((one) => signatures.some((signature) => sameSecret(one, signature))))
    return problem(
      'does not match the body: compare the secret key of the notification destination in Developer tools → Notifications with webhookSecret; if they are the same, something on the way changes the body',
    );
  if (now - seconds(Number(time)) > OLDEST)
    return {
      field: 'time',
      message: 'is more than a minute old: Paddle signs each try anew, so this one was held back or repeated',
    };
  return undefined;
}

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
