/** Shopify: orders by its signed webhooks, and by the Admin API what those have missed. https://shopify.dev/docs/apps/build/webhooks (read 2026-11) */
import { defineSource } from '../../kit/source.ts';
import { clickFields, renewalsSetting, testOrders } from '../common-settings.ts';
import { ownStatusProblems, statusMapSetting } from '../status-meaning.ts';
import { shopifyToken } from './api.ts';
import { shopifyCatchUp } from './catch-up.ts';
import { shopifyHooks } from './hooks.ts';
import { shopifyStages } from './stages.ts';
import { readShopifyHook, verifyShopifyHook } from './webhook.ts';

export default defineSource({
  name: 'shopify',
  title: 'Shopify',
  docs: 'https://shopify.dev/docs/apps/build/webhooks',
  settings: {
    shop: {
      label: 'Shop',
      help: 'Its name at Shopify, NAME.myshopify.com, whatever domain shoppers see: Settings → Domains.',
      required: true,
      pattern: /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/i,
      patternHelp: 'a name such as my-shop.myshopify.com',
    },
    webhookSecret: {
      label: 'Webhook key',
      help: 'Settings → Notifications → Webhooks, below the list: "Your webhooks will be signed with …". Not needed where an app posts.',
      secret: true,
    },
    previousWebhookSecret: {
      label: 'Former webhook key',
      help: 'Taken, too, while key or client secret are changed.',
      secret: true,
    },
    clientId: {
      label: 'Client ID of the app',
      help: 'Dev Dashboard → the app → Settings. With it the shop is asked every hour for orders that no webhook brought.',
    },
    clientSecret: {
      label: 'Client secret of the app',
      help: 'Beside the client ID. It signs the webhooks of the app, too.',
      secret: true,
    },
    accessToken: {
      label: 'Access token',
      help: 'Of an app that was made in the shop’s admin before 2026 (shpat_…), in place of client ID and secret.',
      secret: true,
    },
    orderNumber: {
      label: 'Order number',
      help: 'The one that networks are told; a page may report any. id: what the web pixel knows. name: #1042, as the shopper sees it; order_number: 1042; confirmation_number: QX7P2M9LD.',
      options: ['id', 'name', 'order_number', 'confirmation_number'],
      default: 'id',
    },
    currency: {
      label: 'Currency',
      help: 'presentment: what the shopper saw and pages report. shop: that of the books. The other one stands beside it.',
      options: ['presentment', 'shop'],
      default: 'presentment',
    },
    statusMap: statusMapSetting(
      'financial_status → approved, pending, cancelled, refunded or ignore: authorized=approved where the money is taken when the parcel leaves. Those left out follow Shopify.',
    ),
    renewals: renewalsSetting(),
    ignoredChannels: {
      label: 'Channels that are not told',
      help: 'As source_name spells them: pos, shopify_draft_order.',
      kind: 'list',
    },
    testOrders: testOrders(),
    chargebacks: {
      label: 'Charge-backs',
      help: 'Reads them with each order; the app needs the scope read_shopify_payments_disputes. Of Shopify Payments alone.',
      kind: 'boolean',
      default: false,
    },
    clickFields: clickFields(
      'Cart attributes with click ids',
      'Attribute → click parameter, where a theme keeps click ids already',
    ),
    baseUrl: {
      label: 'Address of the API',
      help: 'Another one than the shop’s, for rehearsals.',
      kind: 'url',
    },
  },
  immutable: [],
  check: (settings) => [
    ...ownStatusProblems(settings, {
      pattern: /^[a-z_]{1,40}$/,
      rule: 'must be a financial_status as Shopify spells it: authorized, partially_paid',
    }),
    ...(settings.webhookSecret === undefined && settings.clientSecret === undefined
      ? [
          {
            field: 'webhookSecret',
            message: 'is missing, and so is clientSecret: give the one that signs the webhooks',
          },
        ]
      : []),
    ...(settings.clientId !== undefined && settings.clientSecret === undefined
      ? [{ field: 'clientSecret', message: 'goes with clientId: give both' }]
      : []),
  ],
  token: shopifyToken,
  test: shopifyStages,
  catchUp: shopifyCatchUp,
  webhook: {
    kind: 'signed',
    verify: verifyShopifyHook,
    read: readShopifyHook,
    hooks: shopifyHooks,
    setUp:
      'In Shopify → Settings → Notifications → Webhooks make one each for "Order creation" and "Order update" with this URL, format JSON; ' +
      'the key below the list is webhookSecret. With an app, whose client secret is clientSecret: connection hook --register does it.',
  },
});
