/** The consent gate: each signal before, on grant and on withdrawal, with storage and network inspected. */
import { describe, expect, it } from 'vitest';
import { CLICK, LANDING, NOW, open } from './page.ts';
import type { Page, PageWindow } from './page.ts';

const order = { orderId: 'O1', total: '5.00', currency: 'USD' };

interface Signal {
  name: string;
  mode: 'wait' | 'auto';
  /** The signal as it is when nobody has answered. */
  before: (window: PageWindow) => void;
  answer: (page: Page, allowed: boolean) => void;
}

const listeners = new WeakMap<PageWindow, (data: object, ok: boolean) => void>();
const tcData = (allowed: boolean) => ({
  eventStatus: 'useractioncomplete',
  gdprApplies: true,
  tcString: 'CQ-proof',
  purpose: { consents: { 1: allowed, 7: allowed } },
});
const dispatch = ({ window }: Page, name: string, detail: object) =>
  window.document.dispatchEvent(new window.CustomEvent(name, { detail }));

const signals: Signal[] = [
  { name: 'manual', mode: 'wait', before: () => {}, answer: (page, marketing) => page.call('consent', { marketing }) },
  {
    name: 'gcm',
    mode: 'auto',
    before: (window) =>
      window.eval(
        "window.dataLayer=[];function gtag(){dataLayer.push(arguments)};gtag('consent','default',{ad_storage:'denied'})",
      ),
    answer: ({ window }, allowed) =>
      window.eval(`gtag('consent','update',{ad_storage:'${allowed ? 'granted' : 'denied'}'})`),
  },
  {
    name: 'gcm',
    mode: 'auto',
    before: (window) => {
      const heard: (() => void)[] = [];
      const ics = {
        state: 2,
        getConsentState: () => ics.state,
        addListener: (_: string[], run: () => void) => heard.push(run),
        heard,
      };
      window.google_tag_data = { ics };
    },
    answer: ({ window }, allowed) => {
      window.google_tag_data.ics.state = allowed ? 1 : 2;
      for (const run of window.google_tag_data.ics.heard) run();
    },
  },
  {
    name: 'tcf',
    mode: 'auto',
    before: (window) => {
      window.__tcfapi = (_: string, __: number, listener: (data: object, ok: boolean) => void) => {
        listeners.set(window, listener);
        listener({ eventStatus: 'cmpuishown', gdprApplies: true, purpose: { consents: {} } }, true);
      };
    },
    answer: ({ window }, allowed) => listeners.get(window)!(tcData(allowed), true),
  },
  {
    name: 'wp',
    mode: 'auto',
    before: (window) => {
      window.wp_has_consent = () => false;
    },
    answer: (page, allowed) =>
      dispatch(page, 'wp_listen_for_consent_change', { marketing: allowed ? 'allow' : 'deny' }),
  },
  {
    name: 'shopify',
    mode: 'auto',
    before: (window) => {
      const customerPrivacy = {
        marketingAllowed: () => false,
        saleOfDataRegion: () => false,
        saleOfDataAllowed: () => true,
      };
      window.Shopify = { customerPrivacy };
    },
    answer: (page, marketingAllowed) =>
      dispatch(page, 'visitorConsentCollected', { marketingAllowed, saleOfDataAllowed: true }),
  },
];

describe.each(signals)('$name', ({ name, mode, before, answer }) => {
  const start = () => open({ url: LANDING, settings: { consent: mode }, before });

  it('stores and sends nothing before the answer, and everything after it', async () => {
    const page = await start();
    page.call('conversion', order);
    await page.rest();
    expect(page.sent).toEqual([]);
    expect(page.window.document.cookie).toBe('');
    expect(page.storage()).toEqual({});

    answer(page, true);
    await page.rest();
    expect(page.cookies()._ct).toContain(CLICK);
    expect(page.sent.map(({ url }) => url.split('/').pop())).toEqual(['touch', 'conversion']);
    for (const { body } of page.sent) expect(body.consent).toMatchObject({ marketing: 'granted', source: name });
  });

  it('wipes everything on withdrawal and tells the collector of it alone', async () => {
    const page = await start();
    answer(page, true);
    await page.rest();
    const { visitor } = page.sent[0]!.body;
    page.sent.length = 0;
    answer(page, false);
    await page.rest();
    expect(page.window.document.cookie).toBe('');
    expect(page.storage()).toEqual({});
    expect(page.sent.map(({ url, body }) => [url, body])).toEqual([
      [
        expect.stringMatching(/\/touch$/),
        { visitor, touches: [], consent: expect.objectContaining({ marketing: 'denied', source: name }), now: NOW },
      ],
    ]);
    page.call('conversion', order);
    await page.rest();
    expect(page.sent).toHaveLength(1);
    expect(page.storage()).toEqual({});
  });

  it('keeps to a refusal', async () => {
    const page = await start();
    answer(page, false);
    await page.rest();
    expect(page.sent).toEqual([]);
    expect(page.window.document.cookie).toBe('');
    expect(page.storage()).toEqual({});
  });
});

describe('the gate', () => {
  it('lets the strictest signal win', async () => {
    const page = await open({
      url: LANDING,
      settings: { consent: 'auto' },
      before: (window) => {
        Object.defineProperty(window.navigator, 'globalPrivacyControl', { value: true });
        window.dataLayer = [['consent', 'update', { ad_storage: 'granted' }]];
      },
    });
    expect(page.sent).toEqual([]);
    expect(page.window.document.cookie).toBe('');
  });

  it('hears no Global Privacy Control where the site ignores it', async () => {
    const page = await open({
      url: LANDING,
      settings: { consent: 'auto', gpc: 'ignore' },
      before: (window) => {
        Object.defineProperty(window.navigator, 'globalPrivacyControl', { value: true });
        window.dataLayer = [['consent', 'update', { ad_storage: 'granted' }]];
      },
    });
    expect(page.sent).toMatchObject([{ body: { consent: { marketing: 'granted', source: 'gcm' } } }]);
  });

  it('waits where no signal is there', async () => {
    const page = await open({ url: LANDING, settings: { consent: 'auto' } });
    expect(page.sent).toEqual([]);
    expect(page.window.document.cookie).toBe('');
  });

  it('holds a granting default of Consent Mode back where another default denies', async () => {
    const denied = ['consent', 'default', { ad_storage: 'denied', region: ['DE'] }];
    const page = await open({
      url: LANDING,
      settings: { consent: 'auto' },
      before: (window) => void (window.dataLayer = [denied, ['consent', 'default', { ad_storage: 'granted' }]]),
    });
    expect(page.sent).toEqual([]);
  });

  it('does not wipe a journey because a consent platform starts with its denying default', async () => {
    const earlier = await open({ url: LANDING });
    const page = await open({
      from: earlier,
      settings: { consent: 'auto' },
      before: (window) => void (window.dataLayer = [['consent', 'default', { ad_storage: 'denied' }]]),
    });
    expect(page.cookies()._ct).toContain(CLICK);
    page.window.dataLayer.push(['consent', 'update', { ad_storage: 'granted' }]);
    await page.rest();
    expect(page.cookies()._ct).toContain(CLICK);
  });

  it('takes gdprApplies false for an answer, and carries the TC string as proof', async () => {
    const page = await open({
      url: LANDING,
      settings: { consent: 'auto' },
      before: (window) => {
        window.__tcfapi = (_: string, __: number, listener: (data: object, ok: boolean) => void) =>
          listener({ ...tcData(false), eventStatus: 'tcloaded', gdprApplies: false }, true);
      },
    });
    expect(page.sent[0]!.body.consent).toMatchObject({ marketing: 'granted', source: 'tcf', tcString: 'CQ-proof' });
  });

  it('keeps touches in memory across client-side routes until the answer', async () => {
    const page = await open({ url: LANDING, settings: { consent: 'wait' } });
    page.window.history.pushState({}, '', '/product');
    await page.rest();
    page.call('consent', { marketing: true });
    await page.rest();
    expect(page.sent[0]!.body.touches).toMatchObject([
      { param: 'irclickid', value: CLICK, url: 'https://www.shop.example/' },
    ]);
  });

  it.each(['wait', 'granted'] as const)(
    'hears a no that is said in another tab, also where neither has a journey (consent: %s)',
    async (mode) => {
      const first = await open({ settings: { consent: mode } });
      first.call('consent', { marketing: true });
      const second = await open({ settings: { consent: mode }, from: first });
      await first.rest();
      first.call('consent', { marketing: false });
      second.call('conversion', order);
      await second.rest();
      expect(second.sent.filter(({ url }) => url.endsWith('/conversion'))).toEqual([]);
      // And a yes after it.
      first.call('consent', { marketing: true });
      second.call('consent', { marketing: true });
      await second.rest();
      expect(second.sent.filter(({ url }) => url.endsWith('/conversion'))).toHaveLength(1);
    },
  );

  it.each(['conversion', 'data layer', 'route'])(
    'hears a no of another tab where this one had neither answer nor journey, before it tells anything (%s)',
    async (what) => {
      const page = await open();
      const other = await open({ from: page });
      other.call('consent', { marketing: false });
      await other.rest();
      if (what === 'conversion') page.call('conversion', order);
      else if (what === 'data layer')
        page.window.dataLayer.push({
          event: 'purchase',
          ecommerce: { transaction_id: 'T', value: 1, currency: 'USD' },
        });
      else {
        page.window.history.pushState({}, '', LANDING);
        page.call('page');
      }
      await page.rest();
      expect(page.sent).toEqual([]);
      expect(page.cookies()).toEqual({ _ct_c: '0' });
      expect(page.storage()).toEqual({});
    },
  );

  it('takes no answer from cookies that can’t be read, as in a sandboxed frame', async () => {
    const page = await open({
      before: (window) =>
        Object.defineProperty(window.document, 'cookie', {
          get() {
            throw new window.DOMException('sandboxed', 'SecurityError');
          },
          set: () => undefined,
        }),
    });
    page.call('conversion', order);
    page.call('consent', { marketing: true });
    page.call('conversion', { ...order, orderId: 'SECOND' });
    await page.rest();
    expect(page.sent.filter(({ url }) => url.endsWith('/conversion'))).toHaveLength(2);
  });

  it('hears a yes of another tab as the next page would', async () => {
    const page = await open({ url: LANDING, settings: { consent: 'wait' } });
    const other = await open({ from: page, settings: { consent: 'wait' } });
    other.call('consent', { marketing: true });
    page.call('page');
    await page.rest();
    expect(page.sent[0]!.body).toMatchObject({ touches: [{ param: 'irclickid' }], consent: { source: 'manual' } });
  });

  it('takes the yes of a browser that keeps no cookies for what it is', async () => {
    const page = await open({
      settings: { consent: 'wait' },
      before: (window) =>
        Object.defineProperty(window.document, 'cookie', { get: () => '', set: () => undefined, configurable: true }),
    });
    page.call('consent', { marketing: true });
    page.call('conversion', order);
    page.call('page');
    await page.rest();
    expect(page.sent.filter(({ url }) => url.endsWith('/conversion'))).toHaveLength(1);
  });

  it('names, in a withdrawal, whom the orders before it named, also where there was no journey', async () => {
    const page = await open();
    page.call('conversion', order);
    await page.rest();
    page.call('consent', { marketing: false });
    await page.rest();
    const [told, withdrawn] = page.sent.map(({ body }) => body);
    expect(withdrawn).toMatchObject({
      consent: { marketing: 'denied' },
      visitor: `${told!.journey as string}`.slice(2),
    });
  });

  it('remembers an answer given by hand on the next page, with the time it was given', async () => {
    const first = await open({ url: LANDING, settings: { consent: 'wait' } });
    first.call('consent', { marketing: true });
    await first.rest();
    const next = await open({ from: first, settings: { consent: 'wait' }, now: Date.now() + 1e6 });
    next.call('conversion', order);
    await next.rest();
    expect(next.sent[0]!.body.consent).toMatchObject({
      source: 'manual',
      at: (first.sent[0]!.body.consent as { at: number }).at,
    });
  });

  it('remembers a refusal where consent would be assumed', async () => {
    const first = await open({ url: LANDING });
    first.call('consent', { marketing: false });
    await first.rest();
    expect(first.cookies()).toEqual({ _ct_c: '0' });
    const next = await open({ url: LANDING, from: first });
    expect(next.sent).toEqual([]);
    expect(next.cookies()).toEqual({ _ct_c: '0' });
  });
});
