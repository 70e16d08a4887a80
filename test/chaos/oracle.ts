/** What must be true in the end, whatever was killed, frozen or cut off meanwhile, on either engine. */
import { expect } from 'vitest';
import type { Delivery } from '../../collector/model/delivery.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { until } from '../harness/until.ts';
import { recordedBy } from './shop.ts';
import type { Shoppers } from './shoppers.ts';

/**
 * Every tried order is acknowledged and stands once in the collector and once in the vendor's books, with its own amount and click. To be
 * asked after the shoppers have finished. Returns how many repeats the vendor has recognised.
 */
export async function expectEachToldOnce(given: {
  shoppers: Shoppers;
  deliveries: () => Promise<Delivery[]>;
  vendor: Sandbox;
}): Promise<number> {
  const { shoppers, deliveries, vendor } = given;
  const { tried, acknowledged, wrong } = shoppers;
  expect(wrong).toEqual([]);
  expect([...acknowledged].sort()).toEqual([...tried.keys()].sort());
  const settled = await until(
    async () => {
      const all = await deliveries();
      return all.every(({ state }) => state === 'confirmed') && all;
    },
    { what: 'every delivery to be confirmed', timeout: 100_000 },
  );
  expect(settled.map(({ orderId, kind }) => `${kind} ${orderId}`).sort()).toEqual(
    [...tried.keys()].map((orderId) => `conversion ${orderId}`).sort(),
  );
  const recorded = recordedBy(vendor);
  expect(recorded.map(({ orderId, amount, fields, state }) => [orderId, amount, fields.ClickId, state]).sort()).toEqual(
    [...tried.values()].map(({ orderId, total, click }) => [orderId, total, click, 'PENDING']).sort(),
  );
  return recorded.reduce((sum, { duplicates }) => sum + duplicates, 0);
}
