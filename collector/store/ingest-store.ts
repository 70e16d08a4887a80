/** What one ingest transaction reads before it decides, and what it writes. */
import type { Delivery } from '../model/delivery.ts';
import type { Quarantined } from '../model/quarantined.ts';
import type { OrderEvent, PendingChange, StoredOrder } from '../model/stored-order.ts';
import type { Touch } from '../model/touch.ts';
import type { Deed } from '../model/upkeep/deed.ts';
import type { Withdrawal } from './upkeep-store.ts';

/** A hand-over between two domains of a site. Visitors whom a counted one joins are one person. */
export interface Handover {
  site: string;
  id: string;
  /** When its page was heard. */
  at: number;
  /** Whom the cookie of that page named; null where none came. */
  giver: string | null;
  /** Whom it was counted for; null until then. */
  taker: string | null;
}

/** What a transaction must read before it can decide. */
export interface Wanted {
  visitors: { site: string; visitor: string }[];
  orders: { site: string; orderId: string }[];
  /** Keys that tie a customer to visitors: `c:CUSTOMERID`, `e:EMAILHASH`. */
  identities: { site: string; key: string }[];
  /** One-time tokens of the linker. */
  handovers: { site: string; id: string }[];
  /** Visitors whose orders since then are wanted, too. */
  recent?: { site: string; visitor: string; since: number }[];
  /** Marks whose orders are to be counted. */
  sightings?: { site: string; mark: string }[];
  /** Sites whose usual orders are looked at. */
  norms?: string[];
  /** Visitors and customers whose withdrawals are looked up. */
  subjects?: { site: string; names: readonly string[] }[];
  /** Visitors who have answered: a yes is for their orders that wait, a withdrawal for all that is not told yet. */
  answers?: VisitorAnswer[];
}

/** Parts that stand for themselves, and may be decided and written in one transaction. */
export interface Parts<P, T> {
  wanted: (parts: readonly P[]) => Wanted;
  decide: (known: Known, parts: readonly P[]) => { changes: Changes; result: T };
}

/** What became of parts that were handed over together. */
export interface PartsDone<P, T> {
  /** What is written by now, in one transaction; undefined where nothing is. */
  together: { parts: readonly P[]; result: T } | undefined;
  /** What somebody else's lock keeps from that: each is written by itself, or rejected, within the time that any row is waited for. */
  apart: readonly { part: P; result: Promise<T> }[];
}

export interface VisitorAnswer {
  site: string;
  visitor: string;
  /** By which its orders may be known: at most four. */
  names: readonly string[];
  answer: 'granted' | 'denied';
}

/** What the store knew, keyed by `site\nid`. Deciders may add to it, so that one batch sees its own effects. */
export interface Known {
  touches: Map<string, Touch[]>;
  orders: Map<string, StoredOrder>;
  deliveries: Map<string, Delivery[]>;
  pending: Map<string, PendingChange[]>;
  /** Identity key → visitors. Their touches are in `touches`. */
  identities: Map<string, string[]>;
  handovers: Map<string, Handover>;
  /** Visitor → keys of orders in `orders` that it reported lately. */
  recent: Map<string, string[]>;
  /** Mark → what is known of the orders that it named. */
  sightings: Map<string, Sighting>;
  /** Site → what its orders usually look like. */
  norms: Map<string, string>;
  /** Visitor or customer → when it last withdrew consent. */
  withdrawals: Map<string, number>;
  /** Visitor who has answered → what that is for. */
  answered: Map<string, AnswerReach>;
  /** Other name that the shop has for an order → number that the order goes by here; it is in `orders`, too. */
  aliases: Map<string, string>;
}

export interface AnswerReach {
  /** Keys of orders in `orders`. */
  orders: string[];
  /** Of a withdrawal: the identity keys of the visitor, and the visitors whom a hand-over joined to it. */
  identities: string[];
  joined: string[];
}

/** What a decision writes. Everything lands in one transaction, or nothing does. */
export interface Changes {
  touches: (Touch & { site: string })[];
  orders: StoredOrder[];
  deliveries: Delivery[];
  events: OrderEvent[];
  identities: { site: string; key: string; visitor: string; at: number }[];
  handovers: Handover[];
  pending: PendingChange[];
  pendingDone: { site: string; orderId: string }[];
  quarantine: Quarantined[];
  /** Which order a visitor, an address or a click named. */
  sightings?: { site: string; mark: string; orderId: string; at: number }[];
  norms?: { site: string; body: string }[];
  /** Absent in almost every batch. They end the visitor's stored touches; of a customer they take the contact off every list. */
  withdrawals?: (Withdrawal & { customerId?: string })[];
  /** Visitors whose cookie came. */
  claimed?: { site: string; visitor: string }[];
  /** Pages that may not report and did. */
  refusedPages?: { site: string; host: string; at: number }[];
  /** What a person decided. */
  deeds?: Deed[];
  /** Orders that turned out to be one. Written before everything else. */
  joins?: OrderJoin[];
  /** Other names that the shop gives an order, or (null) takes away. */
  aliases?: OrderAlias[];
}

/**
 * The order `from` is the order `into`, and nobody was told of it under that number: its row and its reports go, and what leads to it leads to
 * the other one. What is kept of it is written with the other one.
 */
export interface OrderJoin {
  site: string;
  from: string;
  into: string;
  /** Under which the order's reporters are counted. */
  marks: readonly string[];
}

export interface OrderAlias {
  site: string;
  alias: string;
  orderId: string | null;
}

/** How often a visitor, a network address or a click was seen with an order. */
export interface Sighting {
  /** Orders that it named, counted up to a bound. */
  orders: number;
  /** Those of them that the shop has not confirmed, counted up to a bound. */
  unconfirmed: string[];
}
