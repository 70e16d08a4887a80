/** Step 5 of 5. Consent may be taken back while a leased report waits for its turn: what waited for longer than a moment is looked up once more. */
import type { Claimed, Store } from '../store/store.ts';

/** A report that leaves within it was looked up as it was leased. */
const MOMENT = 50;

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
