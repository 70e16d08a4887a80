/** What a person does to deliveries: each audited in the transaction that does it. */
import type Database from 'better-sqlite3';
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
import type { Tables } from '../tables.ts';
import { breakerDeletion } from './breaker.ts';

export function sqliteDeliveryDeeds(
  db: Database.Database,
  { deliveries, logDeed, write }: Tables,
): Pick<Store, 'replay' | 'finishByHand' | 'judge'> {
  const deleteBreaker = breakerDeletion(db);
  return {
    replay: async (filter, { now, dryRun, deed }) =>
      write(() => {
        const { states = REPLAYED_STATES, limit = 100_000 } = filter;
        const open = states.filter((state) => mayReplay({ state }));
        const again = [
          ...(open.length > 0 ? deliveries.list({ ...filter, states: open, limit }) : []).filter(
            (delivery) => filter.orderId !== undefined || !needsLook(delivery),
          ),
          ...(states.includes('waiting') ? deliveries.resumed({ ...filter, limit }) : []),
        ].slice(0, limit);
        if (dryRun || again.length === 0) return again;
        for (const delivery of again) deliveries.put(replayDelivery(delivery, now));
        const connections = new Set(again.map(({ site, connection }) => `${site}\n${connection}`));
        for (const key of connections) deleteBreaker.run(...(key.split('\n') as [string, string]));
        logDeed(deed, { deliveries: again.length });
        return again;
      }),
    finishByHand: async (ids, { reason, now, deed }) =>
      write(() => {
        const open = ids.flatMap((id) => deliveries.get(id) ?? []).filter(mayFinishByHand);
        const done = open.map(({ fence: _fence, ...delivery }) => {
          const finished = finishDelivery(delivery, { reason, now });
          deliveries.put(finished);
          deliveries.advance(finished, now);
          return delivery;
        });
        if (done.length > 0) logDeed({ ...deed, detail: { ...deed.detail, deliveries: done.map(({ id }) => id) } });
        return done;
      }),
    judge: async (verdicts, { now, deed }) =>
      write(() => {
        const judged = verdicts.filter((verdict) => {
          const { fence: _fence, ...known } = deliveries.get(verdict.id) ?? { fence: 0 };
          const next = judgeDelivery('id' in known ? known : undefined, verdict, now);
          if (!next) return false;
          deliveries.put(next);
          deliveries.advance(next, now);
          return true;
        });
        if (judged.length > 0) logDeed(deed, { deliveries: judged.length });
        return judged.length;
      }),
  };
}
