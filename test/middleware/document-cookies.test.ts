/** The middleware on the shop's own pages: which cookies leave with which request. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import middleware, {
  clickthread,
  type DocumentRequest,
  type MiddlewareOptions,
} from '../../middleware/document-cookies.ts';
import { decodeJourney } from '../../wire/journey.ts';
import { CASES, DOMAIN, MADE, NOW, PARAMS } from './document-cases.ts';

const options: MiddlewareOptions = { params: PARAMS, domain: DOMAIN, now: () => NOW };

interface Reply {
  cookies: string[];
  headers: Record<string, string>;
  passedOn: number;
}

/** One request through the middleware; what it set, and how often it passed the request on. */
function ask(given: MiddlewareOptions, request: Partial<DocumentRequest> & { https?: boolean }): Reply {
  const reply: Reply = { cookies: [], headers: {}, passedOn: 0 };
  const { https = true, ...rest } = request;
  const full = {
    method: 'GET',
    url: '/',
    headers: {},
    socket: { encrypted: https },
    ...rest,
  } as unknown as DocumentRequest;
  const response = {
    appendHeader: (_name: string, value: string) => reply.cookies.push(value),
    hasHeader: () => false,
    setHeader: (name: string, value: string) => (reply.headers[name] = value),
  };
  const made = [...MADE];
  clickthread({ visitor: () => made.shift() ?? 'more-than-two', ...given })(
    full,
    response as never,
    () => (reply.passedOn += 1),
  );
  return reply;
}

describe('the middleware', () => {
  it.each(CASES)('answers $title', ({ url, headers = {}, method = 'GET', https, cookies, ...rest }) => {
    const consent = 'consent' in rest ? { consent: () => rest.consent } : {};
    const reply = ask({ ...options, ...consent }, { url, headers, method, https });
    expect(reply.cookies).toEqual(cookies);
    expect(reply.headers).toEqual(cookies.length > 0 ? { 'Cache-Control': 'private' } : {});
    expect(reply.passedOn).toBe(1);
  });

  const page = (headers: Record<string, string> = {}) => ({
    url: '/?irclickid=abc',
    headers: { 'sec-fetch-dest': 'document', ...headers },
  });
  const domainFor = (host: string): string | undefined =>
    /Domain=([^;]+)/.exec(ask({ ...options, domain: undefined }, page({ host })).cookies[0] ?? '')?.[1];

  it.each([
    ['www.shop.example', 'shop.example'],
    ['Shop.Example:8443', 'shop.example'],
    ['localhost:3000', undefined],
    ['127.0.0.1:3000', undefined],
    ['[::1]:3000', undefined],
    ['evil;Domain=x', undefined],
  ])('takes the domain of the host %s to be %s where none is given', (host, domain) => {
    expect(domainFor(host)).toBe(domain);
  });

  it('leaves browsers alone that send a Global Privacy Control signal, unless the shop decides', () => {
    expect(ask(options, page({ 'sec-gpc': '1' })).cookies).toEqual([]);
    expect(ask({ ...options, consent: () => true }, page({ 'sec-gpc': '1' })).cookies).toHaveLength(2);
  });

  it.each([
    ['behind a proxy', { headers: { 'sec-fetch-dest': 'document', 'x-forwarded-proto': 'https, http' } }],
    ['where Express says so', { secure: true }],
  ])('knows https %s', (_title, more) => {
    const [cookie] = ask(options, { ...page(), https: false, ...more }).cookies;
    expect(cookie).toContain('; Secure');
  });

  it('reads the whole address under a mounted router', () => {
    const reply = ask(options, { ...page(), url: '/', originalUrl: '/shop/?irclickid=abc' });
    expect(reply.cookies[0]).toContain('^irclickid^abc^');
  });

  it('joins two journeys that an older cookie of the host left', () => {
    const cookie = '_ct=1^visitor-0001^im_ref^AAA^lqaaaaaa; _ct=1^visitor-0002^im_ref^BBB^lqbbbbbb';
    const [set = ''] = ask(options, { url: '/', headers: { 'sec-fetch-dest': 'document', cookie } }).cookies;
    const journey = decodeJourney(set.slice(4, set.indexOf(';')));
    expect(journey?.visitor).toBe('visitor-0002');
    expect(journey?.touches.map(({ value }) => value)).toEqual(['AAA', 'BBB']);
  });

  it('keeps the cookie under 2,500 bytes by letting the oldest touches go', () => {
    const touches = Array.from({ length: 20 }, (_, index) => `^im_ref^${'x'.repeat(200)}${index}^lqaaaa${index + 10}`);
    const cookie = `_ct=1^visitor-0001${touches.join('')}`;
    const [set = ''] = ask(options, page({ cookie })).cookies;
    expect(set.indexOf(';')).toBeLessThan(2504);
    expect(set).toContain('^irclickid^abc^lrfkhs00;');
  });

  it('passes the request on when the consent answer throws, and tells', () => {
    const errors: unknown[] = [];
    const error = new Error('no session');
    const consent = (): never => {
      throw error;
    };
    const reply = ask({ ...options, consent, onError: (told) => errors.push(told) }, page());
    expect([reply.passedOn, reply.cookies, errors]).toEqual([1, [], [error]]);
  });

  it.each([
    [{ params: [] }, /params is empty/],
    [{} as never, /params must be a list of names/],
    [undefined as never, /params must be a list of names/],
    [{ params: 'irclickid' as never }, /params must be a list of names/],
    [{ params: ['a', 7 as never] }, /params must be a list of names/],
    [{ params: ['a'], domain: 5 as never }, /domain must be a bare domain such as shop.example, got 5/],
    [{ params: ['a'], days: 0 }, /days must be a whole number from 1 to 400/],
    [{ params: ['a'], domain: 'https://shop.example' }, /must be a bare domain/],
  ])('refuses wrong options at once: %j', (wrong, message) => {
    expect(() => clickthread(wrong)).toThrow(message);
  });

  it('never writes a cookie that a request could break out of, and never fails', { timeout: 60_000 }, () => {
    const whole =
      /^(_ct|_ct_v|cje|awc)=[\w.~:/|!*@$&+=%()^-]{0,4000}; Domain=shop\.example; Path=\/; Max-Age=\d+; SameSite=Lax; Secure(; HttpOnly)?$/;
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'irclickid=',
        '&AWC[0]=',
        '?cjevent=',
        '%3B',
        '%0d%0a',
        '%',
        '; ',
        '_ct=',
        '1^visitor-0001^im_ref^A^lq',
        '_ct_v=',
      ),
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, text, (query, cookie) => {
        const errors: unknown[] = [];
        const headers = { 'sec-fetch-dest': 'document', cookie };
        const given = { ...options, onError: (error: unknown) => errors.push(error) };
        const { cookies, passedOn } = ask(given, { url: `/?${query}`, headers });
        expect([passedOn, errors]).toEqual([1, []]);
        for (const set of cookies) expect(set).toMatch(whole);
      }),
      { seed: 20261122, numRuns: 500 },
    );
  });

  it('works in Express beside cookies of the shop', async () => {
    const app = express();
    const made = [...MADE];
    app.use(middleware({ ...options, visitor: () => made.shift()! }));
    app.get('/', (_request, response) => {
      response.cookie('cart', '1').send('<p>Hello</p>');
    });
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const response = await fetch(`http://127.0.0.1:${port}/?irclickid=abc`, { headers: { accept: 'text/html' } });
      expect(response.headers.get('cache-control')).toBe('private');
      expect(response.headers.getSetCookie()).toEqual([
        `_ct=1^${MADE[0]}^irclickid^abc^lrfkhs00; Domain=shop.example; Path=/; Max-Age=34560000; SameSite=Lax`,
        `_ct_v=${MADE[1]}; Domain=shop.example; Path=/; Max-Age=34560000; SameSite=Lax; HttpOnly`,
        'cart=1; Path=/',
      ]);
    } finally {
      server.close();
    }
  });
});
