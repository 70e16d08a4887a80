/** Hands out what is due, on lease, and takes back what became of it. */
import type Database from 'better-sqlite3';
import { gateOfReason } from '../../../model/authority/consent-gate.ts';
import type { Delivery } from '../../../model/delivery.ts';
import type { Claimed, Settlement, Store } from '../../store.ts';
import type { Tables } from '../tables.ts';
import type { Lanes } from './lane.ts';

type Claims = Pick<Store, 'claim' | 'gateOf' | 'claimConfirm' | 'settle' | 'releaseLeases' | 'agenda'>;

export function sqliteClaims(
  db: Database.Database,
  { deliveries, queue, attempts, withdrawals, write }: Tables,
  lanes: Pick<Lanes, 'isNewest'>,
): Claims {
  const selectPersonal = db
    .prepare<[string, string], Buffer | null>('SELECT personal FROM orders WHERE site = ? AND order_id = ?')
    .pluck();
  const claimed = (delivery: Delivery & { fence: number; confirmed?: boolean }): Claimed => {
    const { fence, confirmed = false, ...rest } = delivery;
    return {
      delivery: rest,
      fence: fence + 1,
      confirmed,
      resumed: delivery.state === 'sending',
      personal: (selectPersonal.get(delivery.site, delivery.orderId) as Buffer | null | undefined) ?? null,
      gate: withdrawals.gateOf(delivery.site, delivery.orderId),
    };
  };

  const settleOne = (
    settlement: Settlement,
    now: number,
    work: Map<string, { site: string; connection: string }>,
  ): void => {
    const current = deliveries.get(settlement.id);
    if (!current || current.fence !== settlement.fence) return;
    const { fence: _fence, ...delivery } = current;
    const next = { ...delivery, ...settlement.change, updatedAt: now };
    deliveries.put(next);
    for (const attempt of settlement.attempts) attempts.addAttempt(next, attempt);
    const gate = next.state === 'skipped' ? gateOfReason(next.reason) : undefined;
    if (gate) withdrawals.stop(next.site, next.orderId, gate);
    for (const due of deliveries.advance(next, now)) work.set(`${due.site}\n${due.connection}`, due);
  };

  return {
    claim: async ({
      site,
      connection,
      now,
      leaseMs,
      limit,
      owner,
      browserOnly = { atLeast: 0, atMost: limit },
      lane,
    }) =>
      write(() => {
        if (lane && !lanes.isNewest(lane)) return [];
        const due = (confirmed: boolean, most: number): ReturnType<typeof queue.due> =>
          most > 0 ? queue.due({ site, connection, confirmed, now, limit: most }) : [];
        const sure = due(true, limit);
        const room = Math.max(limit - sure.length, Math.min(browserOnly.atLeast, limit));
        const browsers = due(false, Math.min(room, browserOnly.atMost));
        const found = [...sure.slice(0, limit - browsers.length), ...browsers];
        for (const { id } of found) queue.lease(id, now + leaseMs, owner);
        return found.map(claimed);
      }),
    gateOf: async (site, orderId) => withdrawals.gateOf(site, orderId),
    claimConfirm: async ({ site, connection, now, leaseMs, limit, lane }) =>
      write(() => {
        if (lane && !lanes.isNewest(lane)) return [];
        const found = queue.verdictsDue({ site, connection, now, limit });
        for (const { id } of found) queue.leaseVerdict(id, now + leaseMs);
        return found.map(claimed);
      }),
    settle: async (settlements, now) =>
      write(() => {
        const work = new Map<string, { site: string; connection: string }>();
        for (const settlement of settlements) settleOne(settlement, now, work);
        return [...work.values()].map(({ site, connection }) => ({ site, connection }));
      }),
    releaseLeases: async (now) => write(() => queue.releaseLeases(now)),
    agenda: async () => queue.agenda(),
  };
}
