/** BigCommerce: a store whose webhooks only name an order, whose refunds stand apart, and whose amounts are in another currency than it shows. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';
import { createSettings } from '../../settings.ts';
import type { VendorFactory } from '../../vendor.ts';
import { openShopSystem } from '../shop-system.ts';
import { answerApi } from './api.ts';
import { type BigCommerceStore, mailDate, placeOrder, refundOrder, tellWebhooks } from './store.ts';

export const bigcommerce: VendorFactory = (context) => {
  const settings = createSettings({
    ...{ storeHash: 'examplehash', accessToken: 'sandbox-token', clientSecret: 'sandbox-secret', most: 250 },
    ...{ lose: false, twice: false, broken: 0 },
  });
  const fresh = () => ({ sales: [], hooks: [], answers: [], next: 1 });
  return openShopSystem<BigCommerceStore>(context, {
    name: 'bigcommerce',
    title: 'BigCommerce',
    about: 'A store whose webhooks only name an order, whose refunds stand apart, and whose empty lists are no JSON.',
    columns: ['id', 'status_id', 'total_inc_tax', 'date_modified'],
    settings,
    fresh,
    api: answerApi,
    merchant: answerMerchant,
    recorded: (store) => store.sales.map(({ order }) => order),
    counts: (store) => ({
      ...{ orders: store.sales.length, webhooks: store.answers.length },
      ...{ refused: store.answers.filter((status) => status < 200 || status > 299).length },
    }),
  });
};

/** What shopper and merchant do, as `/bigcommerce/merchant/*`. Not BigCommerce's API. */
async function answerMerchant(exchange: Exchange, store: BigCommerceStore): Promise<Reply> {
  const [, , entity, id, deed] = exchange.path.split('/');
  const body = (exchange.body === '' ? {} : JSON.parse(exchange.body)) as Json;
  if (entity === 'hooks') {
    for (const hook of store.hooks) Object.assign(hook, body);
    return json(200, {});
  }
  if (entity === 'orders' && id === undefined) {
    const { order } = placeOrder(store, body);
    await tellWebhooks(store, 'store/order/created', order.id);
    return json(201, { id: order.id });
  }
  const sale = store.sales.find(({ order }) => String(order.id) === id);
  if (entity !== 'orders' || !sale) return json(404, { message: 'use …/merchant/orders[/ID[/refunds]], …/hooks' });
  if (deed === 'refunds') {
    refundOrder(store, sale, body);
    await tellWebhooks(store, 'store/order/refund/created', sale.order.id);
  } else {
    Object.assign(sale.order, body, { date_modified: mailDate(store.now()) });
    await tellWebhooks(store, 'store/order/statusUpdated', sale.order.id);
  }
  return json(200, sale.order);
}
