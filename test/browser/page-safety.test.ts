/** The tag as a guest in other people's pages: their policies, their globals, their console, and what hostile or broken pages do to it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { pageHtml, smallOrder, STUB } from '../harness/browser-html.ts';
import { call, journeyOf, loaded } from '../harness/browser-page.ts';
import { context, page, useBrowser, world } from '../harness/browser-suite.ts';
import { eventually } from '../harness/browser-wait.ts';
import { impactAt, shopSite } from '../harness/browser-world.ts';

/** Everything that the page said: console, uncaught errors, violations of its policy. */
let noise: string[];
useBrowser((sandbox) => [
  shopSite({ connections: [impactAt(sandbox)] }),
  shopSite({ id: 'quiet', tag: { detect: false }, connections: [impactAt(sandbox)] }),
]);
beforeEach(() => {
  noise = [];
  page.on('console', (message) => noise.push(message.text()));
  page.on('pageerror', (error) => noise.push(String(error)));
});

/** Lands with a click id, buys, and the sale is credited: the tag works on this page. */
async function buys(path: string, orderId: string): Promise<void> {
  await page.goto(`${world.pages.shop}${path}?irclickid=SAFE-1`);
  await loaded(page);
  await call(page, 'conversion', smallOrder(orderId));
  const order = await eventually(`order ${orderId}`, () => world.order(orderId));
  expect(order.attribution.winner).toMatchObject({ value: 'SAFE-1' });
}

const POLICY = (collector: string) =>
  [
    `default-src 'none'; script-src 'nonce-n0nce'; connect-src ${new URL(collector).origin}; base-uri 'none'; form-action 'none'`,
    `require-trusted-types-for 'script'; trusted-types 'none'`,
  ].join('; ');

describe('works under a strict policy', () => {
  it('with a nonce and enforced Trusted Types, without a violation', async () => {
    const html = pageHtml({ tag: world.tag() }).replaceAll('<script', '<script nonce="n0nce"');
    world.pages.put('/strict', {
      html: html.replace('<link rel="icon" href="data:,">', ''),
      headers: { 'content-security-policy': POLICY(world.tag()) },
    });
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) =>
        console.error(`violation: ${event.violatedDirective} ${event.blockedURI}`),
      );
    });
    await buys('/strict', 'CSP-1');
    expect(noise).toEqual([]);
  });

  it('as a static file pinned by SRI, and not at all when the file differs by a byte', async () => {
    const file = readFileSync(new URL('../../dist/tag/clickthread.static.js', import.meta.url), 'utf8');
    const integrity = `sha384-${createHash('sha384').update(file).digest('base64')}`;
    const headers = { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' };
    world.pages.put('/pinned.js', { html: file, headers });
    world.pages.put('/changed.js', { html: `${file} `, headers });
    const html = (name: string) =>
      `${pageHtml()}<script>${STUB}</script><script src="/${name}.js" integrity="${integrity}" crossorigin data-site="shop"
 data-collector="http://localhost:${world.door.port}" data-consent="granted" data-params="irclickid"></script>`;
    world.pages.put('/sri', html('pinned'));
    await buys('/sri', 'SRI-1');
    expect(noise).toEqual([]);
    world.pages.put('/sri-changed', html('changed'));
    await page.goto(`${world.pages.shop}/sri-changed`);
    expect(await page.evaluate(() => 'q' in (window as unknown as { clickthread: object }).clickthread)).toBe(false);
    expect(noise.join()).toContain('integrity');
  });
});

describe('leaves the page alone', () => {
  const globals = (path: string) =>
    page
      .goto(`${world.pages.shop}${path}`, { waitUntil: 'networkidle' })
      .then(() => page.evaluate(() => Object.keys(window)));

  it('adds one global, and the data layer that it has to listen to', async () => {
    world.pages.put('/bare', pageHtml());
    world.pages.put('/tagged', pageHtml({ tag: world.tag() }));
    world.pages.put('/tagged-quiet', pageHtml({ tag: world.tag('localhost', 'quiet') }));
    const bare = await globals('/bare');
    const added = async (path: string) => (await globals(path)).filter((name) => !bare.includes(name)).sort();
    expect(await added('/tagged?irclickid=G-1')).toEqual(['clickthread', 'dataLayer']);
    expect(await added('/tagged-quiet?irclickid=G-2')).toEqual(['clickthread']);
  });

  it('sends nothing on an ordinary page view, and one report on a landing with a click id', async () => {
    world.pages.put('/view', pageHtml({ tag: world.tag() }));
    await page.goto(`${world.pages.shop}/view`, { waitUntil: 'networkidle' });
    expect(world.door.passed.map(({ path }) => path)).toEqual(['/t/shop.js']);
    world.door.passed.length = 0;

    await page.goto(`${world.pages.shop}/view?irclickid=VIEW-1`, { waitUntil: 'networkidle' });
    expect(world.door.passed.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /t/shop/touch']);
    world.door.passed.length = 0;

    // The part that looks for rarer orders, and the linker on a site with linked domains, come once a build, on the partner's visitor's second
    // page (decision 0005).
    await page.goto(`${world.pages.shop}/view`, { waitUntil: 'networkidle' });
    expect(world.door.passed.map(({ path }) => path).sort()).toEqual([
      expect.stringMatching(/^\/t\/shop\/link\.js\?[0-9a-f]{4}$/),
      expect.stringMatching(/^\/t\/shop\/page\.js\?[0-9a-f]{4}$/),
    ]);
    world.door.passed.length = 0;

    // On further pages everything comes from the cache.
    for (const _ of [1, 2]) await page.goto(`${world.pages.shop}/view`, { waitUntil: 'networkidle' });
    expect(world.door.passed).toEqual([]);
  });

  it('says nothing on the console, whatever it is given', async () => {
    world.pages.put('/noise', pageHtml({ tag: world.tag() }));
    await page.goto(`${world.pages.shop}/noise?irclickid=N-1&_ct=garbage`);
    await loaded(page);
    const nonsense: unknown[][] = [
      ...[['conversion'], ['conversion', null], ['conversion', 7], ['conversion', { orderId: {} }], ['nothing'], []],
      ...[['consent'], ['identify'], ['identify', null], ['journey'], ['journey', 1], ['on'], ['on', 'ready', 7]],
      ...[['decorate'], ['decorate', {}], ['page', 1], ['conversion', { orderId: 'X', total: {} }]],
    ];
    for (const given of nonsense) await call(page, ...given);
    await page.waitForLoadState('networkidle');
    // A refused order is told to the collector, which keeps it in quarantine; the browser itself notes a 4xx on the console.
    expect(noise.filter((text) => !/status of 422/.test(text))).toEqual([]);
    expect(noise.length).toBe(world.door.posts('conversion').length);
  });

  it('tells in words what it does when asked to by the address', async () => {
    world.pages.put('/debug', pageHtml({ tag: world.tag() }));
    await page.goto(`${world.pages.shop}/debug?irclickid=D-1&_ct_debug=1`, { waitUntil: 'networkidle' });
    expect(noise.join('\n')).toMatch(/clickthread: touch/);
  });
});

describe('survives pages that are', () => {
  it('hostile in their data layer', async () => {
    const head = `<script>
      var dataLayer = [null, undefined, 7, 'purchase', [], function () {}, Object.create(null), { event: 'purchase' }, { event: 'purchase', ecommerce: null },
        { event: 'purchase', ecommerce: { transaction_id: {}, value: NaN, items: 'x' } }, { get ecommerce() { throw new Error('mine'); } },
        new Proxy({}, { get: function () { throw new Error('trap'); } })];
      var round = { event: 'purchase' }; round.self = round; dataLayer.push(round);
      dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: 'HOSTILE-1', value: '5.00', currency: 'USD', __proto__: { polluted: true } } });
    </script>`;
    world.pages.put('/hostile', pageHtml({ tag: world.tag(), head }));
    await page.goto(`${world.pages.shop}/hostile?irclickid=H-1`);
    await eventually('the one real order', () => world.order('HOSTILE-1'));
    expect(await page.evaluate(() => ({}) as { polluted?: unknown }).then(({ polluted }) => polluted)).toBeUndefined();
    // The page's own pushes still work, return what they returned, and throw what they threw.
    expect(await page.evaluate('dataLayer.push({ a: 1 })')).toBe(15);
    // What can't be read is told to the collector, which keeps it in quarantine; the browser itself notes a 422 on the console.
    expect(noise.filter((text) => !/status of 422/.test(text))).toEqual([]);
  });

  it('frozen in their history', async () => {
    const head = '<script>Object.freeze(history); Object.freeze(History.prototype);</script>';
    world.pages.put('/frozen', pageHtml({ tag: world.tag(), head }));
    await buys('/frozen', 'FROZEN-1');
    expect(noise).toEqual([]);
  });

  it('without storage and cookies, as a sandboxed frame is', async () => {
    world.pages.put('/inner', pageHtml({ tag: world.tag() }));
    world.pages.put(
      '/outer',
      `<!doctype html><iframe sandbox="allow-scripts" src="/inner?irclickid=BOXED-1"></iframe>`,
    );
    await page.goto(`${world.pages.shop}/outer`);
    const frame = await eventually('the frame', () => page.frames().find((each) => each.url().includes('/inner')));
    await frame.waitForFunction(() => '_' in (window as unknown as { clickthread: object }).clickthread);
    await frame.evaluate(
      (order) => (window as unknown as { clickthread(...args: unknown[]): void }).clickthread('conversion', order),
      smallOrder('BOXED-1'),
    );
    const order = await eventually('the order', () => world.order('BOXED-1'));
    expect(order.attribution.winner).toMatchObject({ value: 'BOXED-1' });
    // "From a foreign page an order at most": its touch is refused, once, which the browser itself notes on the console.
    expect(noise).toEqual([expect.stringMatching(/status of 403/)]);
  });

  it('refused by their storage: it throws on every use', async () => {
    await page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException('blocked', 'SecurityError');
          },
        });
      Object.defineProperty(document, 'cookie', { get: () => '', set: () => undefined });
    });
    world.pages.put('/blocked', pageHtml({ tag: world.tag() }));
    await buys('/blocked', 'BLOCKED-1');
    expect(noise).toEqual([]);
  });

  it('overfull with cookies', async () => {
    await page.addInitScript(() => {
      for (let i = 0; i < 300; i++) document.cookie = `filler${i}=${'x'.repeat(40)}; path=/`;
    });
    world.pages.put('/full', pageHtml({ tag: world.tag() }));
    await buys('/full', 'FULL-1');
    expect(await page.evaluate(() => document.cookie)).toContain('SAFE-1');
    expect(noise).toEqual([]);
  });
});

describe('takes no click id that', () => {
  it.each([
    ['injects a cookie attribute', 'x%3B%20max-age%3D1'],
    ['breaks a line', 'x%0D%0ASet-Cookie%3A%20a%3Db'],
    ['holds quotes or tags', '%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E'],
    ['is an emoji', '%F0%9F%98%80'],
    ['is longer than 512', 'x'.repeat(513)],
    ['is 10 kB', 'x'.repeat(10_240)],
    ['is empty', ''],
  ])('%s', async (_what, value) => {
    world.pages.put('/inject', pageHtml({ tag: world.tag() }));
    await page.goto(`${world.pages.shop}/inject?irclickid=${value}`, { waitUntil: 'networkidle' });
    expect((await journeyOf(page)).touches ?? []).toEqual([]);
    expect((await context.cookies()).filter(({ name }) => name === '_ct')).toEqual([]);
    expect(world.door.posts('touch')).toEqual([]);
    expect(noise).toEqual([]);
  });

  it('spoils what was there before', async () => {
    world.pages.put('/inject', pageHtml({ tag: world.tag() }));
    await page.goto(`${world.pages.shop}/inject?irclickid=GOOD-1`, { waitUntil: 'networkidle' });
    await page.goto(`${world.pages.shop}/inject?irclickid=x%3B%20max-age%3D1`, { waitUntil: 'networkidle' });
    expect((await journeyOf(page)).touches).toMatchObject([{ value: 'GOOD-1' }]);
    const cookie = (await context.cookies()).find(({ name }) => name === '_ct')!;
    // The browser keeps it by the machine's own clock, on whatever day the suite stands.
    const now = (performance.timeOrigin + performance.now()) / 1000;
    expect(cookie.expires - now).toBeGreaterThan(300 * 86_400);
  });
});
