/**
 * Answers of the admin API about totals and about what waits for a person. Amounts are decimal texts in major units, times ISO 8601,
 * days `2026-11-26` in the site's zone.
 */

/** Sales of one currency: those that stand, and those that were undone (cancelled, refunded) apart. */
export interface SalesSum {
  currency: string;
  orders: number;
  total: string;
  /** Of them, those that some partner earned. */
  credited: number;
  creditedTotal: string;
  undone: number;
  undoneTotal: string;
  /** Orders of customers whom the shop called new, and of others; the rest it said nothing of. */
  newcomers: number;
  regulars: number;
}

export interface DaySum extends SalesSum {
  day: string;
}

export interface PartnerSum extends SalesSum {
  site: string;
  /** Null for nobody. */
  partner: string | null;
}

/** `GET /figures`: by when orders were first heard of. */
export interface Figures {
  from: string;
  to: string;
  /** One a currency, the greatest first. */
  totals: SalesSum[];
  /** The same of as many days before. */
  before: SalesSum[];
  /** Every day of the period, also those without an order; a row a currency. */
  days: DaySum[];
  partners: PartnerSum[];
}

export type TodoKind =
  | 'held'
  | 'outage'
  | 'rejected'
  | 'ambiguous'
  | 'by_hand'
  | 'contested'
  | 'unverified'
  | 'quarantine'
  | 'silence'
  | 'budget'
  | 'refused_page';

/** One thing that waits for a person. */
export interface TodoItem {
  kind: TodoKind;
  site: string;
  connection?: string;
  /** What is to be looked at: an order, a host, a thing that runs out. */
  name?: string;
  /** How many reports, orders, pages; of a budget how many hundredths are used. */
  count: number;
  /** Why, in the words of whoever said it. */
  reason?: string;
  /** Since when, or the last time. */
  at?: string;
  /** The reports of the order `name` that it is about. */
  deliveries?: string[];
  /** Milliseconds that usually pass between two orders, where it is silent. */
  usually?: number;
}
