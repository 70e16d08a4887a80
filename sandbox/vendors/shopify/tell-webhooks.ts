/** Posts webhooks as Shopify does: signed over the bytes, within five seconds, eight more times with the body that it had, in no order. */
import { createHmac } from 'node:crypto';
import type { Json } from '../../fields/shape.ts';
import type { ShopifyPost, ShopifyShop } from './shop.ts';

const MOST_TRIES = 9;
/** In a row; then a webhook of an app is deleted. */
const MOST_FAILURES = 8;
const PATIENCE = 5000;

/** The body is made now, and sent as it is however late. */
export async function tellWebhooks(shop: ShopifyShop, topic: string, payload: Json): Promise<void> {
  if (shop.traps.lose) return;
  const body = JSON.stringify(payload);
  for (const hook of shop.webhooks.filter((one) => one.topic === topic)) {
    const event = shop.next++;
    const headers = {
      'content-type': 'application/json',
      'x-shopify-topic': topic,
      'x-shopify-shop-domain': shop.traps.domain,
      'x-shopify-api-version': '2026-07',
      'x-shopify-webhook-id': `00000000-0000-4000-8000-${String(event).padStart(12, '0')}`,
      'x-shopify-event-id': `11111111-0000-4000-8000-${String(event).padStart(12, '0')}`,
      // Nanoseconds, and later events of one second are later here.
      'x-shopify-triggered-at': new Date(shop.now())
        .toISOString()
        .replace(/\d{3}Z$/, `${String(event % 1000).padStart(3, '0')}041743Z`),
    };
    const post: ShopifyPost = { hook, body, headers, tries: 0 };
    if (shop.traps.hold) shop.held.push(post);
    else await deliver(shop, post);
    if (shop.traps.twice) await deliver(shop, { ...post });
  }
}

export async function deliver(shop: ShopifyShop, post: ShopifyPost): Promise<void> {
  const { hook, body, headers } = post;
  const secret = hook.ofApp ? shop.traps.clientSecret : shop.traps.webhookSecret;
  const signature = createHmac('sha256', secret).update(body).digest('base64');
  post.tries += 1;
  const status = await fetch(hook.address, {
    ...{ method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) },
    headers: { ...headers, 'x-shopify-hmac-sha256': signature },
  }).then(
    (response) => response.status,
    () => 0,
  );
  shop.deliveries.push({ topic: hook.topic, status });
  if (status >= 200 && status < 300) return void (hook.failures = 0);
  hook.failures += 1;
  if (post.tries < MOST_TRIES) shop.failed.push(post);
  if (hook.ofApp && hook.failures >= MOST_FAILURES) shop.webhooks = shop.webhooks.filter((one) => one !== hook);
}
