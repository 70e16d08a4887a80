/**
 * BigCommerce's webhooks name an order and tell nothing of it; signed by Standard Webhooks with the account's client secret as it is written.
 * Only the API can make them. https://developer.bigcommerce.com/docs/integrations/webhooks (read 2026-11)
 */
import type { Problem } from '../../../wire/problem.ts';
import { isObject, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Ask, HookDelivery, HookReading, HookSetUp } from '../../kit/source.ts';
import { verifyMessage } from '../../lib/standard-webhook.ts';
import { bigCommerceRequest, bigCommerceRows, readBigCommerce } from './api.ts';

export const BIGCOMMERCE_SCOPES = [
  ...['store/order/created', 'store/order/updated', 'store/order/statusUpdated', 'store/order/refund/created'],
];

export function verifyBigCommerceHook({ headers, body, now }: HookDelivery, settings: Settings): Problem | undefined {
  const secrets = [settings['clientSecret'], settings['previousClientSecret']].filter((one) => one !== undefined);
  const message = {
    ...{ id: headers['webhook-id'] ?? '', timestamp: headers['webhook-timestamp'] ?? '' },
    // Bytes beyond ASCII are signed as they are: as UTF-8 they come back unless they were none.
    ...{ signature: headers['webhook-signature'] ?? '', body: body.toString('utf8') },
  };
  if (message.signature === '')
    return {
      field: 'webhook-signature',
      message: 'is missing: BigCommerce signs whatever it posts, so somebody else has posted this',
    };
  const verdicts = secrets.map((secret) => verifyMessage(message, String(secret).trim(), now));
  if (verdicts.some(({ ok }) => ok)) return undefined;
  const [first] = verdicts.flatMap((verdict) => (verdict.ok ? [] : [verdict.problem]));
  if (!first) return { field: 'webhook-signature', message: "can't be checked: this connection has no clientSecret" };
  if (first.field === 'webhook-timestamp' && /^\d{1,12}$/.test(message.timestamp))
    return {
      field: 'time',
      message: 'is more than five minutes from this machine’s clock: held back, repeated, or one clock is wrong',
    };
  if (first.field !== 'webhook-signature') return first;
  return {
    field: 'webhook-signature',
    message:
      'does not match the body: compare the client secret of the API account that made the webhooks with clientSecret; if they are the same, something on the way changes the body',
  };
}

export function readBigCommerceHook({ body }: HookDelivery, settings: Settings): HookReading {
  const event = parseObject(body.toString('utf8'));
  if (!event) return { broken: 'BigCommerce signed a body that is no JSON object' };
  const scope = textOf(event['scope']) ?? '';
  if (!scope.startsWith('store/order/')) return { ignored: `the scope ${scope.slice(0, 60)} tells of no order` };
  const producer = textOf(event['producer']);
  if (producer !== undefined && producer !== `stores/${String(settings['storeHash'])}`)
    return { ignored: 'it tells of another store' };
  const data = isObject(event['data']) ? event['data'] : {};
  const id = textOf(data['id']) ?? textOf(data['order_id']);
  if (id === undefined || !/^\d{1,15}$/.test(id)) return { ignored: 'it names no order' };
  return { reports: [], reread: [id] };
}

const done: Ask<never, undefined>['read'] = (response) => {
  const reading = readBigCommerce(response);
  return 'fault' in reading ? reading : { value: undefined };
};

export const bigCommerceHooks: HookSetUp = {
  triggers: BIGCOMMERCE_SCOPES,
  needs: 'The API account must have the scope Orders (modify), and the address must be https on port 443.',
  removal: 'Delete them at the shop: GET /v3/hooks lists what it posts to, DELETE /v3/hooks/ID deletes one.',
  list: {
    request: (_, settings) => bigCommerceRequest('v3/hooks', settings, { query: { limit: 250 } }),
    read(response) {
      const reading = readBigCommerce(response);
      if ('fault' in reading) return reading;
      const value = bigCommerceRows(reading.value).map(({ id, destination, scope, is_active: on }) => ({
        id: textOf(id) ?? '',
        ...{ url: textOf(destination) ?? '', trigger: textOf(scope) ?? '' },
        // After two days of failures.
        ...(on === false ? { state: 'off' as const } : {}),
      }));
      return { value };
    },
  },
  add: {
    request: ({ url, trigger }, settings) =>
      bigCommerceRequest('v3/hooks', settings, {
        ...{ method: 'POST', body: { scope: trigger, destination: url, is_active: true } },
      }),
    read: done,
  },
  restore: {
    request: (id, settings) =>
      bigCommerceRequest(`v3/hooks/${encodeURIComponent(id)}`, settings, { method: 'PUT', body: { is_active: true } }),
    read: done,
  },
  remove: {
    request: (id, settings) => bigCommerceRequest(`v3/hooks/${encodeURIComponent(id)}`, settings, { method: 'DELETE' }),
    read: done,
  },
};
