/** Lemon Squeezy: orders by signed webhooks, and by its API what those have missed. https://docs.lemonsqueezy.com/help/webhooks (read 2026-11) */
import { defineSource } from '../../kit/source.ts';
import { clickFields, FREE_ORDERS, renewalsSetting, testOrders } from '../common-settings.ts';
import { lemonCatchUp } from './catch-up.ts';
import { lemonHooks } from './hooks.ts';
import { lemonStages } from './stages.ts';
import { LEMON_EVENTS, readLemonHook, verifyLemonHook } from './webhook.ts';

export default defineSource({
  name: 'lemon-squeezy',
  title: 'Lemon Squeezy',
  docs: 'https://docs.lemonsqueezy.com/help/webhooks',
  settings: {
    webhookSecret: {
      label: 'Signing secret',
      help: 'Settings → Webhooks → the webhook → Signing secret: 6 to 40 characters that you choose.',
      required: true,
      secret: true,
    },
    previousWebhookSecret: {
      label: 'Former signing secret',
      help: 'Taken, too, while you change it.',
      secret: true,
    },
    storeId: {
      label: 'Store id',
      help: 'Settings → Stores, the number behind #. Needed where the account has several: orders of the others are none of ours.',
      pattern: /^\d{1,12}$/,
      patternHelp: 'the number of the store',
    },
    apiKey: {
      label: 'API key',
      help: 'Settings → API. With it the store is asked every hour for orders that no webhook brought.',
      secret: true,
    },
    orderNumber: {
      label: 'Order number',
      help: 'The one that networks are told; a page may report any. number: the one that the shopper sees. id: the one in the addresses of the dashboard. identifier: the long one.',
      options: ['number', 'id', 'identifier'],
      default: 'number',
    },
    clickFields: clickFields(
      'Custom data with click ids',
      'Key → click parameter, where checkouts carry click ids already',
    ),
    renewals: renewalsSetting(
      'ignore: only the first order counts. report: each later invoice is an order of its own.',
    ),
    freeOrders: FREE_ORDERS,
    testOrders: testOrders('Orders of the test mode'),
    decimals: {
      label: 'Decimals of currencies',
      help: 'Currency → decimals that Lemon Squeezy counts by, where its amounts show others than ISO 4217: JPY=2.',
      kind: 'map',
      pattern: /[0-4]/,
      patternHelp: 'a number of decimals from 0 to 4',
    },
    baseUrl: {
      label: 'Address of the API',
      help: 'Another one for rehearsals.',
      kind: 'url',
      default: 'https://api.lemonsqueezy.com',
    },
  },
  immutable: [],
  test: lemonStages,
  catchUp: lemonCatchUp,
  webhook: {
    kind: 'signed',
    verify: verifyLemonHook,
    read: readLemonHook,
    watch: lemonHooks,
    setUp: `In Lemon Squeezy → Settings → Webhooks add a webhook with this address, the signing secret of this connection, and the events ${LEMON_EVENTS.join(', ')}.`,
  },
});
