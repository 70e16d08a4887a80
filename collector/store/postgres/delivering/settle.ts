/** Claims what is due and settles what was sent, fenced: an answer that comes after the lease went to somebody else changes nothing. */
import { gateOfReason } from '../../../model/authority/consent-gate.ts';
import type { Delivery } from '../../../model/delivery.ts';
import type { Claimed, Settlement, Store } from '../../store.ts';
import type { Database, Sql } from '../database.ts';
import { advanceAfter, type Fenced, lockOwnDeliveries, putDeliveries } from '../delivery.ts';
import { gatesOf, stopOrders } from '../withdrawal.ts';
import { addAttempts } from './attempt.ts';
import { type DueDelivery, leaseDeliveries, leaseVerdicts, takeDue, takeVerdictsDue } from './lease.ts';

export function createClaims(db: Database): Pick<Store, 'claim' | 'claimConfirm' | 'settle'> {
  return {
    claim: ({ site, connection, now, leaseMs, limit, owner, browserOnly = { atLeast: 0, atMost: limit }, lane }) =>
      db.transaction(async (sql) => {
        const due = (confirmed: boolean, most: number): Promise<DueDelivery[]> =>
          takeDue(sql, { site, connection, confirmed, now, limit: most, lane });
        const sure = await due(true, limit);
        const room = Math.max(limit - sure.length, Math.min(browserOnly.atLeast, limit));
        const browsers = await due(false, Math.min(room, browserOnly.atMost));
        const found = [...sure.slice(0, limit - browsers.length), ...browsers];
        if (found.length === 0) return [];
        await leaseDeliveries(sql, { site, ids: found.map(({ id }) => id), until: now + leaseMs, owner });
        return claimedOf(sql, found);
      }),
    claimConfirm: ({ site, connection, now, leaseMs, limit, lane }) =>
      db.transaction(async (sql) => {
        const found = await takeVerdictsDue(sql, { site, connection, now, limit, lane });
        if (found.length === 0) return [];
        await leaseVerdicts(sql, { site, ids: found.map(({ id }) => id), until: now + leaseMs });
        return claimedOf(sql, found);
      }),
    settle: (settlements, now) =>
      settlements.length === 0 ? Promise.resolve([]) : db.transaction((sql) => settleAll(sql, settlements, now)),
  };
}

async function claimedOf(sql: Sql, found: readonly DueDelivery[]): Promise<Claimed[]> {
  const orders = await gatesOf(sql, found);
  return found.map(({ fence, confirmed, ...delivery }) => {
    const order = orders.get(`${delivery.site}\n${delivery.orderId}`);
    return {
      ...{ delivery, fence: fence + 1, confirmed, resumed: delivery.state === 'sending' },
      ...{ personal: order?.personal ?? null, gate: order?.gate ?? 'open' },
    };
  });
}

async function settleAll(
  sql: Sql,
  settlements: readonly Settlement[],
  now: number,
): Promise<{ site: string; connection: string }[]> {
  const current = await lockOwnDeliveries(sql, settlements);
  const attempts: Parameters<typeof addAttempts>[1][number][] = [];
  for (const settlement of settlements) {
    const known = current.get(settlement.id);
    if (!known || known.fence !== settlement.fence) continue;
    const next: Fenced = { ...known, ...settlement.change, updatedAt: now };
    current.set(settlement.id, next);
    for (const attempt of settlement.attempts) attempts.push({ delivery: next, attempt });
  }
  const fences = new Map(settlements.map(({ id, fence }) => [id, fence]));
  const settled = [...current.values()].filter(({ id, fence }) => fences.get(id) === fence).map(withoutFence);
  // Asked once more because the answer to the commit was lost, it changes nothing: the fence is another one.
  await putDeliveries(sql, settled, true);
  await addAttempts(sql, attempts);
  await stopOrders(
    sql,
    settled.flatMap(({ site, orderId, state, reason }) => {
      const gate = state === 'skipped' ? gateOfReason(reason) : undefined;
      return gate ? [{ site, orderId, gate }] : [];
    }),
  );
  const due = await advanceAfter(sql, settled, now);
  const work = new Map(due.map(({ site, connection }) => [`${site}\n${connection}`, { site, connection }]));
  return [...work.values()];
}

export const withoutFence = ({ fence: _fence, ...delivery }: Fenced): Delivery => delivery;
