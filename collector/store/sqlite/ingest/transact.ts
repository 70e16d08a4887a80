/** Reads what a batch of reports wants to know, and writes what was decided of it, in one transaction. */
import type { Clock } from '../../../lib/clock.ts';
import { continueIdsAfter } from '../../../lib/id.ts';
import type { Changes } from '../../ingest-store.ts';
import type { Store } from '../../store.ts';
import { createKnownReader } from '../reading/read-known.ts';
import type { Tables } from '../tables.ts';

export function sqliteTransact(tables: Tables, clock: Clock): Pick<Store, 'transact' | 'transactEach'> {
  const { deliveries, quarantine, write } = tables;
  const known = createKnownReader(tables);
  return {
    transact: async (wanted, decide) =>
      write(() => {
        continueIdsAfter(deliveries.newest());
        continueIdsAfter(quarantine.newest());
        const { changes, result } = decide(known(wanted));
        applyChanges(tables, changes, clock());
        return result;
      }),
    // Whoever holds a file holds all of it: there is no part that could go on without another.
    async transactEach(parts, { wanted, decide }) {
      const result = await this.transact(wanted(parts), (found) => decide(found, parts));
      return { together: { parts, result }, apart: [] };
    },
  };
}

function applyChanges(tables: Tables, changes: Changes, now: number): void {
  const { touches, orders, aliases, deliveries, quarantine, sightings, refusedPages, withdrawals, usage } = tables;
  for (const join of changes.joins ?? []) aliases.join(join);
  for (const { site, visitor } of changes.claimed ?? []) touches.claim(site, visitor);
  for (const touch of changes.touches) touches.add(touch);
  for (const identity of changes.identities) touches.tie(identity);
  for (const handover of changes.handovers) touches.handOver(handover);
  for (const order of changes.orders) orders.put(order);
  for (const alias of changes.aliases ?? []) aliases.put(alias);
  for (const delivery of changes.deliveries) deliveries.put(delivery);
  // After them: what was owed before the shop spoke counts as its word from now on.
  for (const { site, order, shopConfirmed } of changes.orders)
    if (shopConfirmed) deliveries.confirm(site, order.orderId);
  for (const event of changes.events) orders.tell(event, now);
  for (const change of changes.pending) orders.keepPending(change, now);
  for (const { site, orderId } of changes.pendingDone) orders.dropPending(site, orderId);
  for (const refused of changes.quarantine) quarantine.keep(refused);
  for (const sighting of changes.sightings ?? []) sightings.add(sighting);
  for (const { site, body } of changes.norms ?? []) sightings.setNorm(site, body);
  for (const page of changes.refusedPages ?? []) refusedPages.count(page);
  for (const withdrawal of changes.withdrawals ?? []) {
    withdrawals.add(withdrawal);
    touches.end(withdrawal.site, withdrawal.visitor.replace(/^v:/, ''));
  }
  for (const deed of changes.deeds ?? []) tables.logDeed(deed);
  usage.add(changes, now);
}
