/** Shopware 6: a strict shop with the Admin API's search, tokens that end, and unsigned webhooks that are posted once. */
import { createSettings } from '../../settings.ts';
import type { VendorFactory } from '../../vendor.ts';
import { answerApi } from './api.ts';
import { answerMerchant } from './merchant.ts';
import type { ShopwareShop } from './shop.ts';

export const shopware: VendorFactory = ({ clock }) => {
  const settings = createSettings({
    ...{ accessKeyId: 'SWIASANDBOXSANDBOX', secretAccessKey: 'sandbox', tokenLasts: 600, mayRead: '*', maintenance: 0 },
    ...{ tokenUses: 1000, lose: false, twice: false },
  });
  const fresh = () => ({ orders: [], webhooks: [], tokens: new Map(), answers: [], next: 1 });
  const shop: ShopwareShop = { ...fresh(), now: clock, traps: settings.now };
  let calls = 0;
  return {
    name: 'shopware',
    title: 'Shopware 6',
    about:
      'A shop with the Admin API: only what is associated is shown; a payment moves without its order; webhooks are posted once, unsigned.',
    columns: ['orderNumber', 'amountTotal', 'updatedAt'],
    settings,
    async handle(exchange) {
      if (exchange.path.startsWith('/merchant/')) return answerMerchant(exchange, shop);
      calls += 1;
      const reply = answerApi(exchange, shop);
      return { ...reply, headers: { date: new Date(exchange.at).toUTCString(), ...reply.headers } };
    },
    recorded: () => shop.orders,
    counts: () => ({
      ...{ calls, orders: shop.orders.length, webhooks: shop.answers.length, tokens: shop.tokens.size },
      ...{ refused: shop.answers.filter((status) => status < 200 || status > 299).length },
    }),
    reset: () => void Object.assign(shop, fresh()),
  };
};
