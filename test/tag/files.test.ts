/** What the build makes: within its budget, under names that block lists let pass, each file doing its part. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inlineSettings } from '../../collector/tag-files/site-tag.ts';
import { built, open } from './page.ts';

const size = (text: string) => ({
  gzip: gzipSync(text, { level: 9 }).length,
  brotli: brotliCompressSync(text).length,
});

/** The tag as a shop's page gets it: the collector puts the site's settings in. */
const SERVED = inlineSettings(
  built('clickthread.js'),
  {
    params: ['im_ref', 'irclickid'],
    domains: ['shop.example'],
    linked: ['checkout.example'],
    consent: 'wait',
    currency: 'USD',
  },
  '//t.shop.example/t/shop',
);

/** A dozen networks and ad platforms, two names of partners, two domains and two linked ones, a cookie for a network. */
const LARGE = {
  params: 'im_ref irclickid awc cjevent ransiteid tduid clickref ecid ttclid gclid wbraid gbraid msclkid'.split(' '),
  domains: ['shop.example', 'shop.de'],
  linked: ['checkout.example', 'pay.example'],
  consent: 'auto' as const,
  currency: 'USD',
  referrals: ['partner', 'ref'],
  cookies: [{ name: 'awc_js', param: 'awc', days: 30 }],
};

describe('weight', () => {
  it.each([
    ['clickthread.js', { gzip: 3000, brotli: 2750 }],
    ['clickthread.capture.js', { gzip: 1500, brotli: 1300 }],
    ['stub.js', { gzip: 250, brotli: 250 }],
    ['shopify-pixel.js', { gzip: 1000, brotli: 800 }],
    // Each fetched once, by pages that need it.
    ['late.js', { gzip: 3500, brotli: 3000 }],
    ['link.js', { gzip: 950, brotli: 850 }],
    ['page.js', { gzip: 1900, brotli: 1700 }],
    ['signals.js', { gzip: 1400, brotli: 1200 }],
  ])('of %s stays below %o', (file, budget) => {
    const measured = size(built(file));
    expect(measured.gzip).toBeLessThanOrEqual(budget.gzip);
    expect(measured.brotli).toBeLessThanOrEqual(budget.brotli);
  });

  it('of the tag with a site’s settings in it, as pages get it, stays below 3,000 bytes gzip and 2,750 brotli', () => {
    const measured = size(SERVED);
    expect(measured.gzip).toBeLessThanOrEqual(3000);
    expect(measured.brotli).toBeLessThanOrEqual(2750);
  });

  it('of the tag with a large site’s settings stays below the same', () => {
    const measured = size(inlineSettings(built('clickthread.js'), LARGE, '//t.shop.example/t/shop'));
    expect(measured.gzip).toBeLessThanOrEqual(3000);
    expect(measured.brotli).toBeLessThanOrEqual(2750);
  });
});

describe('the bundle for the collector', () => {
  it('has exactly one place for the settings, outside any string', () => {
    const places = built('clickthread.js').match(/.__CT_SETTINGS__./g);
    expect(places).toHaveLength(1);
    expect(places![0]).not.toMatch(/["'`]/);
  });

  it.each(['https://t.shop.example/t/shop', 'https://t.shop.js.example/t/shop'])(
    'reports to the host that it came from, %s, whatever its name and its query',
    async (routes) => {
      const page = await open({
        settings: { collector: undefined },
        attributes: { src: `${routes}.js?v=1` },
        html: '<img name="currentScript" src="https://evil.example/t/evil.js"><form name="clickthread"><input name="_"></form>',
      });
      page.call('conversion', { orderId: 'O1', total: '5.00', currency: 'USD' });
      await page.rest();
      expect(page.sent.map(({ url }) => url)).toEqual([`${routes}/conversion`]);
    },
  );

  const readers = [
    ...['attend.ts', 'fields.ts', 'fire.ts', 'referrer.ts', 'retry.ts'],
    ...['read-layers.ts', 'read-page.ts', 'signals.ts'],
  ];

  it.each(readers)('%s takes nothing from the document by a name that the page’s content can own', (file) => {
    const text = readFileSync(new URL(`../../tag/late/${file}`, import.meta.url), 'utf8');
    const code = text.replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
    expect(code.match(/\bdocument\.\w+|=\s*document\b/g) ?? []).toEqual([]);
  });

  it('asks for its parts under an address of its own for each build, so that no cache pairs parts of two builds', () => {
    expect(built('clickthread.js').match(/import\([^)]*\)/g)).toEqual([
      expect.stringMatching(/^import\(`\$\{\w+\.\w\}\/\$\{\w+\}\.js\?[0-9a-f]{4}`\)$/),
    ]);
  });

  it.each(['clickthread.js', 'late.js', 'clickthread.static.js', 'clickthread.capture.js'])(
    '%s evaluates no text, writes no markup and reads no layout',
    (file) => {
      expect(built(file)).not.toMatch(/\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write/);
      expect(built(file)).not.toMatch(
        /offset(Width|Height|Top)|clientWidth|getBoundingClientRect|getComputedStyle|scrollTop/,
      );
    },
  );

  it.each(['clickthread.js', 'late.js', 'clickthread.static.js', 'clickthread.capture.js', 'shopify-pixel.js'])(
    '%s keeps to the syntax of Chrome 80, Firefox 78 and Safari 13.1',
    (file) =>
      expect(built(file)).not.toMatch(/\?\?=|\|\|=|&&=|[^.]\.at\(|\.replaceAll\(|\(\?<[=!]|\bstatic\s*\{|#\w+\s*=/),
  );
});

describe('the manifest', () => {
  const manifest = JSON.parse(built('manifest.json')) as { file: string; integrity: string; versioned: string }[];

  it('names every script with its integrity and a name that changes with its content', () => {
    const scripts = readdirSync(new URL('../../dist/tag/', import.meta.url)).filter((file) =>
      manifest.some((entry) => entry.file === file),
    );
    expect(scripts.sort()).toEqual(
      [
        'clickthread.capture.js',
        'clickthread.js',
        'clickthread.mjs',
        'clickthread.static.js',
        'late.js',
        'link.js',
        'page.js',
        'shopify-pixel.js',
        'signals.js',
        'stub.js',
      ].sort(),
    );
    for (const { file, integrity, versioned } of manifest) {
      expect(integrity).toBe(`sha384-${createHash('sha384').update(built(file)).digest('base64')}`);
      expect(versioned).toMatch(/\.[0-9a-f]{12}\.m?js$/);
    }
  });
});

/** Patterns of EasyPrivacy, EasyList and uBlock's privacy list that stop files and requests of a shop's own host (contracts/browsers.md, section 3). */
const BLOCKED = [
  /\/affiliate-tracker\.js/,
  /\/affiliatetracking\.js/,
  /\/beacon\.js/,
  /\/trackjs\./,
  /\/matomo\.js/,
  /\/piwik\./,
  /\/plausible\.js/,
  /\/umami\.js/,
  /\/api\/events/,
  /\/(p|o|px|pixel|1x1)\.gif\?/,
  /\/matomo\.php/,
  /\/com\.snowplowanalytics\.snowplow\//,
  /\/beacon\/affiliates/,
  /\/trackconversion\?/,
  /:\/\/t\.order\./,
  /\/_vercel\/insights/,
  /\/scripts\/sdk\/everflow\.js/,
  /:\/\/stats\.[^/]*\/script\.js/,
  /\/rw\.js/,
];
const FILES = [
  't/shop.js',
  't/shop/late.js',
  't/shop/link.js',
  't/shop/page.js',
  't/shop/signals.js',
  'clickthread.js',
  'clickthread.static.js',
  'clickthread.capture.js',
  'shopify-pixel.js',
  'stub.js',
];
const ROUTES = ['t/shop/touch', 't/shop/conversion', 't/shop/sale?id=11001&amount=19.95', 't/shop/fired'];

describe.each(['https://shop.example/', 'https://t.shop.example/'])('on %s', (host) => {
  it.each([...FILES, ...ROUTES])('%s is on no block list', (path) => {
    expect(BLOCKED.filter((pattern) => pattern.test(host + path))).toEqual([]);
  });
});

/** Parameters that Brave, Safari, Firefox, DuckDuckGo and uBlock take out of addresses (contracts/browsers.md, section 3). */
const STRIPPED = [
  'gclid',
  'wbraid',
  'gbraid',
  'gclsrc',
  'dclid',
  'gad_source',
  'srsltid',
  '_gl',
  'fbclid',
  'msclkid',
  'twclid',
  'ttclid',
  'yclid',
  'igshid',
  'mc_eid',
  'rb_clickid',
  'irclickid',
  'irgwc',
  'ircid',
  'clickid',
  'oly_enc_id',
  'oly_anon_id',
  '__s',
  'vero_id',
  '_hsenc',
  'mkt_tok',
  'li_fat_id',
];

it('the link parameter is one that no browser strips', () => {
  expect(built('late.js')).toContain('"_ct"');
  expect(STRIPPED).not.toContain('_ct');
  expect('_ct').not.toMatch(/^(utm_|oly_|__)/);
});
