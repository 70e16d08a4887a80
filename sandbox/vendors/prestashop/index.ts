/** PrestaShop: a shop that posts nothing, whose clocks say no zone, and whose slips leave their order alone. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';
import { createSettings } from '../../settings.ts';
import type { VendorFactory } from '../../vendor.ts';
import { openShopSystem } from '../shop-system.ts';
import { answerApi } from './api.ts';
import { addSlip, changeOrder, placeOrder, type PrestaShopShop } from './store.ts';

const RIGHTS = ['orders', 'order_states', 'order_slip', 'currencies', 'customers', 'order_cart_rules'];

export const prestashop: VendorFactory = (context) => {
  const settings = createSettings({
    ...{ webserviceKey: 'SANDBOXSANDBOXSANDBOXSANDBOXSAND', rights: [...RIGHTS, 'cart_rules', 'messages'] },
    ...{ timezone: 'Europe/Paris', stripAuth: false, maintenance: 0, off: false, most: 1000 },
  });
  return openShopSystem<PrestaShopShop>(context, {
    name: 'prestashop',
    title: 'PrestaShop',
    about:
      'A shop that posts nothing: JSON only where it is asked for, clocks without a zone, slips that leave their order alone.',
    columns: ['id', 'reference', 'current_state', 'date_upd'],
    settings,
    fresh: () => ({ orders: [], slips: [], messages: [] }),
    api: answerApi,
    merchant: answerMerchant,
    recorded: ({ orders }) => orders,
    counts: ({ orders, slips }) => ({ orders: orders.length, slips: slips.length }),
  });
};

/** What shopper and merchant do, as `/prestashop/merchant/*`. Not PrestaShop's webservice. */
function answerMerchant(exchange: Exchange, shop: PrestaShopShop): Reply {
  const [, , entity, id, deed] = exchange.path.split('/');
  const body = (exchange.body === '' ? {} : JSON.parse(exchange.body)) as Json;
  if (entity === 'orders' && id === undefined) {
    const order = placeOrder(shop, body);
    return json(201, { id: order.id, reference: (order as Json)['reference'] });
  }
  const order = shop.orders.find((one) => String(one.id) === id);
  if (entity !== 'orders' || !order) return json(404, { message: 'use …/merchant/orders[/ID[/slips|/messages]]' });
  if (deed === 'slips') addSlip(shop, order, body);
  else if (deed === 'messages') shop.messages.push({ id: shop.messages.length + 1, id_order: order.id, ...body });
  else changeOrder(shop, order, body);
  return json(200, order);
}
