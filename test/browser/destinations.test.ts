/** One order, bought in a real browser on a site with every founding destination connected: each vendor hears of it once. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../harness/browser.ts';
import { eventually, pause } from '../harness/browser-wait.ts';
import { impactAt, openWorld, shopSite, type World } from '../harness/browser-world.ts';
import { controlOf, type VendorState } from '../sandbox/control.ts';

const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';
const ORDER = 'O1234567';
const EMAIL = 'Jane+shop@example.com';

const everyDestination = (sandboxUrl: string): object[] => [
  shopSite({
    connections: [
      impactAt(sandboxUrl),
      {
        ...{ id: 'cartstack', type: 'cartstack' },
        settings: { key: 'ck-demo', siteId: 'a2V5cGFk==', totalBasis: 'total', baseUrl: `${sandboxUrl}/cartstack` },
      },
      { id: 'vt', type: 'vtmarketing', settings: { apiKey: 'vt-demo', baseUrl: `${sandboxUrl}/vtmarketing` } },
      {
        ...{ id: 'pixel', type: 'sale-pixel' },
        settings: { url: `${sandboxUrl}/tracker/track?id={orderId}&amp;amount={total}` },
      },
      {
        ...{ id: 'form', type: 'sale-form' },
        // The tracker knows a sale by its number, so the form's is another one: each door is seen for itself.
        settings: { action: `${sandboxUrl}/tracker/log`, fields: { id: 'F-{orderId}', amount: '{total}' } },
      },
      {
        ...{ id: 'network', type: 'postback', exclusive: false },
        settings: {
          url: `${sandboxUrl}/postback/x?click={click_id}&order={order_id}&amount={amount}`,
          clickParam: ['netclick'],
        },
      },
    ],
  }),
];

let browser: Browser;
let world: World;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  [browser, world] = await Promise.all([launchBrowser(), openWorld(everyDestination)]);
  context = await browser.newContext();
  page = await context.newPage();
});
afterAll(async () => {
  await browser.close();
  await world.stop();
});

const vendor = (name: string) => controlOf(() => world.sandbox, name).state();
type Received = VendorState['received'][number] & { method: string; answer: { status: number } };
const requests = async (name: string) =>
  ((await vendor(name)).received as Received[]).filter(({ path }) => !path.includes('APISubmissions'));

const allSettled = () =>
  eventually(`the order's deliveries`, async () => {
    const view = await world.order(ORDER);
    const open = view?.deliveries.filter(({ state }) => state !== 'delivered' && state !== 'confirmed') ?? [];
    return view && view.deliveries.length === 6 && open.length === 0 && view;
  });

it('tells each vendor once and rightly, pixel and form included', async () => {
  // An affiliate's click on the cookie tracker, which keeps it where only the shopper's browser can show it.
  await page.goto(`${world.sandbox.url}/tracker/click?affiliate=7`);
  await page.goto(`${world.shop.shopUrl}/?irclickid=${CLICK}&netclick=N-42.a`);
  await page.click('#product-link');
  await page.click('#checkout-link');
  await page.fill('#email', EMAIL);
  await page.click('#pay');
  await page.waitForURL('**/thanks*');
  await allSettled();

  const [impact, ...moreImpact] = await requests('impact');
  expect(moreImpact).toEqual([]);
  expect(Object.fromEntries(new URLSearchParams(impact!.body))).toMatchObject({
    ...{ OrderId: ORDER, ClickId: CLICK, ItemSubTotal1: '28.00', ItemSubTotal2: '99.00', OrderDiscount: '15.00' },
    // SHA-1 of the trimmed, lower-cased address: impact.com is never given the address itself.
    CustomerEmail: '635c1a9c77798207b6204c4cab3ca9909cd1eef5',
  });
  expect((await vendor('impact')).recorded).toMatchObject([{ orderId: ORDER, amount: '112.00', duplicates: 0 }]);

  const cartstack = await requests('cartstack');
  expect(cartstack.map(({ fields }) => fields)).toEqual([
    { key: '***', siteid: 'a2V5cGFk==', email: EMAIL, total: '112.00' },
  ]);
  expect((await vendor('cartstack')).recorded).toMatchObject([{ email: EMAIL, total: '112.00', notes: [] }]);

  // Unknown there at first: the user is made without touching a subscription, and the event is sent once again.
  const vt = await requests('vtmarketing');
  expect(vt.map(({ method, path, answer }) => [method, path, answer.status])).toEqual([
    ['POST', '/v1/event/', 404],
    ['PUT', `/v1/user/${encodeURIComponent(EMAIL)}?upsert=true`, 200],
    ['POST', '/v1/event/', 200],
  ]);
  expect((await vendor('vtmarketing')).recorded).toMatchObject([
    {
      ...{ email: EMAIL, orderId: ORDER, total: 112, currency: 'USD', status: 'approved', coupons: ['15BUCKSOFF'] },
      items: [
        { id: '1ABC2345', quantity: 2 },
        { id: '9ZXY7654', quantity: 3 },
      ],
      ...{ notes: [], duplicates: 0 },
    },
  ]);

  const tracked = (await requests('tracker')).filter(({ path }) => !path.startsWith('/click'));
  // Two requests of one moment: which comes first is the browser's business.
  tracked.sort((a, b) => a.method.localeCompare(b.method));
  expect(tracked.map(({ method, path, body, headers }) => [method, path, body, headers['sec-fetch-dest']])).toEqual([
    ['GET', `/track?id=${ORDER}&amount=112.00`, '', 'image'],
    ['POST', '/log', `id=F-${ORDER}&amount=112.00`, 'iframe'],
  ]);
  expect((await vendor('tracker')).recorded).toMatchObject([
    { id: ORDER, amount: '112.00', affiliate: '7', via: 'pixel', duplicates: 0 },
    { id: `F-${ORDER}`, amount: '112.00', affiliate: '7', via: 'form', duplicates: 0 },
  ]);

  expect((await vendor('postback')).recorded).toMatchObject([
    { method: 'GET', path: `/x?click=N-42.a&order=${ORDER}&amount=112.00`, body: '' },
  ]);
});

it("tells in the order's story who won, why, and what the browser fired", async () => {
  const order = await allSettled();
  expect(order.attribution).toMatchObject({ winner: { connection: 'impact', value: CLICK }, rule: 'last-touch' });
  expect(order.attribution.touches.map(({ param, reason }) => [param, reason])).toEqual(
    expect.arrayContaining([
      ['irclickid', 'won: newest touch inside 30 days'],
      ['netclick', 'won outside the contest: newest touch of network, which is not exclusive'],
    ]),
  );
  expect(order.deliveries.map(({ connection }) => connection).sort()).toEqual([
    'cartstack',
    'form',
    'impact',
    'network',
    'pixel',
    'vt',
  ]);
  expect(order.events.map(({ text }) => text)).toEqual(
    expect.arrayContaining(["pixel: fired in the shopper's browser", "form: fired in the shopper's browser"]),
  );
  // The shopper's address is in no story.
  expect(JSON.stringify(order)).not.toMatch(/jane/i);
});

it('adds nothing when the thank-you page is loaded again', async () => {
  const count = async () =>
    Promise.all(
      ['impact', 'cartstack', 'vtmarketing', 'tracker', 'postback'].map(async (name) => (await requests(name)).length),
    );
  const before = await count();
  for (const _ of [1, 2]) await page.reload({ waitUntil: 'networkidle' });
  const elsewhere = await browser.newContext();
  await (await elsewhere.newPage()).goto(page.url(), { waitUntil: 'networkidle' });
  await pause(300);
  expect(await count()).toEqual(before);
});
