/** Cookies that networks demand of the shop: whose answer sets them, with what, and what takes them away. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answerCookies } from '../../../../collector/http/browser/cookies.ts';
import { install, NOON } from '../../cli/commands/setup.ts';

const DAY = 86_400_000;
const AWC = '1001_1700000000_abcdef0123456789abcdef0123456789';
const CJE = 'abcdef0123456789abcdef0123456789';
const YES = { marketing: 'granted', source: 'tcf' };

const AWIN = { id: 'awin', type: 'awin', settings: { advertiserId: '1001', apiKey: 'aw/secret+key=1' } };
const CJ = { id: 'cj', type: 'cj', settings: { enterpriseId: '1500000', actionTrackerId: '400000' } };

const asking = <T extends { settings: object }>(connection: T, more: object = {}) => ({
  ...connection,
  settings: { ...connection.settings, clickCookie: true, ...more },
});

/** What the answer to one touch sets beside the collector's own cookies. */
async function setBy(given: { connections: object[]; body: object; host?: string; request?: object }) {
  const installation = install();
  const file = join(installation.folder, 'clickthread.yaml');
  const site = { id: 'shop', domains: ['shop.example'], currency: 'USD', consent: 'wait' };
  writeFileSync(file, JSON.stringify({ sites: [{ ...site, connections: given.connections }] }));
  expect((await installation.run(['apply', file])).error).toBeUndefined();
  const { door } = installation.open(NOON);
  const { answers } = await door.receive([
    {
      ...{ route: 'touch', site: 'shop', hosts: [given.host ?? 't.shop.example'], origin: 'https://shop.example' },
      ...given.request,
      body: JSON.stringify({ visitor: 'visitor-0001', ...given.body }),
    },
  ]);
  expect(answers[0]!.status).toBeLessThan(300);
  return answerCookies(answers[0]!, true).filter((cookie) => !cookie.startsWith('_ct_'));
}

const awc = (value: string, at = NOON) => ({ param: 'awc', value, at });
const cjevent = (value: string, at = NOON) => ({ param: 'cjevent', value, at });
const ON_SHOP = 'Path=/; Domain=shop.example; SameSite=Lax; Secure';

test.each([
  [
    'Awin: a year, out of reach for scripts',
    { connections: [asking(AWIN)], body: { consent: YES, touches: [awc(AWC)] } },
    [`awc=${AWC}; Max-Age=31536000; ${ON_SHOP}; HttpOnly`],
  ],
  [
    'Awin, where the agreement says thirty days',
    { connections: [asking(AWIN, { clickCookieDays: 30 })], body: { consent: YES, touches: [awc(AWC)] } },
    [`awc=${AWC}; Max-Age=2592000; ${ON_SHOP}; HttpOnly`],
  ],
  [
    'CJ: 395 days, readable',
    { connections: [asking(CJ)], body: { consent: YES, touches: [cjevent(CJE)] } },
    [`cje=${CJE}; Max-Age=34128000; ${ON_SHOP}`],
  ],
  [
    'the newest of several clicks, whatever their order',
    { connections: [asking(CJ)], body: { consent: YES, touches: [cjevent('NEW'), cjevent('OLD', NOON - 1000)] } },
    [`cje=NEW; Max-Age=34128000; ${ON_SHOP}`],
  ],
  [
    'the life counts from the click, not from the answer',
    { connections: [asking(AWIN)], body: { consent: YES, touches: [awc(AWC, NOON - DAY)] } },
    [`awc=${AWC}; Max-Age=31449600; ${ON_SHOP}; HttpOnly`],
  ],
  [
    'a click that is older than the cookie may be',
    {
      connections: [asking(AWIN, { clickCookieDays: 30 })],
      body: { consent: YES, touches: [awc(AWC, NOON - 31 * DAY)] },
    },
    [],
  ],
  [
    'two networks, each with its own click',
    { connections: [asking(AWIN), asking(CJ)], body: { consent: YES, touches: [awc(AWC), cjevent(CJE)] } },
    [`awc=${AWC}; Max-Age=31536000; ${ON_SHOP}; HttpOnly`, `cje=${CJE}; Max-Age=34128000; ${ON_SHOP}`],
  ],
  [
    'a paused connection: its clicks count when the pause is over',
    { connections: [{ ...asking(CJ), enabled: false }], body: { consent: YES, touches: [cjevent(CJE)] } },
    [`cje=${CJE}; Max-Age=34128000; ${ON_SHOP}`],
  ],
  ['nobody asked for it', { connections: [AWIN, CJ], body: { consent: YES, touches: [awc(AWC), cjevent(CJE)] } }, []],
  ['another network’s click', { connections: [asking(AWIN)], body: { consent: YES, touches: [cjevent(CJE)] } }, []],
  ['no answer of the visitor', { connections: [asking(AWIN)], body: { touches: [awc(AWC)] } }, []],
  [
    'an answer that is still out',
    { connections: [asking(AWIN)], body: { consent: { marketing: 'unknown' }, touches: [awc(AWC)] } },
    [],
  ],
  [
    'a browser that sends Global Privacy Control without a yes',
    { connections: [asking(AWIN)], body: { touches: [awc(AWC)] }, request: { gpc: true } },
    [],
  ],
  [
    'a denial takes away what was set, and sets nothing of its own touches',
    {
      connections: [asking(AWIN), asking(CJ)],
      body: { consent: { marketing: 'denied', source: 'tcf' }, touches: [awc(AWC)] },
    },
    [`awc=; Max-Age=0; ${ON_SHOP}; HttpOnly`, `cje=; Max-Age=0; ${ON_SHOP}`],
  ],
  [
    'a denial leaves alone what the collector was not asked to set',
    { connections: [AWIN], body: { consent: { marketing: 'denied', source: 'tcf' }, touches: [] } },
    [],
  ],
  [
    'a collector on another domain, where the network would never see it',
    { connections: [asking(AWIN)], body: { consent: YES, touches: [awc(AWC)] }, host: 'collector.example' },
    [],
  ],
] as const)('%s', async (_name, given, cookies) => {
  expect(await setBy(given as unknown as Parameters<typeof setBy>[0])).toEqual(cookies);
});

test.each(['0', '401', '1.5', 'a year'])('a life of %s days is refused with the fix', async (clickCookieDays) => {
  const installation = install();
  const file = join(installation.folder, 'clickthread.yaml');
  const connections = [asking(AWIN, { clickCookieDays })];
  writeFileSync(file, JSON.stringify({ sites: [{ id: 'shop', domains: ['shop.example'], connections }] }));
  expect((await installation.run(['apply', file])).error).toContain('a whole number of days from 1 to 400');
});
