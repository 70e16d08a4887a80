/** The stages of testing a Shopify connection. Each failure says what to fix; a later stage is only asked when the earlier ones passed. */
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { TestStage } from '../../kit/source.ts';
import type { HttpRequest } from '../../model/http.ts';
import { judgeBy, type StageVerdict } from '../judge-answer.ts';
import { rowsOf } from './amounts.ts';
import { readShopifyAnswer, shopifyRequest } from './api.ts';
import { shopifyCatchUp } from './catch-up.ts';
import { SUBSCRIPTIONS, subscriptionsOf } from './hooks.ts';
import { NEEDED_TOPICS } from './webhook.ts';

/** Without a token there is nobody to ask. */
const ask =
  (query: string) =>
  (settings: Settings): HttpRequest | string =>
    shopifyCatchUp.unable(settings) ?? shopifyRequest(query, {}, settings);

const judge = judgeBy(readShopifyAnswer);

export const shopifyStages: readonly TestStage[] = [
  {
    name: 'shop',
    title: 'The token is of this shop',
    request: ask('{ shop { myshopifyDomain currencyCode } }'),
    verdict: judge(({ shop }, settings) => {
      const domain = isObject(shop) ? textOf(shop['myshopifyDomain']) : undefined;
      return domain === String(settings['shop']).toLowerCase()
        ? { ok: true, message: `${domain} answers.` }
        : {
            ok: false,
            message: `The token is of ${domain ?? 'another shop'}: correct shop, or take this shop's token.`,
          };
    }),
  },
  {
    name: 'scopes',
    title: 'The app may read orders',
    request: ask('{ currentAppInstallation { accessScopes { handle } } }'),
    verdict: judge(scopesVerdict),
  },
  {
    name: 'orders',
    title: 'Orders are shown',
    request: ask('{ orders(first: 1, reverse: true) { nodes { name test } } }'),
    verdict: judge(({ orders }) => {
      const [newest] = rowsOf(isObject(orders) ? orders['nodes'] : undefined);
      if (!newest) return { ok: true, message: 'There is none yet.' };
      return {
        ok: true,
        message: `The newest is ${String(newest['name'])}${newest['test'] === true ? ', a test' : ''}.`,
      };
    }),
  },
  {
    name: 'webhooks',
    title: 'Shopify posts its orders here',
    request: (settings) =>
      // The API shows the webhooks of its own app alone.
      settings['webhookSecret'] === undefined
        ? ask(SUBSCRIPTIONS)(settings)
        : 'Webhooks of Settings → Notifications are shown there alone: "Order creation" and "Order update", format JSON.',
    verdict: judge(webhooksVerdict),
  },
];

function scopesVerdict({ currentAppInstallation: app }: Json, settings: Settings): StageVerdict {
  const scopes = new Set(rowsOf(isObject(app) ? app['accessScopes'] : undefined).map(({ handle }) => textOf(handle)));
  const needed = ['read_orders', ...(settings['chargebacks'] === true ? ['read_shopify_payments_disputes'] : [])];
  const missing = needed.filter((scope) => !scopes.has(scope) && !scopes.has(scope.replace('read_', 'write_')));
  if (missing.length > 0)
    return {
      ok: false,
      message: `The app lacks ${missing.join(', ')}: add it to the app's scopes, and install it again.`,
    };
  return {
    ok: true,
    message: scopes.has('read_all_orders')
      ? 'All orders can be read.'
      : 'Orders of the last 60 days can be read; those before it only with read_all_orders.',
  };
}

/** Shopify deletes a webhook of an app after eight failures in a row, and says so nowhere but here. */
function webhooksVerdict(data: Json): StageVerdict {
  const ours = subscriptionsOf(data).filter(({ url }) => /\/v1\/hooks\//.test(url));
  const topics = new Set(ours.map(({ trigger }) => trigger));
  const missing = NEEDED_TOPICS.filter((topic) => !topics.has(topic));
  return missing.length > 0
    ? {
        ok: false,
        message: `No webhook of the app for ${missing.join(', ')}: clickthread connection hook ID --register.`,
      }
    : { ok: true, message: `${NEEDED_TOPICS.join(', ')} are subscribed.` };
}
