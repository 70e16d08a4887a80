/** The vendors' documented samples: one sale of 2 × 50.00 with a coupon of 10.00, shipping of 5.00 and 19 % tax inside; one piece was paid back. */

interface Sample {
  /** What the reader of orders is given. */
  row: object;
  /** What is posted. */
  hooks: { headers: Record<string, string>; body: object }[];
}

const woocommerce = {
  ...{ id: 4711, number: 'WS-4711', status: 'processing', currency: 'EUR', prices_include_tax: true },
  ...{ created_via: 'checkout', date_created_gmt: '2026-11-20T09:14:05', date_modified_gmt: '2026-11-21T10:00:00' },
  ...{ date_paid_gmt: '2026-11-20T09:14:31', discount_total: '8.40', discount_tax: '1.60', shipping_total: '4.20' },
  ...{ shipping_tax: '0.80', cart_tax: '14.37', total_tax: '15.17', total: '95.00', customer_id: 0 },
  billing: { email: 'ada@example.test', country: 'DE' },
  line_items: [
    {
      ...{ id: 91, name: 'Shirt', product_id: 12, variation_id: 13, quantity: 2, sku: 'SH-M', subtotal: '84.03' },
      ...{ subtotal_tax: '15.97', total: '75.63', total_tax: '14.37', price: 37.815 },
    },
  ],
  ...{ fee_lines: [], coupon_lines: [{ id: 93, code: 'ten', discount: '8.40', discount_tax: '1.60' }] },
  refunds: [{ id: 4722, reason: '', total: '-45.00' }],
  meta_data: [
    { id: 1, key: '_ct_clicks', value: 'irclickid=abc' },
    { id: 2, key: '_wc_order_attribution_source_type', value: 'utm' },
  ],
};

const money = (shop: string, shown: string) => ({
  shop_money: { amount: shop, currency_code: 'EUR' },
  presentment_money: { amount: shown, currency_code: 'CHF' },
});

const shopify = {
  ...{ id: 5900000000123, name: '#1042', order_number: 1042, confirmation_number: 'QX7P2M9LD', test: false },
  ...{ source_name: 'web', created_at: '2026-11-20T10:14:05+01:00', updated_at: '2026-11-21T11:00:00+01:00' },
  ...{ cancelled_at: null, currency: 'EUR', presentment_currency: 'CHF', taxes_included: true },
  ...{ financial_status: 'partially_refunded', customer_locale: 'de-CH', total_line_items_price: '100.00' },
  ...{ total_discounts: '10.00', subtotal_price: '90.00', total_tax: '14.37', total_price: '95.00' },
  ...{ current_total_price: '50.00', total_price_set: money('95.00', '90.25') },
  total_shipping_price_set: money('5.00', '4.75'),
  discount_codes: [{ code: 'TEN', amount: '10.00', type: 'percentage' }],
  ...{ landing_site: '/?irclickid=abc', note_attributes: [{ name: '_ct', value: 'irclickid=abc' }] },
  customer: { id: 7700000000001 },
  line_items: [
    {
      ...{ id: 13000000000001, variant_id: 4400000000001, sku: 'SH-M', title: 'Shirt', quantity: 2 },
      ...{ current_quantity: 1, price: '50.00', total_discount: '0.00' },
      discount_allocations: [{ amount: '10.00', discount_application_index: 0 }],
      tax_lines: [{ price: '14.37', rate: 0.19 }],
    },
  ],
  refunds: [
    {
      ...{ id: 990000000001, order_id: 5900000000123, order_adjustments: [] },
      refund_line_items: [{ line_item_id: 13000000000001, quantity: 1, subtotal: 45.0, total_tax: 7.18 }],
      transactions: [{ kind: 'refund', status: 'success', amount: '42.75', currency: 'CHF' }],
    },
  ],
};

const session = {
  ...{ id: 'cs_example1', object: 'checkout.session', mode: 'payment', payment_status: 'paid', created: 1763629845 },
  ...{ amount_subtotal: 10000, amount_total: 9500, currency: 'eur', client_reference_id: 'ct_9fK2-Xa_7' },
  total_details: { amount_discount: 1000, amount_shipping: 500, amount_tax: 1517 },
  presentment_details: { presentment_amount: 9025, presentment_currency: 'chf' },
  metadata: { order_id: 'SO-1042', ct_clicks: 'irclickid=abc' },
  ...{ customer: null, customer_details: { email: 'ada@example.test' }, payment_intent: 'pi_example1' },
  ...{ subscription: null, discounts: [{ coupon: null, promotion_code: 'promo_example1' }] },
};

const stripeEvent = (type: string, object: object) => ({
  ...{ id: 'evt_example1', object: 'event', api_version: '2026-10-28.endive', created: 1763630071, livemode: true },
  ...{ type, data: { object } },
});

const charge = {
  ...{ id: 'ch_example1', object: 'charge', amount: 9500, amount_captured: 9500, amount_refunded: 4500 },
  ...{ captured: true, disputed: true, payment_intent: 'pi_example1' },
};

const shopware = {
  ...{ id: '0190aaaabbbbccccddddeeeeffff0001', orderNumber: '10042', versionId: '0fa91ce3e96a4bc2be4bd9ce752c3425' },
  ...{ orderDateTime: '2026-11-20T09:14:05.000+00:00', updatedAt: '2026-11-21T10:00:00.000+00:00' },
  ...{ amountTotal: 95.0, amountNet: 79.83, positionPrice: 90.0, shippingTotal: 5.0, taxStatus: 'gross' },
  ...{ currencyFactor: 1.0, currency: { isoCode: 'EUR' }, affiliateCode: 'abc', campaignCode: null },
  customFields: { ct_clicks: 'irclickid=abc' },
  orderCustomer: { email: 'ada@example.test', customerId: '0190aaaabbbbccccddddeeeeffff0002' },
  stateMachineState: { technicalName: 'open' },
  transactions: [
    { createdAt: '2026-11-20T09:14:06.000+00:00', stateMachineState: { technicalName: 'paid' }, captures: [] },
  ],
  lineItems: [
    { type: 'product', quantity: 2, unitPrice: 50.0, totalPrice: 100.0, payload: { productNumber: 'SH-M' } },
    { type: 'promotion', quantity: 1, unitPrice: -10.0, totalPrice: -10.0, payload: { code: 'TEN' } },
  ],
};

const magento = {
  ...{ entity_id: 1042, increment_id: '000001042', state: 'complete', status: 'complete', store_id: 1, quote_id: 77 },
  ...{ created_at: '2026-11-20 09:14:05', updated_at: '2026-11-21 10:00:00', base_currency_code: 'EUR' },
  ...{ order_currency_code: 'CHF', base_grand_total: 95, grand_total: 90.25, subtotal: 79.83, subtotal_incl_tax: 95 },
  ...{ discount_amount: -9.5, shipping_amount: 3.99, shipping_incl_tax: 4.75, tax_amount: 14.41, total_paid: 90.25 },
  ...{ total_refunded: 42.75, base_total_refunded: 45, coupon_code: 'TEN', customer_is_guest: 1 },
  ...{ customer_email: 'ada@example.test', extension_attributes: { ct_clicks: 'irclickid=abc' } },
  items: [
    {
      ...{ item_id: 5, product_type: 'configurable', sku: 'SH-M', qty_ordered: 2, qty_refunded: 1, price: 39.915 },
      ...{ price_incl_tax: 47.5, discount_amount: 9.5, row_total: 79.83 },
    },
    { item_id: 6, parent_item_id: 5, product_type: 'simple', sku: 'SH-M', qty_ordered: 2, price: 0 },
  ],
};

const bigcommerce = {
  order: {
    ...{ id: 1042, status_id: 14, payment_status: 'partially refunded', customer_id: 0, is_deleted: false },
    ...{ date_created: 'Fri, 20 Nov 2026 09:14:05 +0000', date_modified: 'Sat, 21 Nov 2026 10:00:00 +0000' },
    ...{ cart_id: '11111111-2222-4333-8444-555555555555', currency_code: 'CHF', default_currency_code: 'EUR' },
    ...{ subtotal_ex_tax: '84.0300', subtotal_inc_tax: '100.0000', discount_amount: '0.0000' },
    ...{ coupon_discount: '10.0000', shipping_cost_ex_tax: '4.2000', shipping_cost_inc_tax: '5.0000' },
    ...{ total_tax: '15.1700', total_ex_tax: '79.8300', total_inc_tax: '95.0000', refunded_amount: '0.0000' },
    billing_address: { email: 'ada@example.test' },
  },
  products: [{ id: 1, sku: 'SH-M', name: 'Shirt', quantity: 2, price_ex_tax: '42.0150', quantity_refunded: 1 }],
  coupons: [{ code: 'TEN' }],
  refunds: [
    {
      ...{ id: 1, order_id: 1042, created: '2026-11-21T10:00:00Z', total_amount: 45 },
      ...{ items: [{ item_type: 'ORDER' }], payments: [{ amount: 45, is_declined: false }] },
    },
  ],
  fields: [{ key: 'ct_clicks', value: 'irclickid=abc' }],
};

const prestashop = {
  orders: [
    {
      ...{ id: 1042, reference: 'XKBKNABJK', id_currency: '2', conversion_rate: '0.950000', current_state: '2' },
      ...{ valid: '1', date_add: '2026-11-20 10:14:05', date_upd: '2026-11-21 11:00:00', id_customer: '9' },
      ...{ total_paid_tax_incl: '90.250000', total_paid_tax_excl: '75.840000', total_products: '79.830000' },
      ...{ total_products_wt: '95.000000', total_discounts_tax_excl: '7.980000', total_shipping_tax_excl: '3.990000' },
      associations: {
        order_rows: [
          {
            ...{ id: '5', product_id: '12', product_quantity: '2', product_name: 'Shirt', product_reference: 'SH-M' },
            ...{ unit_price_tax_incl: '47.500000', unit_price_tax_excl: '39.915000' },
          },
        ],
      },
    },
  ],
  states: [{ id: 2, paid: '1' }],
  slips: [
    {
      ...{ id: 1, id_order: '1042', date_upd: '2026-11-21 11:00:00', total_products_tax_incl: '42.750000' },
      ...{ total_products_tax_excl: '35.920000', total_shipping_tax_incl: '0.000000' },
      total_shipping_tax_excl: '0.000000',
      associations: { order_slip_details: [{ id_order_detail: '5', product_quantity: '1' }] },
    },
  ],
  currency: { id: 2, iso_code: 'CHF' },
  customer: { id: 9, email: 'ada@example.test', is_guest: '1' },
  codes: [{ code: 'TEN' }],
  messages: [{ private: '1', message: 'ct_clicks=irclickid=abc' }],
};

const paddle = {
  ...{ id: 'txn_example1', status: 'completed', origin: 'web', customer_id: 'ctm_example1', currency_code: 'EUR' },
  ...{ invoice_number: '325-10042', discount_id: 'dsc_example1', custom_data: { ct_clicks: 'irclickid=abc' } },
  billed_at: '2026-11-20T09:14:30.000Z',
  details: {
    totals: {
      ...{ subtotal: '8403', discount: '840', tax: '1437', total: '9000', grand_total: '9000', fee: '500' },
      ...{ earnings: '7063', currency_code: 'EUR' },
    },
    line_items: [
      {
        ...{ id: 'txnitm_example1', price_id: 'pri_example1', quantity: 2 },
        unit_totals: { subtotal: '4202', discount: '420', tax: '718', total: '4500' },
        product: { id: 'pro_example1', name: 'Licence' },
      },
    ],
  },
  adjustments: [
    {
      ...{ id: 'adj_1', action: 'refund', type: 'partial', status: 'approved', updated_at: '2026-11-21T10:00:00Z' },
      totals: { total: '4500' },
    },
  ],
};

const lemon = {
  ...{ type: 'orders', id: '1042' },
  attributes: {
    ...{ store_id: 1, identifier: '11111111-2222-4333-8444-555555555555', order_number: 42 },
    ...{ user_email: 'ada@example.test', currency: 'EUR', currency_rate: '1.08', subtotal: 8403 },
    ...{ discount_total: 840, tax: 1437, total: 9000, refunded_amount: 4500, total_usd: 9720, tax_inclusive: false },
    ...{ status: 'paid', refunded: false, created_at: '2026-11-20T09:14:05.000000Z' },
    first_order_item: { product_id: 12, variant_id: 13, product_name: 'Licence', price: 8403 },
    ...{ updated_at: '2026-11-21T10:00:00.000000Z', test_mode: false },
  },
};

export const SAMPLES: Record<string, Sample> = {
  woocommerce: {
    row: woocommerce,
    hooks: ['order.created', 'order.deleted'].map((topic) => ({
      headers: { 'x-wc-webhook-topic': topic },
      body: topic === 'order.deleted' ? { id: 4711 } : woocommerce,
    })),
  },
  shopify: {
    row: shopify,
    hooks: [
      { headers: { 'x-shopify-topic': 'orders/updated' }, body: shopify },
      { headers: { 'x-shopify-topic': 'refunds/create' }, body: { id: 1, order_id: 5900000000123 } },
      { headers: { 'x-shopify-topic': 'orders/edited' }, body: { order_edit: { order_id: 5900000000123 } } },
      {
        headers: { 'x-shopify-topic': 'customers/redact' },
        body: { shop_domain: 'example.myshopify.com', customer: { id: 1, email: 'a@b.c' }, orders_to_redact: [] },
      },
    ],
  },
  stripe: {
    row: { session, charges: [charge], lines: [], disputes: [{ status: 'needs_response', amount: 100 }], changedAt: 1 },
    hooks: [
      { headers: {}, body: stripeEvent('checkout.session.completed', session) },
      { headers: {}, body: stripeEvent('charge.refunded', charge) },
    ],
  },
  shopware: {
    row: shopware,
    hooks: [
      { headers: {}, body: { data: { payload: { order: { id: shopware.id } }, event: 'checkout.order.placed' } } },
      { headers: {}, body: { data: { payload: [{ entity: 'order', primaryKey: shopware.id }] } } },
    ],
  },
  magento: { row: magento, hooks: [] },
  bigcommerce: {
    row: bigcommerce,
    hooks: [
      {
        headers: {},
        body: {
          ...{ scope: 'store/order/statusUpdated', store_id: '1000001', hash: '00aa', created_at: 1763630071 },
          data: { type: 'order', id: 1042, status: { previous_status_id: 7, new_status_id: 11 } },
          producer: 'stores/examplehash',
        },
      },
    ],
  },
  prestashop: { row: prestashop, hooks: [] },
  paddle: {
    row: paddle,
    hooks: [
      {
        headers: {},
        body: {
          ...{ event_id: 'evt_example1', event_type: 'transaction.completed', notification_id: 'ntf_example1' },
          ...{ occurred_at: '2026-11-20T09:14:31.000000Z', data: paddle },
        },
      },
    ],
  },
  'lemon-squeezy': {
    row: lemon,
    hooks: [
      {
        headers: {},
        body: {
          meta: { event_name: 'order_refunded', test_mode: false, custom_data: { ct_clicks: 'irclickid=abc' } },
          data: lemon,
        },
      },
    ],
  },
};
