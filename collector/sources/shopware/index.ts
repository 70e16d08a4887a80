/** Shopware 6: orders by its Admin API, sooner by its webhooks. https://developer.shopware.com/docs/guides/integrations-api/ (read 2026-11) */
import { defineSource } from '../../kit/source.ts';
import { clickFields, testOrders } from '../common-settings.ts';
import { ownStatusProblems, statusMapSetting } from '../status-meaning.ts';
import { shopwareToken } from './api.ts';
import { shopwareCatchUp } from './catch-up.ts';
import { shopwareStages } from './stages.ts';
import { shopwareWebhook } from './webhook.ts';

export default defineSource({
  name: 'shopware',
  title: 'Shopware 6',
  docs: 'https://developer.shopware.com/docs/guides/integrations-api/',
  settings: {
    url: {
      label: 'Shop URL',
      help: 'Address of the shop whose /api is asked, with its sub-folder if it has one.',
      required: true,
      kind: 'url',
    },
    accessKeyId: {
      label: 'Access key ID',
      help: 'Settings → System → Integrations → Add integration.',
      required: true,
    },
    secretAccessKey: {
      label: 'Secret access key',
      help: 'Shown once, when the integration is made.',
      required: true,
      secret: true,
    },
    orderNumber: {
      label: 'Order number',
      help: 'The one that networks are told; a page may report any. number: the one that the shopper sees. id: the 32 characters in the addresses of the administration.',
      options: ['number', 'id'],
      default: 'number',
    },
    statusMap: statusMapSetting(
      'State of the payment (paid, authorized …), or of the order behind order. (order.completed) → approved, pending, cancelled, refunded or ignore. One of the order goes first.',
    ),
    clickFields: clickFields(
      'Fields with click ids',
      'Custom field, affiliateCode or campaignCode → click parameter',
      'affiliateCode=awc',
    ),
    testMethod: {
      label: 'Payment method of test orders',
      help: 'Its technical name (payment_invoicepayment), where one serves for rehearsals alone: Shopware marks no order as a test.',
    },
    testOrders: testOrders(),
  },
  immutable: [],
  check: (settings) =>
    ownStatusProblems(settings, {
      pattern: /^(order\.)?[a-z][a-z0-9_]{0,60}$/,
      rule: 'must be a technical name: authorized, or order.completed',
    }),
  token: shopwareToken,
  test: shopwareStages,
  catchUp: shopwareCatchUp,
  webhook: shopwareWebhook,
});
