/**
 * Stripe's endpoints as its API shows them. One that fails for days is disabled; its secret is shown once, so none is made here.
 * https://docs.stripe.com/api/webhook_endpoints (read 2026-11)
 */
import { textOf } from '../../kit/json.ts';
import type { HookWatch, ShopHook } from '../../kit/source.ts';
import { readStripeAnswer, stripeRequest, stripeRows } from './api.ts';
import { stripeCatchUp } from './catch-up.ts';
import { PAYMENT_EVENTS, SESSION_EVENTS } from './webhook.ts';

const EVENTS = [...SESSION_EVENTS, ...PAYMENT_EVENTS];

export const stripeHooks: HookWatch = {
  triggers: EVENTS,
  unable: (settings) => stripeCatchUp.unable(settings),
  needs: 'The restricted key needs Write for Webhook Endpoints; or enable the endpoint in Developers → Webhooks.',
  list: {
    request: (_, settings) => stripeRequest('webhook_endpoints', settings, [['limit', 100]]),
    read(response) {
      const reading = readStripeAnswer(response);
      if ('fault' in reading) return reading;
      const value = stripeRows(reading.value).flatMap(({ id, url, status, enabled_events: named }) => {
        const names = Array.isArray(named) ? named.map(String) : [];
        const own = names.includes('*') ? EVENTS : names;
        return own.map((trigger): ShopHook => ({
          ...{ id: textOf(id) ?? '', url: textOf(url) ?? '', trigger },
          ...(status === 'disabled' ? { state: 'off' as const } : {}),
        }));
      });
      return { value };
    },
  },
  restore: {
    request: (id, settings) =>
      stripeRequest(`webhook_endpoints/${encodeURIComponent(id)}`, settings, [], { disabled: 'false' }),
    read(response) {
      const reading = readStripeAnswer(response);
      return 'fault' in reading ? reading : { value: undefined };
    },
  },
};
