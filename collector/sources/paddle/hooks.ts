/**
 * Paddle's notification destinations as its API shows them. However often a post fails, Paddle leaves its destination active: one that is inactive was
 * switched off by a person, and stays so.
 * https://developer.paddle.com/api-reference/notification-settings/overview (read 2026-11)
 */
import { isObject, textOf } from '../../kit/json.ts';
import type { HookWatch, ShopHook } from '../../kit/source.ts';
import { paddleRequest, paddleRows, readPaddleAnswer } from './api.ts';
import { paddleCatchUp } from './catch-up.ts';
import { ADJUSTMENT_EVENTS, TRANSACTION_EVENTS } from './webhook.ts';

export const paddleHooks: HookWatch = {
  triggers: [...TRANSACTION_EVENTS, ...ADJUSTMENT_EVENTS],
  unable: (settings) => paddleCatchUp.unable(settings),
  needs: 'Activate it in Developer tools → Notifications.',
  list: {
    request: (_, settings) => paddleRequest('notification-settings', settings),
    read(response) {
      const reading = readPaddleAnswer(response);
      if ('fault' in reading) return reading;
      const value = paddleRows(reading.value).flatMap(({ id, destination, active, subscribed_events: events }) =>
        (Array.isArray(events) ? events.filter(isObject) : []).map(({ name }): ShopHook => ({
          ...{ id: textOf(id) ?? '', url: textOf(destination) ?? '', trigger: textOf(name) ?? '' },
          ...(active === false ? { state: 'paused' as const } : {}),
        })),
      );
      return { value };
    },
  },
};
