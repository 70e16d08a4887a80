/**
 * Orders that trackers take as a call's arguments: Segment, Matomo and Piwik PRO (`_paq`), analytics.js (`ga`), ga.js (`_gaq`). Goods come in calls
 * of their own before the order. Pure but for these.
 */
import { judgeEvent } from './sale-event.ts';
import { firstOf, isFields, itemsOf, textOf } from './fields.ts';
import type { Fields, RawItem, RawOrder } from './fields.ts';

export interface CallMemory {
  name: string;
  goods: RawItem[];
  /** Currency that a call before named. */
  currency?: unknown;
}

/** `analytics.track('Order Completed', { … })`: https://segment.com/docs/connections/spec/ecommerce/v2/#order-completed */
export function readTrack(event: unknown, properties: Fields, name: string): RawOrder[] {
  const orderId = firstOf(properties, 'order_id', 'orderId', 'checkout_id');
  const verdict = judgeEvent(event);
  const isSale = verdict === 'sale' && /order|purchase|transaction|checkout/i.test(textOf(event));
  const isOrder = orderId !== undefined && firstOf(properties, 'total', 'revenue', 'value') !== undefined;
  if (!isSale && !(verdict === 'none' && isOrder)) return [];
  return [
    {
      tracker: `${name} track`,
      orderId,
      // `total` is with tax and shipping, `revenue` without, by definition.
      total: firstOf(properties, 'total', 'revenue', 'value'),
      mayBeNet: firstOf(properties, 'total') === undefined,
      subtotal: properties.subtotal,
      tax: properties.tax,
      shipping: properties.shipping,
      discount: properties.discount,
      currency: properties.currency,
      coupons: firstOf(properties, 'coupon', 'coupons'),
      items: itemsOf(properties.products),
      customer: { email: properties.email },
      ...(verdict === 'none' ? { noSale: `the event is called ${JSON.stringify(textOf(event).slice(0, 64))}` } : {}),
    },
  ];
}

/** A call as the list of its arguments. What is none of these says nothing. */
export function readCall(given: readonly unknown[], memory: CallMemory): RawOrder[] {
  // analytics.js: a tracker's name may stand before the command.
  const command = textOf(given[0]).replace(/^[\w$]+\.(?=ec|ecommerce)/, '');
  const [, a, b, c, d, e, f] = given;
  const order = (fields: Fields): RawOrder[] => {
    const items = memory.goods;
    memory.goods = [];
    return [{ tracker: `${memory.name} call`, currency: memory.currency, items, ...fields }];
  };
  switch (command) {
    // Matomo keeps an item under its number: what was added for the cart is added again for the order.
    case 'addEcommerceItem':
    case 'removeEcommerceItem':
      memory.goods = memory.goods.filter(({ sku }) => sku !== a);
      if (command === 'removeEcommerceItem') return [];
      memory.goods.push({ sku: a, name: b, category: Array.isArray(c) ? c.join('/') : c, price: d, quantity: e });
      return [];
    case 'trackEcommerceOrder':
      return order({ orderId: a, total: b, subtotal: c, tax: d, shipping: e, discount: f === false ? undefined : f });
    case 'ecommerceOrder': {
      if (!isFields(b)) return [];
      const { orderId, grandTotal: total, subTotal: subtotal, tax, shipping, discount } = b;
      return order({ orderId, total, subtotal, tax, shipping, discount, items: itemsOf(a) });
    }
    case 'ec:addProduct':
    case 'ecommerce:addItem':
      if (isFields(a)) memory.goods.push(...itemsOf(a));
      return [];
    case '_addItem':
      memory.goods.push({ sku: b, name: c, category: d, price: e, quantity: f });
      return [];
    case 'set':
      if (a === 'currencyCode' || a === '&cu') memory.currency = b;
      return [];
    case '_addTrans':
      return order({ orderId: a, total: c, tax: d, shipping: e });
    case 'ecommerce:addTransaction':
      return isFields(a) ? order(actionOf(a)) : [];
    case 'ec:setAction':
      if (a === 'refund' && isFields(b)) return order({ ...actionOf(b), noSale: 'it is a refund' });
      return a === 'purchase' && isFields(b) ? order(actionOf(b)) : [];
    default:
      return [];
  }
}

const actionOf = ({ id, revenue, tax, shipping, coupon, currency }: Fields): Fields => ({
  orderId: id,
  total: revenue,
  tax,
  shipping,
  coupons: coupon,
  ...(currency === undefined ? {} : { currency }),
});
