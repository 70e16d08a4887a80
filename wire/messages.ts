/** What travels between tag and collector. Types only: the tag may import them, and nothing else, from here. */
import type { Consent } from './consent.ts';
import type { Fire } from './fire.ts';
import type { Found } from './found.ts';
import type { Problem } from './problem.ts';

/** The site's settings as the collector inlines them into the tag it serves (and as data attributes give them to the static file). */
export interface TagSettings {
  /** Site id, e.g. `shop`. */
  site: string;
  /**
   * Address of the site's browser routes without a trailing slash, `https://t.shop.example/t/shop`. Empty: derived from the script's own address;
   * none at all: the tag works alone.
   */
  collector?: string;
  /** Click parameters of the site's connections, lower-case, e.g. `["im_ref", "irclickid"]`. */
  params: string[];
  /** Ad-platform click ids, only where a rule of the site needs them. */
  paid?: string[];
  /** Hosts whose pages are this site (with their subdomains); the linker carries between all of `domains` and `linked`. */
  domains: string[];
  linked: string[];
  consent: 'wait' | 'granted' | 'auto';
  /** The site takes Global Privacy Control for no answer. */
  gpc?: 'ignore';
  /** Default currency of orders that name none. */
  currency?: string;
  /** Name of the data layer; `dataLayer` unless given. */
  dataLayer?: string;
  /** False switches the search for orders in the page off: only explicit calls count. */
  detect?: boolean;
  /** Cookies a network wants under its own name. `days` is the life. */
  cookies?: { name: string; param: string; days: number }[];
  /** Landing parameters that carry a partner without a click id (`partner`, `aff`), lower-case. `referrer` counts the page that a visitor came from, too. */
  referrals?: string[];
  /** Frames may receive the journey (opt-in). */
  frames?: boolean;
  debug?: boolean;
}

/** A touch as the tag knows it. `at` is epoch milliseconds. */
export interface WireTouch {
  param: string;
  value: string;
  at: number;
  url?: string;
  referrer?: string;
  extra?: Record<string, string>;
}

/** `POST /t/SITE/touch`. */
export interface TouchBody {
  visitor: string;
  touches: WireTouch[];
  consent?: Consent;
  /** The device's clock as the request left, epoch milliseconds. */
  now?: number;
  /** The hand-over token that brought the journey here, so that the collector can refuse a second use. */
  handover?: string;
  /** The journey is known here: it need not be told, unless the collector knows the visitor under another id. */
  brief?: boolean;
}

/**
 * `POST /t/SITE/conversion`: the canonical order of interface.md, or `found`: what the page said, for the collector to read. With what the
 * tag knows beside it.
 */
export interface ConversionBody {
  visitor?: string;
  touches?: WireTouch[];
  /** The journey as text, as its cookie holds it. */
  journey?: string;
  consent?: Consent;
  /** The page, without its query. */
  page?: string;
  /** The device's clock as the request left, epoch milliseconds: what it is off by is taken off all its times. */
  now?: number;
  orderId?: string;
  /** What may be orders, oldest first, several of one page together. */
  found?: Found[];
  [field: string]: unknown;
}

/** The journey as the collector knows it: what the tag restores its cookie from. */
export interface JourneyReply {
  /** The id that the page sent; the collector's own name for the visitor never leaves its cookie. */
  visitor: string;
  touches: WireTouch[];
}

/**
 * Answer to a conversion. `fire` lists what the tag must fire now, once; `orderId` of a task says which order of a page it is for.
 * What was found in a page may be several orders, or say of itself that it is no sale (`ignored`, with an empty order id).
 * `result` is what the tag knows a receipt by: a 2xx without it is somebody else's answer, and the order is sent again.
 */
export interface ConversionReply {
  orderId: string;
  result: 'accepted' | 'duplicate' | 'updated' | 'ignored';
  /** Where there are several. */
  orders?: { orderId: string; result: string }[];
  warnings?: Problem[];
  fire?: (Fire & { delivery: string; orderId?: string })[];
}

/** `POST /t/SITE/fired`: a pixel or form was fired (or could not be). */
export interface FiredBody {
  orderId: string;
  delivery: string;
  ok: boolean;
  detail?: string;
}

/** Every refusal. The tag takes a 4xx for one by `errors` that name a field: a proxy's 4xx is no word about the order. */
export interface ErrorReply {
  errors: Problem[];
}
