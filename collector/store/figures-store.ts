/** What lists and totals of people ask of the store: orders found by what is known of them, and sales added up. All times are epoch milliseconds. */
import type { OrderStatus } from '../model/order.ts';
import type { DeliveryState } from '../model/delivery.ts';
import type { StoredOrder } from '../model/stored-order.ts';
import type { Comparison } from '../model/upkeep/comparison.ts';

export interface OrderListWant {
  site: string;
  /** By when they were first heard of. */
  since: number;
  until: number;
  /** Connection that earned them; null for those that nobody did. */
  partner?: string | null;
  status?: OrderStatus;
  /** Totals in minor units, any of them. */
  totals?: readonly number[];
  contested?: boolean;
  limit: number;
}

/** The names are unique among all stores, because one object may carry them all. */
export interface ComparisonStore {
  /** Remembers it; of its connection the newest `REMEMBERED_COMPARISONS` stay. */
  keepComparison(comparison: Comparison): Promise<void>;
  /** Newest first. */
  comparisons(site: string, connection: string): Promise<Omit<Comparison, 'differences'>[]>;
  comparison(wanted: Pick<Comparison, 'site' | 'connection' | 'id'>): Promise<Comparison | undefined>;
}

/** What a person knows of an order, besides its time and amount. */
export type OrderClue =
  | { by: 'id'; beginsWith: string }
  | { by: 'email'; hash: string }
  | { by: 'customer'; id: string }
  /** Marks that a click or a visitor left on the orders that named it. */
  | { by: 'mark'; marks: readonly string[] }
  /** A click id among those that the decisions of the newest orders weighed. */
  | { by: 'click'; value: string; among: number }
  | { by: 'state'; states: readonly DeliveryState[] };

/** Sales of a quarter of an hour or more that have all of these in common. */
export interface SaleSum {
  /** Connection that earned them; null for nobody. */
  partner: string | null;
  currency: string;
  status: OrderStatus;
  orders: number;
  /** Minor units. */
  total: number;
  newcomers: number;
  regulars: number;
}

/** Reports that go on only if a person does something, which have the same reason. */
export interface StuckGroup {
  site: string;
  connection: string;
  state: 'held' | 'rejected' | 'by_hand';
  reason: string;
  count: number;
  /** When the newest of them came to be stuck. */
  at: number;
}

/** Reports of one connection in one of the states in which they still wait for their answer. */
export interface QueuedGroup {
  site: string;
  connection: string;
  state: 'waiting' | 'due' | 'sending' | 'held';
  count: number;
  /** When the oldest of them was made. */
  oldestAt: number;
  /** When the next of them may leave; null where nothing is planned. */
  nextAt: number | null;
}

/** The names are unique among all stores, because one object may carry them all. */
export interface FiguresStore {
  /** Newest first. */
  orderList(want: OrderListWant): Promise<StoredOrder[]>;
  /** Numbers of orders of a site that fit, at most `limit`; those by state or click newest first. */
  orderIdsBy(site: string, clue: OrderClue, limit: number): Promise<string[]>;
  /** Sales of a site in `[since, until)`, which are whole quarters of an hour. */
  saleSums(want: { site: string; since: number; until: number }): Promise<SaleSum[]>;
  /** The largest first. */
  stuckGroups(): Promise<StuckGroup[]>;
  /** What each connection still owes, by state. */
  queuedGroups(): Promise<QueuedGroup[]>;
  /** States of the reports of one order, without their bodies. */
  deliveryStates(site: string, orderId: string): Promise<{ connection: string; state: DeliveryState }[]>;
}
