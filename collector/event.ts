/** The words of the product as shapes: touch, order, report. Step 0 of the flow; imports nothing. */

/** An amount in integer minor units (cents for USD, whole yen for JPY) with its ISO 4217 currency. */
export interface Money {
  minor: number;
  currency: string;
}

/** How a touch came about. The order of precedence between kinds is a rule of the site, see `attribute.ts`. */
export type TouchKind = 'partner' | 'paid' | 'campaign' | 'referral';

/** A landing that carries something worth crediting. */
export interface Touch {
  id: string;
  visitor: string;
  /** Name of the parameter as the site's connections spell it in lower case, e.g. `irclickid`, `utm_source`. */
  param: string;
  /** The click id, byte for byte as it arrived. */
  value: string;
  kind: TouchKind;
  /** When the visitor landed, epoch milliseconds. */
  at: number;
  /** Landing address without unknown query parameters, at most 1,024 characters. */
  url?: string;
  /** External referrer, origin and path only. */
  referrer?: string;
  /** Further parameters that landed with the id (campaign parameters, partner id), known names only. */
  extra?: Record<string, string>;
  consent?: Consent;
}

/** What the visitor has allowed, as the tag saw it. Kept with the event as proof. */
export interface Consent {
  /** `granted`, `denied`, or `unknown` where nobody has asked yet. */
  marketing: 'granted' | 'denied' | 'unknown';
  /** Which signal decided: `manual`, `gcm`, `tcf`, `gpc`, `wp`, `shopify`, `site` (the site's setting). */
  source?: string;
  /** Epoch milliseconds. */
  at?: number;
  gpc?: boolean;
  tcString?: string;
}

export type OrderStatus = 'approved' | 'pending' | 'cancelled' | 'refunded';

export interface Item {
  sku: string;
  name?: string;
  category?: string;
  quantity: number;
  /** Unit price before discounts, minor units. */
  price: number;
  /** Discount on the unit price, minor units. */
  discount?: number;
}

/** Personal fields of a customer: sealed at rest, erased when the retention ends, shown nowhere. */
export interface Personal {
  email?: string;
  phone?: string;
  firstName?: string;
  lastName?: string;
  city?: string;
  region?: string;
  postcode?: string;
  country?: string;
  ip?: string;
  userAgent?: string;
}

/** The shop's sale, keyed by (site, orderId). All amounts are minor units of `currency`. */
export interface Order {
  orderId: string;
  total: number;
  currency: string;
  subtotal?: number;
  discount?: number;
  shipping?: number;
  tax?: number;
  coupons: string[];
  /** When the order was placed, epoch milliseconds. */
  placedAt: number;
  status: OrderStatus;
  items: Item[];
  /** The shop's own id of the customer: not personal by itself, used for matching. */
  customerId?: string;
  isNewCustomer?: boolean;
  /** Free fields of the shop: short strings, passed to templates as `{custom.NAME}`. */
  custom?: Record<string, string>;
  personal: Personal;
}

/** Who told us about an order. The shop's word about money beats the browser's. */
export type Reporter = 'browser' | 'shop';

export type ReportKind = 'conversion' | 'modification' | 'reversal';

/** What a destination is told: everything that a request is built from, and nothing else. Built once, stored with the delivery. */
export interface Report {
  kind: ReportKind;
  order: Order;
  /** The click that earned the order for this destination; absent for `every-order` destinations without one. */
  click?: { param: string; value: string; at: number; extra?: Record<string, string> };
  /** Whether this destination won the contest. False only for a loser that is informed. */
  credited: boolean;
  /** Last paid channel as the contest saw it: the winning connection's type, or `direct`. */
  channel: string;
  consent?: Consent;
  /** For a modification or reversal: the shop's reason, if it gave one. */
  reason?: string;
  /** For a modification or reversal: the order as the destination knew it before. */
  before?: Pick<Order, 'total' | 'items' | 'discount'>;
  /** When the change happened (modification, reversal) or the order was placed (conversion), epoch milliseconds. */
  at: number;
}

/** A problem with input: which field, and what to do about it. */
export interface Problem {
  field: string;
  message: string;
}
