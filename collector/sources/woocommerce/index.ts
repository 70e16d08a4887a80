/** WooCommerce: orders by its signed webhooks, and by its REST API what those have missed. https://woocommerce.com/document/webhooks/ (read 2026-11) */
import { defineSource } from '../../kit/source.ts';
import { clickFields, renewalsSetting, testOrders } from '../common-settings.ts';
import { ownStatusProblems, statusMapSetting } from '../status-meaning.ts';
import { wooCatchUp } from './catch-up.ts';
import { wooHooks } from './hooks.ts';
import { wooStages } from './stages.ts';
import { isPing, readWooHook, verifyWooHook } from './webhook.ts';

export default defineSource({
  name: 'woocommerce',
  title: 'WooCommerce',
  docs: 'https://woocommerce.com/document/webhooks/',
  settings: {
    url: {
      label: 'Shop URL',
      help: 'Address of the WordPress site, with its sub-folder if it has one.',
      required: true,
      kind: 'url',
    },
    webhookSecret: {
      label: 'Webhook secret',
      help: 'The "Secret" of the webhooks in WooCommerce → Settings → Advanced → Webhooks; the same for all of them.',
      required: true,
      secret: true,
    },
    previousWebhookSecret: {
      label: 'Former webhook secret',
      help: 'Taken, too, while the webhooks get a new one.',
      secret: true,
    },
    consumerKey: {
      label: 'Consumer key',
      help: 'WooCommerce → Settings → Advanced → REST API → Add key, permission Read. With it the shop is asked every hour for orders that no webhook brought; with Read/Write the webhooks are made, and switched on again when WooCommerce has given them up.',
      secret: true,
      pattern: /^ck_\S+$/,
      patternHelp: 'a key that begins with ck_',
    },
    consumerSecret: {
      label: 'Consumer secret',
      help: 'Shown once, beside the consumer key.',
      secret: true,
      pattern: /^cs_\S+$/,
      patternHelp: 'a secret that begins with cs_',
    },
    orderNumber: {
      label: 'Order number',
      help: 'The one that networks are told; a page may report any. number: the one that the shopper sees, which plugins change. id: the one in the addresses of the admin.',
      options: ['number', 'id'],
      default: 'number',
    },
    statusMap: statusMapSetting(
      "Status, without wc- → approved, pending, cancelled, refunded or ignore. Those left out follow WooCommerce; a plugin's own waits as pending.",
    ),
    renewals: renewalsSetting(),
    testMethod: {
      label: 'Payment method of test orders',
      help: 'Its id, where one serves for rehearsals alone (cheque, cod): WooCommerce marks no order as a test.',
    },
    testOrders: testOrders(),
    clickFields: clickFields(
      'Order meta with click ids',
      'Meta key → click parameter, where a plugin keeps click ids already',
      '_my_awc=awc',
    ),
    keysInQuery: {
      label: 'Keys in the address',
      help: 'Where the web server drops the Authorization header. They stand in its access log then.',
      kind: 'boolean',
      default: false,
    },
    plainPermalinks: {
      label: 'Plain permalinks',
      help: 'Asks /?rest_route= in place of /wp-json.',
      kind: 'boolean',
      default: false,
    },
  },
  immutable: [],
  check: (settings) => [
    ...ownStatusProblems(settings, {
      pattern: /^(?!wc-)[a-z0-9_-]{1,40}$/,
      rule: 'must be a status as WooCommerce stores it, without wc-: on-hold, my-status',
    }),
    ...((settings.consumerKey === undefined) === (settings.consumerSecret === undefined)
      ? []
      : [{ field: 'consumerSecret', message: 'goes with consumerKey: give both or neither' }]),
  ],
  test: wooStages,
  catchUp: wooCatchUp,
  webhook: {
    kind: 'signed',
    isPing,
    verify: verifyWooHook,
    read: readWooHook,
    hooks: wooHooks,
    setUp:
      'In WooCommerce → Settings → Advanced → Webhooks add one webhook each for "Order created", "Order updated", "Order deleted" and "Order restored", ' +
      'with this delivery URL, the secret of this connection and API version 3; where the keys may write, connection hook --register does it.',
  },
});
