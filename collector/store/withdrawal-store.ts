/** What the store keeps of withdrawn consent: who, when, and what the browser said. No personal data beside the random visitor id. */
import type { Consent } from '../event.ts';

export interface Withdrawal {
  site: string;
  visitor: string;
  /** When the collector heard of it, epoch milliseconds; when it was said stands in `consent`. */
  at: number;
  consent: Consent;
}

/** The names are unique among all stores, because one object may carry them all. */
export interface WithdrawalStore {
  /** Oldest first. They are written by `transact`; the same statement of a visitor is kept once. */
  withdrawalsOf(site: string, visitor: string): Promise<Withdrawal[]>;
}
