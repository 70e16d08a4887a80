/** What a list platform is: a marketing system that a list's contacts are carried to. Data plus pure functions; `list-push.ts` does the sending. */
import type { HttpRequest, HttpResponse, Setting, Settings } from '../destinations/destination.ts';
import type { Problem } from '../event.ts';

/**
 * Why a call did not do what it should.
 * - `temporary`: worth trying again
 * - `held`: the configuration is at fault; a person must act
 * - `credentials`: like `held`, but a new access token may help once
 * - `missing`: there is no such list or subscriber
 * - `exists`: there is one already; `key` names it where the platform says so
 * - `blocked`: the contact bounced or asked to be left alone; it is reported, never unblocked
 * - `rejected`: the contact's data is at fault
 */
export interface PlatformFault {
  kind: 'temporary' | 'held' | 'credentials' | 'missing' | 'exists' | 'blocked' | 'rejected';
  message: string;
  key?: string;
}

export type PlatformReading = { ok: true; key?: string } | { ok: false; fault: PlatformFault };

/** A contact's fields under the platform's names. */
export type SubscriberFields = Record<string, string>;

/** What a mapping may draw on: personal fields, and what the contact has bought. */
export interface ListedContact {
  email?: string;
  phone?: string;
  firstName?: string;
  lastName?: string;
  customerId: string;
  orders: number;
  /** Decimal text in the list's currency. */
  revenue: string;
  currency: string;
  /** ISO 8601; absent for those who never bought. */
  lastOrderAt?: string;
}

export interface ListPlatform {
  /** The `type` of a connection: kebab-case, equal to the file's name. */
  name: string;
  title: string;
  docs: string;
  settings: Record<string, Setting>;
  check?: (settings: Settings) => Problem[];
  /** What its API can't do, said plainly wherever the connection is shown. */
  limits: string;
  perSecond: number;
  /** The call for an access token; undefined where these settings sign each request instead. */
  token(settings: Settings): HttpRequest | undefined;
  readToken(response: HttpResponse): { token: string; seconds: number } | PlatformFault;
  /** The request as it leaves: signed, or with its token. */
  authorize(request: HttpRequest, settings: Settings, with_: { token: string | undefined; now: number }): HttpRequest;
  /** A call that changes nothing: what `connection test` asks. */
  probe(settings: Settings): HttpRequest;
  createList(name: string, settings: Settings): HttpRequest;
  create(list: string, fields: SubscriberFields, settings: Settings): HttpRequest;
  update(list: string, key: string, fields: SubscriberFields, settings: Settings): HttpRequest;
  turn(list: string, key: string, to: 'subscribe' | 'unsubscribe', settings: Settings): HttpRequest;
  remove(list: string, key: string, settings: Settings): HttpRequest;
  /** Reads the answer of any of these; `key` is the last part of the address that it names. */
  read(response: HttpResponse): PlatformReading;
  /** Undefined where nothing is left by which the platform could reach the contact. */
  fields(contact: ListedContact, settings: Settings): SubscriberFields | undefined;
  /** Whether contacts that never said yes are subscribed: only by the owner's explicit word. */
  subscribesAll(settings: Settings): boolean;
}

/** Identity at run time; gives a definition its type. */
export function defineListPlatform(definition: ListPlatform): ListPlatform {
  return definition;
}
