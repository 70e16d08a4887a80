/** The WordPress plugin of the WooCommerce page, run by PHP where there is one, against stubs of what it calls. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { orderSignature } from '../../../collector/intake/order-signature.ts';
import { encodeJourney } from '../../../wire/journey.ts';

const PLUGIN = fileURLToPath(new URL('../../../docs/shops/woocommerce/clickthread.php', import.meta.url));
const STUBS = fileURLToPath(new URL('stubs.php', import.meta.url));
const hasPhp = spawnSync('php', ['-v']).status === 0;

const ORDER = {
  ...{ id: 4715, order_number: 'WS-4715', status: 'processing', currency: 'EUR', total: '95', total_tax: '15.17' },
  ...{ shipping_total: '4.2', coupon_codes: ['ten'] },
  items: [
    {
      ...{ name: 'Shirt </script>', quantity: 2, subtotal: '84.03', total: '75.63', variation_id: 13, product_id: 12 },
      product: { sku: 'SH-M' },
    },
  ],
};
const journey = encodeJourney({
  visitor: 'visitor-1',
  touches: [
    { param: 'awc', value: '1001_1763000000_abcdef', at: 1_763_000_000_000 },
    { param: 'gclid', value: 'a+b/c=d%20e', at: 1_763_000_001_000 },
  ],
});
/** As the tag writes it. */
const cookie = `woocommerce_items_in_cart=1; _ct=${journey.replaceAll('%', '%25')}; _ctx=2`;

interface Came {
  printed: string;
  meta: Record<string, string>;
}

function run(given: { hooks: string[]; cookie?: string; constants?: object; order?: object; decimals?: number }): Came {
  const { stdout, stderr, status } = spawnSync('php', ['-d', 'display_errors=stderr', STUBS, PLUGIN], {
    input: JSON.stringify(given),
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as Came;
}

/** What the page's script calls the tag with, the tag not there yet. */
function callsOf({ printed }: Came): unknown[] {
  const window: { clickthread?: { q: { 0: string; 1: unknown }[] } } = {};
  const script = /<script id="clickthread-order">(.*)<\/script>$/s.exec(printed)?.[1] ?? '';
  runInNewContext(
    `var clickthread; ${script.replace('clickthread("conversion"', 'clickthread = window.clickthread; $&')}`,
    {
      window,
    },
  );
  return (window.clickthread?.q ?? []).map((call) => JSON.parse(JSON.stringify([call[0], call[1]])) as unknown);
}

describe.runIf(hasPhp)('the plugin', () => {
  test('is PHP', () => {
    expect(spawnSync('php', ['-l', PLUGIN]).status).toBe(0);
  });

  test('puts the tag that wp-config.php names into every page, and nothing where it names none', () => {
    const constants = { CLICKTHREAD_TAG: 'https://t.shop.example/t/shop.js' };
    expect(run({ hooks: ['wp_head'], constants }).printed).toBe(
      '<script id="clickthread-js" src="https://t.shop.example/t/shop.js" async></script>',
    );
    expect(run({ hooks: ['wp_head'] }).printed).toBe('');
  });

  test.each(['woocommerce_checkout_create_order', 'woocommerce_store_api_checkout_update_order_from_request'])(
    'keeps the journey of the cookie with the order, by %s',
    (hook) => {
      expect(run({ hooks: [hook], cookie }).meta).toEqual({ _ct_journey: journey });
    },
  );

  test.each([
    ['no cookie', undefined],
    ['another cookie', 'x_ct=1^visitor-1'],
    ['a script', '_ct=1^visitor-1^awc^<script>^abc'],
    ['a line behind it', `_ct=${journey}%0Ax`],
    ['more than a journey holds', `_ct=1^visitor-1${'^awc^a^a'.repeat(600)}`],
  ])('keeps nothing of %s', (_, sent) => {
    const given = { hooks: ['woocommerce_checkout_create_order'], ...(sent === undefined ? {} : { cookie: sent }) };
    expect(run(given).meta).toEqual({});
  });

  test('reports the order on the thank-you page, signed as the collector checks it', () => {
    const came = run({
      ...{ hooks: ['woocommerce_thankyou'], order: ORDER, constants: { CLICKTHREAD_ORDER_KEY: 'a key of a test' } },
    });
    const core = { orderId: 'WS-4715', total: '95.00', currency: 'EUR' };
    expect(callsOf(came)).toEqual([
      [
        'conversion',
        {
          ...core,
          ...{ status: 'approved', shipping: '4.20', tax: '15.17', coupons: ['ten'] },
          items: [{ sku: 'SH-M', name: 'Shirt </script>', quantity: 2, price: '42.015000', discount: '4.200000' }],
          signature: orderSignature('a key of a test', core),
        },
      ],
    ]);
    expect(came.printed.match(/<\/script>/g)).toHaveLength(1);
  });

  test.each([
    ['on-hold', 'pending'],
    ['processing', 'approved'],
    ['failed', undefined],
    ['cancelled', undefined],
  ])('an order that is %s is reported as %s', (status, reported) => {
    const calls = callsOf(run({ hooks: ['woocommerce_thankyou'], order: { ...ORDER, status } }));
    expect(calls).toMatchObject(reported === undefined ? [] : [['conversion', { status: reported }]]);
    expect(calls).toHaveLength(reported === undefined ? 0 : 1);
  });

  test('names the order as the connection does, and counts as the shop does', () => {
    const constants = { CLICKTHREAD_ORDER_NUMBER: 'id' };
    const given = { hooks: ['woocommerce_thankyou'], order: { ...ORDER, total: '1500' }, constants, decimals: 0 };
    expect(callsOf(run(given))).toMatchObject([['conversion', { orderId: '4715', total: '1500' }]]);
  });

  test('names a product without a SKU by its number', () => {
    const [line] = ORDER.items;
    const order = { ...ORDER, items: [{ ...line, product: '' }] };
    expect(callsOf(run({ hooks: ['woocommerce_thankyou'], order }))).toMatchObject([
      ['conversion', { items: [{ sku: '13' }] }],
    ]);
  });
});
