/**
 * BigCommerce: orders that its signed webhooks name, and those that they have missed, each read whole.
 * https://developer.bigcommerce.com/docs/integrations/webhooks (read 2026-11)
 */
import { defineSource } from '../../kit/source.ts';
import { clickFields, testOrders } from '../common-settings.ts';
import { ownStatusProblems, statusMapSetting } from '../status-meaning.ts';
import { bigCommerceCatchUp } from './catch-up.ts';
import { bigCommerceStages } from './stages.ts';
import { bigCommerceHooks, readBigCommerceHook, verifyBigCommerceHook } from './webhook.ts';

export default defineSource({
  name: 'bigcommerce',
  title: 'BigCommerce',
  docs: 'https://developer.bigcommerce.com/docs/integrations/webhooks',
  settings: {
    storeHash: {
      label: 'Store hash',
      help: 'The part of the API path behind /stores/, in Settings → API → Store-level API accounts.',
      required: true,
      pattern: /^[A-Za-z0-9]{1,40}$/,
      patternHelp: 'the letters and digits behind /stores/ in the API path',
    },
    accessToken: {
      label: 'Access token',
      help: 'Settings → API → Store-level API accounts → Create API account, scopes Orders (modify) and Carts (read-only). Shown once.',
      required: true,
      secret: true,
    },
    clientSecret: {
      label: 'Client secret',
      help: 'Of the same API account, shown once beside the token. It signs the webhooks.',
      required: true,
      secret: true,
    },
    previousClientSecret: {
      label: 'Former client secret',
      help: 'Taken, too, while webhooks of an earlier API account are replaced.',
      secret: true,
    },
    statusMap: statusMapSetting(
      'Number of the status → approved, pending, cancelled, refunded or ignore: 13=refunded. Those left out follow BigCommerce; a disputed order (13) stands as it stood.',
    ),
    clickFrom: {
      label: 'Metafields with the click',
      help: 'order or cart: whose metafields are read. none: the browser that reported the order is asked alone.',
      options: ['order', 'cart', 'none'],
      default: 'order',
    },
    clickFields: clickFields(
      'Metafields with click ids',
      'Key → click parameter, where metafields hold click ids already',
    ),
    testMethod: {
      label: 'Payment method of test orders',
      help: 'As orders name it.',
      default: 'Test Payment Gateway',
    },
    testOrders: testOrders(),
    baseUrl: {
      label: 'Address of the API',
      help: 'Another one for rehearsals.',
      kind: 'url',
      default: 'https://api.bigcommerce.com',
    },
  },
  immutable: [],
  check: (settings) =>
    ownStatusProblems(settings, { pattern: /^\d{1,3}$/, rule: 'must be the number of a status: 13' }),
  test: bigCommerceStages,
  catchUp: bigCommerceCatchUp,
  webhook: {
    kind: 'signed',
    verify: verifyBigCommerceHook,
    read: readBigCommerceHook,
    hooks: bigCommerceHooks,
    setUp:
      'BigCommerce has no page for webhooks: clickthread connection hook ID --register makes them through the API.',
  },
});
