/** What the built tag of 0.1.0 sends from a browser's cache: its order is taken and credited, its link token counts for none. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { IntakeRequest } from '../../../../collector/intake/read-request.ts';
import { openHandover } from '../../../../wire/handover.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShop } from '../../../harness/shop-front.ts';

const folder = temporaryFolders();
const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';
/** A moment after the tag's last request. */
const SENT = 1_795_694_815_000;
const PAGES = {
  shop: { origin: 'https://shop.example', fetchSite: 'same-site' },
  checkout: { origin: 'https://checkout.example', fetchSite: 'cross-site' },
};

interface Recorded {
  link: string;
  requests: {
    route: IntakeRequest['route'];
    page: keyof typeof PAGES;
    cookie: string;
    body: { visitor?: string; [field: string]: unknown };
  }[];
}

const recorded = JSON.parse(readFileSync(new URL('tag-0.1.0.json', import.meta.url), 'utf8')) as Recorded;
const [landing, arrival, sale] = recorded.requests as [
  Recorded['requests'][0],
  Recorded['requests'][0],
  Recorded['requests'][0],
];
// The recorded page showed an order of another year.
sale.body.placedAt = new Date(SENT).toISOString();

let shop: Awaited<ReturnType<typeof openShop>>;
afterEach(() => shop.store.close());

async function open(site = '') {
  shop = await openShop({ file: join(folder(), 'clickthread.db'), site });
  shop.clock.set(SENT);
}

/** As the browser sends it: with the cookie that it holds of 0.1.0, or without. */
function send({ route, page, cookie, body }: Recorded['requests'][0]) {
  const visitor = /_ct_v=(\w+)/.exec(cookie)?.[1];
  return shop.browser(route, body, { ...PAGES[page], ...(visitor === undefined ? {} : { visitor }) });
}

const credited = async () => (await shop.store.order('shop', 'O1234567'))?.attribution.winner?.value;

test.each([
  ['with the cookie that 0.1.0 had set', sale],
  ['without any cookie', { ...sale, cookie: '' }],
] as const)('a whole visit is one order, credited to its click, %s', async (_, last) => {
  await open();
  expect((await send(landing)).status).toBe(204);
  await send(arrival);
  expect(await send(last)).toMatchObject({ status: 200, body: { orderId: 'O1234567', result: 'accepted' } });
  expect(await credited()).toBe(CLICK);
  expect((await shop.of('conversion', 'impact', 'O1234567')).map(({ state }) => state)).toEqual(['due']);
  // The tag's queue sends it again.
  expect((await send(last)).status).toBe(200);
  expect(await shop.of('conversion', 'impact', 'O1234567')).toHaveLength(1);
});

test('under `release: shop` its order waits for the shop, and is credited when the shop has spoken', async () => {
  await open('release: shop');
  await send(sale);
  expect((await shop.of('conversion', 'impact', 'O1234567')).map(({ state }) => state)).toEqual(['waiting']);
  await shop.shop({ orderId: 'O1234567', total: '112.00', currency: 'USD' });
  expect((await shop.of('conversion', 'impact', 'O1234567')).map(({ state }) => state)).toEqual(['due']);
  expect(await credited()).toBe(CLICK);
});

test('a link that 0.1.0 decorated is taken for none: it hands over no visitor and no touch', async () => {
  await open();
  const answer = await send(arrival);
  expect(answer).toMatchObject({ status: 409, body: { errors: [{ field: 'handover' }] } });
  const { visitor } = arrival.body;
  for (const name of [visitor!, `~${visitor}`]) expect(await shop.store.touchesOf('shop', name)).toEqual([]);
  // Nor does a page of this version take it for a token.
  expect(() => openHandover(recorded.link)).toThrow();
});
