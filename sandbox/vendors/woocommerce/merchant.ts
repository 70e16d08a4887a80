/** What shopper and merchant do, as `/woocommerce/merchant/*`: orders, changes, refunds, trash, webhooks. Not WooCommerce's API. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';
import { pingWebhook, tellWebhooks } from './tell-webhooks.ts';
import { changeOrder, placeOrder, refundOrder, type WooShop, type WooWebhook } from './shop.ts';

export async function answerMerchant(exchange: Exchange, shop: WooShop): Promise<Reply> {
  const [, , entity, number, part] = exchange.path.split('/');
  const route = [exchange.method, entity, part].filter(Boolean).join(' ');
  const body = (exchange.body === '' ? {} : JSON.parse(exchange.body)) as Json;
  if (route === 'POST webhooks') return addWebhook(shop, body);
  if (route === 'GET webhooks') return json(200, { webhooks: shop.webhooks });
  if (route === 'DELETE webhooks') {
    shop.webhooks = shop.webhooks.filter(({ id }) => id !== Number(number));
    return json(200, {});
  }
  if (route === 'PATCH webhooks') {
    const hook = shop.webhooks.find(({ id }) => id === Number(number));
    if (hook) Object.assign(hook, body);
    return json(hook ? 200 : 404, hook ?? {});
  }
  if (route === 'POST release') {
    const held = shop.held.splice(0).reverse();
    for (const send of held) await send();
    return json(200, { sent: held.length });
  }
  if (route === 'POST orders') {
    const { row } = placeOrder(shop, body);
    if (row.status !== 'checkout-draft') await tellWebhooks(shop, 'order.created', row);
    return json(201, row);
  }
  const order = shop.orders.get(Number(number));
  if (!order) return json(404, { message: 'use …/merchant/orders[/ID[/refunds]], …/webhooks, …/release' });
  if (route === 'POST orders refunds') {
    refundOrder(shop, order, body as unknown as { amount: string; lines?: Json[] });
    await tellWebhooks(shop, 'order.updated', order.row);
  } else if (route === 'DELETE orders') {
    changeOrder(shop, order, { status: 'trash' });
    await tellWebhooks(shop, 'order.deleted', { id: order.row.id });
  } else {
    changeOrder(shop, order, body);
    await tellWebhooks(shop, 'order.updated', order.row);
  }
  return json(200, order.row);
}

/** Saved as its form saves it: pinged once, unsigned, and refused where that isn't answered with 200. */
async function addWebhook(shop: WooShop, body: Json): Promise<Reply> {
  const hook: WooWebhook = {
    ...{ id: shop.next++, name: String(body['topic']), topic: String(body['topic']) },
    ...{ delivery_url: String(body['delivery_url']), secret: String(body['secret']), status: 'active', failures: 0 },
  };
  const status = await pingWebhook(hook);
  if (status !== 200)
    return json(422, { message: `Error: Delivery URL returned response code: ${status}`, ping: status });
  shop.webhooks.push(hook);
  return json(201, { id: hook.id, ping: status });
}
