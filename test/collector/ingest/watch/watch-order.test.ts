/** Signs of invented money: each is shown for the case it was made for, is found again, and moves no report. */
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { hours, minutes } from '../../../../collector/lib/duration.ts';
import { SIGNALS } from '../../../../collector/ingest/watch/signals.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShop } from '../../../harness/shop-front.ts';
import { IMPACT } from '../../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let open: Shop | undefined;
afterEach(() => open?.store.close());

async function shopWith(site = ''): Promise<Shop> {
  open = await openShop({ file: join(folder(), 'clickthread.db'), connections: [IMPACT], site });
  return open;
}

let serial = 0;
const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM';
/** An order as the next buyer reports it: nothing about it is strange. */
async function buy(shop: Shop, more: Record<string, unknown> = {}, ip = `198.51.100.${(serial % 250) + 1}`) {
  serial += 1;
  const { clickedBefore = hours(2), click = `${CLICK}${serial}`, ...word } = more;
  const at = shop.clock.now() - (clickedBefore as number);
  const touches = [{ param: 'irclickid', value: click, at }];
  const orderId = (word.orderId as string | undefined) ?? `O-${10_000 + serial}`;
  const visitor = `visitor-buyer-${serial}`;
  await shop.report({ total: '50.00', currency: 'USD', visitor, touches, ...word, orderId }, { ip });
  shop.clock.pass(minutes(1));
  return (await shop.store.order('shop', orderId))!;
}

/** Orders of the shop, by which it learns what is usual. */
async function learnUsual(shop: Shop): Promise<void> {
  for (let n = 0; n < 30; n += 1) await shop.shop({ orderId: `O-${n}`, total: `${40 + n}.00`, currency: 'USD' });
}

const CASES: Record<string, (shop: Shop) => Promise<{ signals: string[] }>> = {
  fast: (shop) => buy(shop, { clickedBefore: 3000 }),
  async amount(shop) {
    await learnUsual(shop);
    return buy(shop, { total: '4999.00' });
  },
  async 'click-reused'(shop) {
    for (let n = 0; n < 5; n += 1) await buy(shop, { click: CLICK });
    return buy(shop, { click: CLICK });
  },
  async 'visitor-busy'(shop) {
    for (let n = 0; n < 10; n += 1) await buy(shop, { visitor: 'visitor-busy' });
    return buy(shop, { visitor: 'visitor-busy' });
  },
  async 'address-busy'(shop) {
    for (let n = 0; n < 25; n += 1) await buy(shop, {}, '203.0.113.7');
    return buy(shop, {}, '203.0.113.7');
  },
  async 'order-id'(shop) {
    await learnUsual(shop);
    return buy(shop, { orderId: 'free_money_1' });
  },
  'click-id': (shop) => buy(shop, { click: 'test123' }),
};

test('every sign of the table has its case here', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(SIGNALS.map(({ name }) => name).toSorted());
});

test.each(Object.entries(CASES))(
  '%s is shown for its case and no other, found again and counted',
  async (name, make) => {
    const shop = await shopWith();
    const { signals } = await make(shop);
    expect(signals).toEqual([name]);
    const found = await shop.store.findOrders({ signal: name });
    expect(found.length).toBeGreaterThan(0);
    expect(await shop.store.orderCounts()).toEqual([{ site: 'shop', what: 'signal', name, count: found.length }]);
  },
);

test.each(Object.entries(CASES))('%s alone moves no report', async (name, make) => {
  const shop = await shopWith();
  await make(shop);
  const [marked] = await shop.store.findOrders({ signal: name });
  const reports = await shop.deliveries(marked!.order.orderId);
  expect(reports).toMatchObject([
    { connection: 'impact', kind: 'conversion', state: 'due', reason: 'ready to be sent' },
  ]);
  expect(marked!.contest).toBeNull();
});

test('an ordinary order shows none, and a site may have thresholds of its own', async () => {
  const shop = await shopWith('signals: { fast: 7200, address-busy: 0 }');
  expect((await buy(shop)).signals).toEqual(['address-busy']);
  expect((await buy(shop, { clickedBefore: minutes(1) })).signals).toEqual(['fast', 'address-busy']);
});

test('strangers teach nothing: what is usual is learnt from the shop alone', async () => {
  const shop = await shopWith();
  for (let n = 0; n < 40; n += 1) await buy(shop, { orderId: `bait_${n}`, total: '9999.00' });
  await learnUsual(shop);
  expect((await buy(shop, { orderId: 'bait_99', total: '9999.00' })).signals).toEqual(['amount', 'order-id']);
});
