/** An order as it is kept: what was said of it, by whom, how it was decided, and its story. */
import type { Consent } from '../../wire/consent.ts';
import type { ConsentGate } from './authority/consent-gate.ts';
import type { Contest, OrderWords } from './authority/order-words.ts';
import type { Order } from './order.ts';
import type { Reporter } from './report.ts';

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
    /** When the collector first heard of it. */
    heardAt?: number;
  }[];
  /** The moment of the sale, as the decision took it. */
  until?: number;
  /** Touches that were left out because there were more than a decision considers. */
  leftOut?: number;
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
  /** What was said of it and by whom. */
  words: OrderWords;
  /** Sealed personal fields by who said them; null when there were none or they were erased. */
  heardPersonal: Buffer | null;
  contest: Contest | null;
  /** Names of what looks like invented money, see `signals.ts`. */
  signals: string[];
  /** Whether networks may be told, as far as consent goes. */
  gate: ConsentGate;
  /** Whether that stops a report, which would be made otherwise. */
  stopped: boolean;
  /** Whose withdrawal of consent stops it: its visitor by every name, its customer by keyed hashes. */
  subjects: string[];
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
