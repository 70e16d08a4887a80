/**
 * Acme Partners, an invented network: a destination that is not built in. Copy this file, replace the facts, and name it under `plugins`
 * in the configuration file. Every function is pure: it gets what is stored and returns data.
 */
import { amountOf, days, defineDestination, parseObject, pickField, textOf } from 'clickthread/plugin';

export default defineDestination({
  name: 'acme-partners',
  title: 'Acme Partners',
  docs: 'https://partners.acme.example/docs/conversions',
  audience: 'attributed',
  transport: 'server',
  clickParams: ['acme_click'],
  window: days(30),
  needs: { consent: ['marketing'], click: true },
  limits: { perHour: 3600, concurrency: 2, deadline: days(30) },
  // The network answers 409 to an order that it knows: a repeat after a time-out counts once.
  idempotent: true,
  settings: {
    programme: {
      label: 'Programme',
      help: 'Settings → Programme at Acme Partners; six digits',
      required: true,
      pattern: /^\d{6}$/,
      patternHelp: 'six digits, such as 100200',
    },
    apiKey: { label: 'API key', help: 'Settings → API at Acme Partners', required: true, secret: true },
    baseUrl: { label: 'Address', kind: 'url', default: 'https://api.acme.example' },
  },
  conversion: ({ order, click }, settings) =>
    call(settings, `/programmes/${settings.programme}/orders`, {
      click: click?.value,
      order: order.orderId,
      amount: amountOf(order, 'goods'),
      currency: order.currency,
      placedAt: new Date(order.placedAt).toISOString(),
    }),
  modification: ({ order }, settings) =>
    call(settings, `/programmes/${settings.programme}/changes`, {
      order: order.orderId,
      amount: amountOf(order, 'goods'),
    }),
  reversal: ({ order }, settings) =>
    call(settings, `/programmes/${settings.programme}/cancellations`, { order: order.orderId }),
  /** The network answers 200 to everything; `status` is the verdict. What is not understood follows the default rules. */
  outcome(response) {
    if (response.status !== 200) return undefined;
    const answer = parseObject(response.body);
    switch (textOf(pickField(answer, 'status'))) {
      case 'ok':
      case 'known':
        return { state: 'delivered', reason: 'Acme Partners has recorded the order' };
      case 'no_click':
        return { state: 'no_match', reason: 'Acme Partners does not know the click: it is not theirs' };
      case 'bad_key':
        return { state: 'held', reason: 'Acme Partners does not take the API key: copy it again from Settings → API' };
      default:
        return { state: 'retry', reason: 'Acme Partners gave an answer without a verdict' };
    }
  },
});

/** One request of the network's API. */
function call(settings, path, fields) {
  return {
    method: 'POST',
    url: `${settings.baseUrl}${path}`,
    headers: { authorization: `Bearer ${settings.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  };
}
