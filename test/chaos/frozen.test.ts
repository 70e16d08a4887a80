/** The machine stops thinking for a while, shorter and longer than a lease, and goes on as if nothing had been (a suspended virtual machine). */
import { test } from 'vitest';
import { temporaryFolders } from '../harness/folder.ts';
import { collectorProcess } from './collector-process.ts';
import { expectEachToldOnce } from './oracle.ts';
import { randomOf } from './random.ts';
import { chaosShop, deliveriesIn, startVendor } from './shop.ts';
import { startShoppers } from './shoppers.ts';

const TIMEOUT = 1;
const PAST_THE_LEASE = (3 * TIMEOUT + 5.5) * 1_000;
const FREEZES = [
  300,
  1_500,
  PAST_THE_LEASE,
  ...Array.from({ length: Number(process.env.CHAOS_FREEZES ?? 0) }, () => PAST_THE_LEASE),
];
const SEED = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 1e6));

const folder = temporaryFolders();

test(
  'a collector that is frozen past its leases and thawed tells every order once, whatever was on its way',
  { timeout: 120_000 + FREEZES.length * 20_000 },
  async () => {
    console.log(`chaos: repeat this run with CHAOS_SEED=${SEED}`);
    const random = randomOf(SEED);
    const vendor = await startVendor();
    const collector = collectorProcess(folder());
    try {
      await collector.apply(chaosShop(vendor.url, TIMEOUT));
      const url = await collector.spawn().ready;
      const shoppers = startShoppers({ count: 8, seed: SEED, url: () => url });
      for (const length of FREEZES) {
        await pause(100 + 700 * random());
        await collector.freeze(length);
      }
      await pause(300);
      await shoppers.finish();

      await expectEachToldOnce({ shoppers, deliveries: () => deliveriesIn(collector.database), vendor });
      await collector.stop();
    } finally {
      await collector.kill();
      await vendor.stop();
    }
  },
);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
