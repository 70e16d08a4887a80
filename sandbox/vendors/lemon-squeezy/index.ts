/** Lemon Squeezy: a store whose webhooks bear no id and no time, and whose list of orders knows neither changes nor what the checkout carried. */
import { createSettings } from '../../settings.ts';
import type { VendorFactory } from '../../vendor.ts';
import { openShopSystem } from '../shop-system.ts';
import { answerApi } from './api.ts';
import { answerMerchant } from './merchant.ts';
import type { LemonStore } from './store.ts';

export const lemonSqueezy: VendorFactory = (context) => {
  const settings = createSettings({
    ...{ apiKey: 'lemon_key', webhookSecret: 'lemon-secret', testMode: false, stores: 1 },
    ...{ lose: false, twice: false, hold: false, broken: 0 },
  });
  const fresh = () => ({ orders: [], url: '', events: [], held: [], answers: [], next: 1 });
  return openShopSystem<LemonStore>(context, {
    name: 'lemon-squeezy',
    title: 'Lemon Squeezy',
    about:
      'A store whose webhooks bear no id and no time; its list of orders knows no changes, and not what the checkout carried.',
    columns: ['id', 'order_number', 'status', 'total'],
    settings,
    fresh,
    api: answerApi,
    merchant: answerMerchant,
    recorded: (store) => store.orders.map(({ id, attributes }) => ({ id, ...attributes })),
    counts: (store) => ({
      ...{ orders: store.orders.length, webhooks: store.answers.length },
      ...{ refused: store.answers.filter((status) => status !== 200).length },
    }),
  });
};
