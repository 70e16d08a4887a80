/** What happens to a delivery that waited for an earlier one of the same order: pure, shared by every engine. */
import type { Delivery } from './delivery.ts';

/**
 * `settled` changed; `waiting` named it in `after`. Returns the moved delivery, or undefined while it must go on waiting.
 * - delivered or unverified without a verdict to come, or confirmed → due
 * - delivered with a verdict pending, held or a rejected conversion (both can be replayed), due, sending, by_hand → goes on waiting
 * - a rejected change → due: the sale itself stands
 * - declined, no_match, skipped: what was to be changed does not exist there → skipped, except after an earlier *change* that
 *   came to nothing: the sale itself stands, so the next change goes out
 */
export function advanceDeliveries(waiting: Delivery, settled: Delivery, now: number): Delivery | undefined {
  switch (settled.state) {
    case 'delivered':
    case 'unverified':
      if (settled.confirmAt !== null) return undefined;
      return due(waiting, now);
    case 'confirmed':
      return due(waiting, now);
    case 'declined':
    case 'no_match':
    case 'skipped':
      if (settled.kind !== 'conversion' && settled.state !== 'skipped') return due(waiting, now);
      return {
        ...waiting,
        state: 'skipped',
        reason: `nothing to ${waiting.kind === 'reversal' ? 'reverse' : 'change'} there: the ${settled.kind} ended as ${settled.state} (${settled.reason})`,
        nextAt: null,
        updatedAt: now,
      };
    case 'waiting':
    case 'due':
    case 'sending':
    case 'held':
    case 'by_hand':
      return undefined;
    case 'rejected':
      // A change that was refused must not keep the sale from being reversed; a refused sale can still be replayed.
      return settled.kind === 'conversion' ? undefined : due(waiting, now);
  }
}

function due(waiting: Delivery, now: number): Delivery {
  return {
    ...waiting,
    state: 'due',
    reason: `the ${waiting.kind} may go now: what came before it has arrived`,
    nextAt: now,
    updatedAt: now,
  };
}
