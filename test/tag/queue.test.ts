/** Orders that can't be delivered at once: kept, sent later, never twice. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LANDING, NOW, open } from './page.ts';
import type { Answer, Options, Page } from './page.ts';

const order = { orderId: 'O1', total: '5.00', currency: 'USD' };
const orders = (page: Page) =>
  page.sent.filter(({ url }) => url.endsWith('/conversion')).map(({ body }) => body.orderId);
const queued = (page: Page) =>
  Object.entries(page.storage())
    .filter(([name]) => name.startsWith('_ct_q'))
    .map(([, job]) => JSON.parse(job) as { body: { orderId: string }; due: number })
    .map(({ body, due }) => [body.orderId, due - NOW]);

/** A page whose collector answers as told, and whose timers are noted instead of run. */
const failing = async (answer: Answer, extra: object = {}) => {
  const timers: number[] = [];
  const page = await open({
    answer: () => answer,
    before: (window) => {
      window.setTimeout = ((run: () => void, wait?: number) =>
        wait ? timers.push(wait) : setImmediate(run)) as unknown as typeof window.setTimeout;
    },
    ...extra,
  });
  page.call('conversion', order);
  await page.rest();
  return { page, timers };
};

afterEach(() => void vi.useRealTimers());

describe('an order that the collector does not take', () => {
  it.each([
    ['is offline', { fails: true }, 2000],
    ['answers 503 with Retry-After', { status: 503, retryAfter: '7' }, 7000],
    ['answers 500', { status: 500 }, 2000],
    ['answers 429', { status: 429, retryAfter: '30' }, 30_000],
    ['answers 408', { status: 408 }, 2000],
    // A timer of more than 24 days would run at once, and again.
    ['answers 503 with a month', { status: 503, retryAfter: '2592000' }, 3_600_000],
    ['answers 503 with a date', { status: 503, retryAfter: 'Fri, 06 Nov 2026 12:00:00 GMT' }, 2000],
    ['is kept away by a firewall', { status: 403, body: '<html>Access denied</html>' }, 2000],
    ['is kept away by a page that asks to sign in', { status: 200, body: '<form action="/login">' }, 2000],
    ['is behind a proxy that knows nothing of it', { status: 404, body: { error: 'not found' } }, 2000],
    ['is behind a proxy that finds nobody', { status: 502 }, 2000],
    ['is behind an answer without a status', { status: 0 }, 2000],
    ['answers nothing at all', { status: 204 }, 2000],
    ['answers with a page instead of JSON', { status: 200 }, 2000],
  ])('because it %s, is kept and tried again in time', async (_, answer, wait) => {
    const { page, timers } = await failing(answer);
    expect(orders(page)).toEqual(['O1']);
    expect(queued(page)).toEqual([['O1', wait]]);
    expect(timers.at(-1)).toBe(wait);
  });

  it.each([400, 401, 403, 404, 409, 413, 422])('because of a %i, is dropped and told to listeners', async (status) => {
    const told: unknown[] = [];
    const page = await open({
      answer: () => ({ status, body: { errors: [{ field: 'total', message: 'is missing' }] } }),
    });
    page.call('on', 'error', (detail: unknown, reason: string) => told.push([reason, detail]));
    page.call('conversion', order);
    await page.rest();
    expect(queued(page)).toEqual([]);
    expect(told).toEqual([['refused', { errors: [{ field: 'total', message: 'is missing' }] }]]);
  });

  it('is sent by the next page, and then no more', async () => {
    const { page } = await failing({ fails: true });
    const next = await open({ from: page, now: NOW + 5000 });
    expect(orders(next)).toEqual(['O1']);
    expect(queued(next)).toEqual([]);
    expect(orders(await open({ from: next, now: NOW + 9e6 }))).toEqual([]);
  });

  it.each(['online', 'visibilitychange'])('is sent on %s', async (event) => {
    const { page } = await failing({ status: 503, retryAfter: '1' });
    page.window.Date.now = () => NOW + 2000;
    const target = event === 'online' ? page.window : page.window.document;
    target.dispatchEvent(new page.window.Event(event));
    await page.rest();
    expect(orders(page)).toEqual(['O1', 'O1']);
  });

  it('goes when the browser is online again, although no part could be had before', async () => {
    let away = true;
    const options: Options = { answer: () => (away ? { fails: true } : undefined), lateFails: true };
    const page = await open(options);
    const online = async () => {
      page.window.dispatchEvent(new page.window.Event('online'));
      await page.rest();
    };
    page.call('conversion', order);
    await page.rest();
    await online();
    expect([orders(page), queued(page)]).toEqual([['O1'], [['O1', 10_000]]]);
    away = options.lateFails = false;
    page.window.Date.now = () => NOW + 10_000;
    await online();
    expect([orders(page), queued(page)]).toEqual([['O1', 'O1'], []]);
    await online();
    expect(orders(page)).toHaveLength(2);
  });

  it('is left to the tab that is sending it', async () => {
    const page = await open({ answer: () => ({ status: 500 }) });
    const pending = new Promise<never>(() => {});
    page.window.fetch = () => pending;
    page.call('conversion', order);
    await page.rest();
    expect(orders(await open({ from: page, now: NOW + 9000 }))).toEqual([]);
    expect(orders(await open({ from: page, now: NOW + 30_000 }))).toEqual(['O1']);
  });

  it('is sent by the next page where the device’s clock was months ahead when it was made', async () => {
    const { page } = await failing({ fails: true });
    const next = await open({ from: page, now: NOW - 90 * 864e5 });
    expect(orders(next)).toEqual(['O1']);
    expect(queued(next)).toEqual([]);
  });

  it('is one of twenty at most, the newest', async () => {
    const page = await open({ answer: () => ({ status: 503, retryAfter: '3600' }) });
    for (let i = 0; i < 25; i++) {
      page.window.Date.now = () => NOW + i;
      page.call('conversion', { ...order, orderId: `O${i}` });
    }
    await page.rest();
    expect(queued(page)).toHaveLength(20);
    expect(queued(page).map(([key]) => key)).toEqual(expect.arrayContaining(['O5', 'O24']));
  });

  it('is forgotten when consent is withdrawn, waiting or under way', async () => {
    for (const answer of [{ fails: true }, { status: 503 }]) {
      const { page } = await failing(answer);
      page.call('conversion', { ...order, orderId: 'O2' });
      page.call('consent', { marketing: false });
      await page.rest();
      // Only that the collector is yet to be told of it.
      expect(page.storage()).toEqual({ _ct_w: expect.stringContaining('"marketing":"denied"') });
      expect(page.cookies()).toEqual({ _ct_c: '0' });
    }
  });

  it('is told by an image where the page forbids the request', async () => {
    const page = await open({ answer: () => ({ fails: true }) });
    page.call('conversion', { ...order, orderId: 'O0' });
    await page.rest();
    const event = Object.assign(new page.window.Event('securitypolicyviolation'), {
      blockedURI: 'https://t.shop.example/t/shop/conversion',
    });
    page.window.dispatchEvent(event);
    page.call('conversion', order);
    await page.rest();
    expect(page.images).toEqual(['https://t.shop.example/t/shop/sale?id=O1&amount=5.00&currency=USD']);
    expect(queued(page).map(([key]) => key)).toEqual(['O0']);
  });
});

describe('an order', () => {
  it('of 0.00 is an order', async () => {
    const page = await open();
    page.call('conversion', { ...order, total: 0 });
    await page.rest();
    expect(page.sent[0]!.body.total).toBe(0);
  });

  it('without an order id still reaches quarantine, once', async () => {
    const page = await open({ answer: () => ({ status: 422, body: {} }) });
    page.call('conversion', { total: '5.00' });
    page.call('conversion', { total: '5.00' });
    await page.rest();
    expect(page.sent).toHaveLength(1);
  });

  it('takes along what is known of the buyer', async () => {
    const page = await open();
    page.call('identify', { customerId: 'C1', email: 'jane@example.com' });
    page.call('conversion', { ...order, customer: { phone: '+15550100' } });
    await page.rest();
    expect(page.sent[0]!.body).toMatchObject({
      identity: { customerId: 'C1', email: 'jane@example.com' },
      customer: { phone: '+15550100' },
    });
    expect(queued(page)).toEqual([]);
  });

  it('tells at once whom the shop has signed in, once a sign-in, and of a visitor with a journey alone', async () => {
    const signed = {
      customerId: 'C1',
      email: 'jane@example.com',
      signedAt: '2026-11-05T12:00:00Z',
      signature: 'a'.repeat(64),
    };
    const told = (page: Page) => page.sent.map(({ body }) => body.identity).filter(Boolean);
    const landing = await open({ url: LANDING });
    landing.call('identify', { customerId: 'C1' });
    await landing.rest();
    expect(told(landing)).toEqual([]);
    landing.call('identify', signed);
    await landing.rest();
    expect(told(landing)).toEqual([signed]);
    expect(landing.sent.at(-1)!.body).toMatchObject({ touches: [], consent: { marketing: 'granted' } });
    const next = await open({ from: landing });
    next.call('identify', { ...signed, signature: 'b'.repeat(64) });
    await next.rest();
    expect(told(next)).toEqual([]);
    next.call('identify', { ...signed, customerId: 'C2' });
    await next.rest();
    expect(told(next)).toMatchObject([{ customerId: 'C2' }]);
    const stranger = await open();
    stranger.call('identify', signed);
    await stranger.rest();
    expect(stranger.sent).toEqual([]);
  });

  it('goes without keepalive where it is too large for it', async () => {
    const page = await open();
    const items = Array.from({ length: 1000 }, (_, i) => ({
      sku: `SKU${i}`,
      name: 'x'.repeat(50),
      quantity: 1,
      price: '1.00',
    }));
    page.call('conversion', { ...order, items });
    await page.rest();
    expect(page.sent[0]!.options.keepalive).toBe(false);
  });

  it('is delivered and not repeated where storage is blocked', async () => {
    const page = await open({
      before: (window) =>
        Object.defineProperty(window, 'localStorage', {
          get: () => {
            throw new Error('SecurityError');
          },
        }),
    });
    page.call('conversion', order);
    page.call('conversion', order);
    await page.rest();
    page.call('conversion', order);
    await page.rest();
    expect(orders(page).length).toBeLessThanOrEqual(2);
    expect(page.errors).toEqual([]);
  });

  it('survives whatever a page passes', async () => {
    const page = await open();
    for (const given of [null, undefined, 7, 'order', [], () => {}, Object.create(null)])
      page.call('conversion', given);
    page.call('nothing');
    page.call('toString');
    page.call('consent');
    page.call('on', 'error');
    await page.rest();
    expect(page.errors).toEqual([]);
  });

  it('is sent although the jar holds 300 cookies and the queue is not JSON', async () => {
    const page = await open({
      before: (window) => {
        for (let i = 0; i < 300; i++) window.document.cookie = `c${i}=${'x'.repeat(20)}`;
        window.document.cookie = '_ct=garbage;x';
        window.localStorage.setItem('_ct_q', '{');
      },
    });
    page.call('conversion', order);
    await page.rest();
    expect(orders(page)).toEqual(['O1']);
  });
});
