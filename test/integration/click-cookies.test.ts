/** The cookie that a network demands, from the built collector: set by the answer to a landing, replaced by the next, gone with a no. */
import { afterEach, expect, test } from 'vitest';
import { startCollector, type Collector } from '../harness/collector.ts';

let collector: Collector;
afterEach(() => collector.remove());

const settings = { advertiserId: '1001', apiKey: 'aw/secret+key=1', clickCookie: true };
const configuration = JSON.stringify({
  sites: [
    {
      ...{ id: 'shop', domains: ['shop.example'], currency: 'EUR', consent: 'wait' },
      connections: [{ id: 'awin', type: 'awin', settings }],
    },
  ],
});

test('a landing sets it on the shop’s domain, the next click replaces it, a denial takes it away', async () => {
  collector = await startCollector({
    yaml: configuration,
    env: { CLICKTHREAD_PUBLIC_URL: 'https://t.shop.example' },
  });
  const land = async (body: object) => {
    const { status, headers } = await collector.browser(
      'touch',
      { visitor: 'visitor-0001', ...body },
      { origin: 'https://shop.example' },
    );
    return [status, headers.getSetCookie().filter((cookie) => cookie.startsWith('awc='))] as const;
  };
  const consent = { marketing: 'granted', source: 'tcf' };
  // Without a time a click happens now.
  const click = (value: string) => ({ consent, touches: [{ param: 'awc', value }] });
  const scope = 'Path=/; Domain=shop.example; SameSite=Lax; Secure; HttpOnly';
  expect(await land(click('1001_1700000000_aa'))).toEqual([
    204,
    [`awc=1001_1700000000_aa; Max-Age=31536000; ${scope}`],
  ]);
  expect(await land(click('1001_1700000001_bb'))).toEqual([
    204,
    [`awc=1001_1700000001_bb; Max-Age=31536000; ${scope}`],
  ]);
  expect(await land({ touches: [], consent: { marketing: 'denied', source: 'tcf' } })).toEqual([
    204,
    [`awc=; Max-Age=0; ${scope}`],
  ]);
});
