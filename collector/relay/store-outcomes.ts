/** Step 5 of 5. Writes outcomes down, those that come while others are being stored together: an fsync is dear. */
import { createBatches } from '../lib/batches.ts';
import type { Clock } from '../lib/clock.ts';
import { seconds } from '../lib/duration.ts';
import type { Settlement, Store } from '../store/store.ts';
import type { Lane } from './lane/lane.ts';

/** Together less than a lease: a store that comes back in time makes no report go out twice. */
const TRIES = 30;
const PAUSE = seconds(1);

export function createOutcomeStore(deps: {
  store: Pick<Store, 'settle'>;
  clock: Clock;
  log: { error(fields: object, message: string): void };
  /** Told of connections that got work by it. */
  wake(work: { site: string; connection: string }): void;
}) {
  const { store, clock, log, wake } = deps;

  /** A vendor has been told: that must be written down, or the lease would run out and it would be told again. */
  async function settleAll(batch: Settlement[]): Promise<Awaited<ReturnType<Store['settle']>>> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await store.settle(batch, clock());
      } catch (error) {
        if (tries >= TRIES) throw error;
        log.error({ err: error, deliveries: batch.length }, 'outcomes could not be stored; trying again');
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  }

  return {
    settle: createBatches<Settlement, void>(async (batch) => {
      for (const work of await settleAll(batch)) wake(work);
      return batch.map(() => undefined);
    }),
    /** What was leased ahead and can't leave now is due again: left to its lease, it would be claimed a second time beside itself. */
    async giveBack(lane: Lane): Promise<void> {
      const unsent = lane.buffer.splice(0);
      if (unsent.length === 0) return;
      const now = clock();
      const back = unsent.map(({ claimed: { delivery, fence, resumed } }): Settlement => {
        const change = { state: 'due' as const, nextAt: now, ambiguous: delivery.ambiguous || resumed };
        return { id: delivery.id, site: delivery.site, fence, change, attempts: [] };
      });
      await settleAll(back);
    },
  };
}
