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

/** What is held about one person in a site. Times are ISO 8601; what a person named is as it was sent. */
export interface PersonFileOfSite {
  site: string;
  /** Their orders, with all that `GET /orders/:orderId` tells; `personal` and `said` (by whom) are opened. */
  orders: object[];
  /** Orders of others, of which a browser named this person, and what it said of them. */
  namedIn: { orderId: string; said: unknown[] }[];
  /** Ids of their browsers. */
  browsers: string[];
  landings: object[];
  withdrawals: { at: string; consent: object }[];
  /** Contacts of lists. */
  contacts: object[];
  /** Refused orders that name them. */
  refused: { at: string; route: string; errors: object[]; body: string }[];
}

/** `POST /person`: everything that is held about one person; a site that holds nothing is left out. */
export interface PersonFile {
  by: string;
  value: string;
  madeAt: string;
  sites: PersonFileOfSite[];
}
