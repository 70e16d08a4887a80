/**
 * Smaller dialects of carts and their plugins, a row each: what the page says, cut down as it leaves the page, and the order in short: id, total,
 * currency, pieces of goods.
 */
import { expect, it } from 'vitest';
import type { Found } from '../../wire/found.ts';
import { readFound } from '../../wire/order-reader.ts';
import { cutFound } from './cut-found.ts';

const item = { item_id: 'S1', item_name: 'Mug', price: 10, quantity: 2 };
const ga4 = { transaction_id: '7', value: 20, currency: 'EUR', items: [item] };
const goods = [{ id: 'S1', name: 'Mug', price: '10.00', quantity: 2 }];
const due = { '@type': 'PriceSpecification', price: 20, priceCurrency: 'EUR' };
const offer = {
  '@type': 'Offer',
  ...{ price: '10.00', priceCurrency: 'EUR', eligibleQuantity: { '@type': 'QuantitativeValue', value: 2 } },
  itemOffered: { '@type': 'Product', name: 'Mug', sku: 'S1' },
};

/** Entries of a layer, unless a source and its name are given. */
type Row = [said: string, entries: unknown[], order: string, source?: string, name?: string];

const rows: Row[] = [
  ['GA4 in a push of a list', [[{ event: 'purchase', ecommerce: ga4 }]], '7 20 EUR 2'],
  ['GA4 in a list of one', [{ event: 'purchase', ecommerce: [ga4] }], '7 20 EUR 2'],
  ['GA4 as text', [{ event: 'purchase', ecommerce: JSON.stringify(ga4) }], '7 20 EUR 2'],
  ['GA4 in eventModel under a name of its own', [{ event: 'order_success', eventModel: ga4 }], '7 20 EUR 2'],
  ['GA4 in a payload', [{ event: 'purchase', payload: ga4 }], '7 20 EUR 2'],
  [
    'an order two levels down',
    [{ event: 'checkout_complete', data: { order: { id: 7, total: 20, currency: 'EUR' } } }],
    '7 20 EUR 0',
  ],
  [
    'an order inside ecommerce',
    [{ event: 'purchase', ecommerce: { order: { id: 7, total: 20, currency: 'EUR' } } }],
    '7 20 EUR 0',
  ],
  [
    'a list of one order',
    [{ event: 'orderPlaced', orders: [{ id: '7', revenue: 20, currency: 'EUR' }] }],
    '7 20 EUR 0',
  ],
  [
    'an order in a detail',
    [{ event: 'purchase', detail: { orderId: '7', total: '20.00', currency: 'EUR' } }],
    '7 20.00 EUR 0',
  ],
  [
    'a number and a grand total',
    [{ event: 'thank_you', order_number: '7', grand_total: '20.00', currency: 'EUR' }],
    '7 20.00 EUR 0',
  ],
  [
    'a number as Demandware names it',
    [{ event: 'orderConfirmation', orderNo: '7', orderValue: 20, currencyCode: 'EUR' }],
    '7 20 EUR 0',
  ],
  ['an amount', [{ event: 'purchase', transaction_id: '7', amount: 20, currency: 'EUR' }], '7 20 EUR 0'],
  [
    'a revenue beside the classic id',
    [{ event: 'purchase', transactionID: '7', transactionRevenue: '20.00', currency: 'EUR' }],
    '7 20.00 EUR 0',
  ],
  [
    'enhanced, its currency said before',
    [
      { event: 'productImpressions', ecommerce: { currencyCode: 'USD', impressions: [] } },
      { ecommerce: { currencyCode: 'EUR' } },
      { event: 'purchase', ecommerce: { purchase: { actionField: { id: '7', revenue: 20 }, products: goods } } },
    ],
    '7 20 EUR 2',
  ],
  [
    'enhanced, without an event',
    [{ ecommerce: { currencyCode: 'EUR', purchase: { actionField: { id: '7', revenue: 20 } } } }],
    '7 20 EUR 0',
  ],
  [
    'Matomo, whose cart was told before its order',
    [
      ['addEcommerceItem', 'S1', 'Mug', ['Home'], 10, 1],
      ['addEcommerceItem', 'S2', 'Jug', ['Home'], 5, 1],
      ['trackEcommerceCartUpdate', 15],
      ['removeEcommerceItem', 'S2'],
      ['addEcommerceItem', 'S1', 'Mug', ['Home'], 10, 2],
      ['trackEcommerceOrder', '7', 20, 18, 1, 1, false],
    ],
    '7 20 USD 2',
    'layer',
    '_paq',
  ],
  [
    'Adobe’s XDM inside an entry',
    [
      {
        event: 'commerce.purchases',
        xdm: { commerce: { purchases: { value: 1 }, order: { purchaseID: '7', priceTotal: 20, currencyCode: 'EUR' } } },
      },
    ],
    '7 20 EUR 0',
    'layer',
    'adobeDataLayer',
  ],
  [
    'JSON-LD, a list',
    [[{ '@type': 'Order', orderNumber: '7', price: '20.00', priceCurrency: 'EUR' }, { '@type': 'Person' }]],
    '7 20.00 EUR 0',
    'jsonld',
  ],
  [
    'JSON-LD, what a page is about',
    [{ '@type': 'WebPage', mainEntity: { '@type': 'Order', orderNumber: '7', price: 20, priceCurrency: 'EUR' } }],
    '7 20 EUR 0',
    'jsonld',
  ],
  [
    'JSON-LD, an invoice',
    [{ '@type': 'Order', confirmationNumber: '7', partOfInvoice: { '@type': 'Invoice', totalPaymentDue: due } }],
    '7 20 EUR 0',
    'jsonld',
  ],
  [
    'JSON-LD, a price specification',
    [{ '@type': 'Order', orderNumber: '7', priceSpecification: due }],
    '7 20 EUR 0',
    'jsonld',
  ],
  [
    'JSON-LD, quantities',
    [{ '@type': 'https://schema.org/Order', orderNumber: '7', price: 20, acceptedOffer: [offer] }],
    '7 20 EUR 2',
    'jsonld',
  ],
];

it.each(rows)('%s', (...[, entries, order, source = 'layer', name = 'dataLayer']) => {
  const found: Found[] = entries.map((data) => ({ source, name, data }));
  const { orders, refused } = readFound(cutFound(found), { currency: 'USD' });
  const pieces = (items: object[] = []) => items.reduce((sum, one) => sum + (one as { quantity: number }).quantity, 0);
  expect(orders.map(({ order: o }) => `${o.orderId} ${o.total} ${o.currency} ${pieces(o.items)}`)).toEqual([order]);
  expect(refused).toEqual([]);
});

it.each([
  [
    'a view of old orders',
    {
      event: 'view_order_history',
      orders: [
        { id: '1', total: 20 },
        { id: '2', total: 3 },
      ],
    },
  ],
  [
    'an order that is looked at',
    { event: 'page_view', order: { id: '1', total: 20, currency: 'EUR', status: 'shipped' } },
  ],
  [
    'two orders in one sale',
    {
      event: 'orderPlaced',
      orders: [
        { id: '1', total: 20 },
        { id: '2', total: 3 },
      ],
    },
  ],
  ['a step of the checkout', { event: 'begin_checkout', data: { order: { id: '1', total: 20 } } }],
])('%s is no order', (_, data) => {
  expect(readFound(cutFound([{ source: 'layer', name: 'dataLayer', data }]), { currency: 'USD' }).orders).toEqual([]);
});
