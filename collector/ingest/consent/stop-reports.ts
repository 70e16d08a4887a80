/** Step 4 of 5. What consent makes of a report that would be due: it waits, or nobody is told. Pure. */
import type { Connection } from '../../configuration/sites.ts';
import { type ConsentGate, GATE_REASONS, VISITORLESS_REASON } from '../../model/authority/consent-gate.ts';
import type { Delivery } from '../../model/delivery.ts';
import type { StoredOrder } from '../../model/stored-order.ts';

/** `visitorless`: nobody is known whose answer could be waited for. */
export function gateReport(
  gate: Exclude<ConsentGate, 'open'>,
  visitorless = false,
): { state: Delivery['state']; reason: string } {
  if (gate !== 'waiting') return { state: 'skipped', reason: GATE_REASONS[gate] };
  return { state: 'waiting', reason: visitorless ? VISITORLESS_REASON : GATE_REASONS.waiting };
}

/** Who said no is not told of again; that a sale was undone is, for it takes back what was told. */
export function stopChanges(
  changes: Delivery[],
  { stored, now }: { stored: StoredOrder; now: number },
  { destination }: Pick<Connection, 'destination'>,
): Delivery[] {
  const { gate } = stored;
  if (gate === 'open' || gate === 'waiting') return changes;
  if (!destination?.needs.consent && gate !== 'erased') return changes;
  const stop = { state: 'skipped' as const, reason: GATE_REASONS[gate], after: null, nextAt: null, updatedAt: now };
  return changes.map((one) => (one.state === 'waiting' || one.state === 'due' ? { ...one, ...stop } : one));
}
