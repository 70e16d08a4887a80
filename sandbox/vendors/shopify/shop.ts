/** The shop behind the sandbox Shopify: orders in cents of the shop's currency, what the shopper saw beside them, refunds, webhooks. */
import type { Json } from '../../fields/shape.ts';

export interface ShopifyLine {
  id: number;
  variant: number;
  sku: string;
  title: string;
  /** Cents a piece, as the shop shows prices. */
  unit: number;
  quantity: number;
  /** Pieces that came back. */
  back: number;
  /** Cents that discounts took off the whole line. */
  off: number;
  /** Per cent. */
  rate: number;
}

export interface ShopifyRefund {
  id: number;
  at: number;
  lines: { line: number; quantity: number }[];
  shipping: number;
  /** Cents that moved; less or more than the lines say. */
  moved: number;
}

export interface ShopifyOrder {
  id: number;
  number: number;
  createdAt: number;
  updatedAt: number;
  cancelledAt: number | null;
  financial: string;
  test: boolean;
  channel: string;
  codes: string[];
  attributes: { name: string; value: string }[];
  landing: string | null;
  email: string | null;
  customer: number | null;
  lines: ShopifyLine[];
  shipping: number;
  received: number;
  refunds: ShopifyRefund[];
  disputes: { id: number; initiatedAs: string; status: string }[];
}

export interface ShopifyWebhook {
  id: number;
  topic: string;
  address: string;
  /** Made through the API: signed with the app's secret, deleted after eight failures in a row. */
  ofApp: boolean;
  failures: number;
}

export interface ShopifyPost {
  hook: ShopifyWebhook;
  body: string;
  headers: Record<string, string>;
  tries: number;
}

export interface ShopifyTraps {
  domain: string;
  clientId: string;
  clientSecret: string;
  accessToken: string;
  webhookSecret: string;
  scopes: readonly string[];
  /** Whether the app may see who a person is. */
  personal: boolean;
  currency: string;
  /** What the shopper sees, and how much of it a unit of the shop's currency is. */
  presentment: string;
  exchange: number;
  taxesIncluded: boolean;
  /** Webhooks are lost on the way. */
  lose: boolean;
  /** Each webhook is posted twice. */
  twice: boolean;
  /** Webhooks are kept back until `POST merchant/release`, which posts them newest first. */
  hold: boolean;
  /** The API's own trouble: an HTTP status, 0 for none. */
  broken: number;
  /** Questions to come that find the bucket empty. */
  throttled: number;
  /** Points that the bucket holds, and gets back each second. */
  bucket: number;
  restoreRate: number;
}

export interface ShopifyShop {
  orders: Map<number, ShopifyOrder>;
  webhooks: ShopifyWebhook[];
  held: ShopifyPost[];
  /** What was not taken: tried again by `POST merchant/retry`. */
  failed: ShopifyPost[];
  /** What each address answered, oldest first. */
  deliveries: { topic: string; status: number }[];
  tokens: { value: string; until: number }[];
  spent: { points: number; at: number };
  next: number;
  now: () => number;
  traps: ShopifyTraps;
}

/** The contract notes' sample: 2 × 50.00 with 19 % tax inside, a code of 10.00, shipping 5.00. */
export function placeOrder(shop: ShopifyShop, fields: Json): ShopifyOrder {
  const number = shop.next++;
  const now = shop.now();
  const sample = {
    ...{ id: 5_900_000_000_000 + number, number, createdAt: now, updatedAt: now, cancelledAt: null },
    ...{ financial: 'paid', test: false, channel: 'web', codes: ['TEN'], attributes: [], landing: null },
    ...{ email: 'ada@example.test', customer: 7_700_000_000_001, shipping: 500, refunds: [], disputes: [] },
    lines: [{ unit: 5000, quantity: 2, off: 1000 }],
    ...fields,
  };
  const lines = sample.lines.map((line, index) => ({
    ...{
      id: 13_000_000_000_000 + number * 100 + index,
      variant: 4_400_000_000_001 + index,
      sku: 'SH-M',
      title: 'Shirt',
    },
    ...{ back: 0, rate: 19, ...line },
  }));
  const order: ShopifyOrder = { ...sample, lines, received: 0 };
  if (order.financial === 'paid') order.received = amountsOf(order, shop).total;
  shop.orders.set(order.id, order);
  return order;
}

export interface Amounts {
  lines: number;
  off: number;
  tax: number;
  currentTax: number;
  total: number;
  current: number;
  net: number;
  refunded: number;
}

/** In cents of the shop's currency. `total` never falls; `current` does where pieces come back, and not where money alone does. */
export function amountsOf({ lines, shipping, refunds, received }: ShopifyOrder, { traps }: ShopifyShop): Amounts {
  const sum = (of: (line: ShopifyLine) => number): number => lines.reduce((all, line) => all + of(line), 0);
  const list = sum(({ unit, quantity }) => unit * quantity);
  const off = sum((line) => line.off);
  const tax = sum((line) => lineTax(line, traps.taxesIncluded));
  const currentTax = sum((line) =>
    Math.round((lineTax(line, traps.taxesIncluded) * (line.quantity - line.back)) / line.quantity),
  );
  const current = sum((line) =>
    Math.round(((line.unit * line.quantity - line.off) * (line.quantity - line.back)) / line.quantity),
  );
  const shippingBack = refunds.reduce((all, refund) => all + refund.shipping, 0);
  const refunded = refunds.reduce((all, { moved }) => all + moved, 0);
  const onTop = (amount: number): number => (traps.taxesIncluded ? 0 : amount);
  return {
    ...{ lines: list, off, tax, currentTax, refunded, net: received - refunded },
    total: list - off + shipping + onTop(tax),
    current: current + shipping - shippingBack + onTop(currentTax),
  };
}

export function lineTax({ unit, quantity, off, rate }: ShopifyLine, included: boolean): number {
  const paid = unit * quantity - off;
  return Math.round((paid * rate) / (included ? 100 + rate : 100));
}

/** Cents of the lines that a refund takes back. */
const worthOf = (order: ShopifyOrder, lines: ShopifyRefund['lines'], included: boolean): number =>
  lines.reduce((sum, { line: index, quantity }) => {
    const line = order.lines[index]!;
    const whole = line.unit * line.quantity - line.off + (included ? 0 : lineTax(line, false));
    return sum + Math.round((whole * quantity) / line.quantity);
  }, 0);

/** Lines, shipping, or an amount alone; `moved` where the money is another, or has not moved at all. */
export function refundOrder(shop: ShopifyShop, order: ShopifyOrder, wish: Json): ShopifyRefund {
  const { lines = [], shipping = 0 } = wish as { lines?: ShopifyRefund['lines']; shipping?: number };
  for (const { line, quantity } of lines) order.lines[line]!.back += quantity;
  const moved = Number(wish['moved'] ?? worthOf(order, lines, shop.traps.taxesIncluded) + shipping);
  const refund = { id: shop.next++ + 990_000_000_000, at: shop.now(), lines, shipping, moved };
  order.refunds.push(refund);
  const { net } = amountsOf(order, shop);
  if (moved > 0) order.financial = net <= 0 ? 'refunded' : 'partially_refunded';
  order.updatedAt = shop.now();
  return refund;
}
