/** Writes what a decision came to: one statement a table, however many rows. */
import type { Changes } from '../../ingest-store.ts';
import { logDeed } from '../audit.ts';
import type { Sql } from '../database.ts';
import { confirmDeliveries, putDeliveries } from '../delivery.ts';
import { countRefusedPages } from '../facts/refused-page.ts';
import { dropPending, keepPending, putOrders, tellEvents } from '../order.ts';
import { applyJoins, putAliases } from '../orders/alias.ts';
import { createQuarantineKeeper } from '../quarantine.ts';
import { addSightings, setNorms } from '../sighting.ts';
import { claimTouches, endTouches, insertTouches, keepHandovers, tieIdentities } from '../touch.ts';
import { createUsageCounter } from '../usage.ts';
import { addWithdrawal } from '../withdrawal.ts';

export function createChangeWriter(): (sql: Sql, changes: Changes, now: number) => Promise<void> {
  const keepRefused = createQuarantineKeeper();
  const countUsage = createUsageCounter();
  return async (sql, changes, now) => {
    await applyJoins(sql, changes.joins ?? []);
    await claimTouches(sql, changes.claimed ?? []);
    await insertTouches(sql, changes.touches);
    await tieIdentities(sql, changes.identities);
    await keepHandovers(sql, changes.handovers);
    await putOrders(sql, changes.orders);
    await putAliases(sql, changes.aliases ?? []);
    await putDeliveries(sql, changes.deliveries);
    // After them: what was owed before the shop spoke counts as its word from now on.
    const confirmed = changes.orders.filter(({ shopConfirmed }) => shopConfirmed);
    await confirmDeliveries(
      sql,
      confirmed.map(({ site, order }) => ({ site, orderId: order.orderId })),
    );
    await tellEvents(sql, changes.events, now);
    await keepPending(sql, changes.pending, now);
    await dropPending(sql, changes.pendingDone);
    await keepRefused(sql, changes.quarantine);
    await addSightings(sql, changes.sightings ?? []);
    await setNorms(sql, changes.norms ?? []);
    await countRefusedPages(sql, changes.refusedPages ?? []);
    for (const withdrawal of changes.withdrawals ?? []) {
      await addWithdrawal(sql, withdrawal);
      await endTouches(sql, withdrawal.site, withdrawal.visitor.replace(/^v:/, ''));
    }
    for (const deed of changes.deeds ?? []) await logDeed(sql, deed, now);
    await countUsage(sql, changes, now);
  };
}
