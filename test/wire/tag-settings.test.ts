/** What of a site's settings goes into the file that every page loads. */
import { expect, it } from 'vitest';
import { prepareSettings } from '../../wire/tag-settings.ts';

const LEAST = { params: ['irclickid'], domains: ['shop.example'], linked: [], consent: 'wait' as const };

it('leaves defaults out, and what only the collector needs', () => {
  const given = { ...LEAST, currency: 'EUR', dataLayer: 'dataLayer', detect: true, frames: false, cookies: [] };
  const { linked: _none, ...least } = LEAST;
  expect(prepareSettings(given)).toEqual({ ...least, params: 'irclickid', others: 'utm_source' });
});

it('reads ad-platform click ids like the others, and partners where there is none of them', () => {
  const { params, others } = prepareSettings({ ...LEAST, paid: ['gclid'], referrals: ['partner', 'aff'] });
  expect(params).toBe('irclickid|gclid');
  expect(others).toBe('partner|aff|utm_source');
});

it.each([
  [{ frames: true }, true],
  [{ referrals: ['referrer'] }, true],
  [{ referrals: ['partner'] }, undefined],
])('wants every page attended with %o: %s', (more, attend) => {
  expect(prepareSettings({ ...LEAST, ...more }).attend).toBe(attend);
});
