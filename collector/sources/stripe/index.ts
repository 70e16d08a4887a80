/** Stripe: orders of Checkout and Payment Links by signed webhooks, each read whole through the API. https://docs.stripe.com/webhooks (read 2026-11) */
import { defineSource } from '../../kit/source.ts';
import { clickFields, FREE_ORDERS, renewalsSetting, testOrders } from '../common-settings.ts';
import { stripeCatchUp } from './catch-up.ts';
import { stripeStages } from './stages.ts';
import { stripeHooks } from './hooks.ts';
import { PAYMENT_EVENTS, readStripeHook, SESSION_EVENTS, verifyStripeHook } from './webhook.ts';

export default defineSource({
  name: 'stripe',
  title: 'Stripe',
  docs: 'https://docs.stripe.com/webhooks',
  settings: {
    webhookSecret: {
      label: 'Signing secret',
      help: 'Developers → Webhooks → the endpoint → Signing secret, whsec_…; each endpoint and mode has its own.',
      required: true,
      secret: true,
    },
    previousWebhookSecret: {
      label: 'Former signing secret',
      help: 'Taken, too, while the secret is rolled.',
      secret: true,
    },
    secretKey: {
      label: 'Secret key',
      help: 'Developers → API keys → a restricted key with Read for Checkout Sessions, Payment Intents, Charges, Disputes, Invoices, Events and Webhook Endpoints (Write, so that an endpoint that Stripe has disabled is enabled again). Without it refunds and charge-backs stay unknown.',
      secret: true,
      pattern: /^(rk|sk)_\S+$/,
      patternHelp: 'a key that begins with rk_ or sk_',
    },
    orderField: {
      label: 'Field with the order number',
      help: 'Key of the metadata that holds the number which the thank-you page reports, or client_reference_id. Where it is empty, the payment (pi_…) names the order, else the session.',
      default: 'order_id',
    },
    clickFields: clickFields('Metadata with click ids', 'Key → click parameter, where click ids are kept already'),
    renewals: renewalsSetting(
      'And what else a subscription charges later. ignore: only the first payment counts. report: each paid invoice is an order of its own.',
    ),
    freeOrders: FREE_ORDERS,
    testOrders: testOrders('Orders of the test mode'),
    baseUrl: {
      label: 'Address of the API',
      help: 'Another one for rehearsals.',
      kind: 'url',
      default: 'https://api.stripe.com',
    },
  },
  immutable: [],
  test: stripeStages,
  catchUp: stripeCatchUp,
  webhook: {
    kind: 'signed',
    verify: verifyStripeHook,
    read: readStripeHook,
    watch: stripeHooks,
    setUp: `In Stripe → Developers → Webhooks add an endpoint with this address, payload style Snapshot, and the events ${[...SESSION_EVENTS, ...PAYMENT_EVENTS].join(', ')}; and invoice.paid where renewals are reported. Its signing secret is webhookSecret.`,
  },
});
