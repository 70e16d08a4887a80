/** What a visitor answered, as tag, store and reports carry it. */

/** What the visitor has allowed, as the tag saw it. Kept with the event as proof. */
export interface Consent {
  /** `granted`, `denied`, or `unknown` where nobody has asked yet. */
  marketing: 'granted' | 'denied' | 'unknown';
  /** Which signal decided: `manual`, `gcm`, `tcf`, `gpp`, `gpc`, `wp`, `shopify`, `site` (the site's setting). */
  source?: string;
  /** Epoch milliseconds. */
  at?: number;
  gpc?: boolean;
  tcString?: string;
}
