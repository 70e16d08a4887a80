/** `POST /sites/:site/what-if`: what other rules would have decided on the orders of the last days. Nothing is stored and nothing is sent. */

/** Orders that stand, in the partner's favour by the rules in force and by the others. Amounts are decimal texts. */
export interface PartnerCompared {
  /** Null for nobody. */
  partner: string | null;
  currency: string;
  before: number;
  beforeTotal: string;
  after: number;
  afterTotal: string;
}

export interface RulesCompared {
  /** ISO 8601: orders from then on were looked at. */
  since: string;
  orders: number;
  /** Whether there were more orders than were looked at: the newest were. */
  more: boolean;
  /** Left out: what decided them was no rule (a person, a later word of the shop, rules of that time). */
  apart: number;
  partners: PartnerCompared[];
  /** Orders that would have gone to somebody else. */
  changes: number;
  /** The newest of them. */
  changed: { orderId: string; was: string | null; would: string | null; reason: string }[];
}

/** The rules of a site as its configuration has them; what is left out has its default. */
export interface RulesShown {
  window?: string;
  model?: string;
  precedence?: string[];
  coupons?: Record<string, unknown>;
  standDown?: { mode?: string; minutes?: number; paths?: string[] };
}
