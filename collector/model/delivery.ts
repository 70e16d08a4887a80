/** One report to one connection, its attempts, and the breaker that may hold it. The states are told in words above `relay/relay.ts`. */
import type { HttpRequest, HttpResponse } from './http.ts';
import type { VendorFacts, Report, ReportKind } from './report.ts';

/** States of design.md, in words above `relay.ts`. */
export type DeliveryState =
  | 'waiting'
  | 'due'
  | 'sending'
  | 'delivered'
  | 'confirmed'
  | 'declined'
  /** Told, and this network gives no answer to it: its own report or a read-back settles it. */
  | 'unverified'
  | 'rejected'
  | 'held'
  | 'no_match'
  | 'skipped'
  /** The network has no way to be told this: a person does it there, and ticks it off. */
  | 'by_hand';

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
  /** What was looked up at the vendor before it could be told; absent where nothing was. */
  facts?: VendorFacts;
  /** A repeat could have counted twice (a time-out at a vendor that cannot de-duplicate). */
  ambiguous: boolean;
  createdAt: number;
  updatedAt: number;
}

export interface Attempt {
  at: number;
  /** What the exchange was for: the report itself, a remedy or a look-up before it, or the question for the verdict. */
  purpose: 'report' | 'remedy' | 'lookup' | 'confirm';
  request: HttpRequest;
  response: HttpResponse | null;
  outcome: string;
  reason: string;
  /** Milliseconds that the exchange took. */
  took: number;
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
