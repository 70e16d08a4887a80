/** One row per origin of Google's layers: the smallest page of each, and the whole order that is read from it. */
import { expect, it } from 'vitest';
import type { Found } from '../../wire/found.ts';
import { readFound } from '../../wire/order-reader.ts';
import { cutFound } from './cut-found.ts';

const layer = (...entries: unknown[]): Found[] => entries.map((data) => ({ source: 'layer', name: 'dataLayer', data }));
const gtag = (...call: unknown[]): Found => ({ source: 'layer', name: 'dataLayer', data: call });

const mug = { sku: 'SKU1', name: 'Mug', category: 'Hardware', quantity: 2, price: '14.00' };
const paid = {
  orderId: '9080',
  total: '33.50',
  tax: '1.00',
  shipping: '4.50',
  currency: 'EUR',
  coupons: ['A', 'B'],
  items: [mug],
};
const item = {
  item_id: 'SKU1',
  item_name: 'Mug',
  item_category: 'Hardware',
  price: '14.00',
  quantity: '2',
  discount: '1.00',
};
const ga4 = {
  transaction_id: '9080',
  value: '33.50',
  tax: '1.00',
  shipping: '4.50',
  currency: 'EUR',
  coupon: 'A, B',
  items: [item],
};
const product = { id: 'SKU1', name: 'Mug', category: 'Hardware', price: '14.00', quantity: '2' };
const action = { id: '9080', revenue: '33.50', tax: '1.00', shipping: '4.50', coupon: 'A, B', affiliation: 'Shop' };
const enhanced = { ecommerce: { currencyCode: 'EUR', purchase: { actionField: action, products: [product] } } };
const classic = {
  transactionId: 9080,
  transactionTotal: '33.50',
  transactionTax: '1.00',
  transactionShipping: '4.50',
  transactionCurrency: 'EUR',
  transactionProducts: [{ sku: 'SKU1', name: 'Mug', category: 'Hardware', price: '14.00', quantity: '2' }],
};
const { coupons, ...withoutCoupons } = paid;
const { items: _items, ...withoutItems } = paid;

interface Row {
  origin: string;
  found: Found[];
  order?: object;
  currency?: string;
}

const rows: Row[] = [
  { origin: 'GA4 through a tag manager', found: layer({ ecommerce: null }, { event: 'purchase', ecommerce: ga4 }) },
  { origin: 'GA4 with a capital', found: layer({ event: 'Purchase', ecommerce: ga4 }) },
  { origin: 'GA4 flat', found: layer({ event: 'purchase', ...ga4 }) },
  {
    origin: 'keys of the shop’s own in an event that says sale',
    found: layer({ event: 'purchase', orderId: 'F1', orderTotal: '39.00', orderCurrency: 'EUR' }),
    order: { orderId: 'F1', total: '39.00', currency: 'EUR' },
  },
  {
    origin: 'the same in small letters',
    found: layer({ event: 'order_completed', order_id: 'F1', order_total: '39.00', order_currency: 'EUR' }),
    order: { orderId: 'F1', total: '39.00', currency: 'EUR' },
  },
  { origin: 'GA4 as gtag pushes it for a container', found: layer({ event: 'purchase', eventModel: ga4 }) },
  { origin: 'gtag arguments', found: [gtag('event', 'purchase', { ...ga4, send_to: 'G-1' })] },
  { origin: 'gtag arguments as JSON leaves them', found: layer({ ...['event', 'purchase', ga4] }) },
  ...['ga4_purchase', 'ecommerce_purchase', 'Order Completed', 'checkout_completed', 'shop.finished', undefined].map(
    (event) => ({ origin: `GA4 under the name ${event}`, found: layer({ event, ecommerce: ga4 }) }),
  ),
  { origin: 'gtag under another name', found: [gtag('event', 'my_sale', ga4)] },
  {
    origin: 'GA4 split: order first, event after',
    found: layer({ ecommerce: { ...ga4, items: [] } }, { event: 'purchase' }),
    order: { ...withoutItems, total: '39.00' },
  },
  {
    origin: 'GA4 split: event with an ecommerce that names no order',
    found: layer({ ecommerce: { ...ga4, items: undefined } }, { event: 'purchase', ecommerce: { items: [item] } }),
  },
  {
    origin: 'items as an object of numbers',
    found: layer({ event: 'purchase', ecommerce: { ...ga4, items: { 0: item } } }),
  },
  {
    origin: 'items as JSON text',
    found: layer({ event: 'purchase', ecommerce: { ...ga4, items: JSON.stringify([item]) } }),
  },
  {
    origin: 'coupons as a list',
    found: layer({ event: 'purchase', ecommerce: { ...ga4, coupon: ['A', { code: 'B' }, ''] } }),
  },
  // As modules get it wrong: a list around what is one, a step or a field left out, the whole as text, several entries in one push.
  ...Object.entries({
    'a list around the order': { event: 'purchase', ecommerce: [ga4] },
    'the order as JSON text': { event: 'purchase', ecommerce: JSON.stringify(ga4) },
    'two entries in one push': [{ ecommerce: null }, { event: 'purchase', ecommerce: ga4 }],
    'the keys of GA4 under the step': { event: 'purchase', ecommerce: { purchase: ga4 } },
    'an order of its own name': { event: 'purchase', order: { ...ga4, value: undefined, total: '33.50' } },
    'a transaction beside the event': { event: 'transaction', transaction: ga4 },
  }).map(([origin, entry]) => ({ origin, found: layer(entry) })),
  ...Object.entries({
    'a list around the step': { purchase: [{ actionField: action, products: [product] }] },
    'no step around the field': { actionField: action, products: [product] },
  }).map(([origin, ecommerce]) => ({
    origin: `enhanced e-commerce, ${origin}`,
    found: layer({ event: 'purchase', ecommerce: { currencyCode: 'EUR', ...ecommerce } }),
  })),
  { origin: 'enhanced e-commerce without an event', found: layer(enhanced) },
  { origin: 'enhanced e-commerce with any event', found: layer({ event: 'pageview', ...enhanced }) },
  { origin: 'the first tag manager', found: layer(classic), order: withoutCoupons },
  {
    origin: 'the first tag manager in pieces',
    found: layer({ transactionId: 9080 }, { ...classic, transactionId: undefined }),
    order: withoutCoupons,
  },
  {
    origin: 'the first tag manager, trackTrans',
    found: layer({ event: 'trackTrans', ...classic }),
    order: withoutCoupons,
  },
  {
    origin: 'GTM4WP 2',
    found: layer({
      event: 'purchase',
      ecommerce: ga4,
      new_customer: true,
      customer_type: 'new',
      user_data: { email: 'jane@example.com' },
    }),
    order: { ...paid, customer: { email: 'jane@example.com', isNew: true } },
  },
  {
    origin: 'GTM4WP 2, a customer who came back',
    found: layer({ event: 'purchase', ecommerce: { ...ga4, customer_type: 'returning' } }),
    order: { ...paid, customer: { isNew: false } },
  },
  {
    origin: 'GTM4WP with its customer in a push before',
    found: layer(
      { orderData: { customer: { billing: { email: 'jane@example.com' } } } },
      { event: 'gtm4wp.orderCompletedEEC', ...enhanced },
    ),
    order: { ...paid, customer: { email: 'jane@example.com' } },
  },
  {
    origin: 'Google Listings & Ads: the Ads conversion and the purchase',
    found: [
      gtag('event', 'conversion', { send_to: 'AW-1/x', value: '33.50', currency: 'EUR', transaction_id: '9080' }),
      gtag('event', 'purchase', { ...ga4, send_to: 'GLA', developer_id: 'x', ecomm_pagetype: 'purchase' }),
    ],
  },
  { origin: 'MonsterInsights', found: [gtag('event', 'purchase', { ...ga4, send_to: ['G-1'], affiliation: 'Shop' })] },
  { origin: 'nopCommerce', found: [gtag('event', 'purchase', { ...ga4, transaction_id: 9080, affiliation: 'nop' })] },
  { origin: 'Shopware 6', found: [gtag('event', 'purchase', { ...ga4, items: [{ ...product }] })] },
  { origin: 'PrestaShop', found: [gtag('event', 'purchase', { ...ga4, transaction_id: 9080, event_callback: {} })] },
  {
    origin: 'BigCommerce',
    found: [gtag('event', 'purchase', { ...ga4, value: 33.5, tax: 1, shipping: 4.5, items: [{ ...item, price: 14 }] })],
    order: { ...paid, total: '33.5', tax: '1', shipping: '4.5', items: [{ ...mug, price: '14' }] },
  },
  {
    origin: 'Elevar, in a layer of its own',
    found: [
      {
        source: 'layer',
        name: 'ElevarDataLayer',
        data: { event: 'dl_purchase', user_properties: { customer_email: 'jane@example.com' }, ...enhanced },
      },
    ],
    order: { ...paid, customer: { email: 'jane@example.com' } },
  },
  { origin: 'MagePal', found: layer({ event: 'gtm.orderComplete', ...classic, transactionCouponCode: 'A,B' }) },
  { origin: 'MagePal in the Netherlands', found: layer({ ...classic, transactionPromoCode: 'A, B' }) },
  {
    origin: 'WeltPixel: both kinds of one order',
    found: layer(
      { event: 'purchase', ...enhanced },
      { event: 'purchase', ecommerce: { ...ga4, transaction_id: 9080 } },
    ),
  },
  {
    origin: 'OpenCart',
    found: layer({
      event: 'purchase',
      ecommerce: { ...ga4, value: '£1,234.50', currency: 'GBP', items: [], tax: '', shipping: null },
    }),
    order: { orderId: '9080', total: '1234.50', currency: 'GBP', coupons },
  },
  { origin: 'VTEX', found: layer({ event: 'orderPlaced', ...classic, transactionPayment: {}, ...enhanced }) },
  {
    origin: 'Wix',
    found: layer({
      event: 'Purchase',
      id: '9080',
      revenue: 33.5,
      tax: 1,
      shipping: 4.5,
      currency: 'EUR',
      coupon: 'A',
      contents: [product],
    }),
    order: { ...paid, total: '33.5', tax: '1', shipping: '4.5', coupons: ['A'] },
  },
  {
    origin: "CS-Cart's gtag and global",
    currency: 'EUR',
    found: [
      gtag('event', 'purchase', ga4),
      { source: 'global', name: 'order_info', data: { ...ga4, currency: 'USD' } },
    ],
  },
  {
    origin: "CS-Cart's global alone, in the shop's primary currency",
    currency: 'EUR',
    found: [{ source: 'global', name: 'order_info', data: { ...ga4, currency: 'USD' } }],
  },
  { origin: 'PixelYourSite', found: [{ source: 'layer', name: 'dataLayerPYS', data: ['event', 'purchase', ga4] }] },
];

it.each(rows)('$origin', ({ found, order = paid, currency }) => {
  // As it stands in the page, and as it leaves it.
  for (const said of [found, cutFound(found)]) {
    const { orders, refused } = readFound(said, currency === undefined ? {} : { currency });
    expect(orders.map((one) => one.order)).toEqual([order]);
    expect(refused).toEqual([]);
  }
});

it("keeps the orders of a marketplace's vendors apart, however alike, by two trackers", () => {
  const ids = ['1', '2', '3'];
  const found = ids.flatMap((id) => [
    gtag('event', 'purchase', { ...ga4, transaction_id: id }),
    ...layer({ event: 'purchase', ecommerce: { ...ga4, transaction_id: `M-${id}` } }),
  ]);
  expect(readFound(found).orders.map(({ order, also }) => [order.orderId, also])).toEqual(
    ids.map((id) => [id, [`M-${id}`]]),
  );
});
