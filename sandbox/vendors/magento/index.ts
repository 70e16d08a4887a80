/** Magento 2: a shop that posts nothing, wants each request signed, and whose credit memos need not touch their order. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';
import { createSettings } from '../../settings.ts';
import type { VendorFactory } from '../../vendor.ts';
import { openShopSystem } from '../shop-system.ts';
import { answerApi } from './api.ts';
import { cancelRest, changeOrder, type MagentoShop, placeOrder, refundOrder } from './store.ts';

export const magento: VendorFactory = (context) => {
  const settings = createSettings({
    ...{ consumerKey: 'sandbox-consumer', consumerSecret: 'sandbox-consumer-secret' },
    ...{ accessToken: 'sandbox-token', accessTokenSecret: 'sandbox-token-secret', bearer: false },
    rights: ['Magento_Sales::actions_view', 'Magento_Sales::sales_creditmemo'],
    ...{ maintenance: 0, throttled: 0, most: 0, silentMemos: false },
  });
  return openShopSystem<MagentoShop>(context, {
    name: 'magento',
    title: 'Magento 2',
    about:
      'A shop that posts nothing: each request is signed, searches repeat their last page for ever, credit memos may leave their order alone.',
    columns: ['increment_id', 'state', 'grand_total', 'updated_at'],
    settings,
    fresh: () => ({ orders: [], memos: [], nonces: new Set() }),
    api: answerApi,
    merchant: answerMerchant,
    recorded: ({ orders }) => orders,
    counts: ({ orders, memos }) => ({ orders: orders.length, memos: memos.length }),
  });
};

/** What shopper and merchant do, as `/magento/merchant/*`. Not Magento's API. */
function answerMerchant(exchange: Exchange, shop: MagentoShop): Reply {
  const [, , entity, id, deed] = exchange.path.split('/');
  const body = (exchange.body === '' ? {} : JSON.parse(exchange.body)) as Json;
  if (entity === 'orders' && id === undefined) {
    const order = placeOrder(shop, body);
    return json(201, { entity_id: order.entity_id, increment_id: order.increment_id });
  }
  const order = shop.orders.find(({ increment_id: number }) => number === id);
  if (entity !== 'orders' || !order) return json(404, { message: 'use …/merchant/orders[/NUMBER[/refunds|/cancel]]' });
  if (deed === 'refunds') refundOrder(shop, order, body);
  else if (deed === 'cancel') cancelRest(shop, order);
  else changeOrder(shop, order, body);
  return json(200, order);
}
