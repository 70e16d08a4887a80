import { describe, expect, test } from 'vitest';
import { capturedParams } from '../../../collector/configuration/site-params.ts';
import { kindOf, readTouches, readVisitor } from '../../../collector/intake/read-touches.ts';
import { IMPACT, postback, siteOf } from '../../harness/sites.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const site = await siteOf(
  [IMPACT, postback('net', 'transaction_id'), postback('off', 'offparam', 'enabled: false, ')],
  'tag: { paid: [gclid, adid], referrals: [aff, utm_source] }',
);
const read = (input: Record<string, unknown>) => readTouches(input, { now: NOW, site });
const touch = { param: 'irclickid', value: 'abc', at: NOW - 1000 };

test('the tag captures the parameters of the connections, paused ones included, each once', () => {
  expect(capturedParams(site)).toEqual(['im_ref', 'irclickid', 'transaction_id', 'offparam']);
});

test.each([
  ['irclickid', 'partner'],
  ['transaction_id', 'partner'],
  ['aff', 'referral'],
  ['utm_source', 'referral'],
  ['utm_medium', 'campaign'],
  ['gclid', 'paid'],
  ['adid', 'paid'],
  ['fbclid', 'paid'],
  ['referrer', 'referral'],
  ['offparam', 'partner'],
])('%s is a %s touch', (param, kind) => {
  expect(kindOf(param, site)).toBe(kind);
});

describe('touches', () => {
  test('several, one alone, and clicks by name are all read', () => {
    expect(
      read({ touches: [touch], param: 'im_ref', value: 'def', clicks: { transaction_id: 'ghi' } }).touches,
    ).toEqual([
      { ...touch, kind: 'partner' },
      { param: 'im_ref', value: 'def', at: NOW, kind: 'partner' },
      { param: 'transaction_id', value: 'ghi', at: NOW, kind: 'partner' },
    ]);
  });
  test.each([NOW + 5000, 0, -1, 1.5, '7', undefined, null])('at %j counts as now', (at) => {
    expect(read({ touches: [{ ...touch, at }] }).touches[0]?.at).toBe(NOW);
  });
  test('an address keeps known parameters only, a referrer its path, extras their known shape', () => {
    const full = {
      ...touch,
      url: 'https://shop.example/a?IRCLICKID=abc&order_key=wc_secret&email=jane%40example.com&utm_source=x&aff=p#token',
      referrer: 'https://blog.example/post?session=1',
      extra: { irpid: '77', 'bad name': 'x', note: 'has space', deep: {} },
    };
    expect(read({ touches: [full] }).touches[0]).toEqual({
      ...{ ...touch, kind: 'partner', url: 'https://shop.example/a?IRCLICKID=abc&utm_source=x&aff=p' },
      ...{ referrer: 'https://blog.example/post', extra: { irpid: '77' } },
    });
  });
  test.each([
    ['https://shop.example/a&utm_source=spring&UTM_Medium=mail', { utm_source: 'spring', utm_medium: 'mail' }],
    ['https://shop.example/a?utm_source=spring', { utm_source: 'spring' }],
    ['https://shop.example/a#utm_source=spring', { utm_source: 'spring' }],
    ['https://shop.example/a', undefined],
  ])('%s tells of the campaign, which is no part of the address', (url, extra) => {
    expect(read({ touches: [{ ...touch, url }] }).touches[0]).toEqual({
      ...{ ...touch, kind: 'partner', url: 'https://shop.example/a' },
      ...(extra ? { extra } : {}),
    });
  });
  test.each(['https://shop.example/a', 'https://www.shop.example/', 'not an address', 'android-app://com.example', ''])(
    'a referrer that is none from outside, %j, is left out',
    (referrer) => {
      expect(read({ touches: [{ ...touch, referrer }] }).touches[0]).not.toHaveProperty('referrer');
    },
  );
  test.each([
    'aff=a&utm_source=b',
    'aff=',
    'aff=a%20b&x=1',
    'aff=a+b',
    'aff',
    'aff=a=b',
    '=x&aff=1',
    'aff=1&',
    "aff=a'~b",
    'x=1',
    '',
  ])('an address with the query %j keeps what URLSearchParams would', (query) => {
    const kept = [...new URLSearchParams(query)].filter(([name]) => name === 'aff' || name === 'utm_source');
    const expected = kept.length === 0 ? '' : `?${String(new URLSearchParams(kept))}`;
    const [found] = read({ touches: [{ ...touch, url: `https://shop.example/a?${query}` }] }).touches;
    expect(found?.url).toBe(`https://shop.example/a${expected}`);
  });
  test.each(['javascript:alert(1)', 'not an address', 7, `https://user:pass@shop.example/`])(
    'address %j leaves no secret behind',
    (url) => {
      expect(JSON.stringify(read({ touches: [{ ...touch, url }] }).touches)).not.toMatch(/javascript|pass|not an/);
    },
  );
  test.each<[unknown, string]>([
    ['text', 'touches'],
    [['text'], 'touches[0]'],
    [[{ ...touch, param: 'a b' }], 'touches[0].param'],
    [[{ ...touch, param: 7 }], 'touches[0].param'],
    [[touch, { ...touch, value: 'a b' }], 'touches[1].value'],
  ])('problem of %j stands at %s', (touches, field) => {
    expect(read({ touches }).problems).toEqual([{ field, message: expect.any(String) }]);
  });
});

test('a journey that is too long loses its oldest touches, wherever they stand', () => {
  const older = Array.from({ length: 69 }, (_, n) => ({ ...touch, value: `old${n}`, at: NOW - 1_000_000 + n }));
  for (const touches of [
    [touch, ...older],
    [...older, touch],
  ]) {
    const { touches: kept, problems } = read({ touches });
    expect(problems).toEqual([]);
    expect(kept.map(({ value }) => value)).toContain('abc');
    expect(kept).toHaveLength(50);
    expect(kept.map(({ value }) => value)).not.toContain('old19');
    expect(kept.map(({ value }) => value)).toContain('old20');
  }
});

test('a touch of a parameter that the site does not capture is left out, without a word', () => {
  expect(read({ touches: [{ ...touch, param: 'email', value: 'jane@shop.example' }, touch] })).toEqual({
    touches: [{ ...touch, kind: 'partner' }],
    problems: [],
  });
});

test.each([
  ['60 days behind', -60 * 86_400_000, NOW - 60_000],
  ['10 years behind', -3650 * 86_400_000, NOW - 60_000],
  ['a year ahead', 365 * 86_400_000, NOW - 60_000],
  ['a few seconds behind, which may be the way of the request', -3000, NOW - 63_000],
])('the times of a device whose clock is %s have its offset taken off', (_name, off, at) => {
  const device = NOW + off;
  expect(read({ touches: [{ ...touch, at: device - 60_000 }], now: device }).touches[0]?.at).toBe(at);
});

test.each([undefined, 'x', NaN, Infinity, {}])('a device that says %j of its own time is believed as it is', (now) => {
  expect(read({ touches: [touch], now }).touches[0]?.at).toBe(touch.at);
});

test.each([
  ['visitor-1', 'visitor-1'],
  ['short', undefined],
  ['has space 1', undefined],
  [12345678, undefined],
])('visitor %j is read as %j', (value, visitor) => {
  expect(readVisitor(value)).toBe(visitor);
});
