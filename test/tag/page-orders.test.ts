/** Orders that the page shows and nobody reports: every data-layer shape, the attribute, CS-Cart's global. */
import { describe, expect, it } from 'vitest';
import { open } from './page.ts';
import type { Options, Page, PageWindow } from './page.ts';

const orders = (page: Page) => page.sent.filter(({ url }) => url.endsWith('/conversion')).map(({ body }) => body);
const item = { sku: 'SKU1', name: 'Mug', category: 'Hardware', quantity: '2', price: '14.00' };
const canonical = {
  orderId: '9080',
  total: '33.50',
  tax: '1.00',
  shipping: '4.50',
  currency: 'EUR',
  coupons: ['A', 'B'],
  items: [item],
};

const ga4 = {
  transaction_id: '9080',
  value: '33.50',
  tax: (1.0).toFixed(2),
  shipping: '4.50',
  currency: 'EUR',
  coupon: 'A, B',
  items: [
    { item_id: 'SKU1', item_name: 'Mug', item_category: 'Hardware', price: '14.00', quantity: '2', discount: '1.00' },
  ],
};
const products = [{ id: 'SKU1', name: 'Mug', category: 'Hardware', price: '14.00', quantity: '2' }];
const enhanced = {
  ecommerce: {
    currencyCode: 'EUR',
    purchase: {
      actionField: { id: '9080', revenue: '33.50', tax: '1.00', shipping: '4.50', coupon: 'A, B' },
      products,
    },
  },
};
const classic = {
  transactionId: 9080,
  transactionTotal: '33.50',
  transactionTax: '1.00',
  transactionShipping: '4.50',
  transactionProducts: [{ sku: 'SKU1', name: 'Mug', category: 'Hardware', price: '14.00', quantity: '2' }],
};
const gtag = (window: PageWindow, ...args: unknown[]) => {
  window.args = args;
  return window.eval('(function(){return arguments})(...args)') as unknown;
};

interface Shape {
  shape: string;
  pushes: (window: PageWindow) => unknown[];
  expected?: object;
  settings?: Options['settings'];
}

const shapes: Shape[] = [
  { shape: 'GA4 through a tag manager', pushes: () => [{ ecommerce: null }, { event: 'purchase', ecommerce: ga4 }] },
  { shape: 'GA4 with a capital', pushes: () => [{ event: 'Purchase', ecommerce: ga4 }] },
  { shape: 'gtag arguments', pushes: (window) => [gtag(window, 'event', 'purchase', { ...ga4, send_to: 'G-1' })] },
  { shape: 'enhanced e-commerce without an event', pushes: () => [enhanced] },
  { shape: 'enhanced e-commerce with any event', pushes: () => [{ event: 'checkoutDone', ...enhanced }] },
  {
    shape: 'the first tag manager',
    pushes: () => [classic],
    expected: { ...canonical, currency: undefined, coupons: undefined },
  },
  { shape: 'split pushes', pushes: () => [{ ecommerce: ga4 }, { event: 'eec.purchase' }] },
  {
    shape: 'a layer of another name',
    settings: { dataLayer: 'shopLayer' },
    pushes: () => [{ event: 'purchase', ecommerce: ga4 }],
  },
];

describe.each(shapes)('$shape', ({ pushes, settings, expected = canonical }) => {
  const name = settings?.dataLayer ?? 'dataLayer';
  const wanted = JSON.parse(JSON.stringify(expected)) as object;

  it('is read when it was there before the tag', async () => {
    const page = await open({ settings, before: (window) => void (window[name] = pushes(window)) });
    expect(orders(page)).toMatchObject([wanted]);
  });

  it('is read when it is pushed later, and once', async () => {
    const page = await open({ settings });
    for (const entry of [...pushes(page.window), ...pushes(page.window)]) page.window[name].push(entry);
    await page.rest();
    expect(orders(page)).toMatchObject([wanted]);
  });
});

describe('the data layer', () => {
  const push = async (...entries: unknown[]) => {
    const page = await open({ before: (window) => void (window.dataLayer = []) });
    for (const entry of entries) page.window.dataLayer.push(entry);
    await page.rest();
    return page;
  };

  it('gives several orders of one page', async () => {
    const page = await push(
      ...['1', '2'].map((id) => ({ event: 'purchase', ecommerce: { ...ga4, transaction_id: id } })),
    );
    expect(orders(page).map(({ orderId }) => orderId)).toEqual(['1', '2']);
  });

  it('gives amounts of any locale as decimals', async () => {
    const page = await push({ event: 'purchase', ecommerce: { ...ga4, value: '1.234,56 €', shipping: '4,50' } });
    expect(orders(page)).toMatchObject([{ total: '1234.56', shipping: '4.50' }]);
  });

  it('gives the buyer where a container knows one', async () => {
    const page = await push({ user_data: { email: 'jane@example.com' } }, { event: 'purchase', ecommerce: ga4 });
    expect(orders(page)).toMatchObject([{ customer: { email: 'jane@example.com' } }]);
  });

  it.each([
    ['a refund', { event: 'refund', ecommerce: ga4 }],
    ['a purchase without an order id', { event: 'purchase', ecommerce: { ...ga4, transaction_id: undefined } }],
    ['a purchase without a total', { event: 'purchase', ecommerce: { ...ga4, value: 'free' } }],
    ['a view of a product', { event: 'view_item', ecommerce: ga4 }],
  ])('is not taken at %s', async (_, entry) => expect(orders(await push(entry))).toEqual([]));

  it('survives what is hostile in it', async () => {
    const thrower = Object.defineProperty({}, 'event', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    const loop: Record<string, unknown> = { event: 'purchase' };
    loop.self = loop;
    const page = await push(
      null,
      undefined,
      7,
      'purchase',
      () => {},
      thrower,
      loop,
      [null],
      { ecommerce: 'purchase' },
      { event: 'purchase', ecommerce: ga4 },
    );
    expect(page.errors).toEqual([]);
    expect(orders(page)).toMatchObject([canonical]);
  });

  it.each(['a string', 7, { push: 'no function' }])('may be %j', async (dataLayer) => {
    const page = await open({ before: (window) => void (window.dataLayer = dataLayer) });
    page.call('conversion', { orderId: 'O1', total: 1, currency: 'USD' });
    await page.rest();
    expect(orders(page)).toHaveLength(1);
    expect(page.errors).toEqual([]);
  });

  it('answers a push as before, for listeners that came earlier too', async () => {
    const page = await push();
    expect(page.window.dataLayer.push({ event: 'a' }, { event: 'b' })).toBe(2);
    expect(page.window.dataLayer).toHaveLength(2);
  });

  it('is left alone where the site says so', async () => {
    const page = await open({
      settings: { detect: false },
      before: (window) => void (window.dataLayer = [{ event: 'purchase', ecommerce: ga4 }]),
    });
    expect(page.sent).toEqual([]);
  });
});

describe('the document', () => {
  const order = JSON.stringify({ orderId: 'A1', total: '5,00', currency: 'EUR' });

  it('gives the order of an attribute, late ones too, once', async () => {
    const page = await open({ html: `<i data-clickthread-order='${order}'></i>` });
    expect(orders(page)).toMatchObject([{ orderId: 'A1', total: '5.00' }]);
    for (const id of ['A1', 'A2']) {
      const element = page.window.document.createElement('i');
      element.setAttribute('data-clickthread-order', order.replace('A1', id));
      page.window.document.body.append(element);
      await page.rest();
    }
    expect(orders(page).map(({ orderId }) => orderId)).toEqual(['A1', 'A2']);
  });

  it('may hold an attribute that is no order', async () => {
    const page = await open({ html: "<i data-clickthread-order='{'></i>" });
    expect(page.errors).toEqual([]);
    expect(page.sent).toEqual([]);
  });

  it("gives CS-Cart's order in the shop's primary currency", async () => {
    const page = await open({ before: (window) => void (window.order_info = { ...ga4, currency: 'EUR' }) });
    expect(orders(page)).toMatchObject([{ orderId: '9080', currency: 'USD' }]);
  });
});
