/** What a list platform is: a marketing system that a list's contacts are carried to. Data plus pure functions; `lists/push.ts` does the sending. */
import type { Problem } from '../../wire/problem.ts';
import type { HttpRequest, HttpResponse } from '../model/http.ts';
import { markDefinition } from './definition.ts';
import type { Setting, Settings, SettingsShape, ValuesOf } from './setting.ts';

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

export interface ListPlatform<Values = Settings> {
  /** The `type` of a connection: kebab-case, equal to the file's name. */
  name: string;
  title: string;
  docs: string;
  settings: Record<string, Setting>;
  check?: (settings: Values) => Problem[];
  /** What its API can't do, said plainly wherever the connection is shown. */
  limits: string;
  perSecond: number;
  /** The call for an access token; undefined where these settings sign each request instead. */
  token(settings: Values): HttpRequest | undefined;
  readToken(response: HttpResponse): { token: string; seconds: number } | PlatformFault;
  /** The request as it leaves: signed, or with its token. */
  authorize(request: HttpRequest, settings: Values, with_: { token: string | undefined; now: number }): HttpRequest;
  /** A call that changes nothing: what `connection test` asks. */
  probe(settings: Values): HttpRequest;
  createList(name: string, settings: Values): HttpRequest;
  create(list: string, fields: SubscriberFields, settings: Values): HttpRequest;
  update(list: string, key: string, fields: SubscriberFields, settings: Values): HttpRequest;
  turn(list: string, key: string, to: 'subscribe' | 'unsubscribe', settings: Values): HttpRequest;
  remove(list: string, key: string, settings: Values): HttpRequest;
  /** Reads the answer of any of these; `key` is the last part of the address that it names. */
  read(response: HttpResponse): PlatformReading;
  /** Undefined where nothing is left by which the platform could reach the contact. */
  fields(contact: ListedContact, settings: Values): SubscriberFields | undefined;
  /** Whether contacts that never said yes are subscribed: only by the owner's explicit word. */
  subscribesAll(settings: Values): boolean;
}

/** Gives a definition its types: its functions get the values of exactly its own settings. */
export function definePlatform<const S extends SettingsShape>(
  definition: ListPlatform<ValuesOf<S>> & { settings: S },
): ListPlatform {
  // Settings are validated against this very shape before any function sees them.
  return markDefinition('platform', definition as unknown as ListPlatform);
}
