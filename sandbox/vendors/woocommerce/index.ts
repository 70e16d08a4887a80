/** WooCommerce: a strict shop with the orders API of REST v3 and webhooks that are signed over PHP's own bytes, posted once and switched off after failures. */
import { createSettings } from '../../settings.ts';
import type { VendorFactory } from '../../vendor.ts';
import { answerApi } from './api.ts';
import { answerMerchant } from './merchant.ts';
import type { WooShop } from './shop.ts';

export const woocommerce: VendorFactory = ({ clock }) => {
  const settings = createSettings({
    ...{ consumerKey: 'ck_sandbox', consumerSecret: 'cs_sandbox', stripAuth: false, maintenance: 0 },
    ...{ frozenDate: false, twice: false, hold: false, lose: false },
  });
  const fresh = () => ({ orders: new Map(), webhooks: [], held: [], deliveries: [], next: 4711 });
  const shop: WooShop = { ...fresh(), now: clock, traps: settings.now, settings };
  let calls = 0;
  return {
    name: 'woocommerce',
    title: 'WooCommerce',
    about:
      'A shop with REST v3: webhooks signed over PHP’s bytes, sent once, switched off after failures; totals that no refund moves.',
    columns: ['id', 'number', 'status', 'total'],
    settings,
    async handle(exchange) {
      if (exchange.path.startsWith('/merchant/')) return answerMerchant(exchange, shop);
      calls += 1;
      const reply = answerApi(exchange, shop);
      return { ...reply, headers: { date: new Date(exchange.at).toUTCString(), ...reply.headers } };
    },
    recorded: () => [...shop.orders.values()].map(({ row }) => row),
    counts: () => ({
      ...{ calls, orders: shop.orders.size, webhooks: shop.deliveries.length },
      ...{ refused: shop.deliveries.filter(({ status }) => status < 200 || status > 302).length },
    }),
    reset: () => void Object.assign(shop, fresh()),
  };
};
