/** Step 5 of 5. Consent may be taken back while a leased report waits for its turn: what waited for longer than a moment is looked up once more. */
import type { Clock } from '../lib/clock.ts';
import type { Destination } from '../kit/destination.ts';
import type { Leave } from '../outbound/send.ts';
import type { Claimed, Store } from '../store/store.ts';
import { isStopped } from './settle-outcome.ts';

/** A report that leaves within it was looked up as it was leased. */
const MOMENT = 50;

/** While it waits for its connection; less would hold back what leaves a busy machine. */
const LEAVE = 250;

export interface Leased {
  claimed: Claimed;
  leasedAt: number;
}

export function lookAgain(entries: readonly Leased[], store: Pick<Store, 'gateOf'>, now: number): Promise<Claimed[]> {
  return Promise.all(
    entries.map(async ({ claimed, leasedAt }) => {
      if (now - leasedAt < MOMENT) return claimed;
      const { site, orderId } = claimed.delivery;
      return { ...claimed, gate: await store.gateOf(site, orderId) };
    }),
  );
}

/** The same while the request waits for its token and its connection: asked right before it is written. */
export function leaveOf(given: {
  claims: readonly Claimed[];
  destination: Pick<Destination, 'needs'>;
  store: Pick<Store, 'gateOf'>;
  clock: Clock;
  lookedAt: number;
}): Leave {
  const { claims, destination, store, clock } = given;
  let { lookedAt } = given;
  let holds = true;
  return {
    isFresh: () => holds && Math.abs(clock() - lookedAt) < LEAVE,
    async renew() {
      const gates = await Promise.all(claims.map(({ delivery }) => store.gateOf(delivery.site, delivery.orderId)));
      lookedAt = clock();
      holds &&= !claims.some(({ delivery }, index) => isStopped({ delivery, gate: gates[index]! }, destination));
      return holds;
    },
  };
}
