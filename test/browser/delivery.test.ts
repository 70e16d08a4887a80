/** Orders reach the collector though the shopper is gone: the page navigates or the tab closes right after the call, the way is slow. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../harness/browser.ts';
import { pageHtml, smallOrder } from '../harness/browser-html.ts';
import { loaded } from '../harness/browser-page.ts';
import { eventually } from '../harness/browser-wait.ts';
import { openWorld, type World } from '../harness/browser-world.ts';

const TRIES = 12;
/** At once, so that the machine's two cores are not the thing that is tested. */
const TOGETHER = 4;

let browser: Browser;
let world: World;
beforeAll(async () => {
  [browser, world] = await Promise.all([launchBrowser(), openWorld()]);
  world.pages.put('/thanks', pageHtml({ tag: world.tag() }));
  // Without the tag: nothing that is sent later can help.
  world.pages.put('/elsewhere', pageHtml());
  world.door.delay = 400;
});
afterAll(async () => {
  await browser.close();
  await world.stop();
});

/** Buys in browsers of their own, leaves each in the way that is tested, and counts whose order arrived. */
async function arrived(
  prefix: string,
  leave: (page: Page, order: object) => Promise<void>,
  tries = TRIES,
): Promise<number> {
  const ids = Array.from({ length: tries }, (_, i) => `${prefix}-${i}`);
  const one = async (orderId: string): Promise<boolean> => {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`${world.pages.shop}/thanks`);
      await loaded(page);
      await leave(page, smallOrder(orderId));
      return await eventually(orderId, async () => (await world.order(orderId)) !== undefined, 3_000).catch(
        () => false,
      );
    } finally {
      await context.close();
    }
  };
  let count = 0;
  for (let i = 0; i < tries; i += TOGETHER)
    count += (await Promise.all(ids.slice(i, i + TOGETHER).map(one))).filter(Boolean).length;
  return count;
}

it('delivers 12 of 12 orders when the page navigates away right after the call', async () => {
  const count = await arrived('NAVIGATE', async (page, order) => {
    await page.evaluate(
      ([given, to]) => {
        (window as unknown as { clickthread(...args: unknown[]): void }).clickthread('conversion', given);
        location.href = to;
      },
      [order, `${world.pages.shop}/elsewhere`] as const,
    );
    await page.waitForURL('**/elsewhere');
  });
  expect(count).toBe(TRIES);
});

it('delivers 12 of 12 orders when the tab closes right after the call', async () => {
  const count = await arrived('CLOSE', async (page, order) => {
    // The context stays open with another tab, as a browser does.
    await page.context().newPage();
    await page.evaluate(
      (given) => (window as unknown as { clickthread(...args: unknown[]): void }).clickthread('conversion', given),
      order,
    );
    await page.close();
  });
  expect(count).toBe(TRIES);
});

it('loses a plain request in the same place, so that the two tests above can fail', async () => {
  const count = await arrived(
    'PLAIN',
    async (page, order) => {
      await page.context().newPage();
      await page.evaluate(
        ([body, address]) => {
          void fetch(address, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
        },
        [JSON.stringify(order), `${world.tag()}/conversion`] as const,
      );
      await page.close();
    },
    TOGETHER,
  );
  expect(count).toBeLessThan(TOGETHER);
});
