/** What shopper and merchant do, as `/shopify/merchant/*`: orders, payments, refunds, disputes, webhooks of the notifications page. Not Shopify's API. */
import type { Json } from '../../fields/shape.ts';
import { type Exchange, json, type Reply } from '../../reply.ts';
import { orderBody, refundBody } from './order-body.ts';
import { amountsOf, placeOrder, refundOrder, type ShopifyOrder, type ShopifyShop } from './shop.ts';
import { deliver, tellWebhooks } from './tell-webhooks.ts';

export async function answerMerchant(exchange: Exchange, shop: ShopifyShop): Promise<Reply> {
  const [, , entity, id, deed] = exchange.path.split('/');
  const body = (exchange.body === '' ? {} : JSON.parse(exchange.body)) as Json;
  if (entity === 'webhooks' && id === 'move') {
    for (const hook of shop.webhooks) if (hook.address === body['from']) hook.address = String(body['to']);
    return json(200, {});
  }
  if (entity === 'webhooks') {
    const hook = { id: shop.next++, topic: String(body['topic']), address: String(body['address']) };
    shop.webhooks.push({ ...hook, ofApp: body['ofApp'] === true, failures: 0 });
    return json(201, hook);
  }
  if (entity === 'release' || entity === 'retry') {
    const kept = (entity === 'release' ? shop.held : shop.failed).splice(0).reverse();
    for (const post of kept) await deliver(shop, post);
    return json(200, { sent: kept.length });
  }
  if (entity === 'tell') {
    await tellWebhooks(shop, String(body['topic']), body['payload'] as Json);
    return json(200, {});
  }
  if (entity === 'orders' && id === undefined) {
    const order = placeOrder(shop, body);
    // The superset may come first.
    await tellOrder(shop, order, [
      'orders/updated',
      'orders/create',
      ...(order.financial === 'paid' ? ['orders/paid'] : []),
    ]);
    return json(201, { id: String(order.id), name: `#${order.number}` });
  }
  const order = shop.orders.get(Number(id));
  const act = deed === undefined ? undefined : DEEDS[deed];
  if (!order || !act)
    return json(404, {
      message: `use …/merchant/orders[/ID/${Object.keys(DEEDS).join('|')}], …/webhooks, …/release, …/retry`,
    });
  order.updatedAt = shop.now();
  await act(shop, order, body);
  return json(200, orderBody(order, shop));
}

async function tellOrder(shop: ShopifyShop, order: ShopifyOrder, topics: readonly string[]): Promise<void> {
  for (const topic of topics) await tellWebhooks(shop, topic, orderBody(order, shop));
}

const DEEDS: Record<string, (shop: ShopifyShop, order: ShopifyOrder, body: Json) => Promise<void>> = {
  /** Any fields, as the merchant edits them. */
  async change(shop, order, body) {
    Object.assign(order, body);
    await tellOrder(shop, order, ['orders/updated']);
  },
  async pay(shop, order) {
    order.received = amountsOf(order, shop).total;
    order.financial = 'paid';
    await tellOrder(shop, order, ['orders/updated', 'orders/paid']);
  },
  async refunds(shop, order, body) {
    const refund = refundOrder(shop, order, body);
    await tellWebhooks(shop, 'refunds/create', refundBody(refund, order, shop));
    await tellOrder(shop, order, ['orders/updated']);
  },
  async cancel(shop, order) {
    order.cancelledAt = shop.now();
    await tellOrder(shop, order, ['orders/updated', 'orders/cancelled']);
  },
  async edit(shop, order) {
    await tellWebhooks(shop, 'orders/edited', { order_edit: { id: shop.next++, order_id: order.id } });
    await tellOrder(shop, order, ['orders/updated']);
  },
  /** `initiatedAs` INQUIRY moves no money. */
  async dispute(shop, order, { initiatedAs = 'CHARGEBACK', status = 'NEEDS_RESPONSE' }) {
    const dispute = { id: shop.next++, initiatedAs: String(initiatedAs), status: String(status) };
    order.disputes.push(dispute);
    await tellDispute(shop, order, 'disputes/create');
  },
  async close(shop, order, { status }) {
    order.disputes.at(-1)!.status = String(status);
    await tellDispute(shop, order, 'disputes/update');
  },
};

async function tellDispute(shop: ShopifyShop, order: ShopifyOrder, topic: string): Promise<void> {
  const { id, initiatedAs, status } = order.disputes.at(-1)!;
  const type = initiatedAs.toLowerCase();
  await tellWebhooks(shop, topic, { id, order_id: order.id, type, status: status.toLowerCase() });
}
