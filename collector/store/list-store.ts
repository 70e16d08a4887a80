/** What a list asks of the store: its contacts, their numbers, segments, erasure, and who of them a marketing platform knows. */
import type { SyncKey } from './sync-store.ts';

/** Ready-made parts of a list. */
export type Segment = 'all' | 'buyers' | 'never-bought' | 'lapsed' | 'big-spenders';

/** A contact as stored; `personal` holds sealed JSON of e-mail, phone and names. */
export interface Contact {
  /** `u:ID` for an account, `g:HASH` for a guest. */
  key: string;
  customerId: string;
  personal: Buffer | null;
  active: boolean;
  agreed: boolean | null;
  /** When that was heard of, or the account was made with it; null where it was not, or nobody knows. */
  agreedAt: number | null;
  /** Keyed hash of the address; null without one. */
  emailHash: string | null;
  joinedAt: number;
  orders: number;
  /** Minor units of the connection's currency. */
  revenue: number;
  lastOrderAt: number | null;
  changedAt: number;
}

/** Paid orders only. Money in minor units of the connection's currency. */
export interface ListMetrics {
  contacts: number;
  buyers: number;
  orders: number;
  revenue: number;
  averageOrderValue: number;
  lastOrderAt: number | null;
  /** Buyers with two orders or more, as a share of buyers: 0 to 1. */
  repeatRate: number;
  segments: Record<Exclude<Segment, 'all'>, number>;
  /** Revenue from which a buyer is among the tenth that spends most; null without buyers. */
  bigSpenderFrom: number | null;
}

/** What bounds a segment. */
export interface SegmentRule {
  now: number;
  /** Milliseconds without an order after which a buyer has lapsed. */
  lapsedAfter: number;
}

/** A contact as a marketing platform knows it. */
export interface Subscriber {
  /** Connection of the list and key of the contact: `cscart/u:12`. */
  contact: string;
  /** The platform's key, read from its answers; empty where it has none. */
  remoteKey: string;
  /** `leaving`: erased here, to be deleted there. */
  state: 'subscribed' | 'unsubscribed' | 'blocked' | 'rejected' | 'leaving';
  /** Keyed hash of what was sent: an unchanged contact is not sent again. */
  digest: string;
  reason: string;
}

export interface RemoteList {
  remoteId: string;
  /** Contacts changed before this moment were looked at. */
  pushedUntil: number;
}

/** The names are unique among all stores, because one object may carry them all. */
export interface ListStore {
  listMetrics(key: SyncKey, rule: SegmentRule): Promise<ListMetrics>;
  /** Contacts of a segment in the order of their keys, after the given one. */
  contacts(
    key: SyncKey,
    want: { segment: Segment; rule: SegmentRule; after: string; limit: number },
  ): Promise<Contact[]>;
  /** Contacts in the order of their latest change, after the given one. */
  changedContacts(key: SyncKey, want: { after: { changedAt: number; key: string }; limit: number }): Promise<Contact[]>;
  /** Removes a person from every list of the site, and keeps the hashes so that no synchronization brings them back. */
  eraseContacts(
    site: string,
    who: { emailHash?: string; customerId?: string; customerHash?: string },
    now: number,
  ): Promise<{ contacts: number }>;

  remoteList(key: SyncKey): Promise<RemoteList | undefined>;
  setRemoteList(key: SyncKey, remote: RemoteList): Promise<void>;
  subscribers(key: SyncKey, contacts: readonly string[]): Promise<Subscriber[]>;
  leavingSubscribers(key: SyncKey, limit: number): Promise<Subscriber[]>;
  saveSubscribers(
    key: SyncKey,
    change: { saved: readonly Subscriber[]; gone: readonly string[]; now: number },
  ): Promise<void>;
  subscriberCounts(key: SyncKey): Promise<Record<string, number>>;
}
