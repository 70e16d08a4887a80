/** Orders that nobody reports but the page shows: the six shapes of data layers, before and after the tag, and the order in an attribute. */
import { describe, expect, it } from 'vitest';
import { pageHtml } from '../harness/browser-html.ts';
import { loaded } from '../harness/browser-page.ts';
import { page, useBrowser, world } from '../harness/browser-suite.ts';
import { eventually, pause } from '../harness/browser-wait.ts';
import { impactAt, shopSite } from '../harness/browser-world.ts';
import { controlOf } from '../sandbox/control.ts';

useBrowser((sandbox) => [
  shopSite({ connections: [impactAt(sandbox)] }),
  shopSite({ id: 'renamed', tag: { dataLayer: 'shopLayer' }, connections: [impactAt(sandbox)] }),
]);

/** Statements of a shop's page; `ID` stands for the order's number. All tell of the same sale. */
const SHAPES: [name: string, site: string, script: string][] = [
  [
    'GA4 purchase',
    'shop',
    `dataLayer.push({ ecommerce: null });
     dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: 'ID', value: '112.00', tax: 0, shipping: '4.90', currency: 'USD', coupon: '15BUCKSOFF',
       items: [{ item_id: '1ABC2345', item_name: 'Product Name 1', item_category: 'Hardware', price: 14, quantity: '2' }] } });`,
  ],
  [
    'gtag arguments',
    'shop',
    `function gtag() { dataLayer.push(arguments); }
     gtag('js', new Date()); gtag('config', 'G-1');
     gtag('event', 'purchase', { transaction_id: 'ID', value: 112, shipping: 4.9, currency: 'USD', coupon: '15BUCKSOFF', send_to: 'G-1',
       items: [{ item_id: '1ABC2345', item_name: 'Product Name 1', item_category: 'Hardware', price: '14.00', quantity: 2 }] });`,
  ],
  [
    'enhanced e-commerce of Universal Analytics',
    'shop',
    `dataLayer.push({ event: 'eec.purchase', ecommerce: { currencyCode: 'USD', purchase: {
       actionField: { id: 'ID', revenue: '112.00', shipping: '4.90', tax: '0', coupon: '15BUCKSOFF', affiliation: 'Shop' },
       products: [{ id: '1ABC2345', name: 'Product Name 1', category: 'Hardware', price: '14.00', quantity: 2 }] } } });`,
  ],
  [
    'the first Tag Manager',
    'shop',
    `dataLayer.push({ transactionId: 'ID', transactionTotal: 112.0, transactionShipping: 4.9, transactionTax: 0, coupon: '15BUCKSOFF',
       transactionProducts: [{ sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', price: 14, quantity: 2 }] });`,
  ],
  [
    'split pushes',
    'shop',
    `dataLayer.push({ ecommerce: { transaction_id: 'ID', currency: 'USD', coupon: '15BUCKSOFF', shipping: '4.90' } });
     dataLayer.push({ ecommerce: { value: '112.00', items: [{ item_id: '1ABC2345', item_name: 'Product Name 1', item_category: 'Hardware', price: 14, quantity: 2 }] } });
     dataLayer.push({ event: 'Purchase' });`,
  ],
  [
    'a data layer under another name',
    'renamed',
    `shopLayer.push({ event: 'purchase', ecommerce: { transaction_id: 'ID', value: '$112.00', shipping: '4,90', currency: 'usd', coupon: '15BUCKSOFF',
       items: [{ item_id: '1ABC2345', item_name: 'Product Name 1', item_category: 'Hardware', price: 14, quantity: 2 }] } });`,
  ],
];

const impact = controlOf(() => world.sandbox, 'impact');
const conversionsOf = async (orderId: string) =>
  (await impact.state()).received.filter(({ body }) => new URLSearchParams(body).get('OrderId') === orderId);

/** What the first file hands over at once is completed by the part that reads the rest; impact.com hears of the whole order, once. */
async function bought(orderId: string, site: string): Promise<void> {
  await expect
    .poll(() => world.order(orderId, site), { timeout: 10_000 })
    .toMatchObject({
      ...{ total: '112.00', currency: 'USD', shipping: '4.90', coupons: ['15BUCKSOFF'] },
      items: [{ sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, price: '14.00' }],
      attribution: { winner: { connection: 'impact', value: 'LAYER-1' } },
    });
  expect((await world.settled(orderId, site)).deliveries).toMatchObject([{ kind: 'conversion' }]);
  const [told, ...more] = await conversionsOf(orderId);
  expect(more).toEqual([]);
  expect(Object.fromEntries(new URLSearchParams(told!.body))).toMatchObject({
    ...{ ClickId: 'LAYER-1', ItemCategory1: 'Hardware', OrderPromoCode: '15BUCKSOFF' },
  });
}

/** A partner's visitor: on further pages the part that looks for rarer orders is there (decision 0005). */
async function landed(site = 'shop'): Promise<void> {
  world.pages.put('/landing', pageHtml({ tag: world.tag('localhost', site) }));
  await page.goto(`${world.pages.shop}/landing?irclickid=LAYER-1`, { waitUntil: 'networkidle' });
}

describe.each(SHAPES)('%s', (_name, site, script) => {
  const layer = site === 'shop' ? 'dataLayer' : 'shopLayer';
  const number = SHAPES.findIndex((shape) => shape[2] === script);

  it('is read where it stands before the tag', async () => {
    const orderId = `BEFORE-${number}`;
    const head = `<script>window.${layer} = window.${layer} || []; ${script.replaceAll("'ID'", `'${orderId}'`)}</script>`;
    world.pages.put('/thanks', pageHtml({ tag: world.tag('localhost', site), head }));
    await landed(site);
    await page.goto(`${world.pages.shop}/thanks`);
    await bought(orderId, site);
  });

  it('is read when it is pushed later', async () => {
    const orderId = `LIVE-${number}`;
    world.pages.put('/later', pageHtml({ tag: world.tag('localhost', site) }));
    await landed(site);
    await page.goto(`${world.pages.shop}/later`, { waitUntil: 'load' });
    await loaded(page);
    await page.evaluate(`window.${layer} = window.${layer} || []; ${script.replaceAll("'ID'", `'${orderId}'`)}`);
    await bought(orderId, site);
  });
});

it('credits the click in the address of the very page whose data layer holds the order', async () => {
  const [, , script] = SHAPES[0]!;
  const head = `<script>window.dataLayer = []; ${script.replaceAll('ID', 'AT-ONCE')}</script>`;
  world.pages.put('/at-once', pageHtml({ tag: world.tag(), head }));
  await page.goto(`${world.pages.shop}/at-once?irclickid=LAYER-1`);
  await bought('AT-ONCE', 'shop');
});

it('reads the order in an attribute, one that comes late too', async () => {
  const order = (orderId: string) =>
    JSON.stringify({ orderId, total: '112.00', currency: 'USD', items: [{ sku: '1', quantity: 1, price: '112.00' }] });
  world.pages.put(
    '/attribute',
    pageHtml({ tag: world.tag(), body: `<div data-clickthread-order='${order('ATTRIBUTE-1')}'></div>` }),
  );
  await landed();
  await page.goto(`${world.pages.shop}/attribute`);
  await eventually('the order', () => world.order('ATTRIBUTE-1'));
  await page.evaluate((text) => {
    const late = document.createElement('p');
    late.dataset['clickthreadOrder'] = text;
    document.body.append(late);
  }, order('ATTRIBUTE-2'));
  expect(await eventually('the late order', () => world.order('ATTRIBUTE-2'))).toMatchObject({ total: '112.00' });
});

it('reads what CS-Cart leaves in its global, in the currency of the site', async () => {
  const head = `<script>var order_info = { transaction_id: 11001, value: '1.234,50', currency: 'EUR', items: [{ item_id: 'A', item_name: 'B', price: 1234.5, quantity: 1 }] };</script>`;
  world.pages.put('/cs-cart', pageHtml({ tag: world.tag(), head }));
  await landed();
  await page.goto(`${world.pages.shop}/cs-cart`);
  expect(await eventually('the order', () => world.order('11001'))).toMatchObject({
    total: '1234.50',
    currency: 'USD',
  });
});

it('reports several orders of one page, each once, and keeps their goods apart', async () => {
  const one = (id: string, items: string) =>
    `dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: '${id}', value: 5, currency: 'USD', items: ${items} } });`;
  const script =
    one('SEVERAL-1', `[{ item_id: 'A', price: 5 }]`) + one('SEVERAL-2', '[null, {}]') + one('SEVERAL-1', '[]');
  world.pages.put(
    '/several',
    pageHtml({ tag: world.tag(), head: `<script>window.dataLayer = []; ${script}</script>` }),
  );
  await page.goto(`${world.pages.shop}/several`);
  const second = await eventually('the second order', () => world.order('SEVERAL-2'));
  expect(second.items).toEqual([]);
  expect((await eventually('the first order', () => world.order('SEVERAL-1'))).items).toMatchObject([{ sku: 'A' }]);
  // Pushed twice, it is still one sale, with the goods of the entry that had any.
  await pause(200);
  expect((await world.settled('SEVERAL-1')).items).toMatchObject([{ sku: 'A' }]);
});

it('leaves alone what is no sale: other events, refunds, an order without a number', async () => {
  const head = `<script>window.dataLayer = [{ event: 'view_item', ecommerce: { value: 3 } },
    { event: 'refund', ecommerce: { transaction_id: 'REFUND-1', value: 3, currency: 'USD' } },
    { event: 'add_to_cart', note: 'then purchase' }, { ecommerce: null }, { event: 'purchase', ecommerce: { value: 3, currency: 'USD' } }];</script>
    <script type="text/plain">dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: 'BLOCKED', value: 3 } })</script>`;
  world.pages.put('/no-sale', pageHtml({ tag: world.tag(), head }));
  await landed();
  await page.goto(`${world.pages.shop}/no-sale`, { waitUntil: 'networkidle' });
  // What may be an order is handed over, and the collector makes no sale of it; what is no entry at all stays in the page.
  for (const orderId of ['REFUND-1', 'BLOCKED', '', 'undefined']) expect(await world.order(orderId)).toBeUndefined();
  expect(JSON.stringify(world.door.posts('conversion'))).not.toMatch(/BLOCKED|add_to_cart/);
  for (const orderId of ['REFUND-1', 'BLOCKED', '', 'undefined']) expect(await conversionsOf(orderId)).toEqual([]);
});

it('hears a push into a data layer that a container has replaced', async () => {
  world.pages.put(
    '/replaced',
    pageHtml({ tag: world.tag(), head: '<script>window.dataLayer = [{ event: "purchase-page" }];</script>' }),
  );
  await landed();
  await page.goto(`${world.pages.shop}/replaced`);
  await loaded(page);
  await page.evaluate(() => {
    const { dataLayer } = window as unknown as { dataLayer: object[] };
    // As Google's container does: a push of its own that goes on to the array's.
    dataLayer.push = (...entries) => Array.prototype.push.apply(dataLayer, entries);
    window.dispatchEvent(new Event('load'));
    dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: 'REPLACED-1', value: 1, currency: 'USD' } });
  });
  await eventually('the order', () => world.order('REPLACED-1'));
});
