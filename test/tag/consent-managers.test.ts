/** What consent managers do on a page, each in its own order and time, and the answer that holds in the end. */
import { expect, it } from 'vitest';
import { LANDING, open } from './page.ts';
import type { PageWindow } from './page.ts';

const purposes = (allowed: boolean, eventStatus = 'tcloaded') => ({
  ...{ eventStatus, gdprApplies: true, tcString: 'CQ-proof' },
  purpose: { consents: { 1: allowed, 7: allowed } },
});
const google = (...all: [command: string, storage: string, more?: object][]) =>
  all.map(([command, ad_storage, more]) => ['consent', command, { ad_storage, ...more }]);
const privacy = (answer: '' | 'yes' | 'no', more: object = {}) => ({
  ...{ marketingAllowed: () => answer === 'yes', saleOfDataAllowed: () => true },
  ...{ currentVisitorConsent: () => ({ marketing: answer }), ...more },
});
type Hears = (data: object, ok: boolean) => void;

it.each<[string, string, (window: PageWindow) => void, ((window: PageWindow) => void)?]>([
  [
    'an update before its default',
    'granted',
    (w) => (w.dataLayer = google(['update', 'granted'], ['default', 'denied'])),
  ],
  ['a no before its default', 'denied', (w) => (w.dataLayer = google(['update', 'denied'], ['default', 'granted']))],
  [
    'a no while the default is waited for',
    'denied',
    (w) => (w.dataLayer = google(['default', 'granted', { wait_for_update: 300 }])),
    (w) => w.dataLayer.push(...google(['update', 'denied'])),
  ],
  [
    'an update of other purposes',
    'unknown',
    (w) => (w.dataLayer = [['consent', 'update', { analytics_storage: 'granted' }]]),
  ],
  [
    'an answer that comes twice',
    'denied',
    (w) =>
      (w.__tcfapi = (_: 0, __: 0, hear: Hears) =>
        [purposes(true), purposes(false, 'useractioncomplete')].forEach((data) => hear(data, true))),
  ],
  [
    'no word on whether GDPR applies',
    'granted',
    (w) => (w.__tcfapi = (_: 0, __: 0, hear: Hears) => hear({ ...purposes(true), gdprApplies: undefined }, true)),
  ],
  [
    'an answer without purposes',
    'unknown',
    (w) => (w.__tcfapi = (_: 0, __: 0, hear: Hears) => hear({ eventStatus: 'tcloaded' }, true)),
  ],
  [
    'a failure instead of an answer',
    'unknown',
    (w) => (w.__tcfapi = (_: 0, __: 0, hear: (data: null, ok: boolean) => void) => hear(null, false)),
  ],
  [
    'a stub that is replaced and forgets who asked',
    'granted',
    (w) => (w.__tcfapi = () => undefined),
    (w) => (w.__tcfapi = (_: 0, __: 0, hear: Hears) => hear(purposes(true), true)),
  ],
  [
    'an opt-out of a section of GPP',
    'denied',
    (w) => (
      (w.dataLayer = google(['default', 'granted'])),
      (w.__gpp = (_: 0, hear: Hears) =>
        hear({ eventName: 'signalStatus', pingData: { parsedSections: { usnat: [{ SaleOptOut: 1 }] } } }, true))
    ),
  ],
  [
    'no opt-out',
    'granted',
    (w) => (
      (w.dataLayer = google(['default', 'granted'])),
      (w.__gpp = (_: 0, hear: Hears) =>
        hear({ pingData: { parsedSections: { usca: { SaleOptOut: 2, SharingOptOut: 0 } } } }, true))
    ),
  ],
  [
    'Shopify’s answer of an earlier page',
    'denied',
    (w) => (w.Shopify = { customerPrivacy: privacy('no', { saleOfDataRegion: () => false }) }),
  ],
  ['Shopify without regions', 'granted', (w) => (w.Shopify = { customerPrivacy: privacy('yes') })],
  ['Shopify without an answer', 'unknown', (w) => (w.Shopify = { customerPrivacy: privacy('') })],
])('hears %s: %s', async (_, marketing, before, after) => {
  const earlier = await open({ url: LANDING });
  const page = await open({ from: earlier, url: `${LANDING}2`, settings: { consent: 'auto' }, before });
  after?.(page.window);
  // Managers that come later are looked for three times a second.
  if (after) await new Promise((resolve) => setTimeout(resolve, 350));
  await page.rest();
  const left = page.sent.map(({ body }) => [
    (body.consent as { marketing: string }).marketing,
    (body.touches as object[]).length,
  ]);
  expect(left).toEqual({ granted: [['granted', 1]], denied: [['denied', 0]], unknown: [] }[marketing]);
  expect('_ct' in page.cookies()).toBe(marketing !== 'denied');
});
