/**
 * How the app subscribes to its topics, and how that ends.
 * https://shopify.dev/docs/api/admin-graphql/latest/mutations/webhookSubscriptionCreate (read 2026-11)
 */
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { HookSetUp, Reading } from '../../kit/source.ts';
import type { HttpResponse } from '../../model/http.ts';
import { rowsOf } from './amounts.ts';
import { readShopifyAnswer, shopifyRequest } from './api.ts';
import { shopifyCatchUp } from './catch-up.ts';
import { NEEDED_TOPICS } from './webhook.ts';

/** The API's spelling: `orders/create` is ORDERS_CREATE. */
const topicOf = (trigger: string): string => trigger.toUpperCase().replace('/', '_');

export const SUBSCRIPTIONS = '{ webhookSubscriptions(first: 250) { nodes { id topic uri } } }';

/** Those of this app: the API shows no others. */
export const subscriptionsOf = ({ webhookSubscriptions: list }: Json): { id: string; url: string; trigger: string }[] =>
  rowsOf(isObject(list) ? list['nodes'] : undefined).map(({ id, topic, uri }) => ({
    ...{ id: textOf(id) ?? '', url: textOf(uri) ?? '' },
    trigger: (textOf(topic) ?? '').toLowerCase().replace('_', '/'),
  }));

/** A change that Shopify refused says why in its own answer. */
function readChange(response: HttpResponse): Reading<undefined> {
  const reading = readShopifyAnswer(response);
  if ('fault' in reading) return reading;
  const [error] = Object.values(reading.value).flatMap((done) =>
    rowsOf(isObject(done) ? done['userErrors'] : undefined),
  );
  if (!error) return { value: undefined };
  return { fault: { message: `Shopify says: ${String(error['message']).slice(0, 200)}.`, temporary: false } };
}

export const shopifyHooks: HookSetUp = {
  list: {
    request: (_, settings) => shopifyRequest(SUBSCRIPTIONS, {}, settings),
    read(response) {
      const reading = readShopifyAnswer(response);
      return 'fault' in reading ? reading : { value: subscriptionsOf(reading.value) };
    },
  },
  add: {
    request: ({ url, trigger }, settings) =>
      shopifyRequest(
        `mutation ($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri, format: JSON }) { userErrors { message } }
}`,
        { topic: topicOf(trigger), uri: url },
        settings,
      ),
    read: readChange,
  },
  remove: {
    request: (id, settings) =>
      shopifyRequest(
        'mutation ($id: ID!) { webhookSubscriptionDelete(id: $id) { userErrors { message } } }',
        { id },
        settings,
      ),
    read: readChange,
  },
  triggers: NEEDED_TOPICS,
  deletes: true,
  unable: (settings) =>
    settings['clientSecret'] === undefined
      ? 'Webhooks of an app are signed with its client secret: give clientSecret, or make them in Shopify → Settings → Notifications.'
      : shopifyCatchUp.unable(settings),
  needs: 'The address must be reached over https from outside, and the app needs the scope read_orders.',
  removal: 'Shopify deletes them by itself after eight failures in a row, or when the app is uninstalled.',
};
