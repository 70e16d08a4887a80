/** What pages get wrong, and what must come of it: the right order, a field less, or a refusal that names the field. Nothing is guessed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Found } from '../../wire/found.ts';
import { readFound } from '../../wire/order-reader.ts';

const layer = (...entries: unknown[]): Found[] => entries.map((data) => ({ source: 'layer', name: 'dataLayer', data }));
const purchase = (more: object = {}, event: unknown = 'purchase') => ({
  event,
  ecommerce: { transaction_id: 'T1', value: '10.00', currency: 'EUR', ...more },
});
const item = { item_id: 'A', item_name: 'a', quantity: 1, price: '10.00' };
const ordersOf = (found: Found[], currency?: string) =>
  readFound(found, currency === undefined ? {} : { currency }).orders.map(({ order }) => order);

describe('the total', () => {
  it.each([
    ['two numbers', { value: '23,47 лв. (12,00 €)', currency: 'BGN' }],
    ['a tax rate beside it', { value: '49.90 (incl. 20% VAT)' }],
    ['two currencies', { value: '12.00 USD / 11.00 EUR' }],
    ['a count beside it', { value: '2 items, $49.90' }],
    ['an exponent', { value: '1e3' }],
    ['brackets of bookkeeping', { value: '(12.00)' }],
    ['a trailing minus', { value: '12.00-' }],
    ['a dot and three digits in euro', { value: '1.234' }],
    ['a word', { value: 'free' }],
    ['a negative number', { value: -10 }],
  ])('%s: refused, and the field is named', (_, more) => {
    const { orders, refused } = readFound(layer(purchase(more)));
    expect(orders).toEqual([]);
    expect(refused).toMatchObject([{ orderId: 'T1', noSale: false, problems: [{ field: 'total' }] }]);
  });

  it.each([
    ['12.990', 'CLP', '12990'],
    ['1.300', 'JPY', '1300'],
    ['1.250.000', 'CLP', '1250000'],
    ['12.345', 'KWD', '12.345'],
    ['١٢٫٥٠', 'EUR', '12.50'],
    ['１２．５０', 'EUR', '12.50'],
  ])('%s %s is %s', (value, currency, total) => {
    expect(ordersOf(layer(purchase({ value, currency })))).toMatchObject([{ total, currency }]);
  });
});

describe("Google's value, which may be without tax and shipping", () => {
  const goods = (price: string, quantity = 1) => ({ items: [{ item_id: 'A', item_name: 'a', price, quantity }] });
  it.each<[string, object, string]>([
    ['without goods the definition counts', { value: 72.05, tax: 3.6, shipping: 5.99 }, '81.64'],
    [
      'goods that are the value: both come on top',
      { value: 72.05, tax: 3.6, shipping: 5.99, ...goods('72.05') },
      '81.64',
    ],
    ['goods, tax and shipping: paid', { value: 81.64, tax: 3.6, shipping: 5.99, ...goods('72.05') }, '81.64'],
    [
      'goods with their tax, and shipping: paid',
      { value: 78.04, tax: 3.6, shipping: 5.99, ...goods('72.05') },
      '78.04',
    ],
    ['goods and tax: shipping comes on top', { value: 75.65, tax: 3.6, shipping: 5.99, ...goods('72.05') }, '81.64'],
    ['goods and tax without shipping', { value: 49.9, tax: 7.97, ...goods('41.93') }, '49.9'],
    ['lines that were rounded', { value: 10, tax: 1, ...goods('3.333', 3) }, '11.00'],
    ['goods that prove nothing: as it stands', { value: 60, tax: 3.6, shipping: 5.99, ...goods('72.05') }, '60'],
    ['no tax and no shipping', { value: 60, ...goods('72.05') }, '60'],
    ['yen', { value: 1000, tax: 100, currency: 'JPY', ...goods('1000') }, '1100'],
  ])('%s', (_, more, total) => expect(ordersOf(layer(purchase(more)))).toMatchObject([{ total }]));

  it('is without a discount of the whole order that its goods still hold', () => {
    const products = [{ sku: 'A', price: 72.05, quantity: 1 }];
    const order = { order_id: 'T1', revenue: 62.05, discount: 10, tax: 3.6, shipping: 5.99, currency: 'EUR', products };
    expect(ordersOf([{ source: 'segment', data: ['Order Completed', order] }])).toMatchObject([{ total: '71.64' }]);
  });

  it('is no question for the revenue of enhanced e-commerce', () => {
    const actionField = { id: 'T1', revenue: '72.05', tax: '3.60', shipping: '5.99' };
    expect(ordersOf(layer({ ecommerce: { currencyCode: 'EUR', purchase: { actionField } } }))).toMatchObject([
      { total: '72.05' },
    ]);
  });
});

describe('the order id', () => {
  it.each(['undefined', 'null', NaN, 0, '{{ order.id }}', '(not set)', {}, true])(
    '%j is refused by name',
    (transaction_id) => {
      const { orders, refused } = readFound(layer(purchase({ transaction_id, items: [item] })));
      expect(orders).toEqual([]);
      expect(refused).toMatchObject([{ noSale: false, problems: [{ field: 'orderId' }] }]);
    },
  );

  it.each([null, undefined, ''])('%j is missing', (transaction_id) => {
    expect(readFound(layer(purchase({ transaction_id, items: [item] }))).orders).toEqual([]);
  });
});

describe('what is no sale', () => {
  const classic = { transactionId: 'T1', transactionTotal: '10.00' };
  it.each([
    ...['refund', 'refund-purchase', 'refund.transaction', 'cancel transaction', 'orderCancelled', 'payment_failed'],
    ...['begin-purchase', 'post-purchase', 'begin_checkout', 'purchase_error', 'view_order'],
  ])('%s, in every shape', (event) => {
    const found = [
      ...layer({ event, ...classic }, purchase({ items: [item] }, event), {
        event,
        transaction_id: 'T1',
        value: '10.00',
        currency: 'EUR',
        items: [item],
      }),
      ...layer(['event', event, { transaction_id: 'T1', value: '10.00', currency: 'EUR', items: [item] }]),
      ...layer({
        event,
        ecommerce: { currencyCode: 'EUR', purchase: { actionField: { id: 'T1', revenue: '10.00' } } },
      }),
    ];
    const { orders, refused } = readFound(found, { currency: 'EUR' });
    expect(orders).toEqual([]);
    expect(refused.length).toBeGreaterThan(0);
    for (const { noSale, problems } of refused)
      expect([noSale, problems[0]?.message]).toEqual([true, expect.stringContaining('no sale') as string]);
  });

  it.each([
    ['a refund of enhanced e-commerce', layer({ ecommerce: { refund: { actionField: { id: 'T1' } } } })],
    [
      'a refund beside the purchase',
      layer({
        ecommerce: { refund: { x: 1 }, purchase: { actionField: { id: 'T1', revenue: 1 } }, currencyCode: 'EUR' },
      }),
    ],
    ['keys of the shop’s own without an event', layer({ orderId: 'T1', orderTotal: '10.00', currency: 'EUR' })],
    ['the same in a look at an old order', layer({ event: 'view_order', order_id: 'T1', order_total: '10.00' })],
    ['a status that says failed', layer({ ...purchase({ items: [item] }), order_status: 'failed' })],
    ['a view of a product', layer({ event: 'view_item', ecommerce: { value: 10, currency: 'EUR', items: [item] } })],
    ['Segment: Order Refunded', layer(['track', 'Order Refunded', { order_id: 'T1', total: 10, currency: 'EUR' }])],
    ['Segment: Checkout Started', layer(['track', 'Checkout Started', { order_id: 'T1', value: 10, currency: 'EUR' }])],
    ['analytics.js: refund', layer(['ec:setAction', 'refund', { id: 'T1', revenue: 10 }])],
    [
      'JSON-LD of a parcel on its way',
      [
        {
          source: 'jsonld',
          data: {
            '@type': 'Order',
            orderNumber: 'T1',
            price: 10,
            priceCurrency: 'EUR',
            orderStatus: 'https://schema.org/OrderInTransit',
          },
        },
      ],
    ],
    ['JSON-LD of an offer', [{ source: 'jsonld', data: { '@type': 'Offer', price: 10, priceCurrency: 'EUR' } }]],
    [
      'Tealium: a cancelled order',
      [
        {
          source: 'global',
          name: 'utag_data',
          data: { tealium_event: 'order_cancelled', order_id: 'T1', order_total: '10' },
        },
      ],
    ],
  ])('%s', (_, found) => {
    const { orders, refused } = readFound(found, { currency: 'EUR' });
    expect(orders).toEqual([]);
    expect(refused.every(({ noSale }) => noSale)).toBe(true);
  });
});

describe('leftovers of earlier steps', () => {
  const begin = {
    event: 'begin_checkout',
    ecommerce: { currency: 'EUR', value: 69, coupon: 'PARTNER10', shipping: 9, items: [item] },
  };
  it.each<[string, Found[]]>([
    ['without a null between', layer(begin, purchase({ items: [item] }))],
    ['with a null between', layer(begin, { ecommerce: null }, purchase({ items: [item] }))],
    [
      'where the event follows the order',
      layer(begin, { ecommerce: purchase({ items: [item] }).ecommerce }, { event: 'purchase' }),
    ],
    ['where the step has no name', layer({ ecommerce: begin.ecommerce }, purchase({ items: [item] }))],
  ])('are not taken over %s', (_, found) => {
    expect(ordersOf(found)).toEqual([
      { orderId: 'T1', total: '10.00', currency: 'EUR', items: [{ sku: 'A', name: 'a', quantity: 1, price: '10.00' }] },
    ]);
  });
});

describe('a detail that can’t be used is left out, with a warning, and the sale counts', () => {
  it.each<[string, object, string, object]>([
    ['an item without price', { items: [{ ...item, price: undefined }] }, 'items[0]', {}],
    ['a price in words', { items: [item, { ...item, price: 'Free' }] }, 'items[1].price', { items: [{ quantity: 1 }] }],
    ['an item without a name', { items: [{ price: 1 }] }, 'items[0]', {}],
    ['an item in another currency', { items: [{ ...item, currency: 'USD' }] }, 'items[0]', {}],
    ['a quantity below zero', { items: [{ ...item, quantity: -1 }] }, 'items[0].quantity', {}],
    ['shipping in words', { shipping: 'Free shipping' }, 'shipping', {}],
    ['tax in words', { tax: 'n/a' }, 'tax', {}],
    ['tax below zero', { tax: -1 }, 'tax', {}],
  ])('%s', (_, more, field, expected) => {
    const { orders } = readFound(layer(purchase(more)));
    expect(orders).toMatchObject([{ order: { orderId: 'T1', total: '10.00', ...expected } }]);
    expect(orders[0]?.warnings.map((warning) => warning.field)).toContain(field);
  });

  it.each<[string, object, object]>([
    ['a line below zero', { items: [{ ...item, price: -10 }] }, { price: '-10' }],
    ['goods by weight', { items: [{ ...item, quantity: '2,5' }] }, { quantity: 2.5 }],
    ['a quantity with its unit', { items: [{ ...item, quantity: '2 pcs' }] }, { quantity: 2 }],
    ['no quantity', { items: [{ ...item, quantity: null }] }, { quantity: 1 }],
    ['a price finer than the cent', { items: [{ ...item, price: '122.167' }] }, { price: '122.167' }],
    ['a numeric sku', { items: [{ ...item, item_id: 7 }] }, { sku: 7 }],
    ['a list of categories', { items: [{ ...item, item_category: ['A', 'B'] }] }, { category: 'A/B' }],
  ])('%s is read', (_, more, line) => {
    expect(ordersOf(layer(purchase(more)))).toMatchObject([{ items: [line] }]);
  });
});

describe('one order that several places name', () => {
  const call = (more: object): Found => ({
    source: 'call',
    data: { orderId: 'T1', total: '10.00', currency: 'EUR', ...more },
  });
  const gla = (more: object = {}): Found =>
    layer([
      'event',
      'purchase',
      { send_to: 'GLA', transaction_id: '81141', value: 10, currency: 'EUR', items: [item], ...more },
    ])[0]!;

  it('is the fuller report, as a whole', () => {
    const lean = layer(['event', 'purchase', { send_to: 'AW-1', transaction_id: 'M4', value: 41.93, currency: 'USD' }]);
    const full = layer(
      purchase({
        transaction_id: 'M4',
        value: 49.9,
        tax: 7.97,
        currency: 'USD',
        coupon: 'PARTNER10',
        items: [{ ...item, price: 41.93 }],
      }),
    );
    const expected = [
      { orderId: 'M4', total: '49.9', tax: '7.97', coupons: ['PARTNER10'], items: [{ price: '41.93' }] },
    ];
    expect(ordersOf([...lean, ...full])).toMatchObject(expected);
    expect(ordersOf([...full, ...lean])).toMatchObject(expected);
  });

  it('is the page’s own call, completed by what was found', () => {
    const found = layer(purchase({ value: '12.00', coupon: 'LEAN', items: [item] }));
    expect(ordersOf([...found, call({})])).toEqual([
      { orderId: 'T1', total: '10.00', currency: 'EUR', coupons: ['LEAN'] },
    ]);
    expect(ordersOf([...layer(purchase({ items: [item] })), call({})])).toMatchObject([
      { total: '10.00', items: [{ sku: 'A' }] },
    ]);
  });

  it.each<[string, Found[], string, string[]]>([
    [
      'a hash sign',
      layer(purchase({ transaction_id: '#1001', items: [item] }), purchase({ transaction_id: 1001 })),
      '#1001',
      [],
    ],
    [
      'two plugins with numbers of their own',
      [gla(), ...layer(purchase({ transaction_id: 'WC-81141-2026', items: [item] }))],
      '81141',
      ['WC-81141-2026'],
    ],
    [
      'the call and the layer',
      [call({ orderId: 'S-8142' }), ...layer(purchase({ transaction_id: '8142' }))],
      'S-8142',
      ['8142'],
    ],
    [
      'a net value and the paid total',
      [call({ orderId: 'S-1', total: '15.00' }), ...layer(purchase({ shipping: 5, items: [item] }))],
      'S-1',
      ['T1'],
    ],
  ])('under two numbers: %s', (_, found, orderId, also) => {
    expect(readFound(found).orders.map((one) => [one.order.orderId, one.also])).toEqual([[orderId, also]]);
  });

  it.each<[string, Found[]]>([
    ['one tracker names both', [gla(), gla({ transaction_id: '81142' })]],
    ['the totals differ', [gla(), ...layer(purchase({ value: 11 }))]],
    ['the currencies differ', [gla(), ...layer(purchase({ currency: 'USD' }))]],
    ['the goods differ', [gla(), ...layer(purchase({ items: [{ ...item, price: 5, quantity: 2 }] }))]],
  ])('are two where %s', (_, found) => expect(ordersOf(found)).toHaveLength(2));
});

it('reads what is hostile without throwing, and gives no total that was not said or summed', () => {
  const key = fc.constantFrom(
    ...[
      'event',
      'ecommerce',
      'purchase',
      'actionField',
      'transaction_id',
      'value',
      'tax',
      'shipping',
      'items',
      'price',
      'quantity',
      'currency',
      '0',
      '1',
      '2',
      'id',
      'revenue',
      'checkout',
      '@type',
      '@graph',
      'transaction',
      '__proto__',
      'toString',
      'valueOf',
      'commerce',
      'order',
    ],
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('purchase', 'event', 'EUR', 'Order', '12,50', '1.234', 7, null, 'T1'),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(key, tie('any')),
    ),
  })).any;
  const source = fc.constantFrom('layer', 'attribute', 'call', 'jsonld', 'global', 'segment', 'shopify', 'new');
  const found = fc.array(
    fc.oneof(
      fc.record({ source, name: fc.constantFrom('dataLayer', 'order_info', 'utag_data', '_paq'), data: value }),
      value,
    ),
  );
  fc.assert(
    fc.property(found, (given) => {
      for (const { order } of readFound(given, { currency: 'EUR' }).orders)
        expect(order.total).toMatch(/^\d+(\.\d+)?$/);
    }),
    { numRuns: 1000 },
  );
});
