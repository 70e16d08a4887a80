/** The stages of testing a Magento connection. Each failure says what to fix; a later stage is only asked when the earlier ones passed. */
import { parseObject, textOf } from '../../kit/json.ts';
import type { TestStage } from '../../kit/source.ts';
import { judgeBy } from '../judge-answer.ts';
import { magentoRequest, magentoRows, magentoSearch, readMagentoAnswer, SHOP_CURRENCY } from './api.ts';

const judge = judgeBy(readMagentoAnswer);

export const magentoStages: readonly TestStage[] = [
  {
    name: 'address',
    title: 'The address is a shop with Magento 2',
    request: (settings) => magentoRequest(SHOP_CURRENCY, settings, { credentials: false }),
    verdict(response, settings) {
      // Some shops close what Magento leaves open: the refusal is Magento's own, then.
      if (response.status === 401 && textOf(parseObject(response.body)?.['message']) !== undefined)
        return { ok: true, message: 'The REST API of Magento answers.' };
      return judge((answer) => {
        const currency = textOf(answer['base_currency_code']);
        return currency === undefined
          ? { ok: false, message: 'What answers is no Magento: check the URL.' }
          : { ok: true, message: `The REST API of Magento answers; its books are kept in ${currency}.` };
      })(response, settings);
    },
  },
  {
    name: 'orders',
    title: 'The integration may read orders',
    request: (settings) => magentoSearch('orders', settings, { filters: [], size: 1, after: undefined }),
    verdict: judge((answer) => ({ ok: true, message: `${magentoRows(answer).total ?? 'Some'} orders.` })),
  },
  {
    name: 'refunds',
    title: 'The integration may read credit memos',
    request: (settings) => magentoSearch('creditmemos', settings, { filters: [], size: 1, after: undefined }),
    verdict: judge(() => ({ ok: true, message: 'What goes back is found.' })),
  },
];
