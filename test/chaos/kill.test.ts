/** The collector is killed at random moments under load. `CHAOS_SEED` repeats a run, `CHAOS_KILLS` says how often it dies. */
import { expect, test } from 'vitest';
import { temporaryFolders } from '../harness/folder.ts';
import { collectorProcess } from './collector-process.ts';
import { expectEachToldOnce } from './oracle.ts';
import { randomOf } from './random.ts';
import { chaosShop, deliveriesIn, startVendor } from './shop.ts';
import { startShoppers } from './shoppers.ts';

const KILLS = Number(process.env.CHAOS_KILLS ?? 5);
const SEED = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 1e6));
const SHOPPERS = 8;
const CONCURRENCY = 16;

const folder = temporaryFolders();

test(
  `every acknowledged order is with impact.com exactly once after ${KILLS} kills at random moments`,
  { timeout: 60_000 + KILLS * 15_000 },
  async () => {
    console.log(`chaos: repeat this run with CHAOS_SEED=${SEED} CHAOS_KILLS=${KILLS}`);
    const random = randomOf(SEED);
    const vendor = await startVendor();
    const collector = collectorProcess(folder());
    try {
      await collector.apply(chaosShop(vendor.url));
      let url = await collector.spawn().ready;
      const shoppers = startShoppers({ count: SHOPPERS, seed: SEED, url: () => url });
      for (let kill = 1; kill <= KILLS; kill += 1) {
        await pause(20 + 780 * random());
        await collector.kill();
        // Now and then it dies while it starts, with the leases and the log of its last life still there.
        if (random() < 0.2) {
          void collector.spawn();
          await pause(600 * random());
          await collector.kill();
        }
        url = await collector.spawn().ready;
      }
      await shoppers.finish();

      expect(shoppers.acknowledged.size).toBeGreaterThan(KILLS);
      const deliveries = () => deliveriesIn(collector.database);
      const repeated = await expectEachToldOnce({ shoppers, deliveries, vendor });
      await collector.stop();

      // Only what was on its way at a kill may have been told twice, and the vendor must have known it again.
      expect(repeated).toBeLessThanOrEqual(KILLS * CONCURRENCY);
      console.log(`chaos: ${shoppers.tried.size} orders, ${KILLS} kills, ${repeated} repeats recognised by the vendor`);
    } finally {
      await collector.kill();
      await vendor.stop();
    }
  },
);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
