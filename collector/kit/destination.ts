/** What a destination is: data plus pure functions. One file a destination; `index.ts` is the registry. */
import type { Fire } from '../../wire/fire.ts';
import type { HttpRequest, HttpResponse } from '../model/http.ts';
import type { GroupRule } from '../model/amounts/groups.ts';
import type { Basis } from '../model/amounts/ledger.ts';
import type { Order } from '../model/order.ts';
import type { VendorFacts, Report, ReportKind } from '../model/report.ts';
import type { ClickCookie, VendorCookie } from './click-cookie.ts';
import { markDefinition } from './definition.ts';
import type { OwnReport } from './report/own-report.ts';
import type { Setting, Settings, SettingsShape, ValuesOf } from './setting.ts';

/**
 * What an attempt meant.
 * - `delivered`: told, and it counts
 * - `unverified`: told, and this network gives no answer to it
 * - `retry`: worth trying again, not before `after` milliseconds if the vendor said so, and at most `limit` further times;
 *   `ambiguous` where the vendor may have counted the report although no clear answer came; `alone` where it is this report that must wait
 *   (for what it builds on to appear there) and not the connection
 * - `rejected`: the payload is at fault and needs a change
 * - `held`: the configuration is at fault; a person must act, then replay. `ambiguous`: this report alone may have been counted, and a
 *   repeat would count twice; a person must look there
 * - `no_match`: told, and it is not theirs: fine
 */
export type Outcome =
  | { state: 'delivered'; reason: string; reference?: string; confirmAfter?: number }
  | { state: 'unverified'; reason: string; reference?: string; confirmAfter?: number }
  | { state: 'retry'; reason: string; after?: number; limit?: number; ambiguous?: boolean; alone?: boolean }
  | { state: 'rejected'; reason: string }
  | { state: 'held'; reason: string; ambiguous?: boolean }
  | { state: 'no_match'; reason: string; retryOnceAfter?: number };

/**
 * The vendor's later verdict on a delivery that was only queued. `benign`: told, judged and not theirs, nothing to repair.
 * `pending` is asked again, not before `after` milliseconds where the vendor said so.
 */
export type Verdict =
  | { state: 'confirmed'; reason: string; reference?: string }
  | { state: 'declined'; reason: string; benign?: boolean }
  | { state: 'pending'; reason: string; after?: number };

export interface Limits {
  /** Requests per hour the vendor grants; polls share it. */
  perHour?: number;
  /** Requests per minute the vendor grants; polls share it, and so do connections whose {@link Destination.sharesLimit} is one. */
  perMinute?: number;
  /** Requests in flight at once. */
  concurrency?: number;
  /** Milliseconds after which a delivery is given up, counted from its creation. */
  deadline?: number;
  /** Milliseconds to wait before the first attempt. */
  earliest?: number;
  /** Milliseconds for one exchange. */
  timeout?: number;
}

/** A call that must precede a report (an upsert of the user, say), decided from the vendor's answer. */
export interface Remedy {
  /** Said in the attempt, so that `explain` tells the story. */
  reason: string;
  request: HttpRequest;
}

/** A question that must be answered before a report can be told (the vendor's id of the sale, say). It may be asked twice: a repeat changes nothing. */
export interface Lookup<Values = Settings> {
  /** What to ask; undefined where `report.facts` hold all that the report needs, or it needs none. */
  request: (report: Report, settings: Values) => HttpRequest | undefined;
  /** VendorFacts join those that are known and are kept with the delivery; an outcome ends the attempt; undefined falls back to the default rules. */
  read: (
    response: HttpResponse,
    report: Report,
    settings: Values,
  ) => { reason: string; facts: VendorFacts } | Outcome | undefined;
}

/** What a vendor gives for credentials. */
export interface VendorToken {
  access: string;
  /** Milliseconds that it is good for. */
  lasts: number;
  /** What the next one is asked for with, once. */
  refresh?: string;
}

/** How a connection gets the token that its requests with `token: true` carry. */
export interface TokenExchange<Values = Settings> {
  request: (settings: Values, refresh?: string) => HttpRequest;
  /** Undefined where the answer holds no token. */
  read: (response: HttpResponse) => VendorToken | undefined;
}

/** How reports of one connection share a request. Each still reads the common answer by `outcome` and settles alone. */
export interface Batch {
  /** Reports in one request. */
  most: number;
  /** Milliseconds between two requests: what comes meanwhile goes together. */
  every: number;
  /** One body of the bodies of requests that are equal otherwise; of one it is that one. */
  join: (bodies: readonly string[]) => string;
}

/**
 * What a repeated report does at the vendor. `true`: it is recognised, and counts once. `false`: it would count twice, and is repeated once
 * at most after an unclear answer. `delta`: each one adds, so that it is never repeated before a person has looked.
 */
export type Repeatable = boolean | 'delta';

export type PersonalFields = readonly (keyof Order['personal'])[];

export interface Destination<Values = Settings> {
  /** The `type` of a connection: kebab-case, equal to the file's name. */
  name: string;
  title: string;
  /** The vendor's page that the definition was read from. */
  docs: string;
  /** `attributed`: told of the orders it won. `every-order`: told of every order it can use. */
  audience: 'attributed' | 'every-order';
  transport: 'server' | 'browser-pixel' | 'browser-form';
  /** Landing parameters that carry this destination's click id, lower-case, preferred first. May depend on settings. */
  clickParams: readonly string[] | ((settings: Values) => readonly string[]);
  /** What a page holds that loads the network's own tag: it may tell the same sale a second time. */
  ownTag?: RegExp;
  /** The cookie that the network demands of its advertisers, set where the connection says so; its settings are `clickCookieSettings`. */
  clickCookie?: ClickCookie;
  /** Cookies of the network on the shop's domain that hold a click. */
  cookies?: readonly VendorCookie[];
  /** Attribution window in milliseconds; the site's own unless given. */
  window?: number;
  needs: {
    /** Consent that a report depends on; checked when the event arrives and again when the report is sent. */
    consent?: readonly 'marketing'[];
    /** The order must carry the customer's plain e-mail. */
    email?: boolean;
    /** An attributed order is reported only with a click id. */
    click?: boolean;
  };
  /** Personal fields that a request may use: the only ones that are kept for this site. May depend on settings. */
  uses?: PersonalFields | ((settings: Values) => PersonalFields);
  limits: Limits;
  /** What the vendor counts `perMinute` by: connections that give the same text share it. The connection itself unless given. */
  sharesLimit?: (settings: Values) => string;
  /**
   * Why this report can't be told as it stands (an order id longer than the vendor's limit, say): the delivery is rejected
   * with these words and nothing leaves. `undefined` where it can.
   */
  refuse?: (report: Report, settings: Values) => string | undefined;
  /**
   * False where no field says that another partner won: such an order would be paid, and so a loser is never told, whatever the
   * connection's `mode`.
   */
  informs?: boolean | ((settings: Values) => boolean);
  /** What a repeated report does there, for every kind of report or each. */
  idempotent: Repeatable | Readonly<Record<ReportKind, Repeatable>>;
  /** Why a connection with these settings can't tell such a report, so that a person must do it there. Undefined where it can. */
  byHand?: (kind: ReportKind, settings: Values) => string | undefined;
  /**
   * What of an order this destination is told, where it is one amount: a change of the order that leaves that amount is none for it, and
   * `explain` shows it. Absent where the owner's own template decides: every change of an amount is told then.
   */
  basis?: (settings: Values) => Basis;
  /** Which code of the network each part of that amount is told under; `explain` shows the shares. */
  groups?: (settings: Values) => GroupRule;
  /**
   * Settings that say how a sale is told (`amountBasis`, `groups` …), none of them secret: a change of the sale is told by what they were then,
   * for under those codes and amounts the network knows it.
   */
  keeps?: readonly string[];
  settings: Record<string, Setting>;
  /** Checks that no single setting shows; returns problems as `{ field, message }`. */
  check?: (settings: Values) => { field: string; message: string }[];
  /** One pure request from stored data. Browser destinations give `fire` instead. */
  conversion?: (report: Report, settings: Values) => HttpRequest;
  modification?: (report: Report, settings: Values) => HttpRequest;
  reversal?: (report: Report, settings: Values) => HttpRequest;
  fire?: (report: Report, settings: Values) => Fire;
  /**
   * How many requests a report takes, where each line or commission group is one of its own; one unless given. Each is built with
   * {@link Report.part}, and is written down before the next leaves: what has arrived is never sent again.
   */
  parts?: (report: Report, settings: Values) => number;
  /** Asked before a report is told, until it needs nothing more. */
  prepare?: Lookup<Values>;
  /** May depend on settings: a fallback that takes one sale a call has none. */
  batch?: Batch | ((settings: Values) => Batch | undefined);
  token?: TokenExchange<Values>;
  /** Reads the vendor's answer. `undefined` falls back to the default rules of `outcome.ts`. */
  outcome?: (response: HttpResponse, report: Report, settings: Values) => Outcome | undefined;
  /** Tried once per delivery when the answer asks for it; the report is sent again right after. */
  remedy?: (response: HttpResponse, report: Report, settings: Values) => Remedy | undefined;
  /** Where a vendor only queues: the request that asks for the verdict, and how to read it. */
  confirm?: {
    request: (reference: string, settings: Values, report: Report) => HttpRequest;
    verdict: (response: HttpResponse, report: Report) => Verdict;
  };
  /** Where the network's own report can be fetched: what `reconcile` compares with. */
  ownReport?: OwnReport<Values>;
  /** The request of `connection test`; `verdict` says what to fix. Absent, or undefined with these settings: settings are only validated. */
  test?: {
    request: (settings: Values) => HttpRequest | undefined;
    verdict: (response: HttpResponse, settings: Values) => { ok: boolean; message: string };
  };
  /** Said by `connection test` whatever the outcome (test modes, prerequisites). */
  testAdvice?: string;
  /** How sure the definition is: when its sources were read (`2026-11`), and what nobody outside the vendor can know. Shown in its page. */
  evidence?: { read: string; doubts: readonly string[] };
}

/** Gives a definition its types: its functions get the values of exactly its own settings. */
export function defineDestination<const S extends SettingsShape>(
  definition: Destination<ValuesOf<S>> & { settings: S },
): Destination {
  // Settings are validated against this very shape before any function sees them.
  return markDefinition('destination', definition as unknown as Destination);
}

/** Landing parameters of a connection, lower-case, preferred first. */
export function clickParamsOf(destination: Destination, settings: Settings): readonly string[] {
  const params =
    typeof destination.clickParams === 'function' ? destination.clickParams(settings) : destination.clickParams;
  return params.map((param) => param.toLowerCase());
}

/** Personal fields that this connection's requests may use: what the site has to keep for it, and nothing else. */
export function usesOf(definition: Destination, settings: Settings): PersonalFields {
  const { uses } = definition;
  return typeof uses === 'function' ? uses(settings) : (uses ?? []);
}

/** How reports of a connection with these settings share a request, where they do. */
export const batchOf = ({ batch }: Pick<Destination, 'batch'>, settings: Settings): Batch | undefined =>
  typeof batch === 'function' ? batch(settings) : batch;

/** What a repeat of such a report does at the vendor. */
export function repeatsAs({ idempotent }: Pick<Destination, 'idempotent'>, kind: ReportKind): Repeatable {
  return typeof idempotent === 'object' ? idempotent[kind] : idempotent;
}

/** The report once for each request that it takes. */
export function partsOf(definition: Pick<Destination, 'parts'>, report: Report, settings: Settings): Report[] {
  const count = definition.parts?.(report, settings) ?? 1;
  return count === 1 ? [report] : Array.from({ length: count }, (_, part) => ({ ...report, part }));
}

/** A 2xx that says nothing: an image, an empty page, the same words for right and wrong. */
export const toldUnverified = (title: string): Outcome => ({
  state: 'unverified',
  reason: `told; ${title} gives no answer`,
});
