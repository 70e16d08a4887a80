/** Shopify: webhooks that are signed over the bytes, repeated and unordered, and an Admin API whose tokens end and whose questions have a price. */
import { createSettings } from '../../settings.ts';
import type { VendorFactory } from '../../vendor.ts';
import { answerApi } from './api.ts';
import { answerMerchant } from './merchant.ts';
import type { ShopifyShop } from './shop.ts';

export const shopify: VendorFactory = ({ clock }) => {
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
  const shop: ShopifyShop = { ...fresh(), now: clock, traps: settings.now };
  let calls = 0;
  return {
    name: 'shopify',
    title: 'Shopify',
    about:
      'A shop with its Admin API: webhooks signed over the bytes, repeated and unordered; tokens end, questions have a price, totals that no refund moves.',
    columns: ['id', 'name', 'financial', 'received'],
    settings,
    async handle(exchange) {
      if (exchange.path.startsWith('/merchant/')) return answerMerchant(exchange, shop);
      calls += 1;
      const reply = answerApi(exchange, shop);
      return { ...reply, headers: { date: new Date(exchange.at).toUTCString(), ...reply.headers } };
    },
    recorded: () => [...shop.orders.values()].map((order) => ({ name: `#${order.number}`, ...order })),
    counts: () => ({
      ...{ calls, orders: shop.orders.size, webhooks: shop.deliveries.length },
      ...{ refused: shop.deliveries.filter(({ status }) => status < 200 || status > 299).length },
    }),
    reset: () => void Object.assign(shop, fresh()),
  };
};
