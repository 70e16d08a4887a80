/** Step 4 of 5. What a change of an order becomes, whether it comes after the order or overtakes it. */
import { orderKey, save, say, type Batch } from './batch.ts';
import type { Command, CommandReply } from './command.ts';
import { standing } from './decide.ts';
import type { Personal } from './event.ts';
import { newId } from './lib/id.ts';
import { planChanges, planConversions, type Life } from './order-life.ts';
import type { Site } from './sites.ts';
import type { Delivery, StoredOrder } from './store/store.ts';
import { applyPatch } from './validate-patch.ts';

type ChangeCommand = Extract<Command, { type: 'change' }>;

export function changeOrder(command: Extract<Command, { type: 'change' }>, batch: Batch): CommandReply {
  const { site: siteId, orderId, patch } = command;
  const key = orderKey(siteId, orderId);
  const existing = batch.known.orders.get(key);
  if (!existing) {
    // Cancellations overtake their orders (a webhook beats a tag's queue): they are kept and applied when the order arrives.
    if (patch.status !== 'cancelled' && patch.status !== 'refunded')
      return { type: 'change', orderId, result: 'unknown' };
    const change = { site: siteId, orderId, at: batch.now, patch: JSON.stringify(patch) };
    batch.changes.pending.push(change);
    batch.known.pending.set(key, [...(batch.known.pending.get(key) ?? []), change]);
    return { type: 'change', orderId, result: 'kept' };
  }
  const { order, problems } = applyPatch(existing.order, patch, batch.now);
  if (!order) return { type: 'change', orderId, result: 'invalid', errors: problems };
  const site = batch.sites.byId.get(siteId)!;
  const same = JSON.stringify(order) === JSON.stringify(existing.order) && existing.shopConfirmed;
  if (same) return { type: 'change', orderId, result: 'duplicate', status: order.status };
  const stored: StoredOrder = { ...existing, order, shopConfirmed: true, updatedAt: batch.now };
  const personal = existing.personal ? (JSON.parse(batch.seal.open(existing.personal)) as Personal) : {};
  const life = lifeOf({ site, stored, personal, existing: batch.known.deliveries.get(key) ?? [], batch });
  const changed = [
    ...planConversions(life, standing(stored, site)),
    ...planChanges(life, existing.order, patch.reason),
  ];
  save(stored, changed, batch);
  const what =
    patch.status !== undefined && patch.status !== existing.order.status ? `set to ${patch.status}` : 'changed';
  say(stored, 'changed', `${what} by the shop${patch.reason ? `: ${patch.reason}` : ''}`, batch);
  return { type: 'change', orderId, result: 'updated', status: order.status };
}

export function applyPending(key: string, site: string, orderId: string, batch: Batch): void {
  const pending = batch.known.pending.get(key);
  if (!pending) return;
  batch.known.pending.delete(key);
  batch.changes.pendingDone.push({ site, orderId });
  for (const { patch } of pending) {
    changeOrder({ type: 'change', site, orderId, patch: JSON.parse(patch) as ChangeCommand['patch'] }, batch);
  }
}

export function lifeOf(given: {
  site: Site;
  stored: StoredOrder;
  personal: Personal;
  existing: readonly Delivery[];
  batch: Batch;
}): Life {
  const { site, stored, personal, existing, batch } = given;
  return { site, stored, personal, existing, now: batch.now, newId: () => newId(batch.now) };
}
