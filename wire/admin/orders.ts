/** Answers of the admin API about orders: rows of lists, and the whole story of one. Amounts are decimal texts in major units, times ISO 8601. */

/** An order as a row of a list. */
export interface OrderRow {
  site: string;
  orderId: string;
  status: string;
  total: string;
  currency: string;
  placedAt: string | null;
  receivedAt: string;
  /** Connection that earned it; null for nobody. */
  partner: string | null;
  shopConfirmed: boolean;
  contested: boolean;
  signals: string[];
  /** Reports that it owes or owed, by connection. */
  deliveries: { connection: string; state: string }[];
}

/** An order as the page Live follows it. */
export interface LiveOrder extends OrderRow {
  /** Whether networks may be told, as far as consent goes: `open`, `waiting`, `denied`, `gpc`, `withdrawn`. */
  gate: string;
  /** Browsers that spoke of it. */
  browsers: string[];
}

/** A refused request as the page Live shows it: nothing of the customer. */
export interface LiveRefusal {
  id: string;
  site: string;
  route: string;
  at: string;
  /** How often the same was sent. */
  seen: number;
  errors: { field: string; message: string }[];
  /** What was sent, without what is personal or secret. */
  body: string;
  /** Browsers that it names. */
  browsers: string[];
}

/** Which refusals of a site still stand, of those that may be told: what was mended, taken or dropped is not among them. */
export interface LiveStanding {
  site: string;
  ids: string[];
}

/** `GET /live` for whoever can't follow a stream. */
export interface LiveAnswer {
  now: string;
  orders: LiveOrder[];
  /** For operators and owners. */
  refused: LiveRefusal[];
}

export interface OrderPage {
  orders: OrderRow[];
  /** Where the next page begins; null after the last. */
  next: string | null;
}

/** `POST /find/orders`: in the body, because a customer's address belongs into no server's log. */
export interface OrderSearch {
  /** All sites that one may see unless given. */
  site?: string;
  /** Number of an order or its beginning, a click id, an amount, the customer's e-mail or id. */
  text?: string;
  partner?: string;
  status?: string;
  /** State of one of its reports, several with commas. */
  delivery?: string;
  contested?: boolean;
  since?: string;
  until?: string;
  after?: string | null;
  /** A file for a spreadsheet instead of a page: all that are found, at most 100,000. */
  format?: 'csv';
}

export interface StoryAttempt {
  at: string | null;
  purpose: string;
  request: { method: string; url: string; headers?: Record<string, string>; body?: string };
  response: { status: number; body: string } | null;
  outcome: string;
  reason: string;
  took: number;
}

export interface StoryDelivery {
  id: string;
  connection: string;
  kind: string;
  state: string;
  reason: string;
  tells: string | null;
  nextAt: string | null;
  deadlineAt: string | null;
  createdAt: string | null;
  updatedAt: string | null;
  attempts: StoryAttempt[];
}

export interface StoryObservation {
  id: string;
  credited: boolean;
  claims: boolean;
  page: string;
  at: string | null;
  total: string;
  currency: string;
  status: string;
  coupons: string[];
  items: number;
  clicks: { param: string; value: string }[];
  signed: readonly string[];
}

/** What may be done to the order now. The reports that it concerns stand beside it. */
export interface OrderAction {
  name: 'replay' | 'done' | 'credit' | 'refund' | 'cancel' | 'correct';
  deliveries?: { id: string; connection: string; kind: string }[];
}

/** `GET /orders/:orderId`: what `clickthread explain` tells. */
export interface OrderStory {
  site: string;
  orderId: string;
  /** Other names that the shop has for it. */
  aliases?: string[];
  status: string;
  total: string | undefined;
  currency: string;
  placedAt: string | null;
  receivedAt: string | null;
  reporter: string;
  shopConfirmed: boolean;
  coupons: string[];
  items: { sku: string; name?: string; quantity: number; price: string }[];
  amounts: string[];
  customer: { id: string | null; isNew: boolean | null; personalData: string };
  consent: { marketing: string } | null;
  withdrawals?: { at: string | null; source: string | null }[];
  attribution: {
    winner: { connection: string; param: string | null; value: string | null; at: string | null } | null;
    rule: string;
    decidedAt: string | null;
    touches: {
      param: string;
      value: string;
      at: string | null;
      kind: string;
      connection: string | null;
      reason: string;
      url?: string;
      source: string;
      heardAt?: string | null;
      saidByPage: boolean;
    }[];
    leftOut: number;
  };
  contest: { kind: string; reason: string; since: string | null } | null;
  signals: string[];
  shop: { firstAt: string | null; whole: boolean; fields: string[] } | null;
  observations: StoryObservation[];
  deliveries: StoryDelivery[];
  events: { at: string | null; type: string; text: string }[];
  actions: OrderAction[];
}
