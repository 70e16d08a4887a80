/** The store as everything above sees it: one interface, one conformance suite, an engine a folder. All times are epoch milliseconds. */
import type { Consent, Order, Problem, Report, ReportKind, Reporter, Touch } from '../event.ts';
import type { HttpRequest, HttpResponse } from '../destinations/destination.ts';
import type { UpkeepStore } from './upkeep-store.ts';
import type { Withdrawal, WithdrawalStore } from './withdrawal-store.ts';

export interface SiteRow {
  id: string;
  /** The validated site as `config.ts` describes it, without its connections. */
  config: string;
}

export interface ConnectionRow {
  site: string;
  id: string;
  type: string;
  /** `enabled`, `window`, `mode`, `exclusive`, `limits` as JSON. */
  config: string;
  /** Settings that are not secret, as JSON. */
  settings: string;
  /** Secret settings as sealed JSON. */
  secrets: Buffer | null;
  position: number;
  createdAt: number;
  updatedAt: number;
}

export interface Configuration {
  version: number;
  /** Keys in force that sign orders in the page, sealed. */
  orderKeys: { sites: string[]; secret: Buffer }[];
  sites: SiteRow[];
  connections: ConnectionRow[];
}

/** States of design.md, in words above `relay.ts`. */
export type DeliveryState =
  'waiting' | 'due' | 'sending' | 'delivered' | 'confirmed' | 'declined' | 'rejected' | 'held' | 'no_match' | 'skipped';

export interface Delivery {
  id: string;
  site: string;
  orderId: string;
  connection: string;
  kind: ReportKind;
  /** 0 for the conversion; modifications and reversals count up. Unique with site, order, connection and kind. */
  seq: number;
  state: DeliveryState;
  /** Why it is in this state, in words for a shop owner. */
  reason: string;
  /** The report without personal fields; those are joined from the order when it is sent. */
  report: Report;
  /** When it may be sent next; null where nothing will happen by itself. */
  nextAt: number | null;
  deadlineAt: number;
  attempts: number;
  /** The earlier delivery of the same order and connection that must settle first. */
  after: string | null;
  /** The vendor's name for a queued report: what the verdict is asked by. */
  reference: string | null;
  confirmAt: number | null;
  polls: number;
  /** A repeat could have counted twice (a time-out at a vendor that cannot de-duplicate). */
  ambiguous: boolean;
  createdAt: number;
  updatedAt: number;
}

export interface Attempt {
  id: string;
  at: number;
  /** What the exchange was for: the report itself, a remedy before it, or the question for the verdict. */
  purpose: 'report' | 'remedy' | 'confirm';
  request: HttpRequest;
  response: HttpResponse | null;
  outcome: string;
  reason: string;
  /** Milliseconds that the exchange took. */
  took: number;
}

/** Who earned an order and why, as decided once and stored. */
export interface StoredAttribution {
  winner: { connection: string; param: string | null; value: string | null; at: number | null } | null;
  rule: string;
  rulesVersion: number;
  decidedAt: number;
  touches: {
    param: string;
    value: string;
    at: number;
    kind: string;
    connection: string | null;
    reason: string;
    url?: string;
    source: string;
  }[];
}

export interface StoredOrder {
  site: string;
  /** The order; `personal` is filled only by readers that hold the key. */
  order: Order;
  reporter: Reporter;
  /** The shop itself has spoken for this order. */
  shopConfirmed: boolean;
  visitor: string | null;
  emailHash: string | null;
  consent: Consent | null;
  receivedAt: number;
  updatedAt: number;
  /** Sealed personal fields, null when there were none or they were erased. */
  personal: Buffer | null;
  attribution: StoredAttribution;
}

/** One line of an order's story. */
export interface OrderEvent {
  site: string;
  orderId: string;
  at: number;
  type: string;
  text: string;
}

/** A change that arrived before its order. */
export interface PendingChange {
  site: string;
  orderId: string;
  at: number;
  patch: string;
}

export interface Quarantined {
  id: string;
  site: string;
  at: number;
  route: string;
  errors: Problem[];
  /** The refused body, sealed. */
  body: Buffer;
  /** Keyed hash of the body: the same refusal twice is kept once. */
  fingerprint: string;
  seen: number;
}

/** What a transaction must read before it can decide. */
export interface Wanted {
  visitors: { site: string; visitor: string }[];
  orders: { site: string; orderId: string }[];
  /** Keys that tie a customer to visitors: `c:CUSTOMERID`, `e:EMAILHASH`. */
  identities: { site: string; key: string }[];
  /** One-time tokens of the linker. */
  handovers: { site: string; id: string }[];
}

/** What the store knew, keyed by `site\nid`. Deciders may add to it, so that one batch sees its own effects. */
export interface Known {
  touches: Map<string, Touch[]>;
  orders: Map<string, StoredOrder>;
  deliveries: Map<string, Delivery[]>;
  pending: Map<string, PendingChange[]>;
  /** Identity key → visitors. Their touches are in `touches`. */
  identities: Map<string, string[]>;
  handovers: Set<string>;
}

/** What a decision writes. Everything lands in one transaction, or nothing does. */
export interface Changes {
  touches: (Touch & { site: string })[];
  orders: StoredOrder[];
  deliveries: Delivery[];
  events: OrderEvent[];
  identities: { site: string; key: string; visitor: string; at: number }[];
  handovers: { site: string; id: string; at: number }[];
  pending: PendingChange[];
  pendingDone: { site: string; orderId: string }[];
  quarantine: Quarantined[];
  /** Absent in almost every batch. */
  withdrawals?: Withdrawal[];
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
      'state' | 'reason' | 'nextAt' | 'attempts' | 'reference' | 'confirmAt' | 'polls' | 'ambiguous' | 'updatedAt'
    >
  >;
  attempts: Attempt[];
}

export interface Claimed {
  delivery: Delivery;
  fence: number;
  /** The lease of an earlier claim ran out: its request may or may not have been sent. */
  resumed: boolean;
  personal: Buffer | null;
  consent: Consent | null;
}

export interface Breaker {
  site: string;
  connection: string;
  /** `held`: a person must act. `outage`: the vendor fails, one probe at a time. */
  kind: 'held' | 'outage';
  reason: string;
  openedAt: number;
  probeAt: number;
  failures: number;
}

export interface DeliveryFilter {
  site?: string;
  connection?: string;
  states?: readonly DeliveryState[];
  since?: number;
  orderId?: string;
  limit?: number;
}

export interface ApiKeyRow {
  id: string;
  /** `api`: Bearer key, only its hash is kept. `webhook` and `order`: signing secrets, sealed because a signature needs them. */
  kind: 'api' | 'webhook' | 'order';
  hash: string;
  secret: Buffer | null;
  sites: string[];
  label: string;
  createdAt: number;
  revokedAt: number | null;
}

export interface Store extends UpkeepStore, WithdrawalStore {
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
    audit: { at: number; actor: string; action: string; detail: string };
  }): Promise<number>;

  /** One transaction: reads what is wanted, lets `decide` turn it into changes, writes them durably, then answers. */
  transact<T>(wanted: Wanted, decide: (known: Known) => { changes: Changes; result: T }): Promise<T>;

  /** Leases due deliveries of one connection, oldest first. Expired leases count as due. */
  claim(want: {
    site: string;
    connection: string;
    now: number;
    leaseMs: number;
    limit: number;
    owner: string;
  }): Promise<Claimed[]>;
  /** Leases deliveries whose verdict should be asked now. */
  claimConfirm(want: {
    site: string;
    connection: string;
    now: number;
    leaseMs: number;
    limit: number;
  }): Promise<Claimed[]>;
  /** Writes outcomes and attempts; moves those that waited for them. Returns connections that got work. */
  settle(settlements: Settlement[], now: number): Promise<{ site: string; connection: string }[]>;
  /** Ends the leases of claims that no living process holds (an embedded store has one process; call it at start). */
  releaseLeases(now: number): Promise<number>;
  /** When each connection has work next (sends and polls); connections without work are absent. */
  agenda(): Promise<{ site: string; connection: string; at: number }[]>;

  breakers(): Promise<Breaker[]>;
  setBreaker(breaker: Breaker): Promise<void>;
  /** Closes a breaker and brings waiting retries forward, spread over `spreadMs`. */
  clearBreaker(site: string, connection: string, now: number, spreadMs: number): Promise<void>;

  order(site: string, orderId: string): Promise<StoredOrder | undefined>;
  /** Sites that hold an order of that id. */
  sitesOfOrder(orderId: string): Promise<string[]>;
  deliveriesOf(site: string, orderId: string): Promise<(Delivery & { attemptLog: Attempt[] })[]>;
  eventsOf(site: string, orderId: string): Promise<OrderEvent[]>;
  deliveries(filter: DeliveryFilter): Promise<Delivery[]>;
  /** Puts matching deliveries back to due (or only counts them). Never those that a vendor has accepted. */
  replay(filter: DeliveryFilter, now: number, dryRun: boolean): Promise<Delivery[]>;
  touchesOf(site: string, visitor: string): Promise<Touch[]>;
  /** Requests sent to a connection since a moment: what a rate budget starts from. */
  attemptsSince(site: string, connection: string, since: number): Promise<number>;

  quarantine(filter: { site?: string; id?: string; limit?: number }): Promise<Quarantined[]>;
  dropQuarantine(ids: string[]): Promise<number>;

  addApiKey(key: ApiKeyRow): Promise<void>;
  apiKeys(): Promise<ApiKeyRow[]>;
  revokeApiKey(id: string, at: number): Promise<boolean>;

  /** Whether a message id of a signed webhook was remembered before. */
  knowsMessage(site: string, id: string): Promise<boolean>;
  /** Remembers a message id of a signed webhook; false when it was seen before. */
  rememberMessage(site: string, id: string, at: number): Promise<boolean>;

  /** Deliveries by connection and state, for monitoring. */
  deliveryCounts(): Promise<{ site: string; connection: string; state: DeliveryState; count: number }[]>;
  counts(): Promise<{ table: string; rows: number }[]>;
}
