/** Stripe: sessions of Checkout, payments and disputes behind its API, and events that are signed with their time, unordered and repeated. */
import { createSettings } from '../../settings.ts';
import type { VendorFactory } from '../../vendor.ts';
import type { StripeAccount } from './account.ts';
import { answerApi } from './api.ts';
import { answerMerchant } from './merchant.ts';

export const stripe: VendorFactory = ({ clock }) => {
  const settings = createSettings({
    ...{ secretKey: 'rk_test_sandbox', webhookSecret: 'whsec_sandbox', livemode: true, linesShown: 10 },
    ...{ lose: false, twice: false, hold: false, broken: 0 },
  });
  const fresh = () => ({ sales: [], events: [], endpoint: '', held: [], failed: [], next: 1 });
  const account: StripeAccount = { ...fresh(), now: clock, traps: settings.now };
  let calls = 0;
  return {
    name: 'stripe',
    title: 'Stripe',
    about:
      'Checkout behind its API: only what is expanded is shown; events are signed with their time, unordered and repeated.',
    columns: ['id', 'payment_intent', 'payment_status', 'amount_total'],
    settings,
    async handle(exchange) {
      if (exchange.path.startsWith('/merchant/')) return answerMerchant(exchange, account);
      calls += 1;
      const reply = answerApi(exchange, account);
      return { ...reply, headers: { date: new Date(exchange.at).toUTCString(), ...reply.headers } };
    },
    recorded: () => account.sales.map(({ session }) => session),
    counts: () => ({
      calls,
      sales: account.sales.length,
      events: account.events.length,
      refused: account.failed.length,
    }),
    reset: () => void Object.assign(account, fresh()),
  };
};
