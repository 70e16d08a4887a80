/**
 * Step 2 of 5. Proof that a shop stands behind what its customer's browser reports: HMAC-SHA256 over three fields, or over the fields that the
 * report names. Pure.
 */
import type { Problem } from '../../wire/problem.ts';
import { hmacSha256, sameSecret } from '../lib/hash.ts';
import { readInstant } from '../lib/local-time.ts';
import { formatMoney } from '../lib/money.ts';
import type { Proof } from '../model/authority/order-words.ts';
import type { Order } from '../model/order.ts';

/** What a shop signs in the short form. `total` is the decimal text of the order, `112.00`. */
export function orderSignature(key: string, order: { orderId: string; total: string; currency: string }): string {
  return hmacSha256(key, `${order.orderId}\n${order.total}\n${order.currency}`);
}

/** Names that the long form may cover, each with the field of the record that it proves. */
const SIGNABLE: Readonly<Record<string, string>> = {
  orderId: 'orderId',
  total: 'total',
  currency: 'currency',
  subtotal: 'subtotal',
  discount: 'discount',
  shipping: 'shipping',
  tax: 'tax',
  coupons: 'coupons',
  placedAt: 'placedAt',
  status: 'status',
  items: 'items',
  'customer.id': 'customerId',
  'customer.email': 'email',
};
const NEEDED = ['orderId', 'total', 'currency'];
const ITEM_FIELDS = ['sku', 'quantity', 'price', 'discount'] as const;

/**
 * What a shop signs in the long form, a line each: `order`, the time, then `name=value` for every name of `signed` in its order, as the
 * report carries it. `coupons` are joined by commas; `items` are their number and then `items.0.sku=…`, `.quantity`, `.price` and, where
 * a line has one, `.discount`. Undefined where a value is missing, no text or number, or has a line break.
 */
export function signedText(sent: Record<string, unknown>): string | undefined {
  const { signed, signedAt } = sent;
  if (!isNames(signed)) return undefined;
  const lines = signed.flatMap((name) => linesOf(name, sent));
  const texts = [plain(signedAt), ...lines.map(([, value]) => plain(value))];
  if (texts.includes(undefined)) return undefined;
  return ['order', texts[0], ...lines.map(([name], index) => `${name}=${texts[index + 1]}`)].join('\n');
}

export type SignatureCheck = { proof?: Proof; problem?: Problem };

/**
 * `sent` are the fields as they arrived; `keys` the site's signing keys, several while one is being replaced.
 * In the short form the total may be signed as it was sent or in the currency's full decimals: templates differ in which they have at hand.
 */
export function checkSignature(input: {
  sent: Record<string, unknown>;
  order: Order;
  keys: readonly string[];
  required: boolean;
  now: number;
}): SignatureCheck {
  const { sent, keys, required } = input;
  const { signature } = sent;
  if (signature === undefined || signature === null || signature === '') {
    if (!required) return {};
    return refuse(
      "is missing: this site takes orders from browsers only with the signature that the shop's server makes",
    );
  }
  if (keys.length === 0)
    return refuse("can't be checked: this site has no signing key (clickthread key create SITE --order)");
  if (typeof signature !== 'string' || !/^[\da-f]{64}$/i.test(signature)) {
    return refuse('must be the 64 hexadecimal digits of an HMAC-SHA256');
  }
  const given = { ...input, signature: signature.toLowerCase() };
  return sent.signed === undefined || sent.signed === null ? checkShort(given) : checkLong(given);
}

type Given = Parameters<typeof checkSignature>[0] & { signature: string };

function checkShort({ sent, order, keys, signature }: Given): SignatureCheck {
  const totals = [formatMoney({ minor: order.total, currency: order.currency }), String(sent.total)];
  const { currency } = order;
  const ids = new Set([order.orderId, String(sent.orderId).trim()]);
  const ways = [...ids].flatMap((orderId) => totals.map((total) => ({ orderId, total, currency })));
  const matches = keys.some((key) => ways.some((way) => sameSecret(orderSignature(key, way), signature)));
  if (!matches) return refuse('does not match this order id, total and currency');
  return { proof: { fields: ['total', 'currency'], at: null } };
}

function checkLong({ sent, keys, signature, now }: Given): SignatureCheck {
  const { signed, signedAt } = sent;
  if (!isNames(signed))
    return refuse('must come with "signed", a list of the names of the fields that it covers', 'signed');
  const unknown = signed.filter((name) => !Object.hasOwn(SIGNABLE, name));
  if (unknown.length > 0)
    return refuse(`names ${unknown[0]!.slice(0, 64)}; it may name ${Object.keys(SIGNABLE).join(', ')}`, 'signed');
  const lacking = NEEDED.filter((name) => !signed.includes(name));
  if (lacking.length > 0) return refuse(`must name ${lacking.join(', ')} too`, 'signed');
  const at = typeof signedAt === 'string' ? readInstant(signedAt, 'UTC') : undefined;
  if (at === undefined) return refuse('must be the time of the signature, such as "2026-11-26T12:00:00Z"', 'signedAt');
  const text = signedText(sent);
  if (text === undefined)
    return refuse('names a field that the order does not carry as a text or number without line breaks', 'signed');
  if (!keys.some((key) => sameSecret(hmacSha256(key, text), signature)))
    return refuse(`does not match the fields that "signed" names and the time`);
  const fields = signed.map((name) => SIGNABLE[name]!).filter((field) => field !== 'orderId');
  // A shop's clock that runs ahead must not keep the shop's next word from counting.
  return { proof: { fields, at: Math.min(at, now), ...(at > now ? { stated: at } : {}) } };
}

type Line = readonly [name: string, value: unknown];

function linesOf(name: string, sent: Record<string, unknown>): Line[] {
  if (name === 'items') return itemLines(sent.items);
  if (name === 'coupons' && Array.isArray(sent.coupons)) return [[name, sent.coupons.map(String).join(',')]];
  const [outer, inner] = name.split('.') as [string, string | undefined];
  if (inner === undefined) return [[name, sent[outer]]];
  const holder = sent[outer];
  return [
    [name, typeof holder === 'object' && holder !== null ? (holder as Record<string, unknown>)[inner] : undefined],
  ];
}

function itemLines(items: unknown): Line[] {
  if (!Array.isArray(items)) return [['items', undefined]];
  const lines = items.flatMap((item: unknown, index): Line[] => {
    const fields = (item ?? {}) as Record<string, unknown>;
    return ITEM_FIELDS.filter((field) => field !== 'discount' || fields.discount !== undefined).map((field) => [
      `items.${index}.${field}`,
      field === 'quantity' ? (fields[field] ?? 1) : fields[field],
    ]);
  });
  return [['items', items.length], ...lines];
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= 20 && value.every((name) => typeof name === 'string');
}

function plain(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && !/[\r\n]/.test(value) ? value : undefined;
}

function refuse(message: string, field = 'signature'): { problem: Problem } {
  return { problem: { field, message } };
}
