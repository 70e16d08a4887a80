/** What sending again or ticking off by hand may touch, and what it makes of a delivery. Pure: every engine asks here. */
import { days } from '../../lib/duration.ts';
import type { Delivery, DeliveryState } from '../delivery.ts';

/** States that are replayed unless others are asked for; of those that wait, only what waited for a paused connection. */
export const REPLAYED_STATES: readonly DeliveryState[] = ['held', 'rejected', 'waiting'];

/** What is replayed by hand is tried for at least this long: a person's word counts more than a deadline that has passed. */
const REPLAY_TIME = days(7);

/** Never what a vendor has accepted. */
export const mayReplay = ({ state }: Pick<Delivery, 'state'>): boolean =>
  state === 'held' || state === 'rejected' || state === 'due';

/** What may have been counted and would count twice is sent again only by its order: a sweep over many is no look at one. */
export const needsLook = ({ state, ambiguous }: Pick<Delivery, 'state' | 'ambiguous'>): boolean =>
  state === 'held' && ambiguous;

/** It has not come to an end: it leaves by itself, or a person has to do something about it first. */
export const isUnderWay = ({ state }: Pick<Delivery, 'state'>): boolean =>
  ['waiting', 'due', 'sending', 'held', 'by_hand'].includes(state);

/** What a person did there, or has found there after an unclear answer. */
export const mayFinishByHand = ({ state, ambiguous }: Pick<Delivery, 'state' | 'ambiguous'>): boolean =>
  state === 'by_hand' || needsLook({ state, ambiguous });

/** The delivery, ticked off. */
export const finishDelivery = (delivery: Delivery, { reason, now }: { reason: string; now: number }): Delivery => ({
  ...delivery,
  ...{ state: 'delivered', reason, nextAt: null, updatedAt: now },
});

/** The delivery that waited for a verdict, with the one that the network's own report holds; undefined where it doesn't wait for one. */
export function judgeDelivery(
  delivery: Delivery | undefined,
  verdict: { state: 'confirmed' | 'declined'; reason: string },
  now: number,
): Delivery | undefined {
  if (delivery?.state !== 'unverified') return undefined;
  return { ...delivery, state: verdict.state, reason: verdict.reason, confirmAt: null, updatedAt: now };
}

/** The delivery, due at once. */
export function replayDelivery(delivery: Delivery, now: number): Delivery {
  const deadlineAt = Math.max(delivery.deadlineAt, now + REPLAY_TIME);
  return { ...delivery, state: 'due', reason: 'replayed by hand', nextAt: now, deadlineAt, updatedAt: now };
}
