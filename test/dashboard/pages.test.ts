import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { OrderRow } from '../../wire/admin/orders.ts';
import { addressOf, placeOfFinding, readRoute } from '../../dashboard/state/route.ts';

beforeAll(() => {
  // What a browser has and Node lacks.
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal('document', { documentElement: {} });
  vi.stubGlobal('navigator', { language: 'en-US', languages: ['en-US@posix', 'en-GB'] });
});

describe('the address', () => {
  test.each([
    [['orders'], { partner: 'impact', site: '' }, '#/orders?partner=impact'],
    [['order', 'shop', 'O/1 #?&"é'], {}, '#/order/shop/O%2F1%20%23%3F%26%22%C3%A9'],
  ])('of %j is written and read back', (path, query, address) => {
    expect(addressOf(path, query)).toBe(address);
    expect(readRoute(address).path).toEqual(path);
  });

  test('that somebody mangled leads somewhere', () => {
    expect(readRoute('#/order/%E0%A4%A')).toEqual({ path: ['order', '%E0%A4%A'], query: {} });
    expect(readRoute('')).toEqual({ path: [], query: {} });
  });
});

test.each([
  ['connection shop/impact', '#/connection/shop/impact'],
  ['connection shop/a/b#', '#/connection/shop/a%2Fb%23'],
  ['deliveries', '#/deliveries'],
  ['quarantine', '#/quarantine'],
  ['alerts', '#/alerts'],
  ['alert channel ops', '#/alerts'],
  ['clock', undefined],
  ['site shop', undefined],
  ['constructor', undefined],
])('the finding about %j is mended at %s', (area, address) => {
  expect(placeOfFinding({ area })).toBe(address);
});

test('a finding about a webhook of a connection is mended at the connection', () => {
  const mend = { code: 'hooks.none', given: { site: 'shop', connection: 'woo' } };
  expect(placeOfFinding({ area: 'webhooks of woo', mend })).toBe('#/connection/shop/woo');
});

describe('what is shown', () => {
  test('follows the reader’s language, also where the system’s name for it is none', async () => {
    const { setLanguage, showMoney, showNumber, showTime, say, sayOf } = await import('../../dashboard/state/words.ts');
    await setLanguage('en');
    expect(showMoney('1234.50', 'EUR')).toBe('€1,234.50');
    expect(showMoney('1234', 'JPY')).toBe('JP¥1,234');
    expect(showMoney('1.234', 'nonsense')).toBe('1.234 nonsense');
    expect(showNumber(0.5)).toBe('0.5');
    expect(showTime('2026-11-26T22:30:00Z', 'Europe/Athens')).toBe('27 Nov 2026, 00:30');
    expect(showTime(null, undefined)).toBe('–');
    expect(say('order.placed', { time: 'now' })).toBe('placed now');
    expect(sayOf('state', 'no_match')).toBe('not theirs');
    expect(sayOf('state', 'of_another_version')).toBe('of another version');
  });

  test('as curl ends no quote of the shell', async () => {
    const { curlOf } = await import('../../dashboard/pages/order/deliveries.tsx');
    expect(curlOf({ method: 'POST', url: "https://x/?a='$(id)", headers: { a: 'b' }, body: "it's" })).toBe(
      "curl -X POST 'https://x/?a='\\''$(id)' \\\n  -H 'a: b' \\\n  --data-raw 'it'\\''s'",
    );
  });
});

test('what comes live is each order once, as it was told last, newest first, and no more than a page holds', async () => {
  const { mergeOrders } = await import('../../dashboard/state/use-live.ts');
  const row = (orderId: string, minute: number, status = 'approved') =>
    ({ site: 'shop', orderId, status, receivedAt: new Date(minute * 60_000).toISOString() }) as OrderRow;
  const many = Array.from({ length: 150 }, (_, n) => row(`O${n}`, n));
  const merged = mergeOrders(many, [row('O149', 149, 'refunded'), { ...row('O149', 200), site: 'other' }]);
  expect(merged).toHaveLength(100);
  expect(merged.slice(0, 3)).toMatchObject([{ site: 'other' }, { status: 'refunded' }, { orderId: 'O148' }]);
});

test('refusals that stand no more go, those of other sites and what was told of them stay', async () => {
  const { keepStanding } = await import('../../dashboard/state/use-live.ts');
  const refused = (id: string, site: string) => ({
    id,
    site,
    ...{ route: '', at: '', seen: 1, errors: [], body: '' },
    browsers: [],
  });
  const all = [refused('a', 'shop'), refused('b', 'shop'), refused('c', 'other')];
  const left = (standing: Parameters<typeof keepStanding>[1]) => keepStanding(all, standing).map(({ id }) => id);
  expect(left({ site: 'shop', ids: ['b'] })).toEqual(['b', 'c']);
  expect(left({ ids: ['c'] })).toEqual(['c']);
  expect(left({ site: 'third', ids: [] })).toEqual(['a', 'b', 'c']);
});
