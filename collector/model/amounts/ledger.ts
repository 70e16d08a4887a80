/**
 * What an order is worth: its goods, discounts, tax, shipping and refunds as one ledger, in integer minor units. Whoever is told an amount
 * of the order is told one of these. Pure; how the amounts add up is found in `composition.ts`.
 *
 * goods + tax (where it comes on top) + shipping + other = total, always.
 */
import type { Composition, Item, Order } from '../order.ts';
import { changedByAmount, compositionOf, goodsAfter, hasGoods, statedAmounts } from './composition.ts';
import { goodsOf, spreadAmount, takenOff } from './lines.ts';

/**
 * What of an order a network is told.
 * - `goods`: goods after discounts and refunds, as the shop prices them: a tax inside the prices stays in
 * - `net`: the same without any tax
 * - `total`: what the customer paid, tax and shipping included
 * - `list`: goods before discounts, after refunds
 */
export type Basis = 'goods' | 'net' | 'total' | 'list';

export const BASES: readonly Basis[] = ['goods', 'net', 'total', 'list'];

export interface LedgerLine {
  item: Item;
  /** Before discounts. */
  list: number;
  /** The item's own discount, where it is taken off. */
  discount: number;
  /** What stays of the line after its share of all that went off the order. The nets add up to `goods`. */
  net: number;
}

export interface Ledger {
  lines: LedgerLine[];
  /** Goods before discounts. */
  list: number;
  /** Discounts of the items themselves. */
  itemDiscount: number;
  /** Discounts of the order: the one that was named, lines below zero, and what was paid less than the goods without a word. */
  orderDiscount: number;
  /** Of `orderDiscount`, what nobody named. */
  unnamed: number;
  /** Paid back by amount alone, spread over the lines. */
  refunded: number;
  /** Added by amount alone, spread over the lines. */
  added: number;
  /** Goods after all of that. */
  goods: number;
  tax: number;
  taxInside: boolean;
  shipping: number;
  /** Beyond goods, tax and shipping: fees, tips, tax or shipping that were not named. Below zero while the total is older than its parts. */
  other: number;
  total: number;
  /** The order's own discount was named, and stands in the prices already. */
  discountInside: boolean;
}

/** Lays an order out. An order that was undone is laid out as if it stood: what it is worth says {@link worthOf}. */
export function layOutOrder(given: Order): Ledger {
  const composition = compositionOf(given);
  const order = statedAmounts(given, composition);
  const { taxInside, discounts, rest, stale } = composition;
  const lines = goodsOf(order, composition);
  const takesOwn = discounts === 'items' || discounts === 'both';
  const takesNamed = discounts === 'order' || discounts === 'both';
  const parts = standing(order, composition);
  const unnamed = Math.max(0, -rest);
  const before = hasGoods(order) ? goodsAfter(order, composition) - unnamed : parts.goods;
  const nets = spreadAmount(
    parts.goods,
    lines.map(({ list, own }) => list - (takesOwn ? own : 0)),
  );
  const orderDiscount = (takesNamed ? (order.discount ?? 0) : 0) + takenOff(order) + unnamed;
  const list = lines.reduce((sum, line) => sum + line.list, 0);
  const itemDiscount = takesOwn ? lines.reduce((sum, line) => sum + line.own, 0) : 0;
  return {
    lines: lines.map(({ item, list: ofLine, own }, index) => ({
      ...{ item, list: ofLine, discount: takesOwn ? own : 0, net: nets[index]! },
    })),
    list: hasGoods(order) ? list : parts.goods,
    itemDiscount,
    orderDiscount: Math.max(0, Math.min(orderDiscount, hasGoods(order) ? list - itemDiscount : 0)),
    unnamed,
    refunded: Math.max(0, Math.max(0, before) - parts.goods),
    added: Math.max(0, parts.goods - Math.max(0, before)),
    ...parts,
    taxInside,
    other: parts.other + stale,
    total: order.total,
    discountInside: (order.discount ?? 0) > 0 && !takesNamed,
  };
}

/**
 * Goods, tax, shipping and the rest, so that they add up to the total and none lies below zero: what was paid back beyond the goods goes
 * off the rest first, then off shipping, then off the tax.
 */
function standing(order: Order, composition: Composition): Pick<Ledger, 'goods' | 'tax' | 'shipping' | 'other'> {
  const { taxInside, rest, stale } = composition;
  const parts = { other: Math.max(0, rest), shipping: composition.shipping, tax: taxInside ? 0 : composition.tax };
  const goods = hasGoods(order)
    ? goodsAfter(order, composition) + Math.min(0, rest) + changedByAmount(order, composition)
    : order.total - parts.shipping - parts.tax - stale;
  let lacks = Math.max(0, -goods);
  for (const part of ['other', 'shipping', 'tax'] as const) {
    const gone = Math.min(lacks, parts[part]);
    parts[part] -= gone;
    lacks -= gone;
  }
  const stands = Math.max(0, goods);
  return { ...parts, goods: stands, ...(taxInside ? { tax: taxInsideOf(order, composition, stands) } : {}) };
}

/** The tax inside goods that were partly paid back went back with them. */
function taxInsideOf(order: Order, composition: Composition, goods: number): number {
  const stated = goodsAfter(order, composition) + Math.min(0, composition.rest);
  if (goods >= stated || stated <= 0) return Math.min(composition.tax, goods);
  return spreadAmount(composition.tax, [goods, stated - goods])[0]!;
}

/** What an order is worth on a basis. Nothing, once it was undone. */
export function worthOf(order: Order, basis: Basis): number {
  if (order.status === 'cancelled' || order.status === 'refunded') return 0;
  return amountOn(layOutOrder(order), basis);
}

/** The lines of an order on a basis, largest remainder: they add up to the order's amount. Empty where the order names no items. */
export function linesOn(order: Order, basis: Basis): { item: Item; minor: number }[] {
  const ledger = layOutOrder(order);
  if (order.items.length === 0) return [];
  const weights = ledger.lines.map(({ list, net }) => (basis === 'list' ? list : net));
  const shares = spreadAmount(worthOf(order, basis), weights);
  return ledger.lines.map(({ item }, index) => ({ item, minor: shares[index]! }));
}

function amountOn(ledger: Ledger, basis: Basis): number {
  const { goods, tax, taxInside, total, list, refunded, added } = ledger;
  switch (basis) {
    case 'goods':
      return goods;
    case 'net':
      return goods - (taxInside ? tax : 0);
    case 'total':
      return total;
    case 'list':
      // Of goods that were paid back in part, that part of their list price went back.
      return refunded === 0 ? list + added : spreadAmount(list, [goods, refunded])[0]!;
  }
}
