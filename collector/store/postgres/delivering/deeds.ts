/** What people do to deliveries: send again, tick off, judge. Each in one transaction with its line in the audit log. */
import type { Clock } from '../../../lib/clock.ts';
import {
  finishDelivery,
  judgeDelivery,
  mayFinishByHand,
  mayReplay,
  needsLook,
  replayDelivery,
  REPLAYED_STATES,
} from '../../../model/upkeep/replay-rule.ts';
import type { Store } from '../../store.ts';
import { logDeed } from '../audit.ts';
import type { Database } from '../database.ts';
import { advanceAfter, listDeliveries, lockDeliveries, putDeliveries } from '../delivery.ts';
import { closeBreakers } from './breaker.ts';
import { withoutFence } from './settle.ts';

export function createDeliveryDeeds({
  db,
  clock,
}: {
  db: Database;
  clock: Clock;
}): Pick<Store, 'replay' | 'finishByHand' | 'judge'> {
  return {
    replay: (filter, { now, dryRun, deed }) =>
      db.transaction(async (sql) => {
        const { states = REPLAYED_STATES, limit = 100_000 } = filter;
        const open = states.filter((state) => mayReplay({ state }));
        const how = { locked: !dryRun };
        const found = open.length > 0 ? await listDeliveries(sql, { ...filter, states: open, limit }, how) : [];
        const paused = { ...filter, states: ['waiting'] as const, limit };
        const resumed = states.includes('waiting') ? await listDeliveries(sql, paused, { ...how, resumed: true }) : [];
        const sendable = found.filter((delivery) => filter.orderId !== undefined || !needsLook(delivery));
        const again = [...sendable, ...resumed].slice(0, limit);
        if (dryRun || again.length === 0) return again;
        await putDeliveries(
          sql,
          again.map((delivery) => replayDelivery(delivery, now)),
        );
        await closeBreakers(sql, again);
        await logDeed(sql, deed, clock(), { deliveries: again.length });
        return again;
      }),
    finishByHand: (ids, { reason, now, deed }) =>
      db.transaction(async (sql) => {
        const found = await lockDeliveries(sql, ids);
        const open = [...new Set(ids)].flatMap((id) => found.get(id) ?? []).filter(mayFinishByHand);
        const before = open.map(withoutFence);
        const done = before.map((one) => finishDelivery(one, { reason, now }));
        await putDeliveries(sql, done);
        await advanceAfter(sql, done, now);
        const detail = { ...deed.detail, deliveries: done.map(({ id }) => id) };
        if (done.length > 0) await logDeed(sql, { ...deed, detail }, clock());
        return before;
      }),
    judge: (verdicts, { now, deed }) =>
      db.transaction(async (sql) => {
        const found = await lockDeliveries(
          sql,
          verdicts.map(({ id }) => id),
        );
        const judged = verdicts.flatMap((verdict) => {
          const known = found.get(verdict.id);
          const next = judgeDelivery(known && withoutFence(known), verdict, now);
          if (next) found.delete(verdict.id);
          return next ?? [];
        });
        await putDeliveries(sql, judged);
        await advanceAfter(sql, judged, now);
        if (judged.length > 0) await logDeed(sql, deed, clock(), { deliveries: judged.length });
        return judged.length;
      }),
  };
}
