/**
 * Shopware's webhooks as hints. One that no app owns is unsigned, and one that an app owns is signed with a secret that the app's own server
 * alone was given: so the address is the secret, and of the body only the order's id is believed.
 */
import { isObject, parseObject, textOf } from '../../kit/json.ts';
import type { Ask, HintWebhook } from '../../kit/source.ts';
import { sha256 } from '../../lib/hash.ts';
import { readShopwareAnswer, shopwareFault, shopwareRequest, shopwareRows } from './api.ts';

const PAYMENT = 'state_enter.order_transaction.state';
export const SHOPWARE_EVENTS = [
  'checkout.order.placed',
  ...['paid', 'refunded', 'refunded_partially', 'chargeback', 'cancelled', 'failed'].map(
    (name) => `${PAYMENT}.${name}`,
  ),
  'state_enter.order.state.cancelled',
];

/** Of an event (`data.payload`), of written rows, and of a flow's own body: `{"orderId": "{{ order.id }}"}`. */
export function hintedOrders(body: string): string[] {
  const value = parseObject(body);
  const payload = isObject(value?.['data']) ? value['data']['payload'] : undefined;
  const named = Array.isArray(payload)
    ? payload.filter(isObject).map((row) => (row['entity'] === 'order' ? row['primaryKey'] : undefined))
    : [isObject(payload) && isObject(payload['order']) ? payload['order']['id'] : undefined, value?.['orderId']];
  return [...new Set(named.flatMap((id) => textOf(id)?.toLowerCase() ?? []))].filter((id) => /^[0-9a-f]{32}$/.test(id));
}

const done: Ask<never, undefined>['read'] = (response) =>
  response.status < 300 ? { value: undefined } : { fault: shopwareFault(response, parseObject(response.body)) };

/** Names are unique in the shop. */
const nameOf = (url: string, trigger: string): string => `clickthread ${trigger} ${sha256(url).slice(0, 8)}`;

export const shopwareWebhook: HintWebhook = {
  kind: 'hint',
  orderIds: hintedOrders,
  hooks: {
    triggers: SHOPWARE_EVENTS,
    needs: 'The integration must be an administrator for that, or have a role that may read and write webhooks.',
    removal:
      'Delete them at the shop: POST /api/search/webhook lists what it posts to, DELETE /api/webhook/ID deletes one.',
    list: {
      request: (_, settings) => shopwareRequest('search/webhook', settings, { body: { limit: 500 } }),
      read(response) {
        const reading = readShopwareAnswer(response);
        if ('fault' in reading) return reading;
        const value = shopwareRows(reading.value).map(({ id, url, eventName, active }) => ({
          id: textOf(id) ?? '',
          ...{ url: textOf(url) ?? '', trigger: textOf(eventName) ?? '' },
          // After ten failures.
          ...(active === false ? { state: 'off' as const } : {}),
        }));
        return { value };
      },
    },
    add: {
      request: ({ url, trigger }, settings) =>
        shopwareRequest('webhook', settings, { body: { name: nameOf(url, trigger), eventName: trigger, url } }),
      read: done,
    },
    restore: {
      // Its failures are counted on otherwise, and the next one would end it.
      request: (id, settings) =>
        shopwareRequest(`webhook/${encodeURIComponent(id)}`, settings, {
          ...{ method: 'PATCH', body: { active: true, errorCount: 0 } },
        }),
      read: done,
    },
    remove: {
      request: (id, settings) => shopwareRequest(`webhook/${encodeURIComponent(id)}`, settings, { method: 'DELETE' }),
      read: done,
    },
  },
};
