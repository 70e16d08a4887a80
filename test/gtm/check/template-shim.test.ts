// @vitest-environment jsdom
/** The shim runs the template against a real window: what the page gets to see. */
import { beforeEach, describe, expect, it } from 'vitest';
import { templateShim } from '../../../gtm/check/template-shim.ts';
import { tagTemplate } from '../../../gtm/template.ts';

const collector = 'https://t.shop.example/t';
const tpl = tagTemplate({ collector, site: 'shop', version: '1.2.3' });
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const page = window as any;
const run = (data: Record<string, unknown>): void => {
  const script = templateShim({ tpl, data: { siteId: 'shop', collector, waitForConsent: true, ...data } });
  (0, eval)(script);
};
const injected = (): string[] => [...document.querySelectorAll('script')].map(({ src }) => src);
const queued = (): unknown[][] => (page.clickthread?.q ?? []).map((call: ArrayLike<unknown>) => Array.from(call));

beforeEach(() => {
  document.head.innerHTML = '';
  delete page.clickthread;
  delete page.gtmShim;
  page.dataLayer = [];
});

describe('the shim', () => {
  it('loads the script once for two tags and queues the order of the data layer', () => {
    page.dataLayer.push({ ecommerce: null }, { event: 'purchase', ecommerce: { transaction_id: 'A1', value: 5 } });
    run({ action: 'load' });
    run({ action: 'conversion', orderSource: 'ga4', currency: 'EUR' });
    expect(injected()).toEqual(['https://t.shop.example/t/shop.js']);
    expect(queued()).toEqual([['conversion', { orderId: 'A1', total: 5, currency: 'EUR' }]]);
    document.querySelector('script')?.dispatchEvent(new Event('load'));
    expect(page.gtmShim.results).toEqual(['success', 'success']);
  });

  it('holds everything until consent', () => {
    page.gtmShim = { consent: { ad_storage: false }, listeners: [], results: [], log: [] };
    page.dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: 'A2', value: 5, currency: 'EUR' } });
    run({ action: 'conversion' });
    expect([injected(), queued(), page.clickthread]).toEqual([[], [], undefined]);
    page.gtmShim.setConsent('ad_storage', true);
    expect(injected()).toHaveLength(1);
    expect(queued()).toEqual([['conversion', { orderId: 'A2', total: 5, currency: 'EUR' }]]);
  });

  it('reads gtag calls the way Tag Manager models them, and calls a tag that is there already', () => {
    const calls: unknown[] = [];
    page.clickthread = (...call: unknown[]) => calls.push(call);
    page.dataLayer.push(['event', 'purchase', { transaction_id: 7, value: '1,50', currency: 'eur' }]);
    run({ action: 'conversion' });
    expect(calls).toEqual([['conversion', { orderId: '7', total: '1.50', currency: 'EUR' }]]);
  });

  it('reports a script that does not load as a failure', () => {
    run({ action: 'load', debug: true });
    document.querySelector('script')?.dispatchEvent(new Event('error'));
    expect(page.gtmShim.results).toEqual(['failure']);
    expect(page.gtmShim.log.at(-1)).toContain('could not load https://t.shop.example/t/shop.js');
  });
});
