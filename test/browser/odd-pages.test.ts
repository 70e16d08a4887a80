/** Pages as they are: each row is one that once lost an order, doubled it, read it wrongly, or took a consent that nobody had given. */
import { describe, expect, it } from 'vitest';
import { pageHtml } from '../harness/browser-html.ts';
import { kept, loaded } from '../harness/browser-page.ts';
import { context, page, useBrowser, world } from '../harness/browser-suite.ts';
import { pause } from '../harness/browser-wait.ts';
import { impactAt, shopSite } from '../harness/browser-world.ts';

useBrowser((sandbox) =>
  ['granted', 'auto', 'wait'].map((consent) => shopSite({ id: consent, consent, connections: [impactAt(sandbox)] })),
);

/** Long enough for what must not happen: a page's trackers and its parts have come. */
const PAGE_MS = 900;

const put = (path: string, site: string, given: { head?: string; body?: string }): void =>
  world.pages.put(path, pageHtml({ tag: world.tag('localhost', site), ...given }));
const ga4 = (id: string, more = '') =>
  `{ event: 'purchase', ecommerce: { transaction_id: '${id}', value: 28, currency: 'EUR', items: [] ${more} } }`;
const LAYER = 'window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments); }';
/** Content that hides what the document has under these names. */
const HIDDEN_NAMES = [
  ...['referrer', 'cookie', 'querySelectorAll', 'currentScript', 'body', 'addEventListener'],
  ...['scripts', 'baseURI', 'createElement', 'documentElement'],
]
  .map((name) => `<img name="${name}">`)
  .join('');

interface OrderRow {
  name: string;
  head?: string;
  body?: string;
  /** Of its address. */
  query?: string;
  /** What the collector holds of each number; undefined: no such order. */
  orders: Record<string, Record<string, unknown> | undefined>;
}

const ORDERS: OrderRow[] = [
  {
    name: 'a lean report first and the full one second, of a visitor without a journey',
    body: `<script>${LAYER} gtag('event', 'purchase', { send_to: 'AW-1', transaction_id: 'LEAN-1', value: 41.93, currency: 'USD' });
      dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: 'LEAN-1', value: 49.9, tax: 7.97, currency: 'USD', coupon: 'PARTNER10',
        items: [{ item_id: 'A1', price: 41.93, quantity: 1 }] } })</script>`,
    orders: { 'LEAN-1': { total: '49.90', coupons: ['PARTNER10'], items: [{ sku: 'A1' }] } },
  },
  {
    name: 'two trackers and two numbers',
    body: `<script>${LAYER} var items = [{ item_id: 'A1', price: '49.90', quantity: 1 }];
      gtag('event', 'purchase', { send_to: 'GLA', transaction_id: '81141', value: 49.9, currency: 'USD', items: items });
      dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: 'WC-81141', value: 49.9, currency: 'USD', items: items } })</script>`,
    orders: { 81141: { total: '49.90' }, 'WC-81141': undefined },
  },
  {
    name: 'two trackers and two numbers, the second one after the answer to the landing that this page is',
    query: '?irclickid=LANDED-HERE',
    body: `<script>${LAYER} var items = [{ item_id: 'A1', price: '49.90', quantity: 1 }];
      gtag('event', 'purchase', { send_to: 'GLA', transaction_id: '81142', value: 49.9, currency: 'USD', items: items });
      var wait = setInterval(function () {
        if (!/_ct_h=/.test(document.cookie)) return;
        clearInterval(wait);
        dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: 'WC-81142', value: 49.9, currency: 'USD', items: items } });
      }, 10)</script>`,
    orders: { 81142: { total: '49.90', attribution: { winner: { value: 'LANDED-HERE' } } }, 'WC-81142': undefined },
  },
  {
    name: 'a data layer that the shop replaces after the tag ran',
    body: `<script src="/slow.js"></script><script>dataLayer = [${ga4('REPLACED-2')}]</script>`,
    orders: { 'REPLACED-2': { total: '28.00', currency: 'EUR' } },
  },
  ...[
    'dataLayer[dataLayer.length] = ENTRY',
    'dataLayer.unshift(ENTRY)',
    'Array.prototype.push.call(dataLayer, ENTRY)',
  ].map((statement, number) => ({
    name: `an entry that comes by no push, and is left at once: ${statement}`,
    body: `<script>${LAYER} addEventListener('load', function () { setTimeout(function () {
        ${statement.replace('ENTRY', ga4(`NO-PUSH-${number}`))}; location.href = '/elsewhere'; }, 200); });</script>`,
    orders: { [`NO-PUSH-${number}`]: { total: '28.00' } },
  })),
  {
    name: 'a push that the page replaces without calling the one before, and is left at once',
    body: `<script>${LAYER} addEventListener('load', function () { setTimeout(function () {
      dataLayer.push = function () { return Array.prototype.push.apply(this, arguments); };
      dataLayer.push(${ga4('OWN-PUSH-1')}); location.href = '/elsewhere'; }, 200); });</script>`,
    orders: { 'OWN-PUSH-1': { total: '28.00' } },
  },
  {
    name: 'a data layer that is no list',
    head: `<script>dataLayer = { push: function (entry) { this.last = entry; } };</script>`,
    body: `<script>addEventListener('load', function () { setTimeout(function () { dataLayer.push(${ga4('NO-LIST-1')}); }, 200); });</script>`,
    orders: { 'NO-LIST-1': { total: '28.00' } },
  },
  {
    name: 'an entry that JSON can’t hold',
    body: `<script>${LAYER} var entry = ${ga4('CYCLE-1')}; entry.self = entry; dataLayer.push(entry)</script>`,
    orders: { 'CYCLE-1': { total: '28.00' } },
  },
  {
    name: 'a refund, and a number that is none',
    body: `<script>${LAYER} dataLayer.push({ event: 'refund', transactionId: 'REFUND-2', transactionTotal: 10 });
      gtag('event', 'purchase', { transaction_id: 'undefined', value: 10, currency: 'USD' })</script>`,
    orders: { 'REFUND-2': undefined, undefined },
  },
  {
    name: 'amounts in brackets, with a trailing minus, and two in one',
    body: `<script>for (const [i, total] of ['(12.00)', '12.00-', '23,47 лв. (12,00 €)'].entries())
      clickthread('conversion', { orderId: 'ODD-' + i, total, currency: 'EUR' })</script>`,
    orders: { 'ODD-0': undefined, 'ODD-1': undefined, 'ODD-2': undefined },
  },
  {
    name: 'shipping in words and a line without a price',
    body: `<script>${LAYER} dataLayer.push(${ga4('WORDS-1', ", shipping: 'Free shipping', items: [{ item_id: 'a', quantity: 1 }]")})</script>`,
    orders: { 'WORDS-1': { total: '28.00' } },
  },
  {
    name: 'a currency that only the items name',
    body: `<script>${LAYER} dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: 'ITEMS-1', value: 10,
      items: [{ item_id: 'a', currency: 'EUR', price: 10, quantity: 1 }] } })</script>`,
    orders: { 'ITEMS-1': { total: '10.00', currency: 'EUR' } },
  },
  {
    name: 'an old Prototype, whose lists turn themselves into texts',
    head: `<script>Array.prototype.toJSON = function () { return '[' + Array.from(this, (one) => JSON.stringify(one)).join(', ') + ']'; };</script>`,
    body: `<script>${LAYER} dataLayer.push(${ga4('PROTOTYPE-1', ", items: [{ item_id: 'a', price: 28, quantity: 1 }]")})</script>`,
    orders: { 'PROTOTYPE-1': { total: '28.00', items: [{ sku: 'a' }] } },
  },
  {
    name: 'content whose names hide what the document has',
    body: `${HIDDEN_NAMES}
      <form name="clickthread"><input name="_"></form><a id="dataLayer2"></a><script>${LAYER} dataLayer.push(${ga4('NAMES-1')})</script>`,
    orders: { 'NAMES-1': { total: '28.00' } },
  },
];

describe('reads, of a page with', () => {
  it.each(ORDERS)('$name', async ({ head = '', body = '', query = '', orders }) => {
    put('/thanks', 'granted', { head, body });
    world.pages.put('/elsewhere', pageHtml());
    world.pages.put('/slow.js', async () => {
      await pause(300);
      return { html: '', headers: { 'content-type': 'text/javascript' } };
    });
    await page.goto(`${world.pages.shop}/thanks${query}`);
    for (const [orderId, expected] of Object.entries(orders))
      if (expected)
        await expect.poll(() => world.order(orderId, 'granted'), { timeout: 5_000 }).toMatchObject(expected);
    await pause(PAGE_MS);
    for (const [orderId, expected] of Object.entries(orders)) {
      const order = await world.order(orderId, 'granted');
      if (expected) expect(order).toMatchObject(expected);
      else expect(order).toBeUndefined();
    }
  });
});

describe('follows a route', () => {
  it.each([
    ['of a router that kept the history’s own methods', `push.call(history, {}, '', '/route?irclickid=ROUTE'); show()`],
    ['of the Navigation API', `navigation.navigate('/route?irclickid=ROUTE')`],
    ['in the hash', `location.hash = '#/route?irclickid=ROUTE'; show()`],
  ])('%s: its click id, its order and its field', async (_name, script) => {
    const orderId = `ROUTE-${script.length}`;
    put('/start', 'granted', {
      head: `<script>var push = history.pushState;
        function show() { document.body.innerHTML = '<h1>Route</h1><input type="hidden" data-clickthread="irclickid">'; }
        navigation.addEventListener('navigate', function (event) { if (event.destination.url.indexOf('/route?') > 0 && event.canIntercept) event.intercept({ handler: async function () { show(); } }); });</script>`,
    });
    await page.goto(`${world.pages.shop}/start`);
    await loaded(page);
    await page.evaluate(script);
    await expect.poll(() => world.door.posts('touch', 'granted')).toMatchObject([{ touches: [{ value: 'ROUTE' }] }]);
    await expect.poll(() => page.inputValue('input')).toBe('ROUTE');
    await page.evaluate(`dataLayer.push(${ga4(orderId)})`);
    await expect
      .poll(() => world.order(orderId, 'granted'))
      .toMatchObject({ attribution: { winner: { value: 'ROUTE' } } });
  });
});

describe('goes on, after an upgrade, where a cache has kept the first file', () => {
  /** What 0.1.0 did on a thank-you page: it asks for its late part, which read the data layer, and repeats an order that nobody settles. */
  const OLDEST = `window.clickthread = Object.assign(function () {}, { _: {} }); import('TAG/late.js?0ld1').then(function (late) {
    window.settled = late.settle(); })`;

  it.each([
    ['of 0.1.0', () => Promise.resolve(OLDEST.replace('TAG', world.tag('localhost', 'granted')))],
    [
      'of the build before',
      async () => {
        const text = await (await fetch(`${world.tag('localhost', 'granted')}.js`)).text();
        const [, build] = /\.js\?(\w+)`/.exec(text)!;
        return text.replaceAll(build!, '0ld2');
      },
    ],
  ])('%s: an order that only the parts find, once', async (name, firstFile) => {
    const orderId = name.replaceAll(' ', '-');
    const script = await firstFile();
    world.pages.put('/old.js', { html: script, headers: { 'content-type': 'text/javascript' } });
    const global = `<script>utag_data = { order_id: '${orderId}', order_total: '28.00', order_currency_code: 'EUR' }; ${LAYER}</script>`;
    world.pages.put('/thanks', pageHtml({ head: `<script src="/old.js"></script>`, body: global }));
    put('/first', 'granted', {});
    await page.goto(`${world.pages.shop}/first?irclickid=OLD-CLICK`, { waitUntil: 'networkidle' });
    await page.goto(`${world.pages.shop}/thanks`);
    await expect
      .poll(() => world.order(orderId, 'granted'), { timeout: 5_000 })
      .toMatchObject({ total: '28.00', attribution: { winner: { value: 'OLD-CLICK' } } });
    await pause(PAGE_MS);
    expect(world.door.posts('conversion', 'granted')).toHaveLength(1);
    expect(world.door.passed.filter(({ path }) => /granted\.js\?/.test(path))).toHaveLength(1);
  });
});

interface ConsentRow {
  name: string;
  site?: string;
  head: string;
  /** Whether the click of the landing is stored and sent in the end. */
  isYes: boolean;
}

const TCF_YES = `window.__tcfapi = function (command, version, listener) {
  if (command === 'addEventListener') listener({ eventStatus: 'tcloaded', gdprApplies: true, tcString: 'x', purpose: { consents: { 1: true, 7: true } } }, true); };`;

const CONSENTS: ConsentRow[] = [
  {
    name: 'a default for another region before the one for all',
    head: `${LAYER} gtag('consent', 'default', { ad_storage: 'granted', region: ['US'] }); gtag('consent', 'default', { ad_storage: 'denied', wait_for_update: 500 });`,
    isYes: false,
  },
  {
    name: 'a TCF yes beside a Consent Mode no',
    head: `${LAYER} gtag('consent', 'default', { ad_storage: 'denied' }); gtag('consent', 'update', { ad_storage: 'denied' }); ${TCF_YES}`,
    isYes: false,
  },
  {
    name: 'a WordPress banner that has not said its type yet',
    head: `window.wp_fallback_consent_type = ''; function wp_has_consent() { return !window.wp_consent_type; }
      setTimeout(function () { window.wp_consent_type = 'optin'; document.dispatchEvent(new CustomEvent('wp_consent_type_defined')); }, 700);`,
    isYes: false,
  },
  { name: 'a word for no', site: 'wait', head: `clickthread('consent', { marketing: 'denied' });`, isYes: false },
  {
    name: 'a consent tool that comes after the page has loaded',
    head: `addEventListener('load', function () { setTimeout(function () { ${TCF_YES} }, 500); });`,
    isYes: true,
  },
  {
    name: 'a Shopify object without its consent feature beside Google’s state',
    head: `window.Shopify = { shop: 'x' }; window.google_tag_data = { ics: { getConsentState: function () { return 1; }, addListener: function () {} } };`,
    isYes: true,
  },
  {
    name: 'a Shopify consent feature that can’t be loaded',
    head: `window.calls = 0; window.Shopify = { loadFeatures: function (list, done) { calls++; setTimeout(function () { done(new Error('no')); }); } };`,
    isYes: false,
  },
];

describe('takes for a yes or for none', () => {
  it.each(CONSENTS)('$name', async ({ site = 'auto', head, isYes }) => {
    // A call of the page's own comes after the stub.
    put(
      '/landing',
      site,
      site === 'wait' ? { body: `<script>${head}</script>` } : { head: `<script>${head}</script>` },
    );
    await page.goto(`${world.pages.shop}/landing?irclickid=ODD-CLICK`);
    await pause(PAGE_MS);
    expect(world.door.posts('touch', site)).toHaveLength(isYes ? 1 : 0);
    expect((await kept(context, page)).includes('_ct@localhost')).toBe(isYes);
    expect(await page.evaluate('window.calls ?? 0')).toBeLessThan(4);
  });

  it('nothing that Google’s script refuses on a later page', async () => {
    put('/landing', 'auto', {
      head: `<script>var no = /denied/.test(location.search); window.google_tag_data = { ics: { entries: { ad_storage: { update: !no } },
        getConsentState: function () { return no ? 2 : 1; }, addListener: function () {} } };</script>`,
    });
    await page.goto(`${world.pages.shop}/landing?irclickid=ODD-CLICK`);
    await expect.poll(() => kept(context, page)).toContain('_ct@localhost');
    await page.goto(`${world.pages.shop}/landing?denied`);
    await expect.poll(() => kept(context, page)).toEqual([]);
  });

  it('a click whose answer comes on the next page, from the address that the visitor came from', async () => {
    put('/landing', 'auto', {
      head: `<script>${LAYER} gtag('consent', 'default', { ad_storage: 'denied' });
        if (/two/.test(location.search)) setTimeout(function () { gtag('consent', 'update', { ad_storage: 'granted' }); }, 500);</script>`,
      body: '<a href="?two">next</a>',
    });
    await page.goto(`${world.pages.shop}/landing?irclickid=ODD-CLICK`);
    await page.click('a');
    await expect.poll(() => world.door.posts('touch', 'auto')).toMatchObject([{ touches: [{ value: 'ODD-CLICK' }] }]);
  });
});
