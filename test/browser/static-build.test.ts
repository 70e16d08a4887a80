/** The static file on its own: no collector anywhere, or for the benefit of the shop's own back end. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { launchBrowser } from '../harness/browser.ts';
import { pageHtml, STUB } from '../harness/browser-html.ts';
import { call, kept, loaded } from '../harness/browser-page.ts';
import { openPages, type Pages } from '../harness/browser-pages.ts';
import { eventually } from '../harness/browser-wait.ts';

let browser: Browser;
let pages: Pages;
let context: BrowserContext;
let page: Page;
/** Addresses that the browser asked for, beyond the pages and the script. */
let asked: string[];
beforeAll(async () => {
  [browser, pages] = await Promise.all([launchBrowser(), openPages()]);
  for (const name of ['static', 'capture'])
    pages.put(`/${name}.js`, {
      html: readFileSync(new URL(`../../dist/tag/clickthread.${name}.js`, import.meta.url), 'utf8'),
      headers: { 'content-type': 'text/javascript' },
    });
  pages.put('/pixel', { html: '', status: 204 });
  pages.put('/log', 'logged');
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  asked = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (!/\.js$|^\/(shop|far)/.test(pathname))
      asked.push(`${request.method()} ${pathname}${search} ${request.postData() ?? ''}`.trim());
  });
});
afterEach(() => context.close());
afterAll(async () => {
  await browser.close();
  await pages.stop();
});

const html = (attributes: string, body = '', file = 'static') =>
  `${pageHtml()}<script>${STUB}</script><script src="/${file}.js" ${attributes}></script>${body}`;
const FIELDS = `<form><input type="hidden" data-clickthread="irclickid" value=""><input type="hidden" data-clickthread="journey" value=""></form>`;
const GRANTED = 'data-params="irclickid" data-consent="granted"';

it('captures, keeps, and fills hidden fields, late ones too, without a single request', async () => {
  pages.put('/shop', html(GRANTED, FIELDS));
  await page.goto(`${pages.shop}/shop?irclickid=Static-1`);
  await expect.poll(() => page.inputValue('[data-clickthread=irclickid]')).toBe('Static-1');
  expect(await page.inputValue('[data-clickthread=journey]')).toContain('^irclickid^Static-1^');
  await page.goto(`${pages.shop}/shop`);
  await page.evaluate(
    (fields) => document.body.insertAdjacentHTML('beforeend', `<div id="late">${fields}</div>`),
    FIELDS,
  );
  await expect.poll(() => page.inputValue('#late [data-clickthread=irclickid]')).toBe('Static-1');
  expect(asked).toEqual([]);
});

it('carries the journey to a linked domain, whose own static file takes it up', async () => {
  pages.put('/shop', html(`${GRANTED} data-linked="127.0.0.1"`, `<a href="${pages.other}/far">go</a>`));
  pages.put('/far', html(`${GRANTED} data-linked="localhost"`, FIELDS));
  await page.goto(`${pages.shop}/shop?irclickid=Static-2`);
  await loaded(page);
  await page.click('a');
  await page.waitForURL(/127\.0\.0\.1/);
  await expect.poll(() => page.inputValue('[data-clickthread=irclickid]')).toBe('Static-2');
  expect(page.url()).toBe(`${pages.other}/far`);
});

it('fires the pixel of a sale once, however often the page is loaded', async () => {
  const pixel = `${pages.shop}/pixel?id={orderId}&amp;amount={total}&amp;cur={currency}`;
  const sale = `<script>clickthread('conversion', { orderId: 'A&B 1', total: '19.95', currency: 'USD' })</script>`;
  pages.put('/shop', html(`${GRANTED} data-pixel="${pixel}"`, sale));
  for (const _ of [1, 2, 3]) await page.goto(`${pages.shop}/shop`, { waitUntil: 'networkidle' });
  expect(asked).toEqual(['GET /pixel?id=A%26B%201&amount=19.95&cur=USD']);
});

it('posts the form of a sale into a hidden frame, and the shopper stays', async () => {
  const form = `${pages.shop}/log?id={orderId}&amp;amount={total}`;
  pages.put('/shop', html(`${GRANTED} data-form="${form}"`));
  await page.goto(`${pages.shop}/shop`);
  await call(page, 'conversion', { orderId: 'F-1', total: '19.95', currency: 'USD' });
  await eventually('the form', () => pages.requests.some(({ body }) => body === 'id=F-1&amount=19.95'));
  await expect.poll(() => asked).toEqual(['POST /log id=F-1&amount=19.95']);
  expect(page.url()).toBe(`${pages.shop}/shop`);
});

it('shows a button where the tracker has to become the page itself', async () => {
  const form = `${pages.shop}/log?id={orderId}&amp;amount={total}`;
  pages.put('/shop', html(`${GRANTED} data-form="${form}" data-form-target="page" data-button="Click to Continue"`));
  await page.goto(`${pages.shop}/shop`);
  await call(page, 'conversion', { orderId: 'F-2', total: '19.95', currency: 'USD' });
  await page.click('text=Click to Continue');
  await page.waitForURL(`${pages.shop}/log`);
  await expect.poll(() => asked).toEqual(['POST /log id=F-2&amount=19.95']);
});

it('waits for consent unless told otherwise, and wipes on withdrawal', async () => {
  pages.put('/shop', html('data-params="irclickid"', FIELDS));
  await page.goto(`${pages.shop}/shop?irclickid=Static-3`, { waitUntil: 'networkidle' });
  expect(await kept(context, page)).toEqual([]);
  expect(await page.inputValue('[data-clickthread=irclickid]')).toBe('');
  await call(page, 'consent', { marketing: true });
  await expect.poll(() => page.inputValue('[data-clickthread=irclickid]')).toBe('Static-3');
  await call(page, 'consent', { marketing: false });
  await expect.poll(() => page.inputValue('[data-clickthread=irclickid]')).toBe('');
  await expect.poll(async () => (await kept(context, page)).filter((name) => !name.startsWith('_ct_c'))).toEqual([]);
});

it('in the capture-only build: the click id from landing to the shop’s own form', async () => {
  pages.put('/shop', html('data-params="irclickid" data-consent="granted"', FIELDS, 'capture'));
  await page.goto(`${pages.shop}/shop?irclickid=Static-4`);
  await page.goto(`${pages.shop}/shop`);
  await expect.poll(() => page.inputValue('[data-clickthread=irclickid]')).toBe('Static-4');
  expect(asked).toEqual([]);
});
