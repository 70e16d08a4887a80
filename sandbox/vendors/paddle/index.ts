/** Paddle Billing: transactions and adjustments behind its API, and events that are signed with their time, unordered and repeated. */
import { createSettings } from '../../settings.ts';
import type { VendorFactory } from '../../vendor.ts';
import type { PaddleAccount } from './account.ts';
import { openShopSystem } from '../shop-system.ts';
import { answerApi } from './api.ts';
import { answerMerchant } from './merchant.ts';

export const paddle: VendorFactory = (context) => {
  const settings = createSettings({
    ...{ apiKey: 'pdl_live_apikey_sandbox', webhookSecret: 'pdl_ntfset_sandbox', perPage: 30, mayNot: '' },
    ...{ lose: false, twice: false, hold: false, broken: 0 },
  });
  const fresh = () => ({
    ...{
      transactions: [],
      adjustments: [],
      destination: '',
      active: true,
      subscribed: [],
      held: [],
      answers: [],
      next: 1,
    },
  });
  return openShopSystem<PaddleAccount>(context, {
    name: 'paddle',
    title: 'Paddle Billing',
    about:
      'Transactions behind its API: only what is included is shown, no refund moves them; events are signed with their time.',
    columns: ['id', 'status', 'origin', 'updated_at'],
    settings,
    fresh,
    api: answerApi,
    merchant: answerMerchant,
    recorded: (account) => account.transactions,
    counts: (account) => ({
      ...{ transactions: account.transactions.length, webhooks: account.answers.length },
      ...{ refused: account.answers.filter((status) => status !== 200).length },
    }),
  });
};
