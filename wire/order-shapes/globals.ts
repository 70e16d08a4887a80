/** Orders that stand in a page's global object or its data layer as other vendors define it: CS-Cart, Tealium, the W3C's `digitalData`, Adobe. Pure. */
import { isUndone, judgeEvent } from './sale-event.ts';
import { firstOf, isBlank, isFields, listOf, textOf, within } from './fields.ts';
import type { Fields, RawItem, RawOrder } from './fields.ts';
import { ga4Order } from './google.ts';

/** CS-Cart's `order_info`. Its total is in the shop's primary currency while it names the one that was displayed: the site's goes first. */
export const csCartOrder = (info: Fields, siteCurrency: string | undefined): RawOrder[] =>
  isBlank(info.transaction_id)
    ? []
    : [{ ...ga4Order(info, 'order_info'), mayBeNet: false, currency: siteCurrency ?? info.currency }];

/** Tealium's `utag_data`, by its own extension's names (`_corder`) and by those that its templates suggest. Goods stand in lists side by side. */
export function tealiumOrder(said: Fields): RawOrder[] {
  // Its extensions write lists also of what there is one of.
  const data = Object.fromEntries(
    Object.entries(said).map(([key, value]) => [
      key,
      Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value,
    ]),
  );
  const orderId = firstOf(data, 'order_id', '_corder', 'transaction_id');
  const total = firstOf(data, 'order_total', '_ctotal', 'order_grand_total');
  const event = firstOf(data, 'tealium_event', 'event_name', 'ut.event');
  if (isBlank(orderId) || isBlank(total)) return [];
  const column = (...keys: string[]): unknown[] => {
    const value = firstOf(said, ...keys);
    return Array.isArray(value) ? (value as unknown[]) : textOf(value).split(',');
  };
  const skus = column('product_sku', '_csku', 'product_id', '_cprod');
  const [names, categories, quantities, prices] = [
    column('product_name', '_cprodname'),
    column('product_category', '_ccat'),
    column('product_quantity', '_cquan'),
    column('product_unit_price', 'product_price', '_cprice'),
  ];
  const items: RawItem[] = skus
    .filter((sku) => !isBlank(sku))
    .map((sku, at) => ({
      ...{ sku, name: names[at], category: categories[at] },
      ...{ quantity: quantities[at], price: prices[at] },
    }));
  return [
    {
      tracker: 'utag_data',
      orderId,
      total,
      subtotal: firstOf(data, 'order_subtotal', '_csubtotal'),
      tax: firstOf(data, 'order_tax_amount', 'order_tax', '_ctax'),
      shipping: firstOf(data, 'order_shipping_amount', 'order_shipping', '_cship'),
      discount: firstOf(data, 'order_discount_amount', 'order_discount', '_cdisc'),
      currency: firstOf(data, 'order_currency_code', 'order_currency', '_ccurrency', 'currency'),
      coupons: firstOf(data, 'order_coupon_code', 'order_promo_code', '_cpromo'),
      customer: { email: firstOf(data, 'customer_email', '_cemail') },
      items,
      ...saysNoSale(event, data.order_status),
    },
  ];
}

/** The W3C's `digitalData.transaction`, which Adobe's older pages use: https://www.w3.org/2013/12/ceddl-201312.pdf */
export function digitalDataOrder(data: Fields): RawOrder[] {
  const transaction = within(data, 'transaction');
  const orderId = firstOf(transaction, 'transactionID', 'transactionId');
  if (isBlank(orderId)) return [];
  const total = within(transaction, 'total');
  const items = listOf(transaction.item)
    .filter(isFields)
    .map((item): RawItem => {
      const info = within(item, 'productInfo');
      return {
        sku: firstOf(info, 'sku', 'productID', 'productId'),
        name: firstOf(info, 'productName', 'name'),
        category: within(item, 'category').primaryCategory,
        quantity: item.quantity,
        price: firstOf(within(item, 'price'), 'basePrice'),
      };
    });
  return [
    {
      tracker: 'digitalData',
      orderId,
      total: firstOf(total, 'transactionTotal', 'priceWithTax', 'cartTotal'),
      tax: total.tax,
      shipping: total.shipping,
      discount: total.voucherDiscount,
      currency: total.currency,
      coupons: total.voucherCode,
      items,
    },
  ];
}

/**
 * Adobe's client data layer: XDM's `commerce.order` (https://experienceleague.adobe.com/en/docs/experience-platform/xdm/field-groups/event/commerce-details)
 * and the `orderContext` of Adobe Commerce's storefront events.
 */
export function adobeOrder(entry: Fields): RawOrder[] {
  const xdm = isFields(entry.xdm) ? entry.xdm : entry;
  const { order } = within(xdm, 'commerce');
  if (isFields(order) && !isBlank(order.purchaseID)) {
    const items = listOf(xdm.productListItems)
      .filter(isFields)
      .map((item): RawItem => {
        const { quantity = 1, priceTotal } = item;
        // XDM has the line's price; a unit price is read where there is one.
        const price = item.price ?? (Number(quantity) === 1 ? priceTotal : undefined);
        return { sku: firstOf(item, 'SKU', '_id'), name: item.name, quantity, price, currency: item.currencyCode };
      });
    return [
      {
        tracker: 'adobe',
        orderId: order.purchaseID,
        total: order.priceTotal,
        currency: order.currencyCode,
        tax: order.taxAmount,
        items,
        ...saysNoSale(firstOf(entry, 'event', 'eventType') ?? xdm.eventType, undefined),
      },
    ];
  }
  const context = isFields(entry.orderContext) ? entry.orderContext : {};
  if (isBlank(context.orderId)) return [];
  return [
    {
      tracker: 'adobe',
      orderId: context.orderId,
      total: context.grandTotal,
      tax: context.taxAmount,
      shipping: within(context, 'shipping').shippingAmount,
      discount: context.discountAmount,
      currency: firstOf(context, 'currency', 'currencyCode'),
      coupons: context.appliedCouponCode,
    },
  ];
}

function saysNoSale(event: unknown, status: unknown): { noSale?: string } {
  if (judgeEvent(event) === 'none')
    return { noSale: `the event is called ${JSON.stringify(textOf(event).slice(0, 64))}` };
  return isUndone(status) ? { noSale: `its status is ${JSON.stringify(status)}` } : {};
}
