/** The files that need no collector: static and capture-only; and the module. */
import { JSDOM } from 'jsdom';
import { describe, expect, it, vi } from 'vitest';
import { built, CLICK, LANDING, NOW, open, SHOP } from './page.ts';

const order = { orderId: 'O 1', total: '19.95', currency: 'USD' };
const attributes = {
  'data-site': 'shop',
  'data-params': 'irclickid, IM_REF',
  'data-linked': 'checkout.example',
  'data-consent': 'granted',
};
const file = 'clickthread.static.js';

describe('the static file without a collector', () => {
  it('captures, keeps, fills and carries', async () => {
    const html = '<input type="hidden" data-clickthread="irclickid">';
    const page = await open({ url: LANDING, html, file, attributes });
    expect(page.sent).toEqual([]);
    expect(page.cookies()._ct).toMatch(new RegExp(`^1\\^\\d+\\^irclickid\\^${CLICK}\\^${NOW.toString(36)}$`));
    expect(page.window.document.querySelector('input')!.value).toBe(CLICK);
    const address = page.call('decorate', 'https://checkout.example/pay') as string;
    const checkout = await open({ url: address, file, attributes });
    expect(checkout.cookies()._ct).toMatch(new RegExp(`^1\\^\\d+\\^irclickid\\^${CLICK}\\^${NOW.toString(36)}$`));
    expect(checkout.sent).toEqual([]);
  });

  it('fires its pixel and its form once an order', async () => {
    const fires = {
      ...attributes,
      'data-pixel': 'https://tracker.example/track?id={orderId}&amount={total}',
      'data-form': 'https://tracker.example/log?id={orderId}&amount={total}&cur={currency}',
    };
    const page = await open({ file, attributes: fires });
    page.call('conversion', order);
    page.call('conversion', order);
    await page.rest();
    expect(page.images).toEqual(['https://tracker.example/track?id=O%201&amount=19.95']);
    expect(page.submitted).toEqual([
      {
        action: 'https://tracker.example/log',
        target: expect.any(String),
        fields: { id: 'O 1', amount: '19.95', cur: 'USD' },
      },
    ]);
    const again = await open({ file, attributes: fires, from: page });
    again.call('conversion', order);
    await again.rest();
    expect(again.images).toEqual([]);
  });

  it('fires nothing before the visitor agreed', async () => {
    const waiting = {
      ...attributes,
      'data-consent': 'wait',
      'data-pixel': 'https://tracker.example/track?id={orderId}',
    };
    const page = await open({ url: LANDING, file, attributes: waiting });
    page.call('conversion', order);
    await page.rest();
    expect([page.images, page.window.document.cookie]).toEqual([[], '']);
    page.call('consent', { marketing: true });
    await page.rest();
    expect(page.images).toHaveLength(1);
  });

  it.each([
    ['https://t.shop.example', 'https://t.shop.example/t/shop/touch'],
    ['https://shop.example/x/', 'https://shop.example/x/shop/touch'],
    ['https://t.shop.example/t/shop', 'https://t.shop.example/t/shop/touch'],
  ])('reports to a collector at %s', async (collector, url) => {
    const page = await open({ url: LANDING, file, attributes: { ...attributes, 'data-collector': collector } });
    expect(page.sent.map((sent) => sent.url)).toEqual([url]);
  });
});

describe('the capture-only file', () => {
  const capture = (given: object = {}) =>
    open({
      url: LANDING,
      html: '<input data-clickthread="irclickid">',
      file: 'clickthread.capture.js',
      attributes: { 'data-consent': 'granted' },
      ...given,
    });

  it('stores the click id and fills the fields', async () => {
    const page = await capture();
    expect(page.cookies()._ct).toContain(CLICK);
    expect(page.window.document.querySelector('input')!.value).toBe(CLICK);
    expect(page.sent).toEqual([]);
  });

  it('waits for an answer, and wipes on a refusal', async () => {
    const page = await capture({ attributes: {} });
    expect(page.window.document.cookie).toBe('');
    page.call('consent', { marketing: true });
    expect(page.cookies()._ct).toContain(CLICK);
    page.call('consent', { marketing: false });
    expect(page.window.document.cookie).toBe('');
  });

  it.each(['?irclickid=x%3B%20max-age%3D1', `?irclickid=${'a'.repeat(600)}`, '?irclickid=%', ''])(
    'takes nothing from %s',
    async (query) => {
      const page = await capture({ url: SHOP + query });
      expect(page.cookies()).toEqual({});
      expect(page.errors).toEqual([]);
    },
  );
});

describe('the module', () => {
  it('can be imported where there is no page', async () => {
    const module = (await import(new URL('../../dist/tag/clickthread.mjs', import.meta.url).href)) as { init: unknown };
    expect(module.init).toBeTypeOf('function');
  });
});

describe('the Shopify pixel', () => {
  const checkout = {
    order: { id: 'gid://shopify/OrderIdentity/5123' },
    email: 'jane@example.com',
    currencyCode: 'USD',
    totalPrice: { amount: 112 },
    subtotalPrice: { amount: 105 },
    totalTax: { amount: 7 },
    shippingLine: { price: { amount: 0 } },
    discountApplications: [
      { type: 'DISCOUNT_CODE', title: '15BUCKSOFF' },
      { type: 'AUTOMATIC', title: 'Sale' },
    ],
    lineItems: [{ title: 'Mug', quantity: 2, variant: { id: 'v1', sku: 'SKU1', price: { amount: 14 } } }],
  };
  const run = async (privacy?: object) => {
    const { window } = new JSDOM('', { runScripts: 'outside-only' });
    const fetch = vi.fn(async () => ({ text: async () => '' }));
    const heard: Record<string, (event: object) => Promise<void>> = {};
    const subscribe = (name: string, listener: (event: object) => Promise<void>) => void (heard[name] = listener);
    const cookie = { get: async (name: string) => (name === '_ct' ? '1^0123456789' : '') };
    Object.assign(window, {
      fetch,
      analytics: { subscribe },
      browser: { cookie },
      init: { customerPrivacy: privacy },
      customerPrivacy: { subscribe },
    });
    window.eval(built('shopify-pixel.js').replace('__CT_COLLECTOR__', '"https://t.shop.example/t/shop"'));
    await heard.checkout_completed!({
      timestamp: '2026-11-05T12:00:00Z',
      context: { document: { location: { origin: 'https://shop.example', pathname: '/checkouts/1' } } },
      data: { checkout },
    });
    return {
      heard,
      fetch,
      body: () => JSON.parse((fetch.mock.calls[0] as unknown as [string, { body: string }])[1].body) as object,
      consents: () =>
        (fetch.mock.calls as unknown as [string, { body: string }][]).map(
          ([, { body }]) => (JSON.parse(body) as { consent: { marketing: string } }).consent.marketing,
        ),
    };
  };

  it('reports a completed checkout in the canonical shape', async () => {
    const { fetch, body } = await run({ marketingAllowed: true, saleOfDataAllowed: true });
    expect(fetch.mock.calls[0]).toMatchObject([
      'https://t.shop.example/t/shop/conversion',
      { method: 'POST', keepalive: true },
    ]);
    expect(body()).toMatchObject({
      orderId: '5123',
      total: 112,
      subtotal: 105,
      tax: 7,
      shipping: 0,
      currency: 'USD',
      placedAt: '2026-11-05T12:00:00Z',
      coupons: ['15BUCKSOFF'],
      customer: { email: 'jane@example.com' },
      journey: '1^0123456789',
      page: 'https://shop.example/checkouts/1',
      items: [{ sku: 'SKU1', name: 'Mug', quantity: 2, price: 14 }],
      consent: { marketing: 'granted', source: 'shopify' },
    });
  });

  it('waits for the buyer to agree', async () => {
    const { heard, fetch } = await run({ marketingAllowed: false });
    expect(fetch).not.toHaveBeenCalled();
    await heard.visitorConsentCollected!({ customerPrivacy: { marketingAllowed: true } });
    expect(fetch).toHaveBeenCalledTimes(1);
    await heard.visitorConsentCollected!({ customerPrivacy: { marketingAllowed: true } });
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['no privacy object', undefined],
    ['an empty one', {}],
    ['a word instead of a yes', { marketingAllowed: 'granted' }],
    ['a yes to the sale of data alone', { saleOfDataAllowed: true }],
  ])('takes %s for no answer, and tells the order again with the first one', async (_what, privacy) => {
    const { heard, consents } = await run(privacy);
    expect(consents()).toEqual(['unknown']);
    await heard.visitorConsentCollected!({ customerPrivacy: { marketingAllowed: true, saleOfDataAllowed: true } });
    expect(consents()).toEqual(['unknown', 'granted']);
    await heard.visitorConsentCollected!({ customerPrivacy: { marketingAllowed: true, saleOfDataAllowed: true } });
    expect(consents()).toHaveLength(2);
  });
});
