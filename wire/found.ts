/** What a page said that may be an order, as the tag hands it over: the tag keeps and sends it, `wire/order-reader.ts` reads it. */

/** Where something stood. */
export type FoundSource =
  /** An entry of a data layer; a `gtag(…)` call is the list of its arguments. */
  | 'layer'
  /** `data-clickthread-order`: the shop's own words, in the canonical shape. */
  | 'attribute'
  /** `clickthread('conversion', …)` with an amount as people write it. */
  | 'call'
  /** A schema.org `Order` of a JSON-LD script. */
  | 'jsonld'
  /** A global that holds an order itself: CS-Cart's `order_info`, Tealium's `utag_data`, Adobe's `digitalData`. */
  | 'global'
  /** `analytics.track('Order Completed', …)` as Segment names it: the list of its arguments. */
  | 'segment';

/** What a page said that may be an order, cut down to known keys. */
export interface Found {
  /** Where it stood. A name that a newer tag invents is read like an entry of a layer. */
  source: FoundSource | (string & {});
  /** Name of the layer or global, where there is one. */
  name?: string;
  /** The entry, JSON-safe or as the text of its JSON, cut down to the short list of known keys (no more personal data leaves the page than an order needs). */
  data: unknown;
}

/**
 * Keys that are handed over at once, in any case: made of these words and parts, digits and `_ s` alone (`item_id`, `transactionTotal`,
 * `order_currency_code`).
 * Everything else stays on the page: who the buyer is, where they live, what their session is called.
 */
export const ORDER_KEY =
  /^([\d_s]|e?commerce|event|trans|action|field|order|item|product|purchase|total|value|revenue|price|tax|shipping|coupon|currency|code|id|sku|name|category|quantity)*$/i;

/** What names an order, or says that one was made, in the JSON of an entry. */
export const MAY_BE_ORDER = /(transaction|order)_?id|:.*purchase"/i;
