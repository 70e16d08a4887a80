/** One order arrives many times in the same moment, over many connections: it is one order, one decision, one report. */
import { expect, test } from 'vitest';
import { temporaryFolders } from '../harness/folder.ts';
import { until } from '../harness/until.ts';
import { collectorProcess } from './collector-process.ts';
import { randomOf } from './random.ts';
import { chaosShop, deliveriesIn, recordedBy, startVendor } from './shop.ts';
import { orderOf, post, touchOf, type Purchase } from './shoppers.ts';

const ORDERS = Number(process.env.CHAOS_ORDERS ?? 40);
const TIMES = 8;
const SEED = Number(process.env.CHAOS_SEED ?? 20_261_126);

const folder = temporaryFolders();
const purchaseOf = (n: number): Purchase => ({
  visitor: `crowd-visitor-${String(n).padStart(4, '0')}`,
  click: `ClickCrowd${n}`,
  orderId: `CROWD-${n}`,
  total: `${n + 1}.25`,
});

test(`each of ${ORDERS} orders that are reported ${TIMES} times at once is told once`, async () => {
  const random = randomOf(SEED);
  const vendor = await startVendor();
  const collector = collectorProcess(folder());
  try {
    await collector.apply(chaosShop(vendor.url));
    const url = await collector.spawn().ready;
    const purchases = Array.from({ length: ORDERS }, (_, n) => purchaseOf(n));
    for (const purchase of purchases) expect(await post(`${url}/t/shop/touch`, touchOf(purchase))).toBe(204);
    // All in one heap, shuffled, so that the repeats of one order meet those of others in one commit.
    const reports = purchases
      .flatMap((purchase) => Array.from({ length: TIMES }, () => ({ purchase, at: random() })))
      .sort((one, other) => one.at - other.at);
    const statuses = await Promise.all(
      reports.map(({ purchase }) => post(`${url}/t/shop/conversion`, orderOf(purchase))),
    );
    expect([...new Set(statuses)]).toEqual([200]);
    const expected = purchases.map(({ orderId, total, click }) => [orderId, total, 0, click]).sort();
    await until(async () => (await deliveriesIn(collector.database)).every(({ state }) => state === 'confirmed'), {
      what: 'every order to be confirmed',
      timeout: 100_000,
    });
    await collector.stop();
    expect((await deliveriesIn(collector.database)).map(({ orderId, kind }) => `${kind} ${orderId}`).sort()).toEqual(
      purchases.map(({ orderId }) => `conversion ${orderId}`).sort(),
    );
    expect(
      recordedBy(vendor)
        .map(({ orderId, amount, duplicates, fields }) => [orderId, amount, duplicates, fields.ClickId])
        .sort(),
    ).toEqual(expected);
  } finally {
    await collector.kill();
    await vendor.stop();
  }
});
