/** A schema.org `Order` in a page's JSON-LD: https://schema.org/Order, as Google's e-mail markup fills it. Pure. */
import { firstOf, isFields, listOf, textOf, within } from './fields.ts';
import type { Fields, RawItem, RawOrder } from './fields.ts';

const isOrder = (node: Fields): boolean => listOf(node['@type']).some((type) => /(^|\/)Order$/.test(textOf(type)));

/** An order that has left the shop is shown on a page that is opened long after the sale. */
const PAST = /(Delivered|InTransit|PickupAvailable)$/;
const UNDONE = /(Cancelled|Returned|Problem)$/;

export function jsonLdOrders(data: unknown): RawOrder[] {
  return listOf(data)
    .filter(isFields)
    .flatMap((node) => [node, ...listOf(node['@graph']).filter(isFields)])
    .flatMap((node) => [node, ...listOf(node.mainEntity).filter(isFields)])
    .filter(isOrder)
    .map(readNode);
}

function readNode(order: Fields): RawOrder {
  const due =
    [within(within(order, 'partOfInvoice'), 'totalPaymentDue'), within(order, 'priceSpecification')].find(
      (place) => firstOf(place, 'price', 'value') !== undefined,
    ) ?? {};
  const status = textOf(order.orderStatus);
  const item = within(order, 'orderedItem');
  const offers = listOf(order.acceptedOffer).filter(isFields);
  return {
    tracker: 'json-ld',
    orderId: firstOf(order, 'orderNumber', 'confirmationNumber'),
    total: firstOf(order, 'price', 'total') ?? firstOf(due, 'price', 'value'),
    currency: firstOf(order, 'priceCurrency') ?? firstOf(due, 'priceCurrency', 'currency') ?? offers[0]?.priceCurrency,
    discount: order.discount,
    coupons: order.discountCode,
    items: offers.length > 0 ? offers.map(readOffer) : [],
    ...(status.endsWith('PaymentDue') ? { status: 'pending' } : {}),
    ...(UNDONE.test(status) || PAST.test(status) || UNDONE.test(textOf(item.orderItemStatus))
      ? { noSale: `its status is ${JSON.stringify(status.slice(0, 64))}` }
      : {}),
  };
}

function readOffer(offer: Fields): RawItem {
  const item = within(offer, 'itemOffered');
  return {
    sku: firstOf(item, 'sku', 'productID', 'mpn') ?? offer.sku,
    name: firstOf(item, 'name') ?? offer.name,
    category: item.category,
    quantity: firstOf(within(offer, 'eligibleQuantity'), 'value') ?? offer.eligibleQuantity,
    price: offer.price,
    currency: offer.priceCurrency,
  };
}
