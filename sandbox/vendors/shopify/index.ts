/** Shopify: webhooks that are signed over the bytes, repeated and unordered, and an Admin API whose tokens end and whose questions have a price. */
import { createSettings } from '../../settings.ts';
import type { VendorFactory } from '../../vendor.ts';
import { openShopSystem } from '../shop-system.ts';
import { answerApi } from './api.ts';
import { answerMerchant } from './merchant.ts';
import type { ShopifyShop } from './shop.ts';

export const shopify: VendorFactory = (context) => {
  const settings = createSettings({
    ...{ domain: 'sandbox.myshopify.com', clientId: 'sandbox-client', clientSecret: 'sandbox-client-secret' },
    ...{ accessToken: 'shpat_sandbox', webhookSecret: 'sandbox-webhook-key', scopes: ['read_orders'], personal: true },
    ...{ currency: 'EUR', presentment: 'EUR', exchange: 1, taxesIncluded: true },
    ...{ lose: false, twice: false, hold: false, broken: 0, throttled: 0, bucket: 2000, restoreRate: 100 },
  });
  const fresh = () => ({
    ...{ orders: new Map(), webhooks: [], held: [], failed: [], deliveries: [], tokens: [], next: 1042 },
    spent: { points: 0, at: 0 },
  });
  return openShopSystem<ShopifyShop>(context, {
    name: 'shopify',
    title: 'Shopify',
    about:
      'A shop with its Admin API: webhooks signed over the bytes, repeated and unordered; tokens end, questions have a price, totals that no refund moves.',
    columns: ['id', 'name', 'financial', 'received'],
    settings,
    fresh,
    api: answerApi,
    merchant: answerMerchant,
    recorded: (shop) => [...shop.orders.values()].map((order) => ({ name: `#${order.number}`, ...order })),
    counts: (shop) => ({
      ...{ orders: shop.orders.size, webhooks: shop.deliveries.length },
      ...{ refused: shop.deliveries.filter(({ status }) => status < 200 || status > 299).length },
    }),
  });
};
