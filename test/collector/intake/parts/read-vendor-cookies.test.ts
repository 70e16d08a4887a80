import { expect, test } from 'vitest';
import { readCookies } from '../../../../collector/http/browser/cookies.ts';
import { readVendorCookies } from '../../../../collector/intake/parts/read-vendor-cookies.ts';
import { isNamed } from '../../../../collector/kit/click-cookie.ts';
import { siteOf } from '../../../harness/sites.ts';
import { rawSettings } from '../../destinations/seed-report.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const CLICK = 'a1b2c3d4e5f60718';

const siteWith = (type: string) =>
  siteOf([JSON.stringify({ id: 'net', type, settings: rawSettings[type] })], 'consent: granted');

test.each<[type: string, cookie: string, click: { param: string; value: string }, at?: string]>([
  [
    'awin',
    'awc=1001_1763000000_0123abcd',
    { param: 'awc', value: '1001_1763000000_0123abcd' },
    '2025-11-13T02:13:20.000Z',
  ],
  ['awin', 'awc=of-another-form', { param: 'awc', value: 'of-another-form' }],
  ['cj', `cje=${CLICK}`, { param: 'cjevent', value: CLICK }],
  [
    'rakuten',
    `rmStore=amid:12345%7Catrv:${CLICK}%7Cald:20261101_0930`,
    { param: 'ransiteid', value: CLICK },
    '2026-11-01T09:30:00.000Z',
  ],
  ['everflow', `ef_tid_c_o_12=${CLICK}|f${CLICK}`, { param: '_ef_transaction_id', value: `${CLICK}|f${CLICK}` }],
  ['everflow', `ef_tid_c_a_7=${CLICK}`, { param: '_ef_transaction_id', value: CLICK }],
  ['dub', `dub_id=${CLICK}`, { param: 'dub_id', value: CLICK }],
  ['tradedoubler', `TDUID=${CLICK}`, { param: 'tduid', value: CLICK }],
  ['admitad', `_aid=${CLICK}`, { param: 'admitad_uid', value: CLICK }],
  ['webgains', `wg_cid=${CLICK}`, { param: 'wgu', value: CLICK }],
  ['daisycon', `dci=${CLICK}`, { param: 'dci', value: CLICK }],
  ['firstpromoter', `_fprom_tid=${CLICK}`, { param: '_fprom_tid', value: CLICK }],
])('%s reads %s', async (type, cookie, click, at) => {
  const site = await siteWith(type);
  const { cookies = [] } = site.connections[0]!.destination!;
  const isVendors = (name: string) => cookies.some((one) => isNamed(one, name));
  // Of what else the shop keeps nothing goes further.
  const { vendors, visitor } = readCookies(`session=secret; ${cookie}; _ct_v=visitor-0001`, isVendors);
  expect([vendors.length, visitor]).toEqual([1, 'visitor-0001']);
  expect(readVendorCookies(vendors, site, NOW)).toEqual(
    at === undefined
      ? { touches: [], undated: [click] }
      : { touches: [{ ...click, kind: 'partner', at: Date.parse(at) }], undated: [] },
  );
});

test.each([
  ['awin', 'awc', 'undefined'],
  ['awin', 'awc', '1001_9999999999_from-the-future'],
  ['rakuten', 'rmStore', 'amid:12345'],
  ['cj', 'cje', 'a b'],
  ['cj', 'awc', CLICK],
])('%s finds no click in %s=%s', async (type, name, value) => {
  expect(readVendorCookies([[name, value]], await siteWith(type), NOW)).toEqual({ touches: [], undated: [] });
});

test('of two cookies of one name the last counts: one that was planted under a longer path comes first', () => {
  const cookies = readCookies('_ct_v=planted-0001; _ct=planted; _ct_v=visitor-0001; _ct=own');
  expect(cookies).toMatchObject({ visitor: 'visitor-0001', journey: 'own' });
});
