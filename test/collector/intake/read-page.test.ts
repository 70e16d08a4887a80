/** Which page speaks, by what a browser says of it. */
import { expect, test } from 'vitest';
import { readPage, type Speaker } from '../../../collector/intake/read-page.ts';
import type { Arrival } from '../../../collector/model/quarantined.ts';
import { siteOf } from '../../harness/sites.ts';

const site = await siteOf();
const own: Speaker = { page: 'own', keepsCookie: true };
const crossing: Speaker = { page: 'own', keepsCookie: false };
const foreign: Speaker = { page: 'foreign', keepsCookie: false };

test.each<[string, Arrival, Speaker]>([
  ['a page of the shop', { origin: 'https://shop.example', fetchSite: 'same-site' }, own],
  ['a browser too old to say whether it crosses sites', { origin: 'https://www.shop.example' }, own],
  [
    'a linked page, whose collector is on its own domain',
    { origin: 'https://checkout.example', fetchSite: 'same-site' },
    own,
  ],
  [
    'a linked page, whose collector is on the shop’s',
    { origin: 'https://checkout.example', fetchSite: 'cross-site' },
    crossing,
  ],
  ['a sandboxed frame', { origin: 'null' }, foreign],
  ['a sandboxed frame that says it is close by', { origin: 'null', fetchSite: 'same-origin' }, foreign],
  ['an opaque page with a referrer of the shop', { origin: 'null', referer: 'https://shop.example/' }, foreign],
  ['a page that is not listed', { origin: 'https://evil.example' }, { ...foreign, unlisted: 'https://evil.example' }],
  [
    'an extension',
    { origin: 'chrome-extension://shop.example' },
    { ...foreign, unlisted: 'chrome-extension://shop.example' },
  ],
  ['a file', { origin: 'file://' }, { ...foreign, unlisted: 'file://' }],
  ['a pixel on a page of the shop', { fetchSite: 'same-site', referer: 'https://shop.example/thanks' }, own],
  ['a pixel on a linked page', { fetchSite: 'cross-site', referer: 'https://checkout.example/' }, crossing],
  ['a pixel elsewhere', { fetchSite: 'cross-site', referer: 'https://evil.example/' }, foreign],
  ['a pixel elsewhere that names no page', { fetchSite: 'cross-site' }, foreign],
  [
    'a pixel elsewhere whose path looks like the shop',
    { fetchSite: 'cross-site', referer: 'https://evil.example/https://shop.example' },
    foreign,
  ],
  ['who says nothing at all', {}, own],
])('%s', (_name, headers, speaker) => {
  expect(readPage(headers, site)).toEqual(speaker);
});
