/** Answers of the admin API to somebody who sets a shop up. Times are ISO 8601. */

/** `POST /find/shop`: what can be learnt of a shop from one address; what was not found is left out. */
export interface FoundShop {
  id: string;
  name?: string;
  domains: string[];
  /** Other hosts to which the page leads for cart or checkout. */
  linked: string[];
  currency?: string;
  /** `auto` where the page has a consent banner whose answer the tag can read. */
  consent?: 'auto';
  /** Why the page itself could not be read; the rest is told by the address alone. */
  unread?: string;
}

/** A first thing heard of a site, `host` where it is known which page spoke. */
export interface Sign {
  at: string;
  host: string | null;
}

/** What belongs into a shop's pages: into every one, where the banner is answered, into the thank-you page (`found`: not needed with a data layer). */
export type LineName = 'tag' | 'consent' | 'thanks' | 'thanks.found';

/** `GET /sites/:site/signs`: what belongs into its pages, and when they were last heard of. Null: never. */
export interface SiteSigns {
  /** The collector's time. */
  now: string;
  tag: Sign | null;
  touch: Sign | null;
  consent: Sign | null;
  order: Sign | null;
  lines: { name: LineName; text: string }[];
  /** Pages of hosts that are not listed. */
  refused: { host: string; count: number }[];
}

/** `GET /rehearsal`: whether networks' stand-ins on this machine can be spoken to. */
export interface Rehearsal {
  /** Whether connections may name hosts of this machine. */
  allowed: boolean;
  /** Where `clickthread sandbox` listens unless it is told otherwise. */
  address: string;
  /** Types that it plays. */
  types: string[];
}

/** `POST /sites/:site/rehearsal` */
export interface RehearsedOrder {
  orderId: string;
  /** The click that it names, which no network made. */
  click: { param: string; value: string } | null;
}
