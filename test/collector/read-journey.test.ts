import { describe, expect, test } from 'vitest';
import { capturedParams, kindOf, readConsent, readTouches, readVisitor } from '../../collector/read-journey.ts';
import { IMPACT, postback, siteOf } from '../harness/sites.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const site = await siteOf(
  [IMPACT, postback('net', 'transaction_id'), postback('off', 'offparam', 'enabled: false, ')],
  'tag: { paid: [gclid, adid], referrals: [aff, utm_source] }',
);
const read = (input: Record<string, unknown>) => readTouches(input, { now: NOW, site });
const touch = { param: 'irclickid', value: 'abc', at: NOW - 1000 };

test('the tag captures the parameters of the enabled connections, each once', () => {
  expect(capturedParams(site)).toEqual(['im_ref', 'irclickid', 'transaction_id']);
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
    [Array(51).fill(touch), 'touches'],
  ])('problem of %j stands at %s', (touches, field) => {
    expect(read({ touches }).problems).toEqual([{ field, message: expect.any(String) }]);
  });
});

describe('consent', () => {
  test.each<[unknown, string | undefined]>([
    [{ marketing: true }, 'granted'],
    [{ marketing: 'granted' }, 'granted'],
    [{ marketing: false }, 'denied'],
    [{ marketing: 'denied' }, 'denied'],
    [{ marketing: 'yes' }, 'unknown'],
    [{}, 'unknown'],
    [true, undefined],
    [undefined, undefined],
  ])('%j is %s', (input, marketing) => {
    expect(readConsent(input)?.marketing).toBe(marketing);
  });
  test('its proof is kept in its known shape and nothing else', () => {
    expect(
      readConsent({ marketing: true, source: 'tcf<b>', at: NOW, gpc: true, tcString: 'CPx.-_~1', extra: 'x' }),
    ).toEqual({ marketing: 'granted', source: 'tcfb', at: NOW, gpc: true, tcString: 'CPx.-_~1' });
    expect(readConsent({ marketing: true, tcString: 'a b', at: 'x' })).toEqual({ marketing: 'granted' });
  });
});

test.each([
  ['visitor-1', 'visitor-1'],
  ['short', undefined],
  ['has space 1', undefined],
  [12345678, undefined],
])('visitor %j is read as %j', (value, visitor) => {
  expect(readVisitor(value)).toBe(visitor);
});
