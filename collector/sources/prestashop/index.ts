/** PrestaShop 1.7 to 9: orders by its webservice. https://devdocs.prestashop-project.org/9/webservice/ (read 2026-11) */
import { defineSource } from '../../kit/source.ts';
import { isTimeZone } from '../../lib/local-time.ts';
import { testOrders } from '../common-settings.ts';
import { ownStatusProblems, statusMapSetting } from '../status-meaning.ts';
import { prestaShopCatchUp } from './catch-up.ts';
import { prestaShopStages } from './stages.ts';

export default defineSource({
  name: 'prestashop',
  title: 'PrestaShop',
  docs: 'https://devdocs.prestashop-project.org/9/webservice/',
  settings: {
    url: {
      label: 'Shop URL',
      help: 'Address of the shop whose /api is asked, with its sub-folder if it has one.',
      required: true,
      kind: 'url',
    },
    webserviceKey: {
      label: 'Webservice key',
      help: 'Advanced Parameters → Webservice → Add new key, with View for the resources that the test names.',
      required: true,
      secret: true,
    },
    timezone: {
      label: 'Time zone of the shop',
      help: 'As International → Localization has it, for example Europe/Paris: the shop says its times without one. UTC unless given.',
    },
    shopId: {
      label: 'Number of the shop',
      help: 'Where one installation has several shops: Advanced Parameters → Multistore.',
      pattern: /^\d{1,6}$/,
      patternHelp: 'a number',
    },
    orderNumber: {
      label: 'Order number',
      help: 'The one that networks are told; a page may report any. id: the number of the order (id_order). number: its reference of nine letters, under which the parts of a split checkout are one order.',
      options: ['id', 'number'],
      default: 'id',
    },
    statusMap: statusMapSetting(
      'Number of the state → approved, pending, cancelled, refunded or ignore: 9=pending. Those left out: 6 and 8 are cancelled, 7 is refunded, what the shop marks as paid is approved, the rest waits.',
    ),
    clickFrom: {
      label: 'Where the click is',
      help: 'message: in a private message of the order, as the module writes it. none: the browser that reported the order is asked alone.',
      options: ['message', 'none'],
      default: 'message',
    },
    testModule: {
      label: 'Payment module of test orders',
      help: 'Its technical name, where one serves for rehearsals alone (ps_checkpayment): PrestaShop marks no order as a test.',
    },
    testOrders: testOrders(),
  },
  immutable: [],
  check: (settings) => [
    ...ownStatusProblems(settings, { pattern: /^\d{1,4}$/, rule: 'must be the number of a state: 6' }),
    ...(settings.timezone === undefined || isTimeZone(settings.timezone)
      ? []
      : [{ field: 'timezone', message: 'must be a name such as Europe/Paris' }]),
  ],
  test: prestaShopStages,
  catchUp: prestaShopCatchUp,
});
