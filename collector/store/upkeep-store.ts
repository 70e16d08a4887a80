/** What upkeep asks of the store: pages for exports, the audit log, retention and erasure. All times are epoch milliseconds. */
import type { Touch } from '../event.ts';
import type { Delivery, StoredOrder } from './store.ts';

export interface AuditEntry {
  at: number;
  /** `command line`, `admin API`, `retention`. */
  actor: string;
  action: string;
  /** JSON; never a secret, never personal. */
  detail: string;
}

/** Rows of one page; `next` is where the following one begins, null after the last. */
export interface Page<T> {
  rows: T[];
  next: string | null;
}

export interface PageWant {
  site?: string;
  /** Of the time at which the row came to be. */
  since?: number;
  until?: number;
  /** The `next` of the page before. */
  after: string | null;
  limit: number;
}

/** A slice of a sweep: how many rows it changed, and where the next one begins. */
export interface Swept {
  changed: number;
  next: string | null;
}

export type SweptTable = 'touch' | 'orders' | 'attempt' | 'identity' | 'quarantine' | 'contact' | 'withdrawal';

/** Who is to be forgotten. `email` comes as its keyed hash. */
export interface Subject {
  by: 'email' | 'customer' | 'visitor';
  value: string;
}

export interface Erased {
  /** Orders that lost their personal fields, customer id and visitor. */
  orders: number;
  /** Reports, sent or not, that lost the same. */
  deliveries: number;
  /** Exchanges of which only time, address and outcome are left. */
  attempts: number;
  touches: number;
  /** Ties between a customer and a browser. */
  identities: number;
  /** Proofs of withdrawn consent. */
  withdrawals: number;
}

/** The names are unique among all stores, because one object may carry them all. */
export interface UpkeepStore {
  orderPage(want: PageWant): Promise<Page<StoredOrder>>;
  touchPage(want: PageWant): Promise<Page<Touch & { site: string }>>;
  deliveryPage(want: PageWant & { connection?: string }): Promise<Page<Delivery>>;

  addAudit(entry: AuditEntry): Promise<void>;
  /** Newest first; `before` is the id of the last one seen. */
  auditLog(want: { before?: string; limit: number }): Promise<(AuditEntry & { id: string })[]>;

  /** Sites that have data, configured or not. */
  sitesWithData(): Promise<string[]>;
  /** Looks at no more than `limit` rows and forgets what is older than `before`: one small transaction, or none. */
  sweep(table: SweptTable, want: { site: string; before: number; after: string | null; limit: number }): Promise<Swept>;
  /** One-time tokens and message ids, which guard against a second use for a day; returns how many went. */
  sweepTokens(before: number, limit: number): Promise<number>;

  /** Forgets a person of one site, in one transaction. */
  erase(site: string, subject: Subject): Promise<Erased>;
  /** Refused orders by site. */
  quarantineCounts(): Promise<{ site: string; count: number }[]>;
}
