/** Lemon Squeezy's webhooks: hex of an HMAC over the bytes, no time, three further tries. https://docs.lemonsqueezy.com/help/webhooks (read 2026-11) */
import type { Problem } from '../../../wire/problem.ts';
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { HookDelivery, HookReading } from '../../kit/source.ts';
import { sameSecret, signBytes } from '../../lib/hash.ts';
import { readLemonOrder } from './order.ts';

const SIGNATURE = 'x-signature';

export const LEMON_EVENTS = [
  ...['order_created', 'order_refunded'],
  ...['subscription_payment_success', 'subscription_payment_refunded'],
];

export function verifyLemonHook({ headers, body }: HookDelivery, settings: Settings): Problem | undefined {
  const given = headers[SIGNATURE]?.trim().toLowerCase();
  const problem = (message: string): Problem => ({ field: SIGNATURE, message });
  if (given === undefined || given === '')
    return problem('is missing: Lemon Squeezy signs whatever it posts, so somebody else has posted this');
  const keys = [settings['webhookSecret'], settings['previousWebhookSecret']].filter((key) => key !== undefined);
  if (keys.length === 0) return problem("can't be checked: this connection has no webhookSecret");
  if (keys.some((key) => sameSecret(given, signBytes(String(key), body, 'hex')))) return undefined;
  return problem(
    'does not match the body: compare the signing secret in Settings → Webhooks with webhookSecret; if they are the same, something on the way changes the body',
  );
}

export function readLemonHook({ body }: HookDelivery, settings: Settings): HookReading {
  const event = parseObject(body.toString('utf8'));
  if (!event) return { broken: 'Lemon Squeezy signed a body that is no JSON object' };
  const meta = isObject(event['meta']) ? event['meta'] : {};
  const name = textOf(meta['event_name']) ?? '';
  if (!LEMON_EVENTS.includes(name)) return { ignored: `the event ${name.slice(0, 60)} changes no order` };
  const data = isObject(event['data']) ? event['data'] : {};
  // Whatever bears no mark of its own has that of the whole message.
  const order = { test_mode: meta['test_mode'], ...(isObject(data['attributes']) ? data['attributes'] : {}) } as Json;
  const row = { ...data, attributes: order };
  // The first payment of a subscription is its order: what went back of it shows the order alone.
  if (name === 'subscription_payment_refunded' && order['billing_reason'] === 'initial') {
    const subscription = textOf(order['subscription_id']);
    if (settings['apiKey'] === undefined || subscription === undefined)
      return {
        broken: `${name} names no order: without apiKey it stays unknown until Lemon Squeezy posts order_refunded`,
      };
    return { reports: [], reread: [`subscription ${subscription}`] };
  }
  const custom = isObject(meta['custom_data']) ? meta['custom_data'] : {};
  const reading = readLemonOrder(row, settings, custom);
  return 'ignored' in reading ? reading : { reports: [reading] };
}
