/** What of a site's settings goes into the file that every page loads. */
import { expect, it } from 'vitest';
import { prepareSettings } from '../../wire/tag-settings.ts';

const LEAST = { params: ['irclickid'], domains: ['shop.example'], linked: [], consent: 'wait' as const };

it('leaves defaults out, and what only the collector needs', () => {
  const given = { ...LEAST, currency: 'EUR', dataLayer: 'dataLayer', detect: true, frames: false, cookies: [] };
  expect(prepareSettings(given)).toEqual({
    domains: ['shop.example'],
    params: 'irclickid',
    others: 'utm_source',
    refusal: '',
  });
});

it.each([
  ['wait', { refusal: '' }],
  ['granted', { refusal: '0' }],
  ['auto', {}],
] as const)('says of consent: %s as what a no is remembered', (consent, said) => {
  const { refusal } = prepareSettings({ ...LEAST, consent });
  expect(refusal === undefined ? {} : { refusal }).toEqual(said);
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
