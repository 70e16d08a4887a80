/** What a destination is: data plus pure functions. One file a destination; `index.ts` is the registry. */
import type { Order, Report } from '../event.ts';

/** A request as it will leave, or as it was stored after redaction. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string;
}

/** What came back. Header names are lower-case. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  /** At most 64 kB; `truncated` tells that there was more. */
  body: string;
  truncated?: boolean;
  /** When it came, epoch milliseconds: what reset headers that name an instant are measured against. */
  receivedAt?: number;
}

/**
 * What an attempt meant.
 * - `delivered`: told, and it counts
 * - `retry`: worth trying again, not before `after` milliseconds if the vendor said so, and at most `limit` further times;
 *   `ambiguous` where the vendor may have counted the report although no clear answer came
 * - `rejected`: the payload is at fault and needs a change
 * - `held`: the configuration is at fault; a person must act, then replay
 * - `no_match`: told, and it is not theirs: fine
 */
export type Outcome =
  | { state: 'delivered'; reason: string; reference?: string; confirmAfter?: number }
  | { state: 'retry'; reason: string; after?: number; limit?: number; ambiguous?: boolean }
  | { state: 'rejected'; reason: string }
  | { state: 'held'; reason: string }
  | { state: 'no_match'; reason: string; retryOnceAfter?: number };

/**
 * The vendor's later verdict on a delivery that was only queued. `benign`: told, judged and not theirs, nothing to repair.
 * `pending` is asked again, not before `after` milliseconds where the vendor said so.
 */
export type Verdict =
  | { state: 'confirmed'; reason: string; reference?: string }
  | { state: 'declined'; reason: string; benign?: boolean }
  | { state: 'pending'; reason: string; after?: number };

/** A setting of a connection, as data: validation, masking, forms and documentation read it. */
export interface Setting {
  label: string;
  /** Where to find it, and what it does. */
  help?: string;
  /** Sealed at rest, never shown again, redacted everywhere. */
  secret?: boolean;
  required?: boolean;
  /** Default value, as it would stand in the configuration file. */
  default?: string | number | boolean;
  /** The whole value must match; `patternHelp` says the fix in words. */
  pattern?: RegExp;
  patternHelp?: string;
  options?: readonly string[];
  /**
   * `text` unless given. `list` is strings, `map` a flat object of strings. `url` is an http(s) base address with an optional
   * path prefix, kept without a trailing slash; `template` is an http(s) address with `{placeholders}` after its host.
   */
  kind?: 'text' | 'number' | 'boolean' | 'map' | 'list' | 'url' | 'template';
}

export type SettingValue = string | number | boolean | string[] | Record<string, string>;
/** Settings after validation: defaults filled in, secrets opened. */
export type Settings = Record<string, SettingValue>;

export interface Limits {
  /** Requests per hour the vendor grants; polls share it. */
  perHour?: number;
  /** Requests in flight at once. */
  concurrency?: number;
  /** Milliseconds after which a delivery is given up, counted from its creation. */
  deadline?: number;
  /** Milliseconds to wait before the first attempt. */
  earliest?: number;
  /** Milliseconds for one exchange. */
  timeout?: number;
}

/** What a browser-fired destination asks the tag to do, once. */
export type Fire =
  | { kind: 'pixel'; url: string }
  | { kind: 'form'; action: string; fields: Record<string, string>; target: 'frame' | 'page'; button?: string };

/** A call that must precede a report (an upsert of the user, say), decided from the vendor's answer. */
export interface Remedy {
  /** Said in the attempt, so that `explain` tells the story. */
  reason: string;
  request: HttpRequest;
}

export type PersonalFields = readonly (keyof Order['personal'])[];

export interface Destination {
  /** The `type` of a connection: kebab-case, equal to the file's name. */
  name: string;
  title: string;
  /** The vendor's page that the definition was read from. */
  docs: string;
  /** `attributed`: told of the orders it won. `every-order`: told of every order it can use. */
  audience: 'attributed' | 'every-order';
  transport: 'server' | 'browser-pixel' | 'browser-form';
  /** Landing parameters that carry this destination's click id, lower-case, preferred first. May depend on settings. */
  clickParams: readonly string[] | ((settings: Settings) => readonly string[]);
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
  uses?: PersonalFields | ((settings: Settings) => PersonalFields);
  limits: Limits;
  /**
   * Why this report can't be told as it stands (an order id longer than the vendor's limit, say): the delivery is rejected
   * with these words and nothing leaves. `undefined` where it can.
   */
  refuse?: (report: Report, settings: Settings) => string | undefined;
  /** False where a repeated report would count twice: an ambiguous time-out is then repeated once at most and marked. */
  idempotent: boolean;
  settings: Record<string, Setting>;
  /** Checks that no single setting shows; returns problems as `{ field, message }`. */
  check?: (settings: Settings) => { field: string; message: string }[];
  /** One pure request from stored data. Browser destinations give `fire` instead. */
  conversion?: (report: Report, settings: Settings) => HttpRequest;
  modification?: (report: Report, settings: Settings) => HttpRequest;
  reversal?: (report: Report, settings: Settings) => HttpRequest;
  fire?: (report: Report, settings: Settings) => Fire;
  /** Reads the vendor's answer. `undefined` falls back to the default rules of `outcome.ts`. */
  outcome?: (response: HttpResponse, report: Report, settings: Settings) => Outcome | undefined;
  /** Tried once per delivery when the answer asks for it; the report is sent again right after. */
  remedy?: (response: HttpResponse, report: Report, settings: Settings) => Remedy | undefined;
  /** Where a vendor only queues: the request that asks for the verdict, and how to read it. */
  confirm?: {
    request: (reference: string, settings: Settings) => HttpRequest;
    verdict: (response: HttpResponse, report: Report) => Verdict;
  };
  /** The request of `connection test`; `verdict` says what to fix. Absent: settings are only validated. */
  test?: {
    request: (settings: Settings) => HttpRequest;
    verdict: (response: HttpResponse, settings: Settings) => { ok: boolean; message: string };
  };
  /** Said by `connection test` whatever the outcome (test modes, prerequisites). */
  testAdvice?: string;
}

/** Identity at run time; gives a definition its type and its place for checks. */
export function defineDestination(definition: Destination): Destination {
  return definition;
}
