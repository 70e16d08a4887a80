/** What a source is: a system that tells us of orders and customers. Data plus pure functions; `index.ts` is the registry, `sync.ts` does the asking. */
import type { Problem } from '../../wire/problem.ts';
import type { HttpRequest, HttpResponse } from '../model/http.ts';
import type { Order, OrderStatus } from '../model/order.ts';
import { markDefinition } from './definition.ts';
import type { Setting, Settings, SettingsShape, ValuesOf } from './setting.ts';

/** Why an answer cannot be used. `temporary`: asking again later may help; otherwise a person must act. */
export interface SourceFault {
  message: string;
  temporary: boolean;
  /** The thing that was asked for does not exist (an order that was deleted meanwhile). */
  missing?: boolean;
  /** Milliseconds that the shop wants to be left alone, where it says so in its body. */
  after?: number;
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
export interface Ask<Q, T, Values = Settings> {
  request(query: Q, settings: Values): HttpRequest;
  read(response: HttpResponse, settings: Values): Reading<T>;
}

export interface Paging {
  /** Counts from 1. */
  page: number;
  perPage: number;
}

/** What an API gives for credentials and wants in their place. Requests with `token: true` carry it. */
export interface SourceToken<Values = Settings> {
  request(settings: Values): HttpRequest;
  read(response: HttpResponse, settings: Values): Reading<string>;
  /** The headers that carry it. */
  headers(token: string): Record<string, string>;
}

/** For APIs that want each request signed: what is put on those with `token: true`. */
export interface SourceSigner<Values = Settings> {
  /** `at`: epoch milliseconds; `nonce`: a text that is used once. */
  sign(request: HttpRequest, settings: Values, once: { at: number; nonce: string }): Record<string, string>;
}

/** One step of `connection test`; a failed one ends the test and says what to fix. */
export interface TestStage<Values = Settings> {
  name: string;
  title: string;
  /** The question; or, where these settings leave nothing to ask, why, which is no failure. */
  request(settings: Values): HttpRequest | string;
  verdict(response: HttpResponse, settings: Values): { ok: boolean; message: string };
}

/** How a source is read from end to end. Lists are asked in an order in which pages do not shift under inserts. */
export interface SyncSource<Values = Settings> {
  /** Rows to ask for a page. */
  perPage: number;
  /** Requests a second unless the connection's settings say otherwise. */
  perSecond: number;
  /** Everything, once. */
  backfill: {
    customers: Ask<Paging, ListPage<SourceCustomer>, Values>;
    orders: Ask<Paging, ListPage<SourceOrder>, Values>;
  };
  changes: {
    /** Orders changed since a moment (epoch milliseconds). */
    orders: Ask<Paging & { since: number }, ListPage<SourceOrder>, Values>;
    /** Orders placed since a moment: the way out where `orders` takes no notice of `since`. */
    placed: Ask<Paging & { since: number }, ListPage<SourceOrder>, Values>;
    /** Customers, the newest account first. */
    newest: Ask<Paging, ListPage<SourceCustomer>, Values>;
    /** Customers, the latest sign-in first. */
    seen: Ask<Paging, ListPage<SourceCustomer>, Values>;
  };
  /** One order as its list shows it, and whole. `split` tells that it was split into parts, which are the orders. */
  order: Ask<string, { row: SourceOrder; order: Order; split: boolean }, Values>;
  /** The order as far as its list row says. */
  bare(row: SourceOrder, settings: Values): Order;
  /** The orders that a checkout was split into. */
  children: Ask<Paging & { parentId: string }, ListPage<SourceOrder>, Values>;
  statuses: Ask<undefined, SourceStatus[], Values>;
  /** Letters to meanings: built in, then learned from the shop, then the owner's own. */
  statusMap(learned: readonly SourceStatus[], settings: Values): StatusMap;
  /** What of a split checkout is the order: the checkout itself, or each part. */
  reports(settings: Values): 'child' | 'parent';
}

/** A webhook as the shop lists it: what posts several events is listed once for each. */
export interface ShopHook {
  id: string;
  url: string;
  trigger: string;
  /** `off`: it posts no more, most often because the shop gave up after failures. `paused`: a person wants it so. */
  state?: 'off' | 'paused';
}

/** How the shop shows what it posts, and how a webhook that it has switched off is switched on again. */
export interface HookWatch<Values = Settings> {
  list: Ask<undefined, ShopHook[], Values>;
  restore?: Ask<string, undefined, Values>;
  triggers: readonly string[];
  /** The shop deletes a webhook that fails: one that was there and is gone is made anew. */
  deletes?: true;
  /** What these settings lack for it, in words. */
  unable?(settings: Values): string | undefined;
  /** What the shop must allow for that, in words. */
  needs: string;
}

/** How the shop is told our address: asked for what it has, then each missing trigger is added. */
export interface HookSetUp<Values = Settings> extends HookWatch<Values> {
  add: Ask<{ url: string; trigger: string }, undefined, Values>;
  remove: Ask<string, undefined, Values>;
  /** Where the shop's owner finds and deletes them, in words: a removed connection has no credentials to do it with. */
  removal: string;
}

/** A webhook that only hints: it is unsigned, so the order is read again through the API. */
export interface HintWebhook<Values = Settings> {
  kind: 'hint';
  /** Ids of orders that the body speaks of; anything else in it is not believed. */
  orderIds(body: string): string[];
  hooks?: HookSetUp<Values>;
}

/** A webhook as it arrived: the bytes that were signed, before any parser. Header names are lower-case. */
export interface HookDelivery {
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** Our clock, epoch milliseconds. */
  now: number;
}

/**
 * The shop's word on one order, in the words of the server API: `order` as `POST /v1/orders` takes it, or `change` as `PATCH` does where the
 * shop says no more of it. Always the state as a whole, never a difference: repeats and disorder then need no case of their own.
 */
export type ShopReport = {
  /** When the shop last changed the order, by its own clock: an older body that comes later is not heard. */
  changedAt?: number;
  /** In words: a part went back, and the shop does not say how much. Whoever told the amount in its place is not contradicted by the same total. */
  unclear?: string;
} & ({ order: Record<string, unknown> } | { orderId: string; change: Record<string, unknown> });

/** `ignored`: rightly signed and none of ours, with the reason. `broken`: rightly signed, but the shop's side must be mended. */
export type HookReading =
  /** `reread`: what the API shows whole ({@link CatchUp}); the reports are then what is told where it can't be asked. */
  | { reports: readonly ShopReport[]; reread?: readonly string[] }
  /** Names of one person whom the shop tells to forget. */
  | { erase: readonly { by: 'customer' | 'email' | 'phone'; value: string }[] }
  | { ignored: string }
  | { broken: string };

/** A webhook that carries the order and proves who sent it. */
export interface SignedWebhook<Values = Settings> {
  kind: 'signed';
  /** Whether it is the sender's question if anybody is there, which is unsigned, tells nothing and wants 200. */
  isPing?(delivery: HookDelivery): boolean;
  /** Why the delivery is not let in, with the fix; undefined where one of the secrets signed these very bytes. */
  verify(delivery: HookDelivery, settings: Values): Problem | undefined;
  read(delivery: HookDelivery, settings: Values): HookReading;
  /** What the shop's owner must do there so that it posts to the address, in words. */
  setUp: string;
  hooks?: HookSetUp<Values>;
  /** Where the shop can't be told the address through its API, and shows what it posts to all the same. */
  watch?: HookWatch<Values>;
}

/** A page of orders as the shop lists them, each the state as a whole. */
export interface ReportPage {
  reports: readonly ShopReport[];
  /** Where the list goes on; absent at its end. */
  next?: string;
  /** Rows that could not be read, in words. */
  problems: readonly string[];
  /** What rows only name: each is read whole. */
  reread?: readonly string[];
}

/** What the answers so far lead to: a further question, or what they tell. */
export type RereadStep = { ask: HttpRequest } | Reading<ReportPage>;

/** Orders since a moment (epoch milliseconds), the first page or where an earlier one said that the list goes on. */
export interface ReportQuery {
  since: number;
  next?: string;
}

/** A list of orders. Oldest first where it shows their state, so that what changes meanwhile comes behind. */
export interface ReportList<Values = Settings> {
  request(query: ReportQuery, settings: Values): HttpRequest;
  read(response: HttpResponse, query: ReportQuery, settings: Values): Reading<ReportPage>;
}

/**
 * How a shop is asked for its orders: for what its webhooks have not brought, or for all of them where it posts none. Every hour, and at once
 * after the collector was away.
 */
export interface CatchUp<Values = Settings> {
  /** Milliseconds between two askings where an hour is too long: orders that are known by nothing else. */
  every?: number;
  /** Requests a second, at most. */
  perSecond: number;
  /** Why these settings leave nobody to ask; undefined where the shop can be asked. */
  unable(settings: Values): string | undefined;
  /** Orders changed since a moment: each list is read to its end. */
  changed: readonly ReportList<Values>[];
  /** Orders placed since a moment, read once a day: for changes that leave the time of change alone. */
  placed?: ReportList<Values>;
  /** How one thing that a webhook or a list only named is read whole: given the answers so far, what comes next. */
  reread?(id: string, answers: readonly HttpResponse[], settings: Values): RereadStep;
}

export interface Source<Values = Settings> {
  /** The `type` of a connection: kebab-case, equal to the file's name. */
  name: string;
  title: string;
  docs: string;
  settings: Record<string, Setting>;
  /** Settings that stay as they were first saved: to change them, remove the connection. */
  immutable: readonly string[];
  /** Whether two values of an immutable setting name the same thing; equality unless given. */
  same?: (setting: string, before: string, after: string) => boolean;
  check?: (settings: Values) => Problem[];
  token?: SourceToken<Values> | SourceSigner<Values>;
  test: readonly TestStage<Values>[];
  sync?: SyncSource<Values>;
  webhook?: HintWebhook<Values> | SignedWebhook<Values>;
  catchUp?: CatchUp<Values>;
}

/** Gives a definition its types: its functions get the values of exactly its own settings. */
export function defineSource<const S extends SettingsShape>(definition: Source<ValuesOf<S>> & { settings: S }): Source {
  // Settings are validated against this very shape before any function sees them.
  return markDefinition('source', definition as unknown as Source);
}
