/** The whole thread in a real browser: a partner's click, a checkout on another domain, one conversion at impact.com. */
import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { call } from '../harness/browser-page.ts';
import { browser, context, page, useBrowser, world } from '../harness/browser-suite.ts';
import { eventually, pause } from '../harness/browser-wait.ts';
import { controlOf } from '../sandbox/control.ts';

const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';

useBrowser();
beforeAll(async () => {
  // Strict about the account, so that a request with another key could not count.
  await impact.settings({ accountSid: 'IRdemo', authToken: 'demo-token', campaignId: '1000', actionTrackerId: '9876' });
});

const impact = controlOf(() => world.sandbox, 'impact');
const conversionsOf = async (orderId: string) =>
  (await impact.state()).received.filter(({ body }) => new URLSearchParams(body).get('OrderId') === orderId);
const recordedOf = async (orderId: string) =>
  (await impact.state()).recorded.filter((action) => action['orderId'] === orderId);
const reportsOf = (orderId: string) => world.door.posts('conversion').filter((body) => body['orderId'] === orderId);

/** Orders that wait in the browser for the collector. */
const queued = () =>
  page.evaluate(() =>
    Object.keys(localStorage)
      .filter((name) => name.startsWith('_ct_q'))
      .map((name) => JSON.parse(localStorage[name] as string) as { key: string; due: number }),
  );

/** Lands with the click, goes to the basket, and on to the checkout on the other domain by `button`. */
async function toCheckout(button = '#checkout-link'): Promise<void> {
  await page.goto(`${world.shop.shopUrl}/?irclickid=${CLICK}`);
  await page.click('#product-link');
  await page.click(button);
  await page.waitForURL(`${world.shop.checkoutUrl}/checkout*`);
}

/** `orderId`: the number that the shop gives the order; that of the founding document unless given. */
async function pay(orderId?: string): Promise<void> {
  if (orderId !== undefined)
    await page
      .locator('input[name=order]')
      .evaluate((input, id) => void ((input as HTMLInputElement).value = id), orderId);
  await page.click('#pay');
  await page.waitForURL(`${world.shop.checkoutUrl}/thanks*`);
}

it('tells impact.com of the sale of the founding document, in exactly one whole request', async () => {
  await toCheckout();
  await expect.poll(() => page.url()).toBe(`${world.shop.checkoutUrl}/checkout`);
  await pay();
  const order = await world.settled('O1234567');

  const [request, ...more] = await conversionsOf('O1234567');
  expect(more).toEqual([]);
  expect(request).toMatchObject({
    ...{ method: 'POST', path: '/Advertisers/IRdemo/Conversions', answer: { status: 200 } },
    headers: {
      ...{ authorization: 'Basic ***', accept: 'application/json' },
      ...{ 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'clickthread' },
    },
  });
  expect(Object.fromEntries(new URLSearchParams(request!.body))).toEqual({
    ...{ CampaignId: '1000', ActionTrackerId: '9876', ClickId: CLICK },
    EventDate: world.shop
      .orders()
      .at(-1)!
      .order.placedAt.replace(/\.\d+Z/, 'Z'),
    ...{ CustomerId: 'BCZ2WVSH674563PDPYOTM3AXDQ', CurrencyCode: 'USD', OrderId: 'O1234567' },
    ...{ OrderDiscount: '15.00', OrderPromoCode: '15BUCKSOFF' },
    ...{ ItemSku1: '1ABC2345', ItemName1: 'Product Name 1', ItemCategory1: 'Hardware' },
    ...{ ItemQuantity1: '2', ItemSubTotal1: '28.00' },
    ...{ ItemSku2: '9ZXY7654', ItemName2: 'Product Name 2', ItemCategory2: 'Gardening' },
    ...{ ItemQuantity2: '3', ItemSubTotal2: '99.00' },
  });
  expect(await recordedOf('O1234567')).toMatchObject([{ amount: '112.00', currency: 'USD', duplicates: 0 }]);
  expect(order.attribution).toMatchObject({
    ...{ winner: { connection: 'impact', param: 'irclickid', value: CLICK }, rule: 'last-touch' },
    touches: [{ param: 'irclickid', value: CLICK, reason: 'won: newest touch inside 30 days' }],
  });
  expect(order.deliveries).toMatchObject([{ connection: 'impact', kind: 'conversion', attempts: [{}] }]);
});

describe('the hand-over to the other domain', () => {
  it.each([
    ['link', '#checkout-link'],
    ['GET form', '#checkout-get'],
    ['POST form', '#checkout-post'],
    ['redirect made by hand', '#checkout-decorate'],
  ])('carries the journey by %s, cleans the address bar and fills the hidden fields', async (_way, button) => {
    const orderId = `WAY-${button.slice(1)}`;
    await toCheckout(button);
    await expect.poll(() => page.url()).toMatch(/\/checkout\??$/);
    await expect.poll(() => page.inputValue('[data-clickthread=irclickid]')).toBe(CLICK);
    const journeys = (await context.cookies()).filter(({ name }) => name === '_ct');
    expect(journeys.map(({ domain }) => domain).sort()).toEqual(['127.0.0.1', 'localhost']);
    // "A link between domains brings touches, not identity; ids never travel in links."
    const [here, there] = journeys.map(({ value }) => decodeURIComponent(value).split('^'));
    expect(here!.slice(2)).toEqual(there!.slice(2));
    expect(here![1]).not.toBe(there![1]);
    await pay(orderId);
    expect((await world.settled(orderId)).attribution.winner).toMatchObject({ param: 'irclickid', value: CLICK });
    expect(world.shop.orders().at(-1)).toMatchObject({ irclickid: CLICK, order: { orderId } });
  });
});

it('counts an order once: page loaded three times more, second tab, request replayed three times', async () => {
  await toCheckout();
  await pay('ONCE-1');
  await world.settled('ONCE-1');
  for (const _ of [1, 2, 3]) await page.reload({ waitUntil: 'networkidle' });
  const tab = await context.newPage();
  await tab.goto(page.url(), { waitUntil: 'networkidle' });
  expect(reportsOf('ONCE-1')).toHaveLength(1);

  // Another browser, where nothing is remembered: the link in the shop's e-mail, opened on the telephone.
  const phone = await browser.newContext();
  await (await phone.newPage()).goto(page.url(), { waitUntil: 'networkidle' });
  await phone.close();
  expect(reportsOf('ONCE-1')).toHaveLength(2);

  const { path, headers, body } = world.door.passed.find(({ body }) => body.includes('"ONCE-1"'))!;
  for (const _ of [1, 2, 3]) {
    const { 'content-length': _length, connection: _connection, host: _host, ...rest } = headers;
    const address = `http://127.0.0.1:${world.door.port}${path}`;
    const replay = await fetch(address, { method: 'POST', headers: rest as Record<string, string>, body });
    expect(await replay.json()).toMatchObject({ result: 'duplicate' });
  }
  await pause(300);
  expect(await conversionsOf('ONCE-1')).toHaveLength(1);
  expect(await recordedOf('ONCE-1')).toMatchObject([{ duplicates: 0 }]);
});

it('finds the click of the phone from the order of the laptop, where the shop has signed the customer in on both', async () => {
  const { key } = await world.admin<{ key: string }>('POST', '/keys', { kind: 'order', sites: ['shop'] });
  const signIn = () => {
    const signedAt = new Date().toISOString();
    const text = ['identify', '4711', 'jane@example.com', signedAt].join('\n');
    const signature = createHmac('sha256', key).update(text).digest('hex');
    return { customerId: '4711', email: 'jane@example.com', signedAt, signature };
  };
  await page.goto(`${world.shop.shopUrl}/?irclickid=PHONE-1`, { waitUntil: 'networkidle' });
  await call(page, 'identify', signIn());
  await eventually('the sign-in', () => world.door.posts('touch').some(({ identity }) => identity));

  const laptop = await browser.newContext();
  const shop = await laptop.newPage();
  await shop.goto(`${world.shop.shopUrl}/`, { waitUntil: 'networkidle' });
  const order = { total: '19.95', currency: 'USD' };
  await call(shop, 'conversion', { ...order, orderId: 'SIGNED-0' });
  await call(shop, 'identify', { ...signIn(), signature: '0'.repeat(64) });
  await call(shop, 'conversion', { ...order, orderId: 'SIGNED-1' });
  await call(shop, 'identify', signIn());
  await call(shop, 'conversion', { ...order, orderId: 'SIGNED-2' });
  expect((await world.settled('SIGNED-2')).attribution.winner).toMatchObject({ value: 'PHONE-1' });
  for (const unsigned of ['SIGNED-0', 'SIGNED-1'])
    expect((await world.settled(unsigned)).attribution.winner).toBeNull();
  await laptop.close();
});

describe('while the collector cannot take the order', () => {
  it('keeps it in the browser when the collector is down, and sends it on the next page once it is up', async () => {
    await toCheckout();
    await page.waitForLoadState('networkidle');
    await world.collector.stop();
    try {
      await pay('DOWN-1');
      await eventually('the failed report', () => reportsOf('DOWN-1').length > 0);
      expect(await queued()).toMatchObject([{ body: { orderId: 'DOWN-1' } }]);
      await page.goto('about:blank');
    } finally {
      await world.collector.start();
    }
    // Its lease keeps other pages off for ten seconds; then the page that is open sends it.
    await page.goto(`${world.shop.checkoutUrl}/checkout`);
    await world.settled('DOWN-1');
    expect(await conversionsOf('DOWN-1')).toHaveLength(1);
    await expect.poll(queued).toEqual([]);
  });

  it('keeps it when the store answers 503, waits as long as Retry-After says, and sends it from the same page', async () => {
    await toCheckout();
    await page.waitForLoadState('networkidle');
    world.door.refusal = { status: 503, headers: { 'retry-after': '1' } };
    try {
      await pay('BUSY-1');
      await eventually('the refused report', () => reportsOf('BUSY-1').length > 0);
    } finally {
      world.door.refusal = undefined;
    }
    const order = await world.settled('BUSY-1');
    expect(order.attribution.winner).toMatchObject({ value: CLICK });
    expect(await conversionsOf('BUSY-1')).toHaveLength(1);
    expect(reportsOf('BUSY-1')).toHaveLength(2);
  });

  it('obeys the collector’s own 429: an order that was reported too often is not sent again before Retry-After says so', async () => {
    const order = { orderId: 'OFTEN-1', total: '1.00', currency: 'USD' };
    // The order's own limit: twenty reports an hour.
    for (let report = 0; report < 20; report += 1)
      await fetch(`${world.tag('127.0.0.1')}/conversion`, { method: 'POST', body: JSON.stringify(order) });
    await page.goto(`${world.shop.shopUrl}/?irclickid=${CLICK}`, { waitUntil: 'networkidle' });
    const answer = page.waitForResponse((response) => response.url().endsWith('/conversion'));
    const before = Date.now();
    await call(page, 'conversion', order);
    const refusal = await answer;
    const seconds = Number(refusal.headers()['retry-after']);
    expect([refusal.status(), seconds > 60]).toEqual([429, true]);
    await expect.poll(async () => (await queued())[0]?.due ?? 0).toBeGreaterThanOrEqual(before + seconds * 1000);
    const sent = reportsOf('OFTEN-1').length;
    await page.reload({ waitUntil: 'networkidle' });
    await pause(500);
    expect(reportsOf('OFTEN-1')).toHaveLength(sent);
  });

  it('sends the conversion once when impact.com answers 503 for a while', async () => {
    await impact.script([{ kind: 'status', status: 503, times: 2, path: '/Conversions' }]);
    await toCheckout();
    await pay('LATE-1');
    const order = await eventually(
      'a delivered conversion',
      async () => {
        const view = await world.order('LATE-1');
        return view?.deliveries[0]?.state === 'delivered' && view;
      },
      30_000,
    );
    expect(order.deliveries[0]!.attempts.map(({ outcome }) => outcome)).toEqual(['retry', 'retry', 'delivered']);
    expect(await recordedOf('LATE-1')).toMatchObject([{ duplicates: 0 }]);
  });
});
