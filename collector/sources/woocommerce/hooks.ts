/**
 * WooCommerce's webhooks as its REST API shows and makes them. One that fails more than five times in a row is switched off, and nobody told.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks (read 2026-11)
 */
import { isObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Ask, HookSetUp, ShopHook } from '../../kit/source.ts';
import { readWooAnswer, wooRequest } from './api.ts';
import { wooCatchUp } from './catch-up.ts';
import { plainSecret } from './webhook.ts';

export const WOO_TOPICS = ['order.created', 'order.updated', 'order.deleted', 'order.restored'];

/** As its form calls them. */
const STATES: Readonly<Record<string, ShopHook['state']>> = { disabled: 'off', paused: 'paused' };

const done: Ask<never, undefined>['read'] = (response) => {
  if (response.status === 401 || response.status === 403)
    return { fault: { message: `The keys may not change webhooks (${response.status}).`, temporary: false } };
  const reading = readWooAnswer(response);
  return 'fault' in reading ? reading : { value: undefined };
};

const one = (id: string): string => `wc/v3/webhooks/${encodeURIComponent(id)}`;

export const wooHooks: HookSetUp = {
  triggers: WOO_TOPICS,
  unable: (settings: Settings) => wooCatchUp.unable(settings),
  needs: 'Give them the permission Read/Write in WooCommerce → Settings → Advanced → REST API.',
  removal: 'Delete them in WooCommerce → Settings → Advanced → Webhooks.',
  list: {
    request: (_, settings) => wooRequest('wc/v3/webhooks', settings, { query: { per_page: 100 } }),
    read(response) {
      const reading = readWooAnswer(response);
      if ('fault' in reading) return reading;
      const rows = Array.isArray(reading.value) ? reading.value.filter(isObject) : [];
      const value = rows.map(({ id, delivery_url: url, topic, status }): ShopHook => {
        const state = STATES[textOf(status) ?? ''];
        return {
          ...{ id: textOf(id) ?? '', url: textOf(url) ?? '', trigger: textOf(topic) ?? '' },
          ...(state ? { state } : {}),
        };
      });
      return { value };
    },
  },
  add: {
    request: ({ url, trigger }, settings) =>
      wooRequest('wc/v3/webhooks', settings, {
        method: 'POST',
        body: {
          ...{ name: `Clickthread ${trigger}`, topic: trigger, delivery_url: url, status: 'active' },
          secret: plainSecret(String(settings['webhookSecret'])),
        },
      }),
    read: done,
  },
  restore: {
    request: (id, settings) => wooRequest(one(id), settings, { method: 'PUT', body: { status: 'active' } }),
    read: done,
  },
  remove: {
    // Without `force` the API refuses: webhooks have no trash.
    request: (id, settings) => wooRequest(one(id), settings, { method: 'DELETE', query: { force: 'true' } }),
    read: done,
  },
};
