/** Stripe: sessions of Checkout, payments and disputes behind its API, and events that are signed with their time, unordered and repeated. */
import { createSettings } from '../../settings.ts';
import type { VendorFactory } from '../../vendor.ts';
import type { StripeAccount } from './account.ts';
import { openShopSystem } from '../shop-system.ts';
import { answerApi } from './api.ts';
import { answerMerchant } from './merchant.ts';

export const stripe: VendorFactory = (context) => {
  const settings = createSettings({
    ...{ secretKey: 'rk_test_sandbox', webhookSecret: 'whsec_sandbox', livemode: true, linesShown: 10, mayWrite: true },
    ...{ hidden: '', unreadable: '' },
    ...{ lose: false, twice: false, hold: false, broken: 0 },
  });
  const fresh = () => ({
    ...{ sales: [], bills: [], events: [], endpoint: '', enabled: true, failing: null, held: [], failed: [], next: 1 },
  });
  return openShopSystem<StripeAccount>(context, {
    name: 'stripe',
    title: 'Stripe',
    about:
      'Checkout and subscriptions behind its API: only what is expanded is shown; events are signed with their time, unordered and repeated.',
    columns: ['id', 'payment_intent', 'payment_status', 'amount_total'],
    settings,
    fresh,
    api: answerApi,
    merchant: answerMerchant,
    recorded: (account) => account.sales.map(({ session }) => session),
    counts: (account) => ({
      sales: account.sales.length,
      events: account.events.length,
      refused: account.failed.length,
    }),
  });
};
