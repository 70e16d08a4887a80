/** Paddle Billing: transactions by signed webhooks, each read whole through the API. https://developer.paddle.com/webhooks/overview (read 2026-11) */
import { defineSource } from '../../kit/source.ts';
import { clickFields, FREE_ORDERS, renewalsSetting, testOrders } from '../common-settings.ts';
import { paddleCatchUp } from './catch-up.ts';
import { paddleHooks } from './hooks.ts';
import { paddleStages } from './stages.ts';
import { ADJUSTMENT_EVENTS, readPaddleHook, TRANSACTION_EVENTS, verifyPaddleHook } from './webhook.ts';

export default defineSource({
  name: 'paddle',
  title: 'Paddle Billing',
  docs: 'https://developer.paddle.com/webhooks/overview',
  settings: {
    webhookSecret: {
      label: 'Secret key of the destination',
      help: 'Developer tools → Notifications → the destination → Secret key, pdl_ntfset_…; each destination has its own.',
      required: true,
      secret: true,
    },
    previousWebhookSecret: {
      label: 'Former secret key of the destination',
      help: 'Taken, too, while the secret is rotated.',
      secret: true,
    },
    apiKey: {
      label: 'API key',
      help: 'Developer tools → Authentication → a key with Read for transactions, adjustments, customers, addresses, discounts and notification settings. Without it refunds and charge-backs stay unknown.',
      secret: true,
    },
    orderField: {
      label: 'Field with the order number',
      help: 'Key of the custom data that holds the number which the thank-you page reports, or invoice_number. Where it is empty, the transaction (txn_…) names the order.',
      default: 'order_id',
    },
    clickFields: clickFields('Custom data with click ids', 'Key → click parameter, where click ids are kept already'),
    renewals: renewalsSetting(
      'And what else a subscription charges later. ignore: only the first payment counts. report: each is an order of its own.',
    ),
    freeOrders: FREE_ORDERS,
    testOrders: testOrders('Orders of the sandbox', 'Of a key or an address of the sandbox. '),
    decimals: {
      label: 'Decimals of currencies',
      help: 'Currency → decimals that Paddle counts by, where GET /currencies says others than ISO 4217: CLP=0.',
      kind: 'map',
      pattern: /[0-4]/,
      patternHelp: 'a number of decimals from 0 to 4',
    },
    baseUrl: {
      label: 'Address of the API',
      help: 'https://sandbox-api.paddle.com for the sandbox.',
      kind: 'url',
      default: 'https://api.paddle.com',
    },
  },
  immutable: [],
  test: paddleStages,
  catchUp: paddleCatchUp,
  webhook: {
    kind: 'signed',
    verify: verifyPaddleHook,
    read: readPaddleHook,
    watch: paddleHooks,
    setUp: `In Paddle → Developer tools → Notifications add a destination of type Webhook with this address and the events ${[...TRANSACTION_EVENTS, ...ADJUSTMENT_EVENTS].join(', ')}. Its secret key is webhookSecret.`,
  },
});
