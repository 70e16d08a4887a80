/** What a partner's manager may read of one order, and the links that lead there. Amounts and times are as everywhere in the admin API. */

/** Why a touch of the reader's earned the order or did not, where the decision's own words would name others. */
export type TouchWhy =
  | 'newest'
  | 'oldest'
  | 'code'
  | 'apart'
  | 'newer'
  | 'older'
  | 'kind'
  | 'otherCode'
  | 'tie'
  | 'checkout'
  | 'window'
  | 'late'
  | 'rules'
  | 'contested'
  | 'other';

/** `POST /story`: nobody's name, address, basket or browser, no amount but what the reader's own network was told, no other partner by name. */
export interface PartnerStory {
  shop: string;
  timezone: string | null;
  orderId: string;
  status: string;
  placedAt: string | null;
  /** The reader's own connection. */
  partner: string;
  credited: 'yours' | 'another' | 'nobody' | 'open';
  /** Oldest first. Another's has its time and kind alone. */
  touches: {
    at: string | null;
    kind: string;
    yours: { click: string; won: boolean; why: TouchWhy } | null;
  }[];
  /** What the reader's network was told. */
  reports: { kind: string; state: string; tells: string | null; at: string | null }[];
  expiresAt: string;
}

/** `GET /orders/:orderId/shares`: never the address itself, which is shown once. */
export interface StoryLinkView {
  id: string;
  connection: string;
  madeBy: string;
  madeAt: string;
  expiresAt: string;
}

/** `POST /orders/:orderId/shares` */
export interface SharedStory extends StoryLinkView {
  link: string;
}
