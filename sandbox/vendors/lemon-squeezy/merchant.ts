/** What shopper and merchant do, as `/lemon-squeezy/merchant/*`: orders, refunds, renewals. Not Lemon Squeezy's API. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';
import { type LemonStore, placeOrder, postWebhook, refundOrder, tellWebhook } from './store.ts';

export async function answerMerchant(exchange: Exchange, store: LemonStore): Promise<Reply> {
  const [, , entity, id, deed] = exchange.path.split('/');
  const body = (exchange.body === '' ? {} : JSON.parse(exchange.body)) as Json;
  if (entity === 'webhook') {
    Object.assign(store, body);
    return json(200, { url: store.url });
  }
  if (entity === 'release') {
    const kept = store.held.splice(0).reverse();
    for (const post of kept) await postWebhook(store, post);
    return json(200, { sent: kept.length });
  }
  if (entity === 'orders' && id === undefined) {
    const row = placeOrder(store, body);
    await tellWebhook(store, 'order_created', row);
    return json(201, { id: row.id, number: row.attributes['order_number'] });
  }
  const order = store.orders.find((one) => one.id === id);
  if (entity !== 'orders' || !order)
    return json(404, { message: 'use …/merchant/orders[/ID[/refunds|/invoices]], …/webhook, …/release' });
  if (deed === 'refunds') {
    refundOrder(store, order, Number(body['amount']));
    await tellWebhook(store, 'order_refunded', order);
  } else if (deed === 'invoices') {
    // `initial` comes besides the order; the subscription's number tells its order.
    const { event = 'subscription_payment_success', ...fields } = body;
    const at = new Date(store.now()).toISOString();
    const invoice = { ...order.attributes, created_at: at, updated_at: at, subscription_id: Number(order.id) + 1000 };
    const row = {
      type: 'subscription-invoices' as const,
      id: `9${order.id}`,
      custom: order.custom,
      attributes: { ...invoice, ...fields },
    };
    await tellWebhook(store, String(event), row);
    return json(201, { id: row.id });
  } else Object.assign(order.attributes, body);
  return json(200, order.attributes);
}
