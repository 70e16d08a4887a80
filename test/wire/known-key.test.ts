/** What leaves the page is cut down to known keys: no order may be read otherwise for it, and nobody's name or address may go along. */
import { expect, it } from 'vitest';
import type { Found } from '../../wire/found.ts';
import { readFound } from '../../wire/order-reader.ts';
import { cut } from './cut-found.ts';

const items = [{ item_id: 'A', item_name: 'Mug', item_category: 'Home', price: 10, quantity: 1, discount: 1 }];
const ga4 = { transaction_id: 'T1', value: 10, tax: 1, shipping: 2, currency: 'EUR', coupon: 'A', items };
const goods = [{ sku: 'A', name: 'Mug', category: 'Home', price: 10, quantity: 1 }];
const layer = (data: unknown): Found => ({ source: 'layer', name: 'dataLayer', data });

it.each<[string, Found]>([
  ['GA4', layer({ event: 'purchase', ecommerce: ga4, customer_type: 'new', user_data: { email: 'jane@example.com' } })],
  ['gtag', layer(['event', 'purchase', ga4])],
  [
    'enhanced e-commerce',
    layer({
      ecommerce: {
        currencyCode: 'EUR',
        purchase: { actionField: { id: 'T1', revenue: 10, tax: 1, shipping: 2, coupon: 'A' }, products: goods },
      },
    }),
  ],
  [
    'the first tag manager',
    layer({
      transactionId: 'T1',
      transactionTotal: 10,
      transactionTax: 1,
      transactionShipping: 2,
      transactionCurrency: 'EUR',
      transactionCouponCode: 'A',
      transactionProducts: goods,
    }),
  ],
  ['Wix', layer({ event: 'Purchase', id: 'T1', revenue: 10, currency: 'EUR', contents: goods })],
  [
    'Segment',
    {
      source: 'segment',
      name: 'analytics',
      data: [
        'Order Completed',
        {
          order_id: 'T1',
          total: 10,
          revenue: 8,
          tax: 1,
          shipping: 1,
          discount: 1,
          currency: 'EUR',
          coupon: 'A',
          products: goods,
        },
      ],
    },
  ],
  [
    'Tealium',
    {
      source: 'global',
      name: 'utag_data',
      data: {
        order_id: 'T1',
        order_total: 10,
        order_tax_amount: 1,
        order_shipping_amount: 2,
        order_currency_code: 'EUR',
        order_coupon_code: 'A',
        product_sku: ['A'],
        product_name: ['Mug'],
        product_category: ['Home'],
        product_quantity: [1],
        product_unit_price: [10],
      },
    },
  ],
  [
    'digitalData',
    {
      source: 'global',
      name: 'digitalData',
      data: {
        transaction: {
          transactionID: 'T1',
          total: { transactionTotal: 10, shipping: 2, currency: 'EUR', voucherCode: 'A', voucherDiscount: 1 },
          item: [
            {
              productInfo: { productID: 'A', productName: 'Mug' },
              category: { primaryCategory: 'Home' },
              quantity: 1,
              price: { basePrice: 10 },
            },
          ],
        },
      },
    },
  ],
  [
    'Adobe',
    layer({
      event: 'purchase',
      commerce: { order: { purchaseID: 'T1', priceTotal: 10, currencyCode: 'EUR' } },
      productListItems: [{ SKU: 'A', name: 'Mug', quantity: 1, priceTotal: 10 }],
    }),
  ],
  [
    'JSON-LD',
    {
      source: 'jsonld',
      data: {
        '@graph': [
          {
            '@type': 'Order',
            orderNumber: 'T1',
            price: 10,
            priceCurrency: 'EUR',
            discountCode: 'A',
            orderStatus: 'OrderPaymentDue',
            acceptedOffer: {
              itemOffered: { sku: 'A', name: 'Mug' },
              price: 10,
              priceCurrency: 'EUR',
              eligibleQuantity: { value: 1 },
            },
          },
        ],
      },
    },
  ],
])('%s reads the same', (_, found) => {
  const whole = readFound([found]);
  expect(whole.orders).toHaveLength(1);
  expect(readFound([{ ...found, data: cut(found.data) }])).toEqual(whole);
});

it('leaves who the buyer is and where they live', () => {
  const person = {
    first_name: 'Jane',
    last_name: 'Doe',
    phone: '+15550100',
    address: { street: 'Main St 1', city: 'X', postal_code: '1' },
  };
  const data = {
    event: 'purchase',
    ecommerce: ga4,
    user_data: { email: 'jane@example.com', ...person },
    customerName: 'Jane',
    session: 's',
    shippingAddress: person,
    userId: 'u',
  };
  expect(JSON.stringify(cut(data))).not.toMatch(/Jane|Doe|555|Main|session|userId/);
});
