/** Posts webhooks as WooCommerce does: signed over PHP's bytes, once, and switched off after the seventh failure in a row. `class-wc-webhook.php` */
import { createHmac } from 'node:crypto';
import type { Json } from '../../fields/shape.ts';
import { phpJson } from './php-json.ts';
import type { WooShop, WooWebhook } from './shop.ts';

const MOST_FAILURES = 6;

/** Tells every active webhook of the topic; a body that was built is sent as it is, however late. */
export async function tellWebhooks(shop: WooShop, topic: string, payload: Json): Promise<void> {
  if (shop.traps.lose) return;
  const body = phpJson(payload);
  for (const hook of shop.webhooks.filter((one) => one.topic === topic && one.status === 'active')) {
    const send = (): Promise<void> => post(shop, hook, body);
    if (shop.traps.hold) shop.held.push(send);
    else await send();
    if (shop.traps.twice) await send();
  }
}

/** What a person sees in the webhook's form after saving it: an unsigned ping that must be answered with 200. */
export async function pingWebhook({ id, delivery_url: url }: WooWebhook): Promise<number> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(url, { method: 'POST', headers, body: `webhook_id=${id}` });
  return response.status;
}

async function post(shop: WooShop, hook: WooWebhook, body: string): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    'x-wc-webhook-source': 'https://shop.example/',
    'x-wc-webhook-topic': hook.topic,
    'x-wc-webhook-resource': hook.topic.split('.')[0]!,
    'x-wc-webhook-event': hook.topic.split('.')[1]!,
    'x-wc-webhook-signature': createHmac('sha256', hook.secret).update(body).digest('base64'),
    'x-wc-webhook-id': String(hook.id),
    // Two orders within a second share it.
    'x-wc-webhook-delivery-id': `${hook.id}-${Math.floor(shop.now() / 1000)}`,
  };
  const status = await fetch(hook.delivery_url, { method: 'POST', headers, body, redirect: 'manual' }).then(
    (response) => response.status,
    () => 0,
  );
  shop.deliveries.push({ topic: hook.topic, status });
  hook.failures = status >= 200 && status <= 302 ? 0 : hook.failures + 1;
  if (hook.failures > MOST_FAILURES) hook.status = 'disabled';
}
