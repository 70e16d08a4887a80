/** What shopper and merchant do, as `/shopware/merchant/*`: orders, their edits, payments, refunds. Not Shopware's API. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';
import { changeOrder, movePayment, placeOrder, refundPayment, type ShopwareShop, tellWebhooks } from './shop.ts';

const PAYMENT = 'state_enter.order_transaction.state';

export async function answerMerchant(exchange: Exchange, shop: ShopwareShop): Promise<Reply> {
  const [, , entity, id, deed] = exchange.path.split('/');
  const body = (exchange.body === '' ? {} : JSON.parse(exchange.body)) as Json;
  if (entity === 'webhooks')
    return json(200, Object.assign(shop.webhooks.find((hook) => hook.eventName === id) ?? {}, body));
  if (entity === 'orders' && id === undefined) {
    const order = placeOrder(shop, body);
    await tellWebhooks(shop, 'checkout.order.placed', order);
    return json(201, { id: order.id, orderNumber: order['orderNumber'] });
  }
  const order = shop.orders.find((one) => one['orderNumber'] === id);
  if (entity !== 'orders' || !order)
    return json(404, { message: 'use …/merchant/orders[/NUMBER[/payment|/refunds|/attempt]], …/webhooks/EVENT' });
  if (deed === 'payment') {
    movePayment(shop, order, String(body['state']));
    await tellWebhooks(shop, `${PAYMENT}.${String(body['state'])}`, order);
  } else if (deed === 'refunds') {
    await tellWebhooks(shop, `${PAYMENT}.${refundPayment(shop, order, Number(body['amount']))}`, order);
  } else if (deed === 'attempt') {
    const first = order.transactions[0]!;
    order.transactions.push({ ...structuredClone(first), id: `${first.id}2`, ...body } as typeof first);
  } else {
    const { state, ...fields } = body;
    const moved = state === undefined ? {} : { stateMachineState: { technicalName: state } };
    changeOrder(shop, order, { ...fields, ...moved });
    if (state !== undefined) await tellWebhooks(shop, `state_enter.order.state.${String(state)}`, order);
  }
  return json(200, { id: order.id });
}
