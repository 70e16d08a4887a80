/** What every shape is read with: objects of unknown keys, and an order whose values nobody has looked at yet. Pure. */

export type Fields = Record<string, unknown>;

export interface RawItem extends Fields {
  sku?: unknown;
  name?: unknown;
  category?: unknown;
  quantity?: unknown;
  price?: unknown;
  currency?: unknown;
}

/** The canonical order's fields as a page wrote them. */
export interface RawOrder extends Fields {
  orderId?: unknown;
  total?: unknown;
  currency?: unknown;
  /** What the page says that its amounts are in, where neither order nor items name it. */
  declared?: unknown;
  /** The total may lack tax and shipping: Google's `value` and Segment's `revenue` do by definition, and in many shops don't. */
  mayBeNet?: boolean;
  coupons?: unknown;
  /** A list of {@link RawItem}, or whatever the page's own call gave. */
  items?: unknown;
  /** Which of a page's trackers said it: one names each order once. */
  tracker: string;
  /** The page's event or status says that this is no sale, in words. */
  noSale?: string;
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object under a key, or an empty one. */
export const within = (fields: Fields, key: string): Fields => {
  const value = fields[key];
  return isFields(value) ? value : {};
};

/** The object that a key was to hold: it itself, the only one of a list, or either as JSON text. */
export function oneOf(value: unknown): Fields {
  const [first, second] = listOf(value).filter(isFields);
  return second === undefined ? (first ?? {}) : {};
}

/** Templates print nothing where they have nothing. */
export const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** Text or a number as text, nothing for the rest: an object may refuse to become text. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

/** The first of these keys that holds anything. */
export const firstOf = (fields: Fields, ...keys: string[]): unknown =>
  keys.map((key) => fields[key]).find((value) => !isBlank(value));

/** A list as carts write one: a list, a single thing, an object of numbered keys, or JSON text of these. */
export function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value === 'string' && /^\s*[[{]/.test(value)) return listOf(parsed(value));
  if (!isFields(value)) return isBlank(value) ? [] : [value];
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^\d+$/.test(key)) ? Object.values(value) : [value];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Lines of goods, whatever a cart calls their fields. */
export const itemsOf = (value: unknown): RawItem[] =>
  listOf(value)
    .filter(isFields)
    .map((item) => {
      const category = firstOf(item, 'item_category', 'category', 'product_category');
      return {
        sku: firstOf(item, 'item_id', 'sku', 'SKU', 'product_id', 'productId', 'id'),
        name: firstOf(item, 'item_name', 'name', 'product_name', 'title'),
        category: Array.isArray(category) ? category.filter((part) => typeof part === 'string').join('/') : category,
        quantity: firstOf(item, 'quantity', 'qty'),
        // GA4's price is already discounted, so its item discount is left out.
        price: firstOf(item, 'price', 'unit_price', 'item_price'),
        currency: firstOf(item, 'currency', 'currencyCode', 'currency_code', 'item_currency'),
      };
    });
