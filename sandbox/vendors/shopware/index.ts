/** Shopware 6: a strict shop with the Admin API's search, tokens that end, and unsigned webhooks that are posted once. */
import { createSettings } from '../../settings.ts';
import type { VendorFactory } from '../../vendor.ts';
import { openShopSystem } from '../shop-system.ts';
import { answerApi } from './api.ts';
import { answerMerchant } from './merchant.ts';
import type { ShopwareShop } from './shop.ts';

export const shopware: VendorFactory = (context) => {
  const settings = createSettings({
    ...{ accessKeyId: 'SWIASANDBOXSANDBOX', secretAccessKey: 'sandbox', tokenLasts: 600, mayRead: '*', maintenance: 0 },
    ...{ tokenUses: 1000, lose: false, twice: false },
  });
  const fresh = () => ({ orders: [], webhooks: [], tokens: new Map(), answers: [], next: 1 });
  return openShopSystem<ShopwareShop>(context, {
    name: 'shopware',
    title: 'Shopware 6',
    about:
      'A shop with the Admin API: only what is associated is shown; a payment moves without its order; webhooks are posted once, unsigned.',
    columns: ['orderNumber', 'amountTotal', 'updatedAt'],
    settings,
    fresh,
    api: answerApi,
    merchant: answerMerchant,
    recorded: (shop) => shop.orders,
    counts: (shop) => ({
      ...{ orders: shop.orders.length, webhooks: shop.answers.length, tokens: shop.tokens.size },
      ...{ refused: shop.answers.filter((status) => status < 200 || status > 299).length },
    }),
  });
};
