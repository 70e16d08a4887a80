/**
 * Pages that live without being looked at: kept in the back/forward cache, and made before anybody goes there. The packaged browser has neither;
 * here a page is told what such a browser tells it, in the same order.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { pageHtml, smallOrder } from '../harness/browser-html.ts';
import { call, journeyOf, kept, loaded } from '../harness/browser-page.ts';
import { context, page, useBrowser, world } from '../harness/browser-suite.ts';
import { eventually, pause } from '../harness/browser-wait.ts';
import { impactAt, shopSite } from '../harness/browser-world.ts';

useBrowser((sandbox) =>
  ['wait', 'granted'].map((consent) => shopSite({ id: consent, consent, connections: [impactAt(sandbox)] })),
);

/** Long enough for what must not happen. */
const PAGE_MS = 600;

/** What a page hears when it is put into the cache, and when it comes back from there. */
const tell = (at: Page, event: 'pagehide' | 'pageshow'): Promise<unknown> =>
  at.evaluate((type) => dispatchEvent(new PageTransitionEvent(type, { persisted: true })), event);

const posts = () => world.door.passed.filter(({ method }) => method !== 'GET').map(({ path }) => path);
const purchase = (id: string) =>
  `dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: '${id}', value: 28, currency: 'USD' } })`;

async function openPage(at: Page, site: string, query = ''): Promise<void> {
  world.pages.put('/kept', pageHtml({ tag: world.tag('localhost', site) }));
  await at.goto(`${world.pages.shop}/kept${query}`, { waitUntil: 'networkidle' });
  await loaded(at);
}

describe('a page that comes back from the back/forward cache', () => {
  it.each([
    ['granted', 'of a partner’s visitor', '?irclickid=KEPT-1'],
    ['granted', 'of somebody without answer or journey', ''],
    ['wait', 'of a partner’s visitor who had agreed', '?irclickid=KEPT-2'],
  ])('after a no in another tab stores and sends nothing (%s, %s)', async (site, _whose, query) => {
    await openPage(page, site, query);
    if (site === 'wait') await call(page, 'consent', { marketing: true });
    if (query !== '') expect(await journeyOf(page)).toMatchObject({ touches: [{ param: 'irclickid' }] });
    await tell(page, 'pagehide');

    const other = await context.newPage();
    await openPage(other, site);
    await call(other, 'consent', { marketing: false });
    // The withdrawal was told, where there was anything to withdraw.
    await expect.poll(() => other.evaluate(() => localStorage.getItem('_ct_w'))).toBeNull();
    await other.waitForLoadState('networkidle');
    world.door.passed.length = 0;

    await tell(page, 'pageshow');
    await call(page, 'conversion', smallOrder('KEPT-AFTER-NO'));
    await page.evaluate(purchase('KEPT-PUSHED-AFTER-NO'));
    await page.evaluate(() => history.pushState({}, '', '?irclickid=KEPT-AGAIN'));
    await call(page, 'page');
    await pause(PAGE_MS);
    expect(posts()).toEqual([]);
    expect(await kept(context, page)).toEqual(site === 'granted' ? ['_ct_c@localhost'] : []);
  });

  it('tells its order once, however often it comes back and whatever repeats it', async () => {
    await openPage(page, 'granted', '?irclickid=KEPT-3');
    await page.evaluate(purchase('KEPT-ORDER'));
    await eventually('the order', () => world.order('KEPT-ORDER', 'granted'));
    for (let times = 0; times < 3; times++) {
      await tell(page, 'pagehide');
      await tell(page, 'pageshow');
      await page.evaluate(purchase('KEPT-ORDER'));
      await call(page, 'conversion', smallOrder('KEPT-CALLED'));
    }
    await eventually('the other order', () => world.order('KEPT-CALLED', 'granted'));
    await pause(PAGE_MS);
    const told = world.door.posts('conversion', 'granted').map((body) => JSON.stringify(body));
    for (const id of ['KEPT-ORDER', 'KEPT-CALLED']) expect(told.filter((text) => text.includes(id))).toHaveLength(1);
    // Its touch, too.
    expect(world.door.posts('touch', 'granted').filter(({ touches }) => (touches as unknown[])[0])).toHaveLength(1);
  });

  it('tells what it was given while the collector could not be reached, once', async () => {
    await openPage(page, 'granted', '?irclickid=KEPT-4');
    // With the part that sends again.
    await journeyOf(page);
    await context.setOffline(true);
    await page.evaluate(purchase('KEPT-OFFLINE'));
    await tell(page, 'pagehide');
    await pause(100);
    await context.setOffline(false);
    await tell(page, 'pageshow');
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await eventually('the order', () => world.order('KEPT-OFFLINE', 'granted'), 20_000);
    await pause(PAGE_MS);
    expect(world.door.posts('conversion', 'granted')).toHaveLength(1);
  });
});

describe('a page that is made before anybody goes there', () => {
  it.each(['granted', 'wait'])('does nothing before it is shown, and everything once then (%s)', async (site) => {
    await context.addInitScript(() => {
      let isWaiting = true;
      Object.defineProperty(document, 'prerendering', { get: () => isWaiting });
      Object.assign(window, {
        show() {
          isWaiting = false;
          document.dispatchEvent(new Event('prerenderingchange'));
        },
      });
    });
    const orderId = `SHOWN-${site}`;
    world.pages.put(
      '/made',
      pageHtml({
        tag: world.tag('localhost', site),
        body: `<script>clickthread('conversion', { orderId: '${orderId}', total: '19.95', currency: 'USD' });
          history.replaceState({}, '', '/made')</script>`,
      }),
    );
    await page.goto(`${world.pages.shop}/made?irclickid=SHOWN`, { waitUntil: 'networkidle' });
    await page.mouse.move(50, 50);
    await page.evaluate(
      purchase(`${orderId}-PUSHED`).replace('dataLayer', '(window.dataLayer = window.dataLayer || [])'),
    );
    await tell(page, 'pagehide');
    await pause(PAGE_MS);
    expect(world.door.passed.map(({ method, path }) => `${method} ${path}`)).toEqual([`GET /t/${site}.js`]);
    expect(await kept(context, page)).toEqual([]);

    await page.evaluate('show(); show()');
    if (site === 'wait') {
      await pause(PAGE_MS);
      expect(posts()).toEqual([]);
      await call(page, 'consent', { marketing: true });
    }
    for (const id of [orderId, `${orderId}-PUSHED`])
      expect(await eventually(id, () => world.order(id, site))).toMatchObject({
        attribution: { winner: { value: 'SHOWN' } },
      });
    await pause(PAGE_MS);
    expect(world.door.posts('conversion', site)).toHaveLength(2);
    expect(world.door.posts('touch', site).filter(({ touches }) => (touches as unknown[])[0])).toHaveLength(1);
  });
});
