/** The store as everything above sees it: one interface, one conformance suite, an engine a folder. All times are epoch milliseconds. */
import type { ApiKeyRow } from '../model/api-key.ts';
import type { ConsentGate } from '../model/authority/consent-gate.ts';
import type { Attempt, Breaker, Delivery, DeliveryState } from '../model/delivery.ts';
import type { Quarantined } from '../model/quarantined.ts';
import type { OrderEvent, PendingChange, StoredOrder } from '../model/stored-order.ts';
import type { Touch } from '../model/touch.ts';
import type { AlertStore } from './alert-store.ts';
import type { AlertChannelRow, Configuration, ConnectionRow, SiteRow } from './configuration-store.ts';
import type { Changes, Known, Parts, PartsDone, Wanted } from './ingest-store.ts';
import type { InstallationStore } from './installation-store.ts';
import type { ComparisonStore, FiguresStore } from './figures-store.ts';
import type { LaneStore, LaneToken } from './lane-store.ts';
import type { ListStore } from './list-store.ts';
import type { PeopleStore } from './people-store.ts';
import type { Deed } from '../model/upkeep/deed.ts';
import type { SyncStore } from './sync-store.ts';
import type { UpkeepStore, WithdrawalStore } from './upkeep-store.ts';
import type { UsageStore } from './usage-store.ts';

/** A host whose pages reported orders of a site without being listed there. */
export interface RefusedPage {
  site: string;
  host: string;
  count: number;
  firstAt: number;
  lastAt: number;
}

export interface Settlement {
  id: string;
  site: string;
  /** The fence that the claim handed out; a settlement with an old one is ignored. */
  fence: number;
  /** Fields that change; everything else stays. */
  change: Partial<
    Pick<
      Delivery,
      | 'state'
      | 'reason'
      | 'nextAt'
      | 'attempts'
      | 'reference'
      | 'confirmAt'
      | 'polls'
      | 'ambiguous'
      | 'facts'
      | 'updatedAt'
    >
  >;
  attempts: Attempt[];
}

export interface Claimed {
  delivery: Delivery;
  fence: number;
  /** The shop has spoken for the order. */
  confirmed: boolean;
  /** The lease of an earlier claim ran out: its request may or may not have been sent. */
  resumed: boolean;
  personal: Buffer | null;
  /** What consent says of the order, every withdrawal included that was heard by now. */
  gate: ConsentGate;
}

export interface DeliveryFilter {
  site?: string;
  connection?: string;
  states?: readonly DeliveryState[];
  since?: number;
  orderId?: string;
  limit?: number;
}

export interface OrderFilter {
  site?: string;
  /** Only those on which a person must or may decide. */
  contested?: boolean;
  /** Only those that show this sign. */
  signal?: string;
  /** By when they were first heard of. */
  since?: number;
  limit?: number;
}

/** Orders that ask for a person's eye, for monitoring. */
export interface OrderCount {
  site: string;
  what: 'contested' | 'signal' | 'consent';
  /** `hold` or `alert`; the name of the signal; or what consent stops the order for. */
  name: string;
  count: number;
}

export interface Store extends UpkeepStore, WithdrawalStore, UsageStore, InstallationStore, AlertStore, LaneStore {
  /** Applies what is missing of the migrations; returns their names. */
  migrate(dryRun?: boolean): Promise<string[]>;
  close(): Promise<void>;

  configuration(): Promise<Configuration>;
  configurationVersion(): Promise<number>;
  /** Replaces the given sites with their connections, removes the listed ones; one transaction, version + 1. */
  configure(change: {
    sites: SiteRow[];
    connections: ConnectionRow[];
    removeConnections: { site: string; id: string }[];
    removeSites?: string[];
    /** The whole list of modules that add definitions; it stays as it is unless given. */
    plugins?: string[];
    /** Where alerts go: these are made or replaced, those are removed. */
    alertChannels?: { put: AlertChannelRow[]; remove: string[] };
    audit: { at: number; actor: string; action: string; detail: string };
  }): Promise<number>;

  /** One transaction: reads what is wanted, lets `decide` turn it into changes, writes them durably, then answers. */
  transact<T>(wanted: Wanted, decide: (known: Known) => { changes: Changes; result: T }): Promise<T>;
  /** The same for parts that stand for themselves: one whose rows somebody else holds does not keep the others from being written and answered. */
  transactEach<P, T>(parts: readonly P[], how: Parts<P, T>): Promise<PartsDone<P, T>>;

  /** Leases due deliveries of one connection: those of orders that the shop confirmed first, each kind oldest first. Expired leases count as due. */
  claim(want: {
    site: string;
    connection: string;
    now: number;
    leaseMs: number;
    limit: number;
    owner: string;
    /**
     * Of those that only a browser has reported: how many go at least if they wait, and how many at most.
     * Without it they fill what the confirmed ones leave.
     */
    browserOnly?: { atLeast: number; atMost: number };
    /** The right to it: nothing is leased by a token that is not the newest. Without one nobody asks for it. */
    lane?: LaneToken | undefined;
  }): Promise<Claimed[]>;
  /** What consent says of an order right now, as a claim hands it out. */
  gateOf(site: string, orderId: string): Promise<ConsentGate>;
  /** Leases deliveries whose verdict should be asked now. */
  claimConfirm(want: {
    site: string;
    connection: string;
    now: number;
    leaseMs: number;
    limit: number;
    lane?: LaneToken | undefined;
  }): Promise<Claimed[]>;
  /** Writes outcomes and attempts; moves those that waited for them. Returns connections that got work. */
  settle(settlements: Settlement[], now: number): Promise<{ site: string; connection: string }[]>;
  /** Ends the leases of claims that no living process holds (an embedded store has one process; call it at start). */
  releaseLeases(now: number): Promise<number>;
  /** When each connection has work next (sends and polls); connections without work are absent. */
  agenda(): Promise<{ site: string; connection: string; at: number }[]>;

  /** What a vendor gave a connection for its credentials, sealed. */
  connectionToken(site: string, id: string): Promise<Buffer | null>;
  keepConnectionToken(site: string, id: string, sealed: Buffer): Promise<void>;

  breakers(): Promise<Breaker[]>;
  setBreaker(breaker: Breaker): Promise<void>;
  /** Closes a breaker and brings waiting retries forward, spread over `spreadMs`. */
  clearBreaker(site: string, connection: string, now: number, spreadMs: number): Promise<void>;

  /** The order of that number; else the one that the shop calls so besides. */
  order(site: string, orderId: string): Promise<StoredOrder | undefined>;
  /** Other names that the shop has for these orders, each beside its order's number, in the order of orders and names. */
  aliasesOf(orders: readonly NamedOrder[]): Promise<(NamedOrder & { alias: string })[]>;
  /** Newest first. */
  findOrders(filter: OrderFilter): Promise<StoredOrder[]>;
  orderCounts(): Promise<OrderCount[]>;
  /** Orders of an older version that are to be read again once, by site and number; one that was written since is gone from them. */
  ordersToRead(want: {
    after: { site: string; orderId: string } | null;
    limit: number;
  }): Promise<{ site: string; orderId: string }[]>;
  /** Sites that hold an order of that number or other name. */
  sitesOfOrder(orderId: string): Promise<string[]>;
  deliveriesOf(site: string, orderId: string): Promise<(Delivery & { attemptLog: Attempt[] })[]>;
  eventsOf(site: string, orderId: string): Promise<OrderEvent[]>;
  /** Changes of an order that has not been reported yet. */
  pendingChanges(site: string, orderId: string): Promise<PendingChange[]>;
  /** Newest first: the last that was written, whatever the clock said. */
  deliveries(filter: DeliveryFilter): Promise<Delivery[]>;
  /**
   * Puts matching deliveries back to due (or only counts them): held and rejected ones, and those that waited for a connection that is no
   * longer paused. Never those that a vendor has accepted; those that may have been counted already only by the name of their order.
   */
  replay(filter: DeliveryFilter, how: { now: number; dryRun: boolean; deed: Deed }): Promise<Delivery[]>;
  /**
   * Those of the named that wait to be done by hand, or are held because nobody knows whether they arrived, become delivered; what waited
   * for them may go. Returns them as they were.
   */
  finishByHand(ids: readonly string[], given: { reason: string; now: number; deed: Deed }): Promise<Delivery[]>;
  /** Those of the named that are unverified get their verdict, and what waited for them moves; returns how many. */
  judge(
    verdicts: readonly { id: string; state: 'confirmed' | 'declined'; reason: string }[],
    given: { now: number; deed: Deed },
  ): Promise<number>;
  touchesOf(site: string, visitor: string): Promise<Touch[]>;
  /** Requests sent to a connection since a moment: what a rate budget starts from. */
  attemptsSince(site: string, connection: string, since: number): Promise<number>;
  /** Writes down a request that left beside the deliveries (for a network's own report): it counts like theirs. */
  noteAsked(site: string, connection: string, at: number): Promise<void>;
  /** How many of those have left since a moment, within the last hour. */
  askedSince(site: string, connection: string, since: number): Promise<number>;
  /** The same for orders that only a browser has reported. */
  browserAttemptsSince(site: string, connection: string, since: number): Promise<number>;
  /** Deliveries that go before this one when its vendor's hour is full. */
  aheadOf(site: string, id: string): Promise<number>;
  /** Brings times forward that lie further off than `longest` because the clock was wrong for a while; returns how many. */
  boundNextTimes(now: number, longest: number): Promise<number>;

  /** Hosts whose pages may not report and tried, the busiest first: at most a hundred a site, the rest under `…`. */
  refusedPages(): Promise<RefusedPage[]>;

  /** Newest first, too. */
  quarantine(filter: { site?: string; id?: string; limit?: number }): Promise<Quarantined[]>;
  /** How many went. With a deed it is logged in the same transaction, if any went. */
  dropQuarantine(ids: string[], deed?: Deed): Promise<number>;

  addApiKey(key: ApiKeyRow, deed: Deed): Promise<void>;
  apiKeys(): Promise<ApiKeyRow[]>;
  revokeApiKey(id: string, deed: Deed): Promise<boolean>;

  /** Whether a message id of a signed webhook was remembered before. */
  knowsMessage(site: string, id: string): Promise<boolean>;
  /** Remembers a message id of a signed webhook; false when it was seen before. */
  rememberMessage(site: string, id: string, at: number): Promise<boolean>;
  /** The same of several, in one transaction and in their order. */
  rememberMessages(messages: readonly { site: string; id: string; at: number }[]): Promise<boolean[]>;

  /** Deliveries by connection and state, for monitoring. */
  deliveryCounts(): Promise<{ site: string; connection: string; state: DeliveryState; count: number }[]>;
  counts(): Promise<{ table: string; rows: number }[]>;
}

/** An order by site and number. */
export interface NamedOrder {
  site: string;
  orderId: string;
}

/** Everything one file holds. */
export type Stores = Store & SyncStore & ListStore & PeopleStore & FiguresStore & ComparisonStore;
