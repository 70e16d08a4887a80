/** The stages of testing a Paddle connection. Each failure says what to fix; a later stage is only asked when the earlier ones passed. */
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { TestStage } from '../../kit/source.ts';
import type { HttpRequest } from '../../model/http.ts';
import { judgeBy, type StageVerdict } from '../judge-answer.ts';
import { isRehearsal, paddleRequest, paddleRows, readPaddleAnswer } from './api.ts';
import { paddleCatchUp } from './catch-up.ts';
import { ADJUSTMENT_EVENTS, TRANSACTION_EVENTS } from './webhook.ts';

const WHERE = 'Developer tools → Notifications';

/** Without a key there is nobody to ask. */
const withKey =
  (path: string, query: Record<string, string> = {}) =>
  (settings: Settings): HttpRequest | string =>
    paddleCatchUp.unable(settings) ?? paddleRequest(path, settings, query);

const judge = judgeBy(readPaddleAnswer);

export const paddleStages: readonly TestStage[] = [
  {
    name: 'transactions',
    title: 'The key may read transactions',
    request: withKey('transactions', { include: 'address,adjustments,customer,discount' }),
    verdict: judge((_, settings) => ({
      ok: true,
      message: isRehearsal(settings) ? 'They are those of the sandbox.' : 'Paddle answers.',
    })),
  },
  {
    name: 'adjustments',
    title: 'The key may read refunds and charge-backs',
    request: withKey('adjustments'),
    verdict: judge(() => ({ ok: true, message: 'What goes back is found.' })),
  },
  {
    name: 'webhooks',
    title: 'Paddle posts its events here',
    request: withKey('notification-settings'),
    verdict: (response, settings) =>
      response.status === 403
        ? { ok: true, message: `The key may not read notification settings (Read would do): look in ${WHERE}.` }
        : judge(destinationVerdict)(response, settings),
  },
];

function destinationVerdict(answer: Json): StageVerdict {
  const ours = paddleRows(answer).filter(({ destination }) => /\/v1\/hooks\//.test(textOf(destination) ?? ''));
  if (ours.length === 0) return { ok: false, message: `No destination posts to this collector: add one in ${WHERE}.` };
  const on = ours.filter(({ active }) => active === true);
  if (on.length === 0) return { ok: false, message: `The destination is inactive: activate it in ${WHERE}.` };
  const events = on.flatMap(({ subscribed_events: some }) => (Array.isArray(some) ? some.filter(isObject) : []));
  const names = new Set(events.map(({ name }) => textOf(name)));
  const missing = [...TRANSACTION_EVENTS, ...ADJUSTMENT_EVENTS].filter((name) => !names.has(name));
  return missing.length > 0
    ? { ok: false, message: `The destination does not send ${missing.join(', ')}: add them in ${WHERE}.` }
    : { ok: true, message: 'The destination sends all that is needed.' };
}
