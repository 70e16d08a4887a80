/** A question for a verdict that the process did not live to hear the answer of. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite/store.ts';
import { manualClock } from '../../harness/clock.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { delivery, NOON, write } from './rows.ts';

const folder = temporaryFolders();
const clock = manualClock(NOON);
const want = { site: 'shop', connection: 'impact', leaseMs: 50_000, limit: 10 };

test('a verdict that was being asked for when the process died is asked again at once, others at their own time', async () => {
  const store = openSqliteStore({ file: join(folder(), 'clickthread.db'), clock: clock.now });
  const queued = (orderId: string, confirmAt: number) =>
    delivery({ ...{ orderId, state: 'delivered', nextAt: null, attempts: 1, reference: '/A-1' }, confirmAt });
  await write(store, { deliveries: [queued('ASKED', NOON), queued('LATER', NOON + 9000)] });
  expect(await store.claimConfirm({ ...want, now: NOON })).toHaveLength(1);

  expect(await store.releaseLeases(NOON + 10)).toBe(1);
  const again = await store.claimConfirm({ ...want, now: NOON + 10 });
  expect(again.map(({ delivery: { orderId } }) => orderId)).toEqual(['ASKED']);
  const [{ delivery: asked, fence }] = again as [(typeof again)[number]];

  // An answer ends the lease: what is scheduled after it keeps its time.
  const change = { reason: 'still queued', confirmAt: NOON + 5000, polls: 1 };
  await store.settle([{ id: asked.id, site: 'shop', fence, change, attempts: [] }], NOON + 20);
  expect(await store.releaseLeases(NOON + 30)).toBe(0);
  expect(await store.claimConfirm({ ...want, now: NOON + 4999 })).toEqual([]);
  expect(await store.claimConfirm({ ...want, now: NOON + 5000 })).toHaveLength(1);
  await store.close();
});
