/** Paddle Billing: transactions and adjustments behind its API, and events that are signed with their time, unordered and repeated. */
import { createSettings } from '../../settings.ts';
import type { VendorFactory } from '../../vendor.ts';
import type { PaddleAccount } from './account.ts';
import { answerApi } from './api.ts';
import { answerMerchant } from './merchant.ts';

export const paddle: VendorFactory = ({ clock }) => {
  const settings = createSettings({
    ...{ apiKey: 'pdl_live_apikey_sandbox', webhookSecret: 'pdl_ntfset_sandbox', perPage: 30, mayNot: '' },
    ...{ lose: false, twice: false, hold: false, broken: 0 },
  });
  const fresh = () => ({
    ...{ transactions: [], adjustments: [], destination: '', subscribed: [], held: [], answers: [], next: 1 },
  });
  const account: PaddleAccount = { ...fresh(), now: clock, traps: settings.now };
  let calls = 0;
  return {
    name: 'paddle',
    title: 'Paddle Billing',
    about:
      'Transactions behind its API: only what is included is shown, no refund moves them; events are signed with their time.',
    columns: ['id', 'status', 'origin', 'updated_at'],
    settings,
    async handle(exchange) {
      if (exchange.path.startsWith('/merchant/')) return answerMerchant(exchange, account);
      calls += 1;
      const reply = answerApi(exchange, account);
      return { ...reply, headers: { date: new Date(exchange.at).toUTCString(), ...reply.headers } };
    },
    recorded: () => account.transactions,
    counts: () => ({
      ...{ calls, transactions: account.transactions.length, webhooks: account.answers.length },
      ...{ refused: account.answers.filter((status) => status !== 200).length },
    }),
    reset: () => void Object.assign(account, fresh()),
  };
};
