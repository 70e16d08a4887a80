/** Which domain the visitor's cookies are for: the shop's own where the collector is part of it, nothing wider. */
import { expect, it } from 'vitest';
import { visitorCookies } from '../../../collector/http/browser/cookies.ts';
import { cookieDomain } from '../../../collector/lib/cookie-domain.ts';

const DOMAINS = ['www.shop.example', 'shop.example', '*.other.example', 'localhost'];

it.each([
  ['t.shop.example', 'shop.example'],
  ['T.Shop.Example:8443', 'shop.example'],
  ['shop.example', 'shop.example'],
  ['t.other.example', 'other.example'],
  ['collector.example', undefined],
  ['evilshop.example', undefined],
  ['localhost:8787', undefined],
  ['127.0.0.1:8787', undefined],
  ['[::1]:8787', undefined],
  [undefined, undefined],
])('a collector that is asked as %s sets cookies for %s', (host, domain) => {
  expect(cookieDomain(DOMAINS, host === undefined ? [] : [host])).toEqual(domain === undefined ? {} : { domain });
});

it('keeps the visitor out of reach for scripts and tells them only that there is one', () => {
  expect(visitorCookies('visitor-1', { secure: true, domain: 'shop.example' })).toEqual([
    '_ct_v=visitor-1; Max-Age=34560000; Path=/; Domain=shop.example; SameSite=Lax; Secure; HttpOnly',
    '_ct_h=1; Max-Age=34560000; Path=/; Domain=shop.example; SameSite=Lax; Secure',
  ]);
});

it('asks the next host where a proxy wrote another one into the request', () => {
  expect(cookieDomain(DOMAINS, ['backend:8787', 't.shop.example'])).toEqual({ domain: 'shop.example' });
  expect(cookieDomain(DOMAINS, ['t.other.example', 't.shop.example'])).toEqual({ domain: 'other.example' });
});
