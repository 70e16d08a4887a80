/**
 * No order is lost because the shopper leaves: each way to tell one, 12 of 12, whether the page navigates or closes 50 ms after the order stands
 * in it. Only the first file has come; every other one is cold and never arrives, and what leaves the page takes 60 ms.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { pageHtml } from '../harness/browser-html.ts';
import { loaded } from '../harness/browser-page.ts';
import { browser, useBrowser, world } from '../harness/browser-suite.ts';
import { eventually, pause } from '../harness/browser-wait.ts';

const TRIES = 12;
/** At once, so that the machine's cores are not what is tested. */
const TOGETHER = 4;
const NETWORK_MS = 60;
/** From the moment in which the order stands in the page. */
const LEAVES_AFTER_MS = 50;

useBrowser();
beforeEach(() => {
  // Without the tag: nothing that is sent later can help.
  world.pages.put('/elsewhere', pageHtml());
  world.door.delay = NETWORK_MS;
  // Blocked, offline, or merely cold: no part comes while a page lives.
  world.door.silent = /^\/t\/shop\/\w+\.js/;
});

/** How the order comes to stand in the page: with its HTML, or by a statement that runs in it. `ID` stands for the order's number. */
interface Way {
  body?: string;
  script?: string;
}

const ELEMENT = `<p data-clickthread-order='{"orderId":"ID","total":"19.95","currency":"USD"}'></p>`;
const WAYS: Record<string, Way> = {
  call: { script: `clickthread('conversion', { orderId: 'ID', total: '19.95', currency: 'USD' })` },
  'data layer': {
    script: `dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: 'ID', value: 19.95, currency: 'USD' } })`,
  },
  attribute: { body: ELEMENT },
  'attribute that is set later': {
    body: '<p id="order"></p>',
    script: `document.getElementById('order').dataset.clickthreadOrder = '{"orderId":"ID","total":"19.95","currency":"USD"}'`,
  },
  'element that is added later': {
    script: `document.body.insertAdjacentHTML('beforeend', \`<div>${ELEMENT}</div>\`)`,
  },
  'amount in words': { script: `clickthread('conversion', { orderId: 'ID', total: '19,95 $', currency: 'USD' })` },
};

/** Whether the shopper goes to another page, which has no tag, or closes the tab. */
const LEAVES = ['navigate', 'close'] as const;

/** Buys in a browser of its own and leaves; whether the order arrived, with its amount. */
async function arrives(orderId: string, { body, script }: Way, leave: string): Promise<boolean> {
  const path = `/thanks-${orderId}`;
  world.pages.put(path, pageHtml({ tag: world.tag(), body: body?.replaceAll('ID', orderId) ?? '' }));
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    // The browser stays open with another tab.
    await context.newPage();
    await page.goto(`${world.pages.shop}${path}?irclickid=LEAVE-1`);
    await loaded(page);
    // The first file has run: what the landing brought is stored.
    await page.waitForFunction(() => document.cookie.includes('_ct='));
    await page.evaluate(script?.replaceAll('ID', orderId) ?? '');
    await pause(LEAVES_AFTER_MS);
    if (leave === 'close') await page.close();
    else await page.goto(`${world.pages.shop}/elsewhere`);
    const order = await eventually(orderId, () => world.order(orderId)).catch(() => undefined);
    return order?.total === '19.95';
  } finally {
    await context.close();
  }
}

describe.each(Object.entries(WAYS))('an order told by %s', (name, way) => {
  it.each(LEAVES)('arrives 12 of 12 when the shopper leaves by %s', async (leave) => {
    const prefix = `${name}-${leave}`.replace(/ /g, '-').toUpperCase();
    let count = 0;
    for (let i = 0; i < TRIES; i += TOGETHER) {
      const some = Array.from({ length: TOGETHER }, (_, j) => arrives(`${prefix}-${i + j}`, way, leave));
      count += (await Promise.all(some)).filter(Boolean).length;
    }
    expect(count).toBe(TRIES);
  });
});
