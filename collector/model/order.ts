/** The words of the product as shapes: touch, order, report. Step 0 of the flow; imports nothing. */

export type OrderStatus = 'approved' | 'pending' | 'cancelled' | 'refunded';

export interface Item {
  sku: string;
  name?: string;
  category?: string;
  /** At most six decimals: 2.5 kg. */
  quantity: number;
  /** Unit price before discounts, in minor units over 10^`scale`; below zero on a line that takes off (loyalty points). */
  price: number;
  /** Discount on the unit price, as `price`; of shops that say so of the line, see {@link Composition}. */
  discount?: number;
  /** Decimals of price and discount beyond the order's: 122.1667 USD is price 1221667 with scale 2. None unless given. */
  scale?: number;
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

/** How an order's amounts add up to its total, see `model/amounts/composition.ts`. Amounts in minor units. */
export interface Composition {
  /** Which discounts are taken off the goods; the others stand in the prices already. */
  discounts: 'order' | 'both' | 'items' | 'none';
  /** Prices include the tax. */
  taxInside: boolean;
  /** Lines were rounded together, not each. */
  bySum: boolean;
  /** What items say of their whole line, not of a piece: their discounts, or their prices as well. Neither unless given. */
  ofLine?: 'discounts' | 'prices';
  /** Tax and shipping as far as they still stand. */
  tax: number;
  shipping: number;
  /** Of the total as stated: beyond goods, tax and shipping (a fee); below zero what was paid less than the goods (a discount). */
  rest: number;
  /** Of a total that is older than its parts: what they don't explain. */
  stale: number;
  /** The subtotal that was stated before a change of the total left it out: of an order without items it says what the goods cost. */
  subtotal?: number;
  /** The amounts that this was found for; with others it says nothing. */
  of: string;
}

/** The shop's sale, keyed by (site, orderId). All amounts are minor units of `currency`. */
export interface Order {
  orderId: string;
  total: number;
  currency: string;
  /** Decimals of all amounts here, kept so that no later list of currencies can change what was stored; the currency's unless given. */
  digits?: number;
  subtotal?: number;
  discount?: number;
  shipping?: number;
  tax?: number;
  /** Kept where a change made it; found from the amounts otherwise. */
  composition?: Composition;
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
