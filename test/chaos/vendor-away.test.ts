/** impact.com is unplugged (connections are refused) while orders come in, and comes back. */
import { expect, test } from 'vitest';
import { temporaryFolders } from '../harness/folder.ts';
import { until } from '../harness/until.ts';
import { collectorProcess } from './collector-process.ts';
import { chaosShop, deliveriesIn, recordedBy, startVendor } from './shop.ts';
import { orderOf, post, touchOf } from './shoppers.ts';

const ORDERS = 40;
const folder = temporaryFolders();

test('orders that come in while the vendor is unplugged are acknowledged at once and recorded once when it is back', async () => {
  let vendor = await startVendor();
  const { port, url: vendorUrl } = vendor;
  const collector = collectorProcess(folder());
  try {
    await collector.apply(chaosShop(vendorUrl));
    const url = await collector.spawn().ready;
    await vendor.stop();
    const purchases = Array.from({ length: ORDERS }, (_, n) => ({
      visitor: `visitor-${String(n).padStart(4, '0')}`,
      click: `ClickAway${n}`,
      orderId: `AWAY-${n}`,
      total: `${n}.50`,
    }));
    for (const purchase of purchases) {
      // It brings no cookie, so that nothing is returned to it.
      expect(await post(`${url}/t/shop/touch`, touchOf(purchase))).toBe(204);
      expect(await post(`${url}/t/shop/conversion`, orderOf(purchase))).toBe(200);
    }
    // It has met the closed door often enough to have stopped knocking with every order.
    const waiting = await until(
      async () => {
        const all = await deliveriesIn(collector.database);
        return all.some(({ attempts }) => attempts > 0) && all;
      },
      { what: 'a refused attempt' },
    );
    expect(waiting).toHaveLength(ORDERS);
    expect(waiting.filter(({ state }) => state !== 'due' && state !== 'sending')).toEqual([]);

    vendor = await startVendor(port);
    await until(async () => (await deliveriesIn(collector.database)).every(({ state }) => state === 'confirmed'), {
      what: 'the backlog to be confirmed',
      timeout: 100_000,
    });
    await collector.stop();
    expect(
      recordedBy(vendor)
        .map(({ orderId, amount, duplicates, fields }) => [orderId, amount, duplicates, fields.ClickId])
        .sort(),
    ).toEqual(purchases.map(({ orderId, total, click }) => [orderId, total, 0, click]).sort());
  } finally {
    await collector.kill();
    await vendor.stop();
  }
});
