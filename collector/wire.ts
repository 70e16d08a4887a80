/** What travels between tag and collector. Types only: the tag may import them, and nothing else, from here. */
import type { Consent, Problem } from './event.ts';
import type { Fire } from './destinations/destination.ts';

/** The site's settings as the collector inlines them into the tag it serves (and as data attributes give them to the static file). */
export interface TagSettings {
  /** Site id, e.g. `shop`. */
  site: string;
  /** Address of the site's browser routes without a trailing slash, `https://t.shop.example/t/shop`. Empty: derived from the script's own address; none at all: the tag works alone. */
  collector?: string;
  /** Click parameters of the site's connections, lower-case, e.g. `["im_ref", "irclickid"]`. */
  params: string[];
  /** Ad-platform click ids, only where a rule of the site needs them. */
  paid?: string[];
  /** Hosts whose pages are this site (with their subdomains); the linker carries between all of `domains` and `linked`. */
  domains: string[];
  linked: string[];
  consent: 'wait' | 'granted' | 'auto';
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
  /** The late part is wanted on every page: for frames, or for visits that only their referrer explains. */
  attend?: boolean;
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
  /** The hand-over token that brought the journey here, so that the collector can refuse a second use. */
  handover?: string;
  /** The journey is known here: it need not be told, unless the collector knows the visitor under another id. */
  brief?: boolean;
}

/** `POST /t/SITE/conversion`: the canonical order of interface.md, with what the tag knows beside it. */
export interface ConversionBody {
  visitor?: string;
  touches?: WireTouch[];
  consent?: Consent;
  /** Landing page, known parameters only. */
  page?: string;
  orderId: string;
  [field: string]: unknown;
}

/** The journey as the collector knows it: what the tag restores its cookie from. */
export interface JourneyReply {
  visitor: string;
  touches: WireTouch[];
}

/** Answer to a conversion. `fire` lists what the tag must fire now, once. */
export interface ConversionReply {
  orderId: string;
  result: 'accepted' | 'duplicate' | 'updated';
  warnings?: Problem[];
  fire?: (Fire & { delivery: string })[];
}

/** `POST /t/SITE/fired`: a pixel or form was fired (or could not be). */
export interface FiredBody {
  orderId: string;
  delivery: string;
  ok: boolean;
  detail?: string;
}

/** Every refusal. */
export interface ErrorReply {
  errors: Problem[];
}
