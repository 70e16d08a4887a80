/** WooCommerce: a strict shop with the orders API of REST v3 and webhooks that are signed over PHP's own bytes, posted once and switched off after failures. */
import { createSettings } from '../../settings.ts';
import type { VendorFactory } from '../../vendor.ts';
import { openShopSystem } from '../shop-system.ts';
import { answerApi } from './api.ts';
import { answerMerchant } from './merchant.ts';
import type { WooShop } from './shop.ts';

export const woocommerce: VendorFactory = (context) => {
  const settings = createSettings({
    ...{ consumerKey: 'ck_sandbox', consumerSecret: 'cs_sandbox', stripAuth: false, mayWrite: true },
    ...{ maintenance: 0, frozenDate: false, twice: false, hold: false, lose: false },
  });
  const fresh = () => ({ orders: new Map(), webhooks: [], held: [], deliveries: [], next: 4711 });
  return openShopSystem<WooShop>(context, {
    name: 'woocommerce',
    title: 'WooCommerce',
    about:
      'A shop with REST v3: webhooks signed over PHP’s bytes, sent once, switched off after failures; totals that no refund moves.',
    columns: ['id', 'number', 'status', 'total'],
    settings,
    fresh,
    api: answerApi,
    merchant: answerMerchant,
    recorded: (shop) => [...shop.orders.values()].map(({ row }) => row),
    counts: (shop) => ({
      ...{ orders: shop.orders.size, webhooks: shop.deliveries.length },
      ...{ refused: shop.deliveries.filter(({ status }) => status < 200 || status > 302).length },
    }),
  });
};
