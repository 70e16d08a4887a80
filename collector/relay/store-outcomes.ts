/** Step 5 of 5. Writes outcomes down, those that come while others are being stored together: an fsync is dear. */
import { createBatches } from '../lib/batches.ts';
import type { Clock } from '../lib/clock.ts';
import { seconds } from '../lib/duration.ts';
import { createAtMost } from '../lib/limits/at-most.ts';
import { isRowHeld } from '../store/row-held.ts';
import type { Settlement, Store } from '../store/store.ts';
import type { Lane } from './lane/lane.ts';

/** Together less than a lease: a store that comes back in time makes no report go out twice. */
const TRIES = 30;
const PAUSE = seconds(1);
/** Outcomes that are stored apart from their batch at a time: of a database's connections, the others need the rest. */
const APART_AT_ONCE = 2;

export function createOutcomeStore(deps: {
  store: Pick<Store, 'settle'>;
  clock: Clock;
  log: { error(fields: object, message: string): void };
  /** Told of connections that got work by it. */
  wake(work: { site: string; connection: string }): void;
}) {
  const { clock, log, wake } = deps;

  const inTurn = createAtMost(APART_AT_ONCE);
  /**
   * A vendor has been told: that must be written down, or the lease would run out and it would be told again. False where the batch can't be
   * written as one, because somebody holds a row.
   */
  async function settleAll(batch: Settlement[], how: 'together' | 'apart'): Promise<boolean> {
    const store = (): ReturnType<Store['settle']> => deps.store.settle(batch, clock());
    for (let tries = 1; ; tries += 1) {
      try {
        for (const work of await (how === 'apart' ? inTurn(store) : store())) wake(work);
        return true;
      } catch (error) {
        if (how === 'together' && isRowHeld(error)) return false;
        if (tries >= TRIES) throw error;
        log.error({ err: error, deliveries: batch.length }, 'outcomes could not be stored; trying again');
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  }
  const settlePart = async (settlement: Settlement): Promise<void> => void (await settleAll([settlement], 'apart'));
  const together = createBatches<Settlement, boolean>(async (batch) => {
    const isStored = await settleAll(batch, 'together');
    return batch.map(() => isStored);
  });

  return {
    /** Where somebody holds the row of one, the others of its batch don't wait for it: their leases would run out, and they would be told again. */
    async settle(settlement: Settlement): Promise<void> {
      if (!(await together(settlement))) await settlePart(settlement);
    },
    /** What was leased ahead and can't leave now is due again: left to its lease, it would be claimed a second time beside itself. */
    async giveBack(lane: Lane): Promise<void> {
      const unsent = lane.buffer.splice(0);
      if (unsent.length === 0) return;
      const now = clock();
      const back = unsent.map(({ claimed: { delivery, fence, resumed } }): Settlement => {
        const change = { state: 'due' as const, nextAt: now, ambiguous: delivery.ambiguous || resumed };
        return { id: delivery.id, site: delivery.site, fence, change, attempts: [] };
      });
      if (!(await settleAll(back, 'together'))) await Promise.all(back.map(settlePart));
    },
  };
}
