/** Consent, signal by signal: nothing is stored or sent before the answer, everything after it, and nothing is left after a withdrawal. */
import { describe, expect, it } from 'vitest';
import { pageHtml, smallOrder } from '../harness/browser-html.ts';
import { call, kept, loaded } from '../harness/browser-page.ts';
import { context, page, useBrowser, world } from '../harness/browser-suite.ts';
import { eventually, pause } from '../harness/browser-wait.ts';
import { impactAt, shopSite } from '../harness/browser-world.ts';

useBrowser((sandbox) =>
  ['auto', 'wait', 'granted'].map((consent) => shopSite({ id: consent, consent, connections: [impactAt(sandbox)] })),
);

/** A consent platform as a page has it: `head` stands before the tag, the others are said to the page later. */
interface Signal {
  name: string;
  site: string;
  source: string;
  head: string;
  grant: string;
  deny: string;
}

const TCF = `<script>
  var tcf = { eventStatus: 'cmpuishown', gdprApplies: true, tcString: '', purpose: { consents: {} } }, tcfListeners = [];
  function __tcfapi(command, version, listener) { if (command == 'addEventListener') { tcfListeners.push(listener); listener(tcf, true); } }
  function tcfSay(allowed) {
    tcf = { eventStatus: 'useractioncomplete', gdprApplies: true, tcString: allowed ? 'CPgranted.AAAA' : 'CPdenied.AAAA', purpose: { consents: { 1: true, 7: allowed } } };
    tcfListeners.forEach(function (listener) { listener(tcf, true); });
  }</script>`;
const WP = `<script>
  var wpAnswer = false;
  function wp_has_consent(kind) { return kind == 'marketing' && wpAnswer; }
  function wpSay(allowed) {
    wpAnswer = allowed;
    document.dispatchEvent(new CustomEvent('wp_listen_for_consent_change', { detail: { marketing: allowed ? 'allow' : 'deny' } }));
  }</script>`;
const SHOPIFY = `<script>
  var shopifyAnswer = false;
  var Shopify = { customerPrivacy: { marketingAllowed: function () { return shopifyAnswer; }, saleOfDataRegion: function () { return false; }, saleOfDataAllowed: function () { return true; } } };
  function shopifySay(allowed) {
    shopifyAnswer = allowed;
    document.dispatchEvent(new CustomEvent('visitorConsentCollected', { detail: { marketingAllowed: allowed, saleOfDataAllowed: true } }));
  }</script>`;
/** Consent Mode as Google's own script keeps it, where a tag manager sets it without a push into the data layer. */
const ICS = `<script>
  var icsState = 2, icsListeners = [];
  window.google_tag_data = { ics: { getConsentState: function () { return icsState; }, addListener: function (types, listener) { icsListeners.push(listener); } } };
  function icsSay(allowed) { icsState = allowed ? 1 : 2; icsListeners.forEach(function (listener) { listener(); }); }</script>`;
const GTAG = `<script>window.dataLayer = []; function gtag() { dataLayer.push(arguments); } gtag('consent', 'default', { ad_storage: 'denied', wait_for_update: 500 });</script>`;

const SIGNALS: Signal[] = [
  {
    ...{ name: 'Google Consent Mode in the data layer', site: 'auto', source: 'gcm', head: GTAG },
    grant: `gtag('consent', 'update', { ad_storage: 'granted' })`,
    deny: `gtag('consent', 'update', { ad_storage: 'denied' })`,
  },
  {
    ...{ name: 'Google Consent Mode inside a tag manager', site: 'auto', source: 'gcm', head: ICS },
    ...{ grant: 'icsSay(true)', deny: 'icsSay(false)' },
  },
  { name: 'IAB TCF', site: 'auto', source: 'tcf', head: TCF, grant: 'tcfSay(true)', deny: 'tcfSay(false)' },
  { name: 'WP Consent API', site: 'auto', source: 'wp', head: WP, grant: 'wpSay(true)', deny: 'wpSay(false)' },
  {
    ...{ name: 'Shopify Customer Privacy', site: 'auto', source: 'shopify', head: SHOPIFY },
    ...{ grant: 'shopifySay(true)', deny: 'shopifySay(false)' },
  },
  {
    ...{ name: 'the call by hand', site: 'wait', source: 'manual', head: '' },
    grant: `clickthread('consent', { marketing: true })`,
    deny: `clickthread('consent', { marketing: false })`,
  },
];

const posts = () => world.door.passed.filter(({ method }) => method !== 'GET').map(({ path }) => path);

async function land(site: string, head = ''): Promise<void> {
  world.pages.put('/landing', pageHtml({ tag: world.tag('localhost', site), head }));
  await page.goto(`${world.pages.shop}/landing?irclickid=C-1`);
  await loaded(page);
}

describe.each(SIGNALS)('$name', ({ site, source, head, grant, deny }) => {
  it('holds everything back before, stores and sends when granted, and wipes when withdrawn', async () => {
    const orderId = `CONSENT-${source}-${head.length}`;
    await land(site, head);
    await call(page, 'conversion', smallOrder(orderId));
    // Memory only: a client-side route changes nothing about it.
    await page.evaluate(() => history.pushState({}, '', '/landing/2'));
    await page.waitForLoadState('networkidle');
    expect(await kept(context, page)).toEqual([]);
    expect(posts()).toEqual([]);

    await page.evaluate(grant);
    const order = await eventually('the order', () => world.order(orderId, site));
    expect(order.consent).toMatchObject({ marketing: 'granted', source });
    expect(order.attribution.winner).toMatchObject({ value: 'C-1' });
    const [touch] = world.door.posts('touch', site);
    expect(touch).toMatchObject({
      touches: [{ param: 'irclickid', value: 'C-1' }],
      consent: { marketing: 'granted', source, at: expect.any(Number) as number },
    });
    if (source === 'tcf') expect(touch!['consent']).toMatchObject({ tcString: 'CPgranted.AAAA' });
    await expect.poll(() => kept(context, page)).toEqual(expect.arrayContaining(['_ct@localhost', '_ct_v@localhost']));

    world.door.passed.length = 0;
    await page.evaluate(deny);
    // The withdrawal itself is told, as proof; the collector answers it by forgetting its own cookie.
    await expect
      .poll(() => world.door.posts('touch', site))
      .toMatchObject([{ touches: [], consent: { marketing: 'denied', source } }]);
    await expect.poll(async () => (await kept(context, page)).filter((name) => name !== '_ct_c@localhost')).toEqual([]);
    expect(posts()).toEqual([`/t/${site}/touch`]);

    await call(page, 'conversion', smallOrder(`${orderId}-AFTER`));
    await page.reload({ waitUntil: 'networkidle' });
    expect(posts()).toEqual([`/t/${site}/touch`]);
    expect(await world.order(`${orderId}-AFTER`, site)).toBeUndefined();
  });
});

describe('the strictest signal wins', () => {
  it('Global Privacy Control refuses whatever a banner grants', async () => {
    await context.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }));
    await land('auto', GTAG);
    await page.evaluate(`gtag('consent', 'update', { ad_storage: 'granted' })`);
    await call(page, 'conversion', smallOrder('GPC-1'));
    await pause(400);
    expect(posts()).toEqual([]);
    expect(await kept(context, page)).toEqual([]);
  });

  it('a granted Consent Mode waits for the TCF banner that is still open', async () => {
    await land('auto', GTAG.replace('denied', 'granted') + TCF);
    await pause(400);
    expect(posts()).toEqual([]);
    await page.evaluate('tcfSay(true)');
    await eventually('the touch', () => world.door.posts('touch', 'auto').length === 1);
  });

  it('TCF says that the GDPR does not apply: that is a grant', async () => {
    await land('auto', TCF.replace('cmpuishown', 'tcloaded').replace('gdprApplies: true', 'gdprApplies: false'));
    await eventually('the touch', () => world.door.posts('touch', 'auto').length === 1);
  });
});

describe('an answer given by hand', () => {
  it('is remembered on the next page', async () => {
    await land('wait');
    await call(page, 'consent', { marketing: true });
    await eventually('the touch', () => world.door.posts('touch', 'wait').length === 1);
    await page.goto(`${world.pages.shop}/landing`);
    await loaded(page);
    await call(page, 'conversion', smallOrder('REMEMBERED-1'));
    const order = await eventually('the order', () => world.order('REMEMBERED-1', 'wait'));
    expect(order.consent).toMatchObject({ marketing: 'granted', source: 'manual' });
  });

  it.each(['wait', 'granted'])('may be taken back, and given again for the next click (%s)', async (site) => {
    await land(site);
    await call(page, 'consent', { marketing: true });
    await eventually('the touch', () => world.door.posts('touch', site).length > 0);
    await page.waitForLoadState('networkidle');
    const before = world.door.posts('touch', site).length;
    await call(page, 'consent', { marketing: false });
    await eventually('the withdrawal', () => world.door.posts('touch', site).length === before + 1);
    await expect.poll(() => page.evaluate(() => localStorage.getItem('_ct_w'))).toBeNull();
    await page.goto(`${world.pages.shop}/landing?irclickid=AGAIN-${site}`);
    await loaded(page);
    await call(page, 'consent', { marketing: true });
    await eventually('the touch anew', () => world.door.posts('touch', site).length === before + 2);
    const orderId = `AGAIN-${site}`;
    await call(page, 'conversion', smallOrder(orderId));
    await eventually('the order', () => world.order(orderId, site));
    const { gate, attribution } = await world.settled(orderId, site);
    expect([gate, attribution.winner?.value]).toEqual(['open', `AGAIN-${site}`]);
  });

  it('refuses for good where consent was assumed', async () => {
    await land('granted');
    await page.waitForLoadState('networkidle');
    expect(world.door.posts('touch', 'granted')).toHaveLength(1);
    await call(page, 'consent', { marketing: false });
    await eventually('the withdrawal', () => world.door.posts('touch', 'granted').length === 2);
    // What the collector has not acknowledged yet would be told once more by the next page.
    await expect.poll(() => page.evaluate(() => localStorage.getItem('_ct_w'))).toBeNull();
    world.door.passed.length = 0;
    await page.goto(`${world.pages.shop}/landing?irclickid=C-2`, { waitUntil: 'networkidle' });
    await loaded(page);
    await call(page, 'conversion', smallOrder('REFUSED-1'));
    await pause(300);
    expect(posts()).toEqual([]);
    // All that is kept is the refusal itself.
    expect(await kept(context, page)).toEqual(['_ct_c@localhost']);
  });
});

it('stores nothing that the collector answers after the withdrawal', async () => {
  await land('wait');
  world.door.delay = 300;
  let answered = 0;
  page.on('response', (response) => void (answered += Number(response.url().endsWith('/touch'))));
  await call(page, 'consent', { marketing: true });
  await eventually('the touch', () => world.door.posts('touch', 'wait').length === 1);
  await call(page, 'consent', { marketing: false });
  await eventually('both answers', () => answered === 2);
  world.door.delay = 0;
  expect(world.door.posts('touch', 'wait').map(({ consent }) => (consent as { marketing: string }).marketing)).toEqual([
    'granted',
    'denied',
  ]);
  expect(await kept(context, page)).toEqual([]);
});

it('does not carry the journey to another domain before consent', async () => {
  await land('wait');
  const address = `${world.pages.other}/far`;
  expect(await call(page, 'decorate', address)).toBe(address);
});
