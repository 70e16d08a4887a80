/** Answers of the admin API about forgetting a person. */

/** What goes of one site, in rows. */
export interface ErasedShown {
  site: string;
  orders: number;
  /** Reports on their way that are stopped. */
  stopped: number;
  attempts: number;
  touches: number;
  identities: number;
  contacts: number;
  quarantine: number;
  withdrawals: number;
  texts: number;
}
