/** One row per origin beside Google's layers: trackers that take calls, other vendors' layers and globals, JSON-LD, the shop's own words. */
import { expect, it } from 'vitest';
import type { Found } from '../../wire/found.ts';
import { readFound } from '../../wire/order-reader.ts';
import { cutFound } from './cut-found.ts';

const mug = { sku: 'SKU1', name: 'Mug', category: 'Hardware', quantity: 2, price: '14.00' };
const bare = { orderId: '9080', total: '33.50', tax: '1.00', shipping: '4.50', currency: 'EUR' };
const withoutCoupons = { ...bare, items: [mug] };
const withoutItems = { ...bare, coupons: ['A', 'B'] };
const paid = { ...withoutCoupons, ...withoutItems };
const product = { id: 'SKU1', name: 'Mug', category: 'Hardware', price: '14.00', quantity: '2' };
const action = { id: '9080', revenue: '33.50', tax: '1.00', shipping: '4.50', coupon: 'A, B', affiliation: 'Shop' };

interface Row {
  origin: string;
  found: Found[];
  order?: object;
  currency?: string;
}

const rows: Row[] = [
  {
    origin: 'Shopify pixel',
    found: [
      {
        source: 'shopify',
        data: {
          data: {
            checkout: {
              order: { id: 'gid://shopify/OrderIdentity/9080' },
              email: 'jane@example.com',
              currencyCode: 'EUR',
              totalPrice: { amount: 33.5 },
              subtotalPrice: { amount: 28 },
              totalTax: { amount: 1 },
              shippingLine: { price: { amount: 4.5 } },
              discountApplications: [
                { type: 'DISCOUNT_CODE', title: 'A' },
                { type: 'AUTOMATIC', title: 'Sale' },
              ],
              lineItems: [
                { title: 'Mug', quantity: 2, variant: { id: '7', sku: 'SKU1', price: { amount: 14 } } },
                { title: 'Tip', quantity: 1 },
              ],
            },
          },
        },
      },
    ],
    order: {
      ...paid,
      total: '33.5',
      subtotal: '28',
      tax: '1',
      shipping: '4.5',
      coupons: ['A'],
      customer: { email: 'jane@example.com' },
      items: [{ sku: 'SKU1', name: 'Mug', quantity: 2, price: '14' }],
    },
  },
  ...[
    ['as it is called', { source: 'segment', name: 'analytics', data: ['Order Completed', {}] }],
    ['as its queue keeps it', { source: 'layer', name: 'analytics', data: ['track', 'Order Completed', {}] }],
  ].map(([how, found]) => ({
    origin: `Segment, ${how as string}`,
    found: [
      JSON.parse(
        JSON.stringify(found).replace(
          '{}',
          JSON.stringify({
            order_id: '9080',
            total: 33.5,
            revenue: 28,
            tax: 1,
            shipping: 4.5,
            coupon: 'A',
            currency: 'EUR',
            products: [{ product_id: 'P1', sku: 'SKU1', name: 'Mug', category: 'Hardware', price: 14, quantity: 2 }],
          }),
        ),
      ) as Found,
    ],
    order: { ...paid, total: '33.5', tax: '1', shipping: '4.5', coupons: ['A'], items: [{ ...mug, price: '14' }] },
  })),
  {
    origin: 'Segment with a revenue alone, which is without tax and shipping by definition',
    found: [
      {
        source: 'segment',
        data: ['Order Completed', { order_id: '9080', revenue: 28, tax: 1, shipping: 4.5, currency: 'EUR' }],
      },
    ],
    order: { orderId: '9080', total: '33.50', tax: '1', shipping: '4.5', currency: 'EUR' },
  },
  {
    origin: 'Matomo',
    currency: 'EUR',
    found: [
      ['addEcommerceItem', 'SKU1', 'Mug', ['Hardware'], 14, 2],
      ['trackEcommerceOrder', '9080', 33.5, 28, 1, 4.5, false],
    ].map((data) => ({ source: 'layer', name: '_paq', data })),
    order: {
      orderId: '9080',
      total: '33.5',
      subtotal: '28',
      tax: '1',
      shipping: '4.5',
      currency: 'EUR',
      items: [{ ...mug, price: '14' }],
    },
  },
  {
    origin: 'Piwik PRO',
    currency: 'EUR',
    found: [
      {
        source: 'layer',
        name: '_paq',
        data: [
          'ecommerceOrder',
          [{ sku: 'SKU1', name: 'Mug', category: 'Hardware', price: '14.00', quantity: 2 }],
          { orderId: '9080', grandTotal: '33.50', tax: '1.00', shipping: '4.50' },
        ],
      },
    ],
    order: withoutCoupons,
  },
  {
    origin: 'analytics.js, enhanced',
    currency: 'EUR',
    found: [
      ['ec:addProduct', product],
      ['t0.ec:setAction', 'purchase', action],
    ].map((data) => ({ source: 'layer', name: 'ga', data })),
  },
  {
    origin: 'analytics.js, plain',
    found: [['ecommerce:addTransaction', { ...action, currency: 'EUR' }]].map((data) => ({
      source: 'layer',
      name: 'ga',
      data,
    })),
    order: withoutItems,
  },
  {
    origin: 'ga.js',
    currency: 'EUR',
    found: [{ source: 'layer', name: '_gaq', data: ['_addTrans', '9080', 'Shop', '33.50', '1.00', '4.50', 'City'] }],
    order: bare,
  },
  {
    origin: 'Tealium by its extension',
    found: [
      {
        source: 'global',
        name: 'utag_data',
        data: {
          _corder: '9080',
          _ctotal: '33.50',
          _ctax: '1.00',
          _cship: '4.50',
          _ccurrency: 'EUR',
          _cpromo: 'A,B',
          _csku: ['SKU1'],
          _cprodname: ['Mug'],
          _ccat: ['Hardware'],
          _cquan: ['2'],
          _cprice: ['14.00'],
        },
      },
    ],
  },
  {
    origin: 'Tealium by its templates',
    found: [
      {
        source: 'global',
        name: 'utag_data',
        data: {
          tealium_event: 'purchase',
          order_id: '9080',
          order_total: '33.50',
          order_tax_amount: '1.00',
          order_shipping_amount: '4.50',
          order_currency_code: 'EUR',
          order_coupon_code: 'A,B',
          product_sku: ['SKU1'],
          product_name: ['Mug'],
          product_category: ['Hardware'],
          product_quantity: ['2'],
          product_unit_price: ['14.00'],
        },
      },
    ],
  },
  {
    origin: 'Tealium with a list around everything',
    found: [
      {
        source: 'global',
        name: 'utag_data',
        data: {
          order_id: ['9080'],
          order_total: ['33.50'],
          order_tax: ['1.00'],
          order_shipping: ['4.50'],
          currency: ['EUR'],
          order_coupon_code: ['A,B'],
          product_sku: ['SKU1'],
          product_name: ['Mug'],
          product_category: ['Hardware'],
          product_quantity: ['2'],
          product_price: ['14.00'],
        },
      },
    ],
  },
  {
    origin: "the W3C's digitalData",
    found: [
      {
        source: 'global',
        name: 'digitalData',
        data: {
          transaction: {
            transactionID: '9080',
            total: { transactionTotal: 33.5, shipping: 4.5, currency: 'EUR', voucherCode: 'A' },
            item: [
              {
                productInfo: { productID: 'P', sku: 'SKU1', productName: 'Mug' },
                category: { primaryCategory: 'Hardware' },
                quantity: 2,
                price: { basePrice: 14 },
              },
            ],
          },
        },
      },
    ],
    order: {
      orderId: '9080',
      total: '33.5',
      shipping: '4.5',
      currency: 'EUR',
      coupons: ['A'],
      items: [{ ...mug, price: '14' }],
    },
  },
  {
    origin: "Adobe's client data layer",
    found: [
      {
        source: 'layer',
        name: 'adobeDataLayer',
        data: {
          event: 'purchase',
          commerce: { order: { purchaseID: '9080', priceTotal: 33.5, currencyCode: 'EUR' } },
          productListItems: [{ SKU: 'SKU1', name: 'Mug', quantity: 1, priceTotal: 28 }],
        },
      },
    ],
    order: {
      orderId: '9080',
      total: '33.5',
      currency: 'EUR',
      items: [{ sku: 'SKU1', name: 'Mug', quantity: 1, price: '28' }],
    },
  },
  {
    origin: 'Adobe Commerce',
    found: [
      {
        source: 'layer',
        name: 'adobeDataLayer',
        data: {
          event: 'place-order',
          orderContext: {
            orderId: '9080',
            grandTotal: 33.5,
            taxAmount: 1,
            shipping: { shippingAmount: 4.5 },
            appliedCouponCode: 'A',
          },
        },
      },
    ],
    currency: 'EUR',
    order: { orderId: '9080', total: '33.5', tax: '1', shipping: '4.5', currency: 'EUR', coupons: ['A'] },
  },
  {
    origin: 'JSON-LD',
    found: [
      {
        source: 'jsonld',
        data: {
          '@context': 'https://schema.org',
          '@graph': [
            { '@type': 'WebPage' },
            {
              '@type': 'Order',
              orderNumber: '9080',
              price: '33.50',
              priceCurrency: 'EUR',
              discountCode: 'A',
              orderStatus: 'https://schema.org/OrderProcessing',
              acceptedOffer: {
                '@type': 'Offer',
                itemOffered: { sku: 'SKU1', name: 'Mug' },
                price: '14.00',
                eligibleQuantity: { value: 2 },
              },
            },
          ],
        },
      },
    ],
    order: {
      orderId: '9080',
      total: '33.50',
      currency: 'EUR',
      coupons: ['A'],
      items: [{ sku: 'SKU1', name: 'Mug', quantity: 2, price: '14.00' }],
    },
  },
  {
    origin: 'JSON-LD, to be paid',
    found: [
      {
        source: 'jsonld',
        data: [
          {
            '@type': ['Order'],
            orderNumber: 9080,
            orderStatus: 'OrderPaymentDue',
            partOfInvoice: { totalPaymentDue: { price: 33.5, priceCurrency: 'EUR' } },
          },
        ],
      },
    ],
    order: { orderId: '9080', total: '33.5', currency: 'EUR', status: 'pending' },
  },
  {
    origin: 'the attribute',
    found: [
      {
        source: 'attribute',
        data: {
          orderId: 9080,
          total: '33,50 €',
          tax: '1,00',
          shipping: '4.50',
          currency: 'EUR',
          coupons: 'A,B',
          items: [{ ...mug, price: '14,00' }],
          custom: { store: 'north' },
        },
      },
    ],
    order: { ...paid, items: [mug], custom: { store: 'north' } },
  },
  { origin: 'the call', found: [{ source: 'call', data: { ...paid, total: '33,50' } }] },
];

it.each(rows)('$origin', ({ found, order = paid, currency }) => {
  // As it stands in the page, and as it leaves it.
  for (const said of [found, cutFound(found)]) {
    const { orders, refused } = readFound(said, currency === undefined ? {} : { currency });
    expect(orders.map((one) => one.order)).toEqual([order]);
    expect(refused).toEqual([]);
  }
});
