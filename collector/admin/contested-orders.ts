/** Contested orders: a person's decision, with its audit; and the watch that tells of them and lets the last moment for a decision pass. */
import type { Ingest } from '../ingest/ingest.ts';
import type { RulingCommand, RulingReply, Work } from '../intake/command.ts';
import type { Clock } from '../lib/clock.ts';
import { minutes } from '../lib/duration.ts';
import { keepRounds } from '../lib/rounds.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Store } from '../store/store.ts';

export interface RulingDeps {
  ingest: Ingest['ingest'];
  /** Told what got something to send. */
  wake: (work: readonly Work[]) => void;
}

/** `credit` is an observation of the order, as `explain` names it; null credits nobody. The audit log hears of it in the same transaction. */
export async function ruleContested(
  ruling: { site: string; orderId: string; credit: string | null; actor: string },
  { ingest, wake }: RulingDeps,
): Promise<RulingReply> {
  const { site, orderId, credit, actor } = ruling;
  const command: RulingCommand = { type: 'ruling', site, orderId, credit, by: actor };
  const { replies, work } = await ingest([command]);
  const reply = replies[0] as RulingReply;
  if (reply.result !== 'decided') return reply;
  wake(work);
  return reply;
}

const EVERY = minutes(1);
/** Orders looked at in one round; the rest waits for the next. */
const MOST = 500;

export interface WatchDeps extends RulingDeps {
  store: Pick<Store, 'findOrders' | 'deliveriesOf'>;
  clock: Clock;
  log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
}

/** One round: says which orders became contested since `since`, and credits nobody where the time for a decision has run out. */
export async function watchContested(since: number, deps: WatchDeps): Promise<void> {
  const { store, log, clock } = deps;
  for (const order of await store.findOrders({ contested: true, limit: MOST })) {
    const { site, contest } = order;
    const { orderId } = order.order;
    if (contest === null) continue;
    if (contest.since >= since)
      log.warn(
        { site, orderId, kind: contest.kind },
        `contested order: ${contest.reason}; decide with clickthread contested`,
      );
    if (contest.kind !== 'hold') continue;
    const deadline = lastMoment(await store.deliveriesOf(site, orderId));
    if (deadline === undefined || clock() <= deadline) continue;
    await ruleContested({ site, orderId, credit: null, actor: 'deadline of the connection' }, deps);
    log.warn({ site, orderId }, 'contested order: nobody decided before the deadline, so nobody is credited');
  }
}

/** The first deadline of what waits for the decision. */
function lastMoment(deliveries: readonly Delivery[]): number | undefined {
  const waiting = deliveries.filter(({ kind, state }) => kind === 'conversion' && state === 'waiting');
  return waiting.length === 0 ? undefined : Math.min(...waiting.map(({ deadlineAt }) => deadlineAt));
}

/** Runs the watch now and every minute; the returned function ends it and waits for the round that is under way. */
export function keepWatchOnContested(deps: WatchDeps): () => Promise<void> {
  let since = 0;
  return keepRounds({
    every: EVERY,
    round() {
      const from = since;
      since = deps.clock();
      return watchContested(from, deps);
    },
    failed: (error) =>
      deps.log.error({ err: error }, 'contested orders could not be looked at; tried again in a minute'),
  });
}
