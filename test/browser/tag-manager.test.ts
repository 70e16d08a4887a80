/** The Tag Manager template's own code in a real page, beside the data layer of a shop: its loader and its conversion reach the collector. */
import { expect, it } from 'vitest';
import { tagTemplate } from '../../gtm/template.ts';
import { templateShim } from '../../gtm/check/template-shim.ts';
import { pageHtml } from '../harness/browser-html.ts';
import { page, useBrowser, world } from '../harness/browser-suite.ts';
import { eventually } from '../harness/browser-wait.ts';
import { controlOf } from '../sandbox/control.ts';

useBrowser();
const impact = controlOf(() => world.sandbox, 'impact');

const PURCHASE = (orderId: string) =>
  `dataLayer.push({ ecommerce: null }, { event: 'purchase', ecommerce: { transaction_id: '${orderId}', value: 112, currency: 'USD', coupon: '15BUCKSOFF',
    items: [{ item_id: '1ABC2345', item_name: 'Product Name 1', item_category: 'Hardware', quantity: 2, price: 14 }] } });`;

/** The template's code, run as its triggers would: the loader on every page, the conversion after the purchase. */
function container(orderId?: string): string {
  const collector = world.tag().replace(/\/shop$/, '');
  const tpl = tagTemplate({ collector, site: 'shop', version: '0.0.0' });
  const run = (data: object) =>
    templateShim({ tpl, data: { siteId: 'shop', collector, waitForConsent: true, ...data } }).replaceAll('</', '<\\/');
  const sale =
    orderId === undefined ? '' : PURCHASE(orderId) + run({ action: 'conversion', orderSource: 'ga4', currency: 'USD' });
  return `<script>window.dataLayer = window.dataLayer || [];${run({ action: 'load' })}${sale}</script>`;
}

const results = () => page.evaluate(() => (window as unknown as { gtmShim: { results: string[] } }).gtmShim.results);

it('loads the tag, captures the landing, and reports a GA4 purchase once though the tag reads the data layer too', async () => {
  world.pages.put('/landing', pageHtml({ head: container() }));
  world.pages.put('/thanks', pageHtml({ head: container('GTM-1') }));
  await page.goto(`${world.pages.shop}/landing?irclickid=Gtm.Click-1`, { waitUntil: 'networkidle' });
  expect(await results()).toEqual(['success']);
  await page.goto(`${world.pages.shop}/thanks`, { waitUntil: 'networkidle' });
  const order = await eventually('the order', () => world.order('GTM-1'));
  expect(order).toMatchObject({
    ...{ total: '112.00', currency: 'USD', coupons: ['15BUCKSOFF'] },
    items: [{ sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, price: '14.00' }],
    attribution: { winner: { connection: 'impact', value: 'Gtm.Click-1' } },
  });
  expect(await results()).toEqual(['success', 'success']);
  // The template's call and the data layer are two reports of one order: it is told once.
  const { deliveries } = await world.settled('GTM-1');
  expect(deliveries.map(({ connection, kind }) => `${connection} ${kind}`)).toEqual(['impact conversion']);
  const { received } = await impact.state();
  expect(received.filter(({ body }) => new URLSearchParams(body).get('OrderId') === 'GTM-1')).toHaveLength(1);
});

it('loads and sends nothing before ad_storage is granted, and everything then', async () => {
  world.door.passed.length = 0;
  const denied =
    '<script>window.gtmShim = { consent: { ad_storage: false }, listeners: [], results: [], log: [] };</script>';
  world.pages.put('/thanks', pageHtml({ head: denied + container('GTM-2') }));
  await page.goto(`${world.pages.shop}/thanks?irclickid=Gtm.Click-2`, { waitUntil: 'networkidle' });
  expect(world.door.passed).toEqual([]);
  await page.evaluate(() =>
    (window as unknown as { gtmShim: { setConsent(type: string, granted: boolean): void } }).gtmShim.setConsent(
      'ad_storage',
      true,
    ),
  );
  const order = await eventually('the order', () => world.order('GTM-2'));
  expect(order.attribution.winner).toMatchObject({ value: 'Gtm.Click-2' });
});
