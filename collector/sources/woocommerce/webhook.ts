/**
 * WooCommerce's webhooks: base64 of an HMAC over the bytes, no time, no second try.
 * https://github.com/woocommerce/woocommerce, plugins/woocommerce/includes, class-wc-webhook (read 2026-11)
 */
import type { Problem } from '../../../wire/problem.ts';
import { type Json, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { HookDelivery, HookReading } from '../../kit/source.ts';
import { sameSecret, signBytes } from '../../lib/hash.ts';
import { numberOf, readWooOrder } from './order.ts';

const SIGNATURE = 'x-wc-webhook-signature';

/** At saving WooCommerce posts a form with the webhook's number alone, unsigned, and wants exactly 200. */
export function isPing({ headers, body }: HookDelivery): boolean {
  return (
    headers[SIGNATURE] === undefined && body.length < 64 && /^webhook_id=\d{1,19}$/.test(body.toString('latin1').trim())
  );
}

/** WordPress stores texts HTML-escaped and signs with what they mean: whoever copied the escaped one means the same. */
export const plainSecret = (secret: string): string =>
  secret
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replace(/&#0?39;/g, "'")
    .replaceAll('&amp;', '&');

export function verifyWooHook({ headers, body }: HookDelivery, settings: Settings): Problem | undefined {
  const given = headers[SIGNATURE]?.trim();
  const problem = (message: string): Problem => ({ field: SIGNATURE, message });
  if (given === undefined || given === '')
    return problem('is missing: give the webhook a secret in WooCommerce → Settings → Advanced → Webhooks');
  const secrets = [settings['webhookSecret'], settings['previousWebhookSecret']].filter((one) => one !== undefined);
  if (secrets.length === 0) return problem("can't be checked: this connection has no webhookSecret");
  const keys = secrets.map((secret) => plainSecret(String(secret)));
  if (keys.some((key) => sameSecret(given, signBytes(key, body, 'base64')))) return undefined;
  if (keys.some((key) => sameSecret(given.toLowerCase(), signBytes(key, body, 'hex'))))
    return problem('is hex: WooCommerce signs in base64');
  return problem(
    'does not match the body: compare the secret in WooCommerce → Settings → Advanced → Webhooks with webhookSecret; if they are the same, something on the way changes the body',
  );
}

/** Topics of orders; products, customers and coupons are none of ours. */
export function readWooHook({ headers, body }: HookDelivery, settings: Settings): HookReading {
  const topic = headers['x-wc-webhook-topic'] ?? 'order.updated';
  if (!topic.startsWith('order.')) return { ignored: `the topic ${topic.slice(0, 60)} tells of no order` };
  const row = parseObject(body.toString('utf8'));
  if (!row) return { broken: 'WooCommerce signed a body that is no JSON object' };
  const code = textOf(row['code']);
  if (code?.startsWith('woocommerce_rest_') || (code !== undefined && row['id'] === undefined))
    return {
      broken: `WooCommerce may not show the order (${code}): the webhook's owner was deleted or may no longer view orders. Save the webhook again as an administrator`,
    };
  if (topic === 'order.deleted') return trashed(row, settings);
  const reading = readWooOrder(row, settings);
  return 'ignored' in reading ? reading : { reports: [reading] };
}

/** The body of a deletion is the row's id alone. */
function trashed(row: Json, settings: Settings): HookReading {
  const orderId = numberOf(row, settings);
  if (orderId === undefined) return { ignored: 'a deletion that names no order' };
  return { reports: [{ orderId, change: { status: 'cancelled', reason: 'moved to the trash in WooCommerce' } }] };
}
