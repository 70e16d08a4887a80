/** Clicks that the shop itself brings with an order: its word, but for what was clicked when the order was known already. */
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { hours, minutes } from '../../../collector/lib/duration.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShop } from '../../harness/shop-front.ts';
import { IMPACT } from '../../harness/sites.ts';

const folder = temporaryFolders();
let open: Awaited<ReturnType<typeof openShop>> | undefined;
afterEach(() => open?.store.close());

const opened = async () => (open = await openShop({ file: join(folder(), 'clickthread.db'), connections: [IMPACT] }));
const order = (more: object) => ({ orderId: 'O1', total: '10.00', currency: 'USD', ...more });
const click = (value: string, at: number) => ({
  clicks: { irclickid: value },
  clickedAt: new Date(at).toISOString(),
});

async function credited(shop: Awaited<ReturnType<typeof opened>>) {
  const stored = await shop.store.order('shop', 'O1');
  const { winner, touches } = stored!.attribution;
  return { winner: winner?.value ?? null, reasons: touches.map(({ value, reason }) => [value, reason]) };
}

test('a click that came when the order was known earns nothing, whoever brings it', async () => {
  const shop = await opened();
  const placedAt = new Date(shop.clock.now()).toISOString();
  await shop.shop(order({ placedAt }));
  shop.clock.pass(minutes(30));
  await shop.shop(order({ placedAt, ...click('later', shop.clock.now()) }));
  expect(await credited(shop)).toEqual({
    winner: null,
    reasons: [['later', 'out: it came after the order was placed']],
  });
});

test('nor where a page had reported the order before the shop did', async () => {
  const shop = await opened();
  await shop.report(order({}));
  shop.clock.pass(minutes(30));
  await shop.shop(order(click('later', shop.clock.now())));
  expect((await credited(shop)).winner).toBeNull();
});

test('the click from before is credited however late the shop brings it', async () => {
  const shop = await opened();
  const clicked = shop.clock.now() - hours(1);
  await shop.shop(order({}));
  shop.clock.pass(hours(5));
  await shop.shop(order(click('earlier', clicked)));
  expect((await credited(shop)).winner).toBe('earlier');
});

test.each([
  ['an order time that was read in another zone', -hours(2), -minutes(5)],
  ['a clock that runs ahead', hours(1), hours(1) - minutes(5)],
  ['a click of the same second', 0, 0],
])('of its own times the shop may have %s: the click counts', async (_, placed, clicked) => {
  const shop = await opened();
  const now = shop.clock.now();
  await shop.shop(order({ placedAt: new Date(now + placed).toISOString(), ...click('own', now + clicked) }));
  expect((await credited(shop)).winner).toBe('own');
});
