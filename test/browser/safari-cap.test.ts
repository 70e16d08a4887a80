/** Safari's cap: after seven days the script's cookies and storage are gone. The journey comes back from the collector's own cookie. */
import { beforeAll, expect, it } from 'vitest';
import { pageHtml, smallOrder } from '../harness/browser-html.ts';
import { call, journeyOf, loaded } from '../harness/browser-page.ts';
import { context, openTab, page, useBrowser, world } from '../harness/browser-suite.ts';
import { eventually } from '../harness/browser-wait.ts';

const DAY = 86_400_000;

useBrowser();
beforeAll(() => {
  world.pages.put('/shop', pageHtml({ tag: world.tag() }));
});

/** The visitor came with a click eight days ago: what scripts wrote then is gone, what the collector's response set is not. */
async function eightDaysLater(): Promise<void> {
  await page.goto(`${world.pages.shop}/shop`, { waitUntil: 'networkidle' });
  // Told with the device's own time beside it: a clock that is eight days behind would be set right.
  await page.evaluate(
    async ([address, at]) => {
      const touches = [{ param: 'irclickid', value: 'CAP-1', at }];
      const body = JSON.stringify({ visitor: 'before-the-cap-0001', now: Date.now(), touches });
      await fetch(`${address}/touch`, { method: 'POST', credentials: 'include', body });
    },
    [world.tag(), Date.now() - 8 * DAY] as const,
  );
  await page.evaluate(() => localStorage.clear());
  const scripted = (await context.cookies()).filter(({ name }) => !['_ct_v', '_ct_h'].includes(name));
  for (const { name } of scripted) await context.clearCookies({ name });
  expect((await context.cookies()).map(({ name, httpOnly }) => [name, httpOnly]).sort()).toEqual([
    ['_ct_h', false],
    ['_ct_v', true],
  ]);
  await page.close();
  await openTab();
  world.door.passed.length = 0;
}

it('restores the journey with one request, and the order is attributed', async () => {
  await eightDaysLater();
  await page.goto(`${world.pages.shop}/shop`, { waitUntil: 'networkidle' });
  const requests = () => world.door.passed.filter(({ method }) => method === 'POST').map(({ path }) => path);
  expect(requests()).toEqual(['/t/shop/touch']);
  expect(await journeyOf(page)).toMatchObject({ touches: [{ param: 'irclickid', value: 'CAP-1' }] });

  // Restored is restored: further pages ask for nothing.
  await page.goto(`${world.pages.shop}/shop`, { waitUntil: 'networkidle' });
  expect(requests()).toEqual(['/t/shop/touch']);

  await call(page, 'conversion', smallOrder('CAP-ORDER-1'));
  const order = await eventually('the order', () => world.order('CAP-ORDER-1'));
  expect(order.attribution).toMatchObject({
    winner: { connection: 'impact', param: 'irclickid', value: 'CAP-1' },
    touches: [{ reason: 'won: newest touch inside 30 days' }],
  });
  const age = Date.parse(order.receivedAt!) - Date.parse(order.attribution.touches[0]!.at!);
  expect(Math.round(age / DAY)).toBe(8);
});

it('attributes an order even if the visitor lands on the thank-you page at once', async () => {
  await eightDaysLater();
  await page.goto(`${world.pages.shop}/shop`);
  await loaded(page);
  await call(page, 'conversion', smallOrder('CAP-ORDER-2'));
  const order = await eventually('the order', () => world.order('CAP-ORDER-2'));
  expect(order.attribution.winner).toMatchObject({ value: 'CAP-1' });
});

it('asks for nothing on behalf of a visitor who never came with a click', async () => {
  world.door.passed.length = 0;
  for (const _ of [1, 2]) await page.goto(`${world.pages.shop}/shop`, { waitUntil: 'networkidle' });
  expect(world.door.passed.filter(({ method }) => method === 'POST')).toEqual([]);
});
