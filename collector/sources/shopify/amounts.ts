/**
 * Amounts of a Shopify order. Plain fields are in the shop's currency, `…_set` holds it beside the one that the shopper saw; with
 * `taxes_included` prices hold their tax. `total_price` never falls: `current_…` does on returns, and money that goes back without them only in
 * the payments. https://shopify.dev/docs/api/admin-rest/latest/resources/order (read 2026-11)
 */
import { decimalAmount } from '../../kit/amount.ts';
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { StatusMeaning } from '../../kit/source.ts';
import { isCurrency } from '../../lib/money.ts';
import { minorOf, taxAfterRefund, unitPrice } from '../amounts.ts';

/** Reads amounts in one of an order's two currencies. */
interface Purse {
  currency: string;
  /** Minor units; undefined where the order does not say it in this currency. */
  read(row: Json, field: string): number | undefined;
}

type Side = 'shop_money' | 'presentment_money';
const OTHER = { shop_money: 'presentment_money', presentment_money: 'shop_money' } as const;

function purseOf(order: Json, side: Side): Purse {
  const [shop, shown] = [codeOf(order['currency']), codeOf(order['presentment_currency'])];
  const same = shown === undefined || shown === shop;
  const currency = (side === 'shop_money' || same ? shop : shown) ?? '';
  return {
    currency,
    read(row, field) {
      const set = isObject(row[`${field}_set`]) ? (row[`${field}_set`] as Json) : {};
      const of = (one: Side): unknown => (isObject(set[one]) ? set[one]['amount'] : undefined);
      const plain = side === 'shop_money' || same ? row[field] : undefined;
      const amount = of(side) ?? (same ? of(OTHER[side]) : undefined) ?? plain;
      return minorOf(amount, currency);
    },
  };
}

const codeOf = (value: unknown): string | undefined => textOf(value)?.toUpperCase();

/** The rule: what the shopper saw, as pages report it, unless the connection tells the shop's books. */
const sideOf = (settings: Settings): Side => (settings['currency'] === 'shop' ? 'shop_money' : 'presentment_money');

/** Amounts as the server API takes them, and `refunded` where all was paid back whatever the order's status says. */
export function shopifyAmounts(
  order: Json,
  { meaning, settings }: { meaning: StatusMeaning; settings: Settings },
): Record<string, unknown> {
  const wanted = purseOf(order, sideOf(settings));
  const purse = wanted.read(order, 'total_price') === undefined ? purseOf(order, 'shop_money') : wanted;
  const { currency } = purse;
  // The server API's reader says what is wrong with these.
  if (!isCurrency(currency)) return { currency, total: order['total_price'] };
  const whole = purse.read(order, 'total_price');
  if (whole === undefined) return { currency, total: order['total_price'] };
  const left = leftOf(order, purse);
  const undone = meaning === 'cancelled' || meaning === 'refunded';
  const back = !undone && left === 0 && whole > 0;
  // What is undone keeps its amount, and its lines.
  const kept = undone || back;
  const base = kept ? whole : currentOf(order, purse);
  const now = kept ? whole : left;
  const text = (amount: number): string => decimalAmount(amount, { currency });
  const tax = taxOf(order, purse, { kept, whole, base });
  const lines = linesOf(order, purse, kept);
  const list = lines?.reduce((sum, line) => sum + line.list, 0) ?? 0;
  const off = lines?.reduce((sum, line) => sum + line.off, 0) ?? 0;
  return {
    currency,
    total: text(now),
    ...(back ? { status: 'refunded' } : {}),
    tax: text(taxAfterRefund(tax, { before: base, after: now })),
    ...(lines
      ? {
          subtotal: text(list),
          // Whatever is neither goods nor tax: tips, duties and fees stand in the total alone.
          shipping: text(Math.max(0, base - tax - list + off)),
          items: lines.map(({ item }) => item),
        }
      : {}),
    custom: besideOf(order, { purse, kept }),
  };
}

/** For people and templates: the number that the shopper knows, and what the order is worth in its other currency. */
function besideOf(order: Json, { purse, kept }: { purse: Purse; kept: boolean }): Record<string, string> {
  const name = textOf(order['name']);
  const others = (['shop_money', 'presentment_money'] as const).map((side) => ({ side, other: purseOf(order, side) }));
  const found = others.find(({ other }) => other.currency !== purse.currency && isCurrency(other.currency));
  const amount = found && (kept ? found.other.read(order, 'total_price') : leftOf(order, found.other));
  const label = found?.side === 'shop_money' ? 'shopTotal' : 'shownTotal';
  return {
    ...(name === undefined ? {} : { orderName: name }),
    ...(found && amount !== undefined
      ? { [label]: `${decimalAmount(amount, { currency: found.other.currency })} ${found.other.currency}` }
      : {}),
  };
}

const currentOf = (order: Json, purse: Purse): number =>
  purse.read(order, 'current_total_price') ?? purse.read(order, 'total_price') ?? 0;

/** Only of what was paid can less be left than the order comes to. */
const PAID = new Set(['paid', 'partially_refunded', 'refunded']);

/** What the shopper still pays: after returns, and never more than was received and not paid back. */
function leftOf(order: Json, purse: Purse): number {
  const current = currentOf(order, purse);
  if (!PAID.has(textOf(order['financial_status']) ?? '')) return current;
  const net = purse.read(order, 'net_payment');
  if (net !== undefined) return Math.max(0, Math.min(current, net));
  const { paidBack, converted } = paidBackOf(order, purse);
  const left = (purse.read(order, 'total_price') ?? 0) - paidBack;
  // A refund that was converted may be a unit off.
  return Math.abs(current - left) <= converted ? current : Math.max(0, Math.min(current, left));
}

/** What moved back. A refund without lines has moved money all the same, and one with lines perhaps none. */
function paidBackOf(order: Json, purse: Purse): { paidBack: number; converted: number } {
  const moved = rowsOf(order['refunds'])
    .flatMap(({ transactions }) => rowsOf(transactions))
    .filter(({ kind, status }) => kind === 'refund' && status === 'success');
  let converted = 0;
  const paidBack = moved.reduce((sum, { amount, currency }) => {
    const code = codeOf(currency) ?? purse.currency;
    if (code === purse.currency) return sum + Math.abs(minorOf(amount, code) ?? 0);
    converted += 1;
    return sum + Math.abs(convert(minorOf(amount, code) ?? 0, { order, code, to: purse }));
  }, 0);
  return { paidBack, converted };
}

/** By the rate of the order itself. */
function convert(minor: number, { order, code, to }: { order: Json; code: string; to: Purse }): number {
  const from = (['shop_money', 'presentment_money'] as const)
    .map((side) => purseOf(order, side))
    .find(({ currency }) => currency === code);
  const [own, other] = [to.read(order, 'total_price') ?? 0, from?.read(order, 'total_price') ?? 0];
  return other === 0 ? 0 : Math.round((minor * own) / other);
}

function taxOf(
  order: Json,
  purse: Purse,
  { kept, whole, base }: { kept: boolean; whole: number; base: number },
): number {
  const all = purse.read(order, 'total_tax') ?? 0;
  const now = kept ? undefined : purse.read(order, 'current_total_tax');
  return now ?? taxAfterRefund(all, { before: whole, after: base });
}

interface Line {
  item: Record<string, unknown>;
  /** Without tax, for the pieces that are left: before discounts, and what these took off. */
  list: number;
  off: number;
}

/** Undefined where a line does not say its price in this currency. */
function linesOf(order: Json, purse: Purse, kept: boolean): Line[] | undefined {
  const inside = order['taxes_included'] === true;
  const lines: Line[] = [];
  for (const line of rowsOf(order['line_items'])) {
    const quantity = Number(line['quantity']);
    const left = kept ? quantity : Number(line['current_quantity'] ?? quantity);
    if (!(quantity > 0) || !(left > 0)) continue;
    const price = purse.read(line, 'price');
    if (price === undefined) return undefined;
    lines.push(lineOf(line, purse, { gross: price * quantity, quantity, left, inside }));
  }
  return lines;
}

/** Discounts of the order and of codes stand in the allocations, not in `total_discount`. */
function lineOf(
  line: Json,
  purse: Purse,
  { gross, quantity, left, inside }: { gross: number; quantity: number; left: number; inside: boolean },
): Line {
  const sum = (rows: unknown, field: string): number =>
    rowsOf(rows).reduce((all, row) => all + (purse.read(row, field) ?? 0), 0);
  const taken = sum(line['discount_allocations'], 'amount');
  const paid = gross - taken;
  const net = inside && paid > 0 ? (paid - sum(line['tax_lines'], 'price')) / paid : 1;
  const [list, off] = [Math.round(gross * net), Math.round(taken * net)];
  const name = textOf(line['title']) ?? textOf(line['name']);
  const item = {
    sku: textOf(line['sku']) ?? textOf(line['variant_id']) ?? textOf(line['product_id']) ?? name,
    ...(name === undefined ? {} : { name }),
    ...{ quantity: left, price: unitPrice(list, quantity, purse.currency) },
    ...(off > 0 ? { discount: unitPrice(off, quantity, purse.currency) } : {}),
  };
  const share = (amount: number): number => Math.round((amount * left) / quantity);
  return { item, list: share(list), off: share(off) };
}

export const rowsOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
