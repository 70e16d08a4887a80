/** The stages of testing a Stripe connection. Each failure says what to fix; a later stage is only asked when the earlier ones passed. */
import { type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { TestStage } from '../../kit/source.ts';
import type { HttpRequest } from '../../model/http.ts';
import { judgeBy, type StageVerdict } from '../judge-answer.ts';
import { readStripeAnswer, stripeRows, stripeRequest } from './api.ts';
import { stripeCatchUp } from './catch-up.ts';
import { neededEvents } from './webhook.ts';

/** Without a key there is nobody to ask. */
const withKey =
  (path: string) =>
  (settings: Settings): HttpRequest | string =>
    stripeCatchUp.unable(settings) ??
    stripeRequest(path, settings, [['limit', path === 'webhook_endpoints' ? 100 : 1]]);

const judge = judgeBy(readStripeAnswer);

export const stripeStages: readonly TestStage[] = [
  {
    name: 'sessions',
    title: 'The key may read sessions of Checkout',
    request: withKey('checkout/sessions'),
    verdict: judge((list) => {
      const test = stripeRows(list)[0]?.['livemode'] === false;
      return { ok: true, message: test ? 'They are those of the test mode.' : 'Stripe answers.' };
    }),
  },
  {
    name: 'events',
    title: 'The key may read events',
    request: withKey('events'),
    verdict: judge(() => ({ ok: true, message: 'What the webhooks miss is found.' })),
  },
  {
    name: 'invoices',
    title: 'The key may read invoices',
    request: withKey('invoices'),
    verdict: (response, settings) =>
      response.status === 403
        ? {
            ok: settings['renewals'] !== 'report',
            message:
              'It may not: give it Read for Invoices if you sell subscriptions, whose refunds stay unknown without.',
          }
        : judge(() => ({ ok: true, message: 'Refunds of subscriptions are found.' }))(response, settings),
  },
  {
    name: 'webhooks',
    title: 'Stripe posts its events here',
    request: withKey('webhook_endpoints'),
    verdict: (response, settings) =>
      response.status === 403
        ? {
            ok: true,
            message: 'The key may not read webhook endpoints (Read would do): look in Developers → Webhooks.',
          }
        : judge(endpointVerdict)(response, settings),
  },
];

function endpointVerdict(list: Json, settings: Settings): StageVerdict {
  const ours = stripeRows(list).filter(({ url }) => /\/v1\/hooks\//.test(textOf(url) ?? ''));
  if (ours.length === 0)
    return { ok: false, message: 'No endpoint posts to this collector: add one in Developers → Webhooks.' };
  const on = ours.filter(({ status }) => status === 'enabled');
  if (on.length === 0) return { ok: false, message: 'The endpoint is disabled: enable it in Developers → Webhooks.' };
  const events = new Set(on.flatMap(({ enabled_events: names }) => (Array.isArray(names) ? (names as unknown[]) : [])));
  const missing = events.has('*') ? [] : neededEvents(settings).filter((name) => !events.has(name));
  return missing.length > 0
    ? { ok: false, message: `The endpoint does not send ${missing.join(', ')}: add them in Developers → Webhooks.` }
    : { ok: true, message: 'The endpoint sends all that is needed.' };
}
