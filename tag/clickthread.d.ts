/** Types of `clickthread/tag`, published beside the module. */

/** The site's settings; the collector inlines the same ones into the tag that it serves. */
export interface TagSettings {
  /** Site id, e.g. `shop`. */
  site: string;
  /** Address of the site's browser routes without a trailing slash, `https://t.shop.example/t/shop`. None: the tag works alone. */
  collector?: string;
  /** Click parameters to capture, lower-case, e.g. `["im_ref", "irclickid"]`. */
  params: string[];
  /** Ad-platform click ids, only where a rule of the site needs them. */
  paid?: string[];
  /** Landing parameters that carry a partner without a click id, lower-case. `referrer` counts the host that a visitor came from, too. */
  referrals?: string[];
  /** Hosts whose pages are this site, with their subdomains. */
  domains: string[];
  /** Other hosts of the same journey; links and forms carry it between all of `domains` and `linked`. */
  linked: string[];
  /** `wait` for `clickthread('consent', …)`, `auto` to read the page's signals, or `granted`. */
  consent: 'wait' | 'granted' | 'auto';
  /** Global Privacy Control is no answer here; without it, it is a no. */
  gpc?: 'ignore';
  /** Default currency of orders that name none. */
  currency?: string;
  /** Name of the data layer; `dataLayer` unless given. */
  dataLayer?: string;
  /** False switches the search for orders in the page off. */
  detect?: boolean;
  /** Cookies that a network wants under its own name (letters, digits, `-` and `_`). `days` is the life. */
  cookies?: { name: string; param: string; days: number }[];
  /** Frames of linked hosts may receive the journey. */
  frames?: boolean;
  debug?: boolean;
}

/** A landing worth crediting. `at` is epoch milliseconds. */
export interface Touch {
  param: string;
  value: string;
  at: number;
  url?: string;
  referrer?: string;
  extra?: Record<string, string>;
}

export interface Item {
  sku?: string;
  name?: string;
  category?: string;
  quantity?: number | string;
  /** Unit price before discounts, major units. */
  price?: number | string;
  discount?: number | string;
}

/** The shop's sale. Amounts are decimal strings or numbers in major units. */
export interface Order {
  orderId: string | number;
  total: number | string;
  currency?: string;
  subtotal?: number | string;
  discount?: number | string;
  shipping?: number | string;
  tax?: number | string;
  coupons?: string[];
  /** ISO 8601; without an offset it is in the site's time zone. Now, unless given. */
  placedAt?: string;
  status?: 'approved' | 'pending' | 'cancelled' | 'refunded';
  customer?: {
    id?: string;
    email?: string;
    phone?: string;
    isNew?: boolean;
    firstName?: string;
    lastName?: string;
    city?: string;
    region?: string;
    postcode?: string;
    country?: string;
  };
  items?: Item[];
  clicks?: Record<string, string>;
  journey?: string;
  custom?: Record<string, string>;
}

/** What `journey` tells: what to put on the cart or into a hidden field. Empty for a visitor who came without a partner. */
export interface Journey {
  visitor?: string;
  token?: string;
  touches?: Touch[];
}

export type TagEvent = 'ready' | 'touch' | 'conversion' | 'skipped' | 'error';

/** The public function. It never throws. */
export interface Clickthread {
  (call: 'conversion', order: Order): void;
  (call: 'identify', customer: { customerId?: string; email?: string; phone?: string }): void;
  (call: 'consent', answer: { marketing: boolean }): void;
  (call: 'page'): void;
  (call: 'decorate', url: string): string;
  (call: 'journey', callback: (journey: Journey) => void): void;
  (call: 'on', event: TagEvent, callback: (detail?: unknown, reason?: string) => void): void;
  (call: 'debug', on: boolean): void;
}

/** Starts the tag on this page and returns the `clickthread` function; a second call returns the same one. */
export function init(settings: TagSettings): Clickthread;

declare global {
  interface Window {
    clickthread?: Clickthread;
  }
}
