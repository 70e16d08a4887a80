/** The lines of an order: what each costs, multiplied before it is rounded, and shares of an amount. Pure, in integers. */
import type { Composition, Item, Order } from '../order.ts';

type Lines = Pick<Order, 'items' | 'subtotal'>;
type LineReading = Pick<Composition, 'bySum' | 'ofLine'>;

/** One line of goods: what it costs before discounts, and the discount that it names itself. */
export interface Goods {
  item: Item;
  list: number;
  own: number;
}

/** Denominator of an exact line: six decimals of the price beyond the currency's, six of the quantity. */
const WHOLE = 10n ** 12n;

/** Unit amount × quantity as twelve-decimal integer: nothing is rounded before it is multiplied. What is said of a whole line stands once. */
function exact(units: number, { quantity, scale = 0 }: Item, ofLine = false): bigint {
  const times = ofLine && quantity > 0 ? 1 : quantity;
  return BigInt(units) * 10n ** BigInt(6 - scale) * BigInt(Math.round(times * 1e6));
}

/** To whole units, half away from zero. */
function rounded(value: bigint): number {
  const half = value < 0n ? -WHOLE / 2n : WHOLE / 2n;
  return Number((value + half) / WHOLE);
}

/** What a line costs before discounts: multiplied, then rounded. `ofLine` where its price is the line's already. */
export const lineTotal = (item: Item, ofLine?: Composition['ofLine']): number =>
  rounded(exact(item.price, item, ofLine === 'prices'));

/** Whether lines had to be rounded, so that a shop that rounds the sum comes to another one. */
export const isFine = ({ quantity, scale = 0 }: Item): boolean => scale > 0 || !Number.isInteger(quantity);

/**
 * Shares of `amount` in proportion to `weights`, by largest remainder: they add up to it exactly. Without any weight the first takes all.
 */
export function spreadAmount(amount: number, weights: readonly number[]): number[] {
  const all = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  if (all === 0n) return weights.map((_, index) => (index === 0 ? amount : 0));
  const parts = weights.map((weight, index) => {
    const share = BigInt(amount) * BigInt(weight);
    return { index, whole: share / all, rest: share % all };
  });
  let left = BigInt(amount) - parts.reduce((sum, { whole }) => sum + whole, 0n);
  for (const part of [...parts].sort((a, b) => Number(b.rest - a.rest) || a.index - b.index)) {
    if (left === 0n) break;
    part.whole += 1n;
    left -= 1n;
  }
  return parts.map(({ whole }) => Number(whole));
}

/** The goods line by line. Lines below zero are no goods but take off, see {@link takenOff}. An order without items has one line where it names a subtotal. */
export function goodsOf(order: Lines, { bySum, ofLine }: LineReading): Goods[] {
  const sold = order.items.filter(({ price }) => price >= 0);
  if (order.items.length === 0) {
    if (order.subtotal === undefined) return [];
    return [{ item: { sku: '', quantity: 1, price: order.subtotal }, list: order.subtotal, own: 0 }];
  }
  const exactly = sold.map((item) => exact(item.price, item, ofLine === 'prices'));
  const lists = bySum ? roundedTogether(exactly) : exactly.map(rounded);
  return sold.map((item, index) => {
    const list = lists[index]!;
    return { item, list, own: Math.min(list, rounded(exact(item.discount ?? 0, item, ofLine !== undefined))) };
  });
}

/** Rounds the sum once and lays the difference on the lines with the largest remainders. */
function roundedTogether(exactly: readonly bigint[]): number[] {
  const floors = exactly.map((value) => value / WHOLE);
  const left = BigInt(rounded(exactly.reduce((sum, value) => sum + value, 0n))) - floors.reduce((a, b) => a + b, 0n);
  const order = exactly.map((value, index) => ({ index, rest: value % WHOLE }));
  order.sort((a, b) => Number(b.rest - a.rest) || a.index - b.index);
  const up = new Set(order.slice(0, Number(left)).map(({ index }) => index));
  return floors.map((floor, index) => Number(floor) + (up.has(index) ? 1 : 0));
}

/** What lines below zero take off the order (loyalty points, a voucher as a product). Positive. */
export const takenOff = ({ items }: Lines): number =>
  -items.filter(({ price }) => price < 0).reduce((sum, item) => sum + lineTotal(item), 0);
