/** Clicks that networks keep in cookies of their own: what they count for beside the journey, and when they don't. */
import { expect, onTestFinished, test } from 'vitest';
import { days } from '../../../collector/lib/duration.ts';
import { manualClock } from '../../harness/clock.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShopInProcess } from '../../harness/in-process.ts';
import { rawSettings } from '../destinations/seed-report.ts';

const folder = temporaryFolders();

interface Case {
  is: string;
  cookies: [string, string][];
  order?: object;
  consent?: string;
  origin?: string;
  winner: string | null;
}

const clock = manualClock();
const NOW = clock.now();
const awc = (at: number): [string, string] => ['awc', `1001_${Math.floor(at / 1000)}_0123abcd`];
const cje: [string, string] = ['cje', 'a1b2c3d4e5f60718'];
const dub = { param: 'dub_id', value: 'AbCdEfGh12345678' };
const denied = { consent: { marketing: 'denied', source: 'tcf' } };

test.each<Case>([
  { is: 'counts by its own time', cookies: [awc(NOW - days(2))], winner: 'awin' },
  { is: 'is outside the window by its own time', cookies: [awc(NOW - days(200))], winner: null },
  {
    ...{ is: 'loses to a newer click of the journey', cookies: [awc(NOW - days(2))] },
    ...{ order: { touches: [{ ...dub, at: NOW - days(1) }] }, winner: 'dub' },
  },
  {
    ...{ is: 'wins over an older one', cookies: [awc(NOW - days(2))] },
    ...{ order: { touches: [{ ...dub, at: NOW - days(3) }] }, winner: 'awin' },
  },
  { is: 'of unknown age counts where nothing else is known', cookies: [cje], winner: 'cj' },
  {
    ...{ is: 'of unknown age is nothing beside a click with a time', cookies: [cje] },
    ...{ order: { touches: [{ ...dub, at: NOW - days(20) }] }, winner: 'dub' },
  },
  { is: 'of unknown age is nothing beside a cookie with a time', cookies: [cje, awc(NOW - days(20))], winner: 'awin' },
  { is: 'is not looked at after a no', cookies: [awc(NOW - days(2))], order: denied, winner: null },
  { is: 'is not looked at without an answer', cookies: [awc(NOW - days(2))], consent: 'wait', winner: null },
  { is: 'is not looked at of a foreign page', cookies: [cje], origin: 'null', winner: null },
])('a network’s cookie $is', async ({ cookies, order = {}, consent = 'granted', origin, winner }) => {
  const connections = ['awin', 'cj', 'dub'].map((type) => ({ id: type, type, settings: rawSettings[type] }));
  const site = { id: 'shop', domains: ['shop.example'], currency: 'USD', consent, connections };
  const shop = await openShopInProcess({ clock, folder: folder(), site });
  onTestFinished(async () => {
    await shop.sender.close();
    await shop.store.close();
  });
  const body = JSON.stringify({ orderId: 'K1', total: '10.00', currency: 'USD', visitor: 'visitor-0001', ...order });
  const from = { origin: origin ?? 'https://shop.example', visitor: 'a-visitor-of-a-cookie' };
  const { answers } = await shop.door.receive([{ route: 'conversion', site: 'shop', body, cookies, ...from }]);
  expect(answers[0]!.status).toBeLessThan(300);
  const stored = (await shop.store.order('shop', 'K1'))!;
  expect(stored.attribution.winner?.connection ?? null).toBe(winner);
  // Reported once more it is decided once more, alike.
  await shop.door.receive([{ route: 'conversion', site: 'shop', body, ...from }]);
  expect((await shop.store.order('shop', 'K1'))!.attribution.winner).toEqual(stored.attribution.winner);
});
