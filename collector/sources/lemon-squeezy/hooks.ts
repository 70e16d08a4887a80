/**
 * Lemon Squeezy's webhooks as its API shows them: they are there or they are not, it switches none off.
 * https://docs.lemonsqueezy.com/api/webhooks (read 2026-11)
 */
import { isObject, textOf } from '../../kit/json.ts';
import type { HookWatch } from '../../kit/source.ts';
import { lemonRequest, lemonRows, ofStore, readLemonAnswer } from './api.ts';
import { lemonCatchUp } from './catch-up.ts';
import { LEMON_EVENTS } from './webhook.ts';

export const lemonHooks: HookWatch = {
  triggers: LEMON_EVENTS,
  unable: (settings) => lemonCatchUp.unable(settings),
  needs: 'Add it in Settings → Webhooks.',
  list: {
    request: (_, settings) => lemonRequest('webhooks', settings, ofStore(settings)),
    read(response) {
      const reading = readLemonAnswer(response);
      if ('fault' in reading) return reading;
      const value = lemonRows(reading.value).flatMap(({ id, attributes }) => {
        const { url, events } = isObject(attributes) ? attributes : ({} as Record<string, unknown>);
        const names = Array.isArray(events) ? events.map(String) : [];
        return names.map((trigger) => ({ id: textOf(id) ?? '', url: textOf(url) ?? '', trigger }));
      });
      return { value };
    },
  },
};
