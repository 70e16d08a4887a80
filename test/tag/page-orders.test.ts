/** Orders that the page shows and nobody reports: handed over as they stand, cut down to known keys, at the moment they are there. */
import { describe, expect, it } from 'vitest';
import { until } from '../harness/until.ts';
import { LANDING, NOW, open } from './page.ts';
import type { Options, Page, PageWindow } from './page.ts';

interface Body {
  found?: { source: string; name?: string; data: unknown }[];
  [key: string]: unknown;
}
/** What was found with its texts opened: the first file hands over JSON as the text that it is. */
const opened = ({ found, ...body }: Body): Body => ({
  ...body,
  ...(found && {
    found: found.map((one) => ({ ...one, data: typeof one.data === 'string' ? JSON.parse(one.data) : one.data })),
  }),
});
const reports = (page: Page) =>
  page.sent.filter(({ url }) => url.endsWith('/conversion')).map(({ body }) => opened(body as Body));
const found = (page: Page) => reports(page).map((body) => body.found?.at(-1));

const items = [{ item_id: 'SKU1', item_name: 'Mug', price: '14.00', quantity: '2' }];
const ga4 = {
  transaction_id: '9080',
  value: '33.50',
  tax: '1.00',
  shipping: '4.50',
  currency: 'EUR',
  coupon: 'A, B',
  items,
};
const enhanced = {
  ecommerce: {
    currencyCode: 'EUR',
    purchase: {
      actionField: { id: '9080', revenue: '33.50', tax: '1.00', shipping: '4.50', coupon: 'A, B' },
      products: [{ id: 'SKU1', name: 'Mug', price: '14.00', quantity: '2' }],
    },
  },
};
const classic = {
  transactionId: 9080,
  transactionTotal: '33.50',
  transactionTax: '1.00',
  transactionShipping: '4.50',
  transactionProducts: [{ sku: 'SKU1', name: 'Mug', price: '14.00', quantity: '2' }],
};
const gtag = (window: PageWindow, ...args: unknown[]) => {
  window.args = args;
  return window.eval('(function(){return arguments})(...args)') as unknown;
};

interface Shape {
  shape: string;
  entry: (window: PageWindow) => unknown;
  data: unknown;
  settings?: Options['settings'];
}

const shapes: Shape[] = [
  {
    shape: 'GA4 through a tag manager',
    entry: () => ({ event: 'purchase', ecommerce: ga4 }),
    data: { event: 'purchase', ecommerce: ga4 },
  },
  {
    shape: 'GA4 under another event name',
    entry: () => ({ event: 'orderConfirmation', ecommerce: ga4 }),
    data: { event: 'orderConfirmation', ecommerce: ga4 },
  },
  {
    shape: 'gtag arguments',
    entry: (window) => gtag(window, 'event', 'purchase', { ...ga4, send_to: 'G-1' }),
    data: { 0: 'event', 1: 'purchase', 2: ga4 },
  },
  { shape: 'enhanced e-commerce', entry: () => enhanced, data: enhanced },
  { shape: 'the first tag manager', entry: () => classic, data: classic },
  {
    shape: 'a layer of another name',
    settings: { dataLayer: 'shopLayer' },
    entry: () => ({ event: 'purchase', ecommerce: ga4 }),
    data: { event: 'purchase', ecommerce: ga4 },
  },
];

describe.each(shapes)('$shape', ({ entry, data, settings }) => {
  const name = settings?.dataLayer ?? 'dataLayer';
  const whole = {
    found: [{ source: 'layer', data }],
    consent: { marketing: 'granted', source: 'site', at: NOW },
    journey: expect.stringMatching(/^1\^\d+$/) as string,
    now: NOW,
  };

  it('is handed over when it was there before the tag, the whole request asserted', async () => {
    const page = await open({ settings, before: (window) => void (window[name] = [entry(window)]) });
    expect(reports(page)).toEqual([whole]);
    expect(page.partsFetched).toEqual(['late.js']);
  });

  it('is handed over in the very task that pushes it, although no part can be had, and once', async () => {
    const page = await open({ settings, lateFails: true });
    page.window[name].push(entry(page.window));
    expect(reports(page)).toEqual([whole]);
    expect(Object.keys(page.storage()).filter((key) => key.startsWith('_ct_q'))).toHaveLength(1);
    page.window[name].push(entry(page.window));
    await page.rest();
    expect(reports(page)).toHaveLength(1);
  });
});

describe('what is handed over', () => {
  const push = async (...entries: unknown[]) => {
    const page = await open({ before: (window) => void (window.dataLayer = []) });
    for (const entry of entries) page.window.dataLayer.push(entry);
    await page.rest();
    return page;
  };

  it('holds known keys alone: nothing of who the buyer is', async () => {
    const person = { user_id: 7, customer_id: 8, first_name: 'Jane', phone: '+15550100', address: { city: 'X' } };
    const page = await push({ event: 'purchase', ...person, ecommerce: { ...ga4, ...person, customer: person } });
    expect(found(page)).toEqual([{ source: 'layer', data: { event: 'purchase', ecommerce: ga4 } }]);
  });

  it('is what JSON can hold of an entry with a cycle and an element in it', async () => {
    const page = await open();
    const entry: Record<string, unknown> = { event: 'purchase', ecommerce: ga4, element: page.window.document.body };
    entry.self = entry;
    page.window.dataLayer.push(entry);
    await page.rest();
    expect(found(page)).toEqual([{ source: 'layer', data: { event: 'purchase', ecommerce: ga4 } }]);
  });

  it.each([
    ['a view of a product', { event: 'view_item', ecommerce: { items } }],
    ['a refund of enhanced e-commerce', { ecommerce: { refund: { actionField: { id: '9080' } } } }],
  ])('is nothing at %s', async (_, entry) => expect(reports(await push(entry))).toEqual([]));

  it('survives what is hostile in a layer', async () => {
    const thrower = Object.defineProperty({}, 'event', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    const page = await push(
      null,
      undefined,
      7,
      'purchase',
      () => {},
      thrower,
      [null],
      { ecommerce: 'x' },
      {
        event: 'purchase',
        ecommerce: ga4,
      },
    );
    expect(page.errors).toEqual([]);
    expect(found(page)).toMatchObject([{ data: { ecommerce: { transaction_id: '9080' } } }]);
  });

  it.each(['a string', 7, { push: 'no function' }])('leaves a layer alone that is %j', async (dataLayer) => {
    const page = await open({ before: (window) => void (window.dataLayer = dataLayer) });
    page.call('conversion', { orderId: 'O1', total: 1, currency: 'USD' });
    await page.rest();
    expect(reports(page)).toHaveLength(1);
    expect(page.errors).toEqual([]);
  });

  it('answers a push as before, for listeners that came earlier too', async () => {
    const page = await push();
    expect(page.window.dataLayer.push({ event: 'a' }, { event: 'b' })).toBe(2);
    expect(page.window.dataLayer).toHaveLength(2);
  });

  it('is nothing where the site says so', async () => {
    const page = await open({
      settings: { detect: false },
      before: (window) => void (window.dataLayer = [{ event: 'purchase', ecommerce: ga4 }]),
    });
    expect(page.sent).toEqual([]);
  });

  it('goes again from the next page where nobody answered', async () => {
    const page = await open({
      answer: () => ({ fails: true }),
      before: (window) => void (window.dataLayer = [enhanced]),
    });
    const next = await open({ from: page, now: NOW + 60_000 });
    expect(found(next)).toEqual([{ source: 'layer', data: enhanced }]);
    expect(Object.keys(next.storage()).filter((key) => key.startsWith('_ct_q'))).toEqual([]);
  });
});

describe('the document', () => {
  const order = { orderId: 'A1', total: '5,00', currency: 'EUR' };
  const html = (given: object) => `<i data-clickthread-order='${JSON.stringify(given)}'></i>`;

  it('gives the order of an attribute, as the shop wrote it, once', async () => {
    const page = await open({ html: html(order) + html(order) });
    expect(found(page)).toEqual([{ source: 'attribute', data: order }]);
  });

  it.each<[string, (body: HTMLElement) => void]>([
    ['an element that is added', (body) => body.insertAdjacentHTML('beforeend', `<p>${html(order)}</p>`)],
    ['an attribute that is set', ({ dataset }) => (dataset.clickthreadOrder = JSON.stringify(order))],
  ])('gives the order of %s in the very task, although no part can be had', async (_, show) => {
    const page = await open({ lateFails: true });
    show(page.window.document.body);
    await Promise.resolve();
    expect(found(page)).toEqual([{ source: 'attribute', data: order }]);
  });

  it('may hold an attribute that a template broke: it is told as it stands, once', async () => {
    const broken = '{"orderId":"A1","total":}';
    const page = await open({ html: `<i data-clickthread-order='${broken}'></i>`.repeat(2) });
    expect(page.errors).toEqual([]);
    expect(page.sent.map(({ body }) => body.found)).toEqual([[{ source: 'attribute', data: broken }]]);
  });
});

describe('the part that looks for rarer orders, on the pages of a visitor with a journey', () => {
  const later = async (before: (window: PageWindow) => void, html?: string) =>
    open({ from: await open({ url: LANDING }), before, html });
  const all = (page: Page) => reports(page).flatMap((body) => body.found!);

  it.each<[string, (window: PageWindow) => void, object]>([
    [
      'a layer whose name begins with dataLayer',
      (window) => void (window.dataLayerPYS = [{ event: 'purchase', ecommerce: ga4 }]),
      { source: 'layer', name: 'dataLayerPYS' },
    ],
    [
      'a layer that a tag manager’s script names',
      (window) => {
        window.document.head.innerHTML = '<script src="https://www.googletagmanager.com/gtm.js?id=GTM-1&l=shopEvents">';
        window.shopEvents = [{ event: 'purchase', ecommerce: ga4 }];
      },
      { source: 'layer', name: 'shopEvents' },
    ],
    [
      'Matomo’s queue',
      (window) => void (window._paq = [['trackEcommerceOrder', '9080', 33.5]]),
      { source: 'layer', name: '_paq', data: ['trackEcommerceOrder', '9080', 33.5] },
    ],
    [
      'CS-Cart’s global',
      (window) => void (window.order_info = { ...ga4 }),
      { source: 'global', name: 'order_info', data: ga4 },
    ],
    [
      'Tealium’s',
      (window) => void (window.utag_data = { order_id: '9080', order_total: '33.50', customer_city: 'X' }),
      { source: 'global', name: 'utag_data', data: { order_id: '9080', order_total: '33.50' } },
    ],
    [
      'Segment’s queue',
      (window) => void (window.analytics = [['track', 'Order Completed', { order_id: '9080', total: 33.5 }]]),
      { source: 'layer', name: 'analytics', data: ['track', 'Order Completed', { order_id: '9080', total: 33.5 }] },
    ],
  ])('finds %s', async (_, before, expected) => {
    const page = await later(before);
    await page.rest();
    expect(all(page)).toContainEqual(expect.objectContaining(expected));
  });

  it('hears Segment’s library', async () => {
    const page = await later((window) => void (window.analytics = { track: () => {} }));
    await page.rest();
    page.window.analytics.track('Order Completed', { order_id: '9080', total: 33.5 });
    await page.rest();
    const data = ['track', 'Order Completed', { order_id: '9080', total: 33.5 }];
    expect(all(page)).toContainEqual(expect.objectContaining({ source: 'layer', name: 'analytics', data }));
  });

  it('finds an order in JSON-LD, and no other document', async () => {
    const doc = (given: object) => `<script type="application/ld+json">${JSON.stringify(given)}</script>`;
    const page = await later(
      () => {},
      doc({ '@type': 'Product', name: 'Mug' }) +
        doc({ '@type': 'Order', orderNumber: '9080', price: '33.50', priceCurrency: 'EUR' }),
    );
    expect(all(page)).toEqual([
      { source: 'jsonld', data: { '@type': 'Order', orderNumber: '9080', price: '33.50', priceCurrency: 'EUR' } },
    ]);
  });

  it('finds a layer that was replaced, once something is added to the page', async () => {
    const page = await later(() => {});
    page.window.dataLayer = [{ event: 'purchase', ecommerce: { ...ga4, transaction_id: 'R1' } }];
    page.window.document.body.append('x');
    await until(() => JSON.stringify(all(page)).includes('"R1"'), { what: 'the order in the new layer' });
  });

  it('hands over what an entry says of its buyer: the e-mail address alone', async () => {
    const page = await later(
      (window) =>
        void (window.dataLayer = [
          { user_data: { email: 'jane@example.com', phone: '+15550100', address: { city: 'X' } } },
          { event: 'purchase', ecommerce: ga4 },
        ]),
    );
    expect(all(page)).toContainEqual({
      source: 'layer',
      name: 'dataLayer',
      data: { user_data: { email: 'jane@example.com' } },
    });
    expect(JSON.stringify(reports(page))).not.toMatch(/5550100|"city"/);
  });

  it('reads fields of an entry one by one: cycles through known keys, big integers, getters that throw', async () => {
    const entry: Record<string, unknown> = { event: 'purchase', ecommerce: { ...ga4, transaction_id: 9080n } };
    entry.data = entry;
    Object.defineProperty(entry, 'detail', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    const page = await later((window) => void (window.dataLayer = [entry]));
    expect(all(page)).toContainEqual({
      source: 'layer',
      name: 'dataLayer',
      data: { event: 'purchase', ecommerce: ga4 },
    });
  });
});
