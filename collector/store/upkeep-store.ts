/** What upkeep asks of the store: pages for exports, the audit log, retention and erasure. All times are epoch milliseconds. */
import type { Consent } from '../../wire/consent.ts';
import type { Deed } from '../model/upkeep/deed.ts';
import type { Subject } from '../model/upkeep/subject.ts';
import type { Delivery } from '../model/delivery.ts';
import type { SiteFact } from '../model/site-fact.ts';
import type { StoredOrder } from '../model/stored-order.ts';
import type { Touch } from '../model/touch.ts';

export interface Withdrawal {
  site: string;
  /**
   * The visitor; a customer as `c:`, `e:` or `p:` and the keyed hash of customer id, e-mail or phone; `v:` and a visitor who withdrew on another
   * of the site's domains.
   */
  visitor: string;
  /** When the collector heard of it, epoch milliseconds; when it was said stands in `consent`. */
  at: number;
  consent: Consent;
}

/** The names are unique among all stores, because one object may carry them all. */
export interface WithdrawalStore {
  /** Oldest first. They are written by `transact`; the same statement of a visitor is kept once. */
  withdrawalsOf(site: string, visitor: string): Promise<Withdrawal[]>;
  /** When each of the names last withdrew consent; those that never did are absent. */
  withdrawn(site: string, names: readonly string[]): Promise<{ name: string; at: number }[]>;
}

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

export interface EraseWish {
  now: number;
  /** Refused bodies that name the person. */
  refused: readonly string[];
  /** Say what would go, and change nothing. */
  dryRun: boolean;
  /** Goes into the audit log in the same transaction, with what it came to. */
  deed: Deed;
}

export interface Erased {
  /** Orders that lost their personal fields, customer id and visitor. */
  orders: number;
  /** Reports, sent or not, that lost the same. */
  deliveries: number;
  /** Reports on their way that were stopped. */
  stopped: number;
  /** Exchanges of which only time, address and outcome are left. */
  attempts: number;
  touches: number;
  /** Ties between a customer and a browser. */
  identities: number;
  /** Proofs of withdrawn consent. */
  withdrawals: number;
  /** Refused orders that named the person; they are dropped whole. */
  quarantine: number;
  /** Contacts of synchronized lists; no later synchronization brings them back. */
  contacts: number;
  /** Other rows whose text named the person: addresses of pages, remarks, answers. */
  texts: number;
}

/** A contact of a list as a person may read it. */
export interface PersonContact {
  /** The source whose list it is on. */
  connection: string;
  customerId: string | null;
  /** Sealed e-mail, phone and names; null when retention took them. */
  personal: Buffer | null;
  joinedAt: number;
  orders: number;
  /** Minor units of the connection's currency. */
  revenue: number;
}

/** Where one person stands in the data of a site: what {@link UpkeepStore.erase} would reach by them, refused orders and texts apart. */
export interface PersonPlaces {
  /** Numbers of their orders. */
  orders: string[];
  /** Numbers of orders of others, of which one browser named the person. */
  namedIn: string[];
  /** Their browsers. */
  visitors: string[];
  contacts: PersonContact[];
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

  /** Finds a person of one site and changes nothing. It looks at every order: seconds where there are many. */
  findPerson(site: string, subject: Subject): Promise<PersonPlaces>;
  /** Forgets a person of one site, in one transaction, and leaves no trace in free pages and log. */
  erase(site: string, subject: Subject, wish: EraseWish): Promise<Erased>;
  /** Adds what was heard of sites. */
  noteSiteFacts(facts: readonly SiteFact[]): Promise<void>;
  siteFacts(): Promise<SiteFact[]>;
  /** Refused orders by site. */
  quarantineCounts(): Promise<{ site: string; count: number }[]>;
}
