/** Who said something of an order, and what a network is told of it. */
import type { Consent } from '../../wire/consent.ts';
import type { GroupShare } from './amounts/groups.ts';
import type { Basis } from './amounts/ledger.ts';
import type { Order } from './order.ts';

/** Who told us about an order. The shop's word about money beats the browser's. */
export type Reporter = 'browser' | 'shop';

export type ReportKind = 'conversion' | 'modification' | 'reversal';

/** Ids and states that a vendor gave for an order, by names of the definition. Nothing personal. */
export type VendorFacts = Readonly<Record<string, string>>;

/** What a destination is told: everything that a request is built from, and nothing else. Built once, stored with the delivery. */
export interface Report {
  kind: ReportKind;
  order: Order;
  /** The click that earned the order for this destination; absent for `every-order` destinations without one. */
  click?: { param: string; value: string; at: number; extra?: Record<string, string> };
  /** Whether this destination won the contest. False only for a loser that is informed. */
  credited: boolean;
  /** Last paid channel as the contest saw it: the winning connection's type, or `direct`. */
  channel: string;
  consent?: Consent;
  /** For a modification or reversal: the shop's reason, if it gave one. */
  reason?: string;
  /** For a modification or reversal: the order as the destination was told of it last. */
  before?: Pick<Order, 'total' | 'items' | 'discount' | 'subtotal' | 'shipping' | 'tax' | 'digits' | 'composition'> &
    Partial<Pick<Order, 'coupons' | 'isNewCustomer'>>;
  /** For a modification or reversal: settings of the connection as they were when the sale was told, see the definition's `keeps`. */
  toldBy?: Readonly<Record<string, unknown>>;
  /** What the definition's `prepare` has looked up; there only while a request is built. */
  facts?: VendorFacts;
  /** Which of the requests that the definition's `parts` counts is meant, from 0; there only while one of several is built and its answer read. */
  part?: number;
  /** The amount that this report tells, minor units, where the destination is told one: what it knows once the report has arrived. */
  amount?: { basis: Basis; minor: number; groups?: GroupShare[] };
  /** When the change happened (modification, reversal) or the order was placed (conversion), epoch milliseconds. */
  at: number;
}
