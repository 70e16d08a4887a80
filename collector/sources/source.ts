/** What a source is: a system that tells us of orders and customers. Data plus pure functions; `index.ts` is the registry, `sync.ts` does the asking. */
import type { HttpRequest, HttpResponse, Setting, Settings } from '../destinations/destination.ts';
import type { Order, OrderStatus, Problem } from '../event.ts';

/** Why an answer cannot be used. `temporary`: asking again later may help; otherwise a person must act. */
export interface SourceFault {
  message: string;
  temporary: boolean;
  /** The thing that was asked for does not exist (an order that was deleted meanwhile). */
  missing?: boolean;
}

export type Reading<T> = { value: T } | { fault: SourceFault };

/** A customer account of the shop. Times are epoch milliseconds. */
export interface SourceCustomer {
  id: string;
  email?: string;
  phone?: string;
  firstName?: string;
  lastName?: string;
  /** False for an account that the shop has switched off. */
  active: boolean;
  /** Whether the customer has agreed to be written to; absent where the shop doesn't say. */
  agreed?: boolean;
  joinedAt: number;
  /** Last sign-in: the closest thing to "changed" that a shop tells. */
  seenAt: number;
}

/** An order as a list of the shop shows it. */
export interface SourceOrder {
  id: string;
  /** The checkout that it was split from. */
  parentId?: string;
  /** As the shop spells it; what it means is decided by the status map. */
  status: string;
  /** Minor units of the connection's currency. */
  total: number;
  placedAt: number;
  /** Absent for a guest. */
  customerId?: string;
  email?: string;
  phone?: string;
  firstName?: string;
  lastName?: string;
}

/** What a status of the shop means to us; `ignore` is no order at all (an abandoned checkout). */
export type StatusMeaning = OrderStatus | 'ignore';
export type StatusMap = Record<string, StatusMeaning>;

export interface SourceStatus {
  status: string;
  name: string;
  /** Undefined where the shop's own flags say nothing. */
  meaning?: StatusMeaning;
}

export interface ListPage<T> {
  rows: T[];
  /** Rows that the page had, readable or not: how far the list was walked. */
  size: number;
  /** Rows of the whole list, as the shop counts them. */
  total: number;
  /** Rows a page as the shop understood it: it may grant fewer than asked. */
  perPage?: number;
  /** Rows that could not be read, in words; they are reported, never silently dropped. */
  problems: string[];
}

/** A question and how its answer reads. */
export interface Ask<Q, T> {
  request(query: Q, settings: Settings): HttpRequest;
  read(response: HttpResponse, settings: Settings): Reading<T>;
}

export interface Paging {
  /** Counts from 1. */
  page: number;
  perPage: number;
}

/** One step of `connection test`; a failed one ends the test and says what to fix. */
export interface TestStage {
  name: string;
  title: string;
  request(settings: Settings): HttpRequest;
  verdict(response: HttpResponse, settings: Settings): { ok: boolean; message: string };
}

/** How a source is read from end to end. Lists are asked in an order in which pages do not shift under inserts. */
export interface SyncSource {
  /** Rows to ask for a page. */
  perPage: number;
  /** Requests a second unless the connection's settings say otherwise. */
  perSecond: number;
  /** Everything, once. */
  backfill: { customers: Ask<Paging, ListPage<SourceCustomer>>; orders: Ask<Paging, ListPage<SourceOrder>> };
  changes: {
    /** Orders changed since a moment (epoch milliseconds). */
    orders: Ask<Paging & { since: number }, ListPage<SourceOrder>>;
    /** Orders placed since a moment: the way out where `orders` takes no notice of `since`. */
    placed: Ask<Paging & { since: number }, ListPage<SourceOrder>>;
    /** Customers, the newest account first. */
    newest: Ask<Paging, ListPage<SourceCustomer>>;
    /** Customers, the latest sign-in first. */
    seen: Ask<Paging, ListPage<SourceCustomer>>;
  };
  /** One order as its list shows it, and whole. `split` tells that it was split into parts, which are the orders. */
  order: Ask<string, { row: SourceOrder; order: Order; split: boolean }>;
  /** The order as far as its list row says. */
  bare(row: SourceOrder, settings: Settings): Order;
  /** The orders that a checkout was split into. */
  children: Ask<Paging & { parentId: string }, ListPage<SourceOrder>>;
  statuses: Ask<undefined, SourceStatus[]>;
  /** Letters to meanings: built in, then learned from the shop, then the owner's own. */
  statusMap(learned: readonly SourceStatus[], settings: Settings): StatusMap;
  /** What of a split checkout is the order: the checkout itself, or each part. */
  reports(settings: Settings): 'child' | 'parent';
}

/** A webhook that only hints: it is unsigned, so the order is read again through the API. */
export interface HintWebhook {
  kind: 'hint';
  /** Ids of orders that the body speaks of; anything else in it is not believed. */
  orderIds(body: string): string[];
  /** How the shop is told our address: asked for what it has, then each missing trigger is added. */
  hooks?: {
    list: Ask<undefined, { id: string; url: string; trigger: string }[]>;
    add: Ask<{ url: string; trigger: string }, undefined>;
    remove: Ask<string, undefined>;
    triggers: readonly string[];
    /** Where the shop's owner finds and deletes them, in words: a removed connection has no credentials to do it with. */
    removal: string;
  };
}

/** A webhook that carries the order and proves who sent it. */
export interface SignedWebhook {
  kind: 'signed';
  /** Problems with the signature; none lets the body in. `body` is the raw text, header names are lower-case. */
  verify(delivery: { headers: Record<string, string>; body: string; now: number }, settings: Settings): Problem[];
  /** The id under which the shop sends a message again. */
  messageId?(delivery: { headers: Record<string, string>; body: string }): string | undefined;
  read(delivery: { headers: Record<string, string>; body: string }, settings: Settings): Reading<Order[]>;
}

export interface Source {
  /** The `type` of a connection: kebab-case, equal to the file's name. */
  name: string;
  title: string;
  docs: string;
  settings: Record<string, Setting>;
  /** Settings that stay as they were first saved: to change them, remove the connection. */
  immutable: readonly string[];
  /** Whether two values of an immutable setting name the same thing; equality unless given. */
  same?: (setting: string, before: string, after: string) => boolean;
  check?: (settings: Settings) => Problem[];
  test: readonly TestStage[];
  sync?: SyncSource;
  webhook?: HintWebhook | SignedWebhook;
}

/** Identity at run time; gives a definition its type. */
export function defineSource(definition: Source): Source {
  return definition;
}
