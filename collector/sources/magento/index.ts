/** Magento 2 (Adobe Commerce, on its owner's own server): orders by its REST API. https://developer.adobe.com/commerce/webapi/rest/ (read 2026-11) */
import type { Problem } from '../../../wire/problem.ts';
import { defineSource } from '../../kit/source.ts';
import { clickFields, testOrders } from '../common-settings.ts';
import { ownStatusProblems, statusMapSetting } from '../status-meaning.ts';
import { magentoSigner } from './api.ts';
import { magentoCatchUp } from './catch-up.ts';
import { magentoStages } from './stages.ts';

const SIGNING = ['consumerKey', 'consumerSecret', 'accessTokenSecret'] as const;

export default defineSource({
  name: 'magento',
  title: 'Magento 2',
  docs: 'https://developer.adobe.com/commerce/webapi/rest/',
  settings: {
    url: {
      label: 'Shop URL',
      help: 'Address of the shop whose /rest is asked, with its sub-folder if it has one.',
      required: true,
      kind: 'url',
    },
    accessToken: {
      label: 'Access token',
      help: 'System → Extensions → Integrations → Add New Integration, shown when it is activated.',
      required: true,
      secret: true,
    },
    accessTokenSecret: { label: 'Access token secret', help: 'Of the same integration.', secret: true },
    consumerKey: { label: 'Consumer key', help: 'Of the same integration.' },
    consumerSecret: {
      label: 'Consumer secret',
      help: 'Of the same integration. With all four each request is signed; most shops take no access token alone.',
      secret: true,
    },
    orderNumber: {
      label: 'Order number',
      help: 'The one that networks are told; a page may report any. number: the one that the shopper sees (increment_id). id: the number of the row (entity_id).',
      options: ['number', 'id'],
      default: 'number',
    },
    currency: {
      label: 'Currency',
      help: 'presentment: what the shopper paid in and pages report. shop: that of the books. The other one stands beside it.',
      options: ['presentment', 'shop'],
      default: 'presentment',
    },
    approvedWhen: {
      label: 'When an order is a sale',
      help: 'state: as soon as it is processed. paid: once all of it is paid, where payments are captured later.',
      options: ['state', 'paid'],
      default: 'state',
    },
    statusMap: statusMapSetting(
      'State (processing, complete, holded …), or status behind status. (status.fraud) → approved, pending, cancelled, refunded or ignore. A status goes first.',
    ),
    storeIds: {
      label: 'Store views',
      help: 'Numbers of the store views that belong to this site, where the shop has others; all of them unless given.',
      kind: 'list',
    },
    clickFields: clickFields('Attributes with click ids', 'Extension attribute of the order → click parameter'),
    testMethod: {
      label: 'Payment method of test orders',
      help: 'Its code, where one serves for rehearsals alone: Magento marks no order as a test.',
    },
    testOrders: testOrders(),
  },
  immutable: [],
  check: (settings) => [
    ...ownStatusProblems(settings, {
      pattern: /^(status\.)?[a-z][a-z0-9_]{0,60}$/,
      rule: 'must be a code: processing, or status.fraud',
    }),
    ...signingProblems(settings),
    ...(settings.storeIds ?? []).flatMap((id, index) =>
      /^\d{1,5}$/.test(id) ? [] : [{ field: `storeIds[${index}]`, message: 'must be the number of a store view: 1' }],
    ),
  ],
  token: magentoSigner,
  test: magentoStages,
  catchUp: magentoCatchUp,
});

/** Three of the four sign nothing. */
function signingProblems(settings: { [Name in (typeof SIGNING)[number]]?: string }): Problem[] {
  const missing = SIGNING.filter((name) => settings[name] === undefined);
  if (missing.length === 0 || missing.length === SIGNING.length) return [];
  return missing.map((field) => ({
    field,
    message: 'is missing: all four credentials sign, or the access token alone',
  }));
}
