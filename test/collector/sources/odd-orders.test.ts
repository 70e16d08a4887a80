/** Orders that are real and rare, as the shops' own interfaces show them: what each is worth to the cent, on every basis that a network may be told. */
import { expect, test } from 'vitest';
import { amountOf } from '../../../collector/kit/amount.ts';
import type { Settings } from '../../../collector/kit/setting.ts';
import type { ShopReport } from '../../../collector/kit/source.ts';
import { reportCommand } from '../../../collector/intake/read-shop-report.ts';
import { readBigCommerceOrder } from '../../../collector/sources/bigcommerce/order.ts';
import { readLemonOrder } from '../../../collector/sources/lemon-squeezy/order.ts';
import { readMagentoOrder } from '../../../collector/sources/magento/order.ts';
import { readPaddleOrder } from '../../../collector/sources/paddle/order.ts';
import { readPrestaShopOrder } from '../../../collector/sources/prestashop/order.ts';
import { readShopifyOrder } from '../../../collector/sources/shopify/order.ts';
import { readShopwareOrder } from '../../../collector/sources/shopware/order.ts';
import { readStripeInvoice } from '../../../collector/sources/stripe/invoice.ts';
import { readStripeOrder } from '../../../collector/sources/stripe/order.ts';
import { readWooOrder } from '../../../collector/sources/woocommerce/order.ts';
import { siteOf } from '../../harness/sites.ts';
import { SAMPLES } from './samples.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');

type Row = Record<string, unknown>;
type Reading = ShopReport | { ignored: string };
type Change = Row | ((row: Row) => Row);

const rowOf = (shop: string): Row => structuredClone(SAMPLES[shop]!.row) as unknown as Row;

/** What the shop's sample becomes: fields in the place of its own. */
function changed(row: Row, change: Change): Row {
  return typeof change === 'function' ? change(row) : { ...row, ...change };
}

const READERS: Record<string, (row: Row, settings: Settings) => Reading> = {
  woocommerce: readWooOrder,
  shopify: (row, settings) => readShopifyOrder(row, settings, NOW),
  shopware: readShopwareOrder,
  magento: readMagentoOrder,
  bigcommerce: (row, settings) => readBigCommerceOrder(row as never, { testMethod: 'Test', ...settings }),
  prestashop: (row, settings) => readPrestaShopOrder(row as never, settings),
  paddle: (row, settings) =>
    readPaddleOrder(row, { orderField: 'order_id', baseUrl: 'https://api.paddle.com', ...settings }),
  'lemon-squeezy': (row, settings) => readLemonOrder(row, settings),
  stripe: (row, settings) => readStripeOrder(row as never, { orderField: 'order_id', ...settings }),
  'stripe-invoice': (row, settings) => readStripeInvoice({ invoice: row }, { renewals: 'report', ...settings }),
};

/** Status, then what it is worth in all, without tax, and before discounts. */
async function worth(shop: string, row: Row, settings: Settings = {}): Promise<string> {
  const reading = READERS[shop]!(row, settings);
  if ('ignored' in reading) return `ignored: ${reading.ignored}`;
  const command = reportCommand(reading, await siteOf([]), NOW);
  if (command.type !== 'order') return JSON.stringify(command);
  const { order } = command.valid;
  const [total, net, list] = (['total', 'net', 'list'] as const).map((basis) => amountOf(order, basis));
  return `${order.status} ${total} ${order.currency}, net ${net}, list ${list}`;
}

const woo = { refunds: [] };
const wooLine = rowOf('woocommerce')['line_items'] as Row[];
const stripeInvoice = (fields: Row): Row => ({
  ...{ id: 'in_1', object: 'invoice', billing_reason: 'subscription_cycle', status: 'paid', currency: 'eur' },
  ...{ created: NOW / 1000, livemode: true, customer_email: 'ada@example.test' },
  parent: { subscription_details: { subscription: 'sub_1', metadata: {} } },
  ...fields,
});
const invoiceLine = (fields: Row): Row => ({
  description: 'Plan',
  quantity: 1,
  discount_amounts: [],
  taxes: [],
  ...fields,
});
const lines = (...data: Row[]): Row => ({ object: 'list', has_more: false, data });

test.each<[shop: string, what: string, change: Change, settings: Settings, expected: string]>([
  ['woocommerce', 'as it was placed', woo, {}, 'approved 95.00 EUR, net 75.63, list 84.03'],
  [
    ...(['woocommerce', 'a gift card that a plugin enters as a fee below zero'] as const),
    { ...woo, fee_lines: [{ name: 'Gift card', total: '-20.00' }], total: '75.00' },
    ...([{}, 'approved 75.00 EUR, net 55.63, list 84.03'] as const),
  ],
  [
    ...(['woocommerce', 'a fee for cash on delivery, with its tax'] as const),
    { ...woo, fee_lines: [{ name: 'COD', total: '3.00', total_tax: '0.57' }], total_tax: '15.74', total: '98.57' },
    ...([{}, 'approved 98.57 EUR, net 75.63, list 84.03'] as const),
  ],
  [
    ...(['woocommerce', 'a line that was made dearer by hand'] as const),
    {
      ...{ ...woo, discount_total: '0.00', total: '106.07', coupon_lines: [], total_tax: '17.24' },
      line_items: [{ ...wooLine[0], total: '84.63', subtotal: '80.00' }],
    },
    ...([{}, 'approved 106.07 EUR, net 84.63, list 84.63'] as const),
  ],
  [
    ...(['woocommerce', 'a currency without decimals'] as const),
    {
      ...{ ...woo, currency: 'JPY', total: '9500', shipping_total: '420', discount_total: '840', total_tax: '1517' },
      line_items: [{ ...wooLine[0], subtotal: '8403', total: '7563' }],
    },
    ...([{}, 'approved 9500 JPY, net 7563, list 8403'] as const),
  ],
  [
    ...(['woocommerce', 'pieces by weight'] as const),
    { ...woo, line_items: [{ ...wooLine[0], quantity: 0.35 }] },
    ...([{}, 'approved 95.00 EUR, net 75.63, list 84.03'] as const),
  ],
  [
    ...(['woocommerce', 'a renewal that is paid by hand'] as const),
    (row) => ({ ...row, ...woo, meta_data: [{ key: '_subscription_renewal', value: '4600' }] }),
    ...([{}, expect.stringContaining('ignored: a renewal') as string] as const),
  ],
  [
    ...(['woocommerce', 'one whose deposit is paid, in a status of a plugin'] as const),
    { ...woo, status: 'partially-paid' },
    ...([{}, 'pending 95.00 EUR, net 75.63, list 84.03'] as const),
  ],
  [
    'woocommerce',
    'paid back whole by amount',
    { refunds: [{ total: '-95.00' }] },
    {},
    expect.stringMatching(/^refunded/),
  ],
  [
    ...(['shopify', 'as it was placed, in the shop’s currency'] as const),
    (row) => ({
      ...row,
      ...{ refunds: [], financial_status: 'paid', current_total_price: '95.00', current_total_price_set: undefined },
      line_items: (row['line_items'] as Row[]).map((line) => ({ ...line, current_quantity: 2 })),
    }),
    ...([{ currency: 'shop' }, 'approved 95.00 EUR, net 75.63, list 84.03'] as const),
  ],
  [
    'shopify',
    'of a point of sale, where such are left out',
    { source_name: 'pos' },
    { ignoredChannels: ['pos'] },
    expect.stringMatching(/^ignored/),
  ],
  [
    'shopify',
    'cancelled, whatever was paid',
    { cancelled_at: '2026-11-21T10:00:00Z' },
    {},
    expect.stringMatching(/^cancelled/),
  ],
  ['shopify', 'of a draft that is to be paid', { financial_status: 'pending' }, {}, expect.stringMatching(/^pending/)],
  [
    'shopify',
    'of which a deposit was paid',
    { financial_status: 'partially_paid' },
    {},
    expect.stringMatching(/^pending/),
  ],
  ['shopware', 'as it was placed', {}, {}, 'approved 95.00 EUR, net 75.63, list 84.03'],
  [
    ...(['shopware', 'for a company, whose prices bear no tax'] as const),
    (row) => ({
      ...row,
      ...{ taxStatus: 'tax-free', amountTotal: 95, amountNet: 95, shippingTotal: 5 },
    }),
    ...([{}, 'approved 95.00 EUR, net 90.00, list 100.00'] as const),
  ],
  [
    ...(['magento', 'as it was placed'] as const),
    (row) => ({
      ...{ ...row, total_refunded: 0, base_total_refunded: 0 },
      items: (row['items'] as Row[]).map((line) => ({ ...line, qty_refunded: 0 })),
    }),
    ...([{}, expect.stringMatching(/^approved 90\.25 CHF/)] as const),
  ],
  [
    ...(['magento', 'a credit memo that only adjusts, over ten'] as const),
    (row) => ({
      ...{ ...row, total_refunded: 10, base_total_refunded: 10.53 },
      items: (row['items'] as Row[]).map((line) => ({ ...line, qty_refunded: 0 })),
    }),
    ...([{}, expect.stringMatching(/^approved 80\.25 CHF/)] as const),
  ],
  [
    ...(['magento', 'of which a part was never paid, where only paid orders count'] as const),
    { total_paid: 10, total_refunded: 0 },
    ...([{ approvedWhen: 'paid' }, expect.stringMatching(/^pending/)] as const),
  ],
  [
    'bigcommerce',
    'as it was placed',
    (row) => ({ ...row, refunds: [] }),
    {},
    'approved 95.00 EUR, net 75.63, list 84.03',
  ],
  [
    ...(['bigcommerce', 'paid in part by store credit, which is no discount'] as const),
    (row) => ({ ...row, refunds: [], order: { ...(row['order'] as Row), store_credit_amount: '40.0000' } }),
    ...([{}, 'approved 95.00 EUR, net 75.63, list 84.03'] as const),
  ],
  [
    ...(['bigcommerce', 'a refund whose payment was declined'] as const),
    (row) => ({
      ...row,
      refunds: [{ total_amount: 45, payments: [{ amount: 45, is_declined: true }] }],
    }),
    ...([{}, 'approved 95.00 EUR, net 75.63, list 84.03'] as const),
  ],
  [
    'prestashop',
    'as it was placed',
    (row) => ({ ...row, slips: [] }),
    {},
    expect.stringMatching(/^approved 90\.25 CHF/),
  ],
  ['paddle', 'as it was placed', { adjustments: [] }, {}, 'approved 90.00 EUR, net 75.63, list 84.03'],
  [
    ...(['paddle', 'a refund that was rejected beside one that was approved'] as const),
    {
      adjustments: [
        { action: 'refund', status: 'rejected', totals: { total: '9000' } },
        { action: 'refund', status: 'approved', totals: { total: '1' } },
      ],
    },
    ...([{}, expect.stringMatching(/^approved 89\.99 EUR/)] as const),
  ],
  [
    ...(['lemon-squeezy', 'as it was placed'] as const),
    (row) => ({ ...row, attributes: { ...(row['attributes'] as Row), refunded_amount: 0 } }),
    ...([{}, 'approved 90.00 EUR, net 75.63, list 84.03'] as const),
  ],
  [
    ...(['lemon-squeezy', 'with its tax inside its prices'] as const),
    (row) => ({
      ...row,
      attributes: {
        ...(row['attributes'] as Row),
        ...{ refunded_amount: 0, tax_inclusive: true, subtotal: 10000, discount_total: 1000, tax: 1437, total: 9000 },
      },
    }),
    ...([{}, 'approved 90.00 EUR, net 75.63, list 84.03'] as const),
  ],
  ['stripe', 'as it was paid', { charges: [], disputes: [] }, {}, 'approved 95.00 EUR, net 75.63, list 84.03'],
  [
    ...(['stripe', 'captured in part, the rest released, and then paid back in part'] as const),
    {
      charges: [{ status: 'succeeded', captured: true, amount: 9500, amount_captured: 7000, amount_refunded: 4500 }],
      disputes: [],
    },
    ...([{}, expect.stringMatching(/^approved 50\.00 EUR/)] as const),
  ],
  [
    ...(['stripe', 'a dispute that was lost and is appealed'] as const),
    { charges: [], disputes: [{ status: 'appeal_under_review', amount: 9500 }] },
    ...([{}, expect.stringMatching(/^refunded/)] as const),
  ],
  [
    ...(['stripe', 'a dispute that was prevented by paying back'] as const),
    { charges: [], disputes: [{ status: 'prevented', amount: 9500, balance_transactions: [{ amount: -9500 }] }] },
    ...([{}, expect.stringMatching(/^refunded/)] as const),
  ],
  [
    ...(['stripe', 'a dispute that was prevented, and no money moved'] as const),
    { charges: [], disputes: [{ status: 'prevented', amount: 9500, balance_transactions: [] }] },
    ...([{}, 'approved 95.00 EUR, net 75.63, list 84.03'] as const),
  ],
  [
    ...(['stripe-invoice', 'with its tax inside, and a discount of its own'] as const),
    () =>
      stripeInvoice({
        ...{ total: 9000, total_excluding_tax: 7563, total_discount_amounts: [{ amount: 1000 }] },
        lines: lines(
          invoiceLine({
            ...{ amount: 10000, discount_amounts: [{ amount: 1000 }] },
            taxes: [{ amount: 1437, tax_behavior: 'inclusive' }],
          }),
        ),
      }),
    ...([{}, 'approved 90.00 EUR, net 75.63, list 84.03'] as const),
  ],
  [
    ...(['stripe-invoice', 'of a change to a dearer plan: what was paid too early stands below zero'] as const),
    () =>
      stripeInvoice({
        ...{ total: 1500, total_excluding_tax: 1500 },
        lines: lines(invoiceLine({ description: 'Unused time', amount: -500 }), invoiceLine({ amount: 2000 })),
      }),
    ...([{}, 'approved 15.00 EUR, net 15.00, list 20.00'] as const),
  ],
  [
    ...(['stripe-invoice', 'of the shape before 2025-03, with more lines than it shows'] as const),
    () =>
      stripeInvoice({
        ...{ parent: undefined, subscription: 'sub_1', total: 2380, tax: 380, total_excluding_tax: undefined },
        lines: { ...lines(invoiceLine({ amount: 1000 })), has_more: true },
      }),
    ...([{}, 'approved 23.80 EUR, net 20.00, list 20.00'] as const),
  ],
  [
    'stripe-invoice',
    'over nothing',
    () => stripeInvoice({ total: 0, lines: lines() }),
    {},
    expect.stringMatching(/^ignored/),
  ],
  [
    'stripe-invoice',
    'of no subscription',
    () => stripeInvoice({ parent: null, total: 100 }),
    {},
    expect.stringMatching(/^ignored/),
  ],
])('%s: %s', async (...[shop, , change, settings, expected]) => {
  const row = shop === 'stripe-invoice' ? {} : rowOf(shop);
  expect(await worth(shop, changed(row, change), settings)).toEqual(expected);
});
