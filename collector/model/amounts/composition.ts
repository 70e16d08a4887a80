/**
 * How the amounts of an order add up to its total. Pure, in integers.
 *
 * Shops differ in what they mean by their own fields: a discount is taken off the prices or stands in them already, tax comes on top or is
 * inside. So nothing is assumed that can be reckoned: of all readings the first that adds up to the total is the shop's. Where none does,
 * what was paid decides: goods for more than was paid had a discount that nobody named; money beyond the goods is tax, shipping or a fee
 * that nobody named, and no goods.
 *
 * A change keeps the reading of the order that it changes: `{ total: 90 }` after 112 is a refund of 22, by whatever coincidence 90 is the
 * sum of something else. It is found again where the change states the goods anew.
 */
import type { Composition, Order } from '../order.ts';
import { goodsOf, isFine, takenOff } from './lines.ts';

/** Fields of an order that a composition is about. */
export type Amounts = Pick<Order, 'total' | 'subtotal' | 'discount' | 'shipping' | 'tax' | 'items' | 'composition'>;

/** Which discounts are taken off the goods: the order's, those of the items, both, or none, since all stand in the prices. */
type Discounts = Composition['discounts'];

/** The goods after the discounts that a reading takes off. */
export function goodsAfter(
  order: Amounts,
  { discounts, ...reading }: Pick<Composition, 'discounts' | 'bySum' | 'ofLine'>,
): number {
  const lines = goodsOf(order, reading);
  const list = lines.reduce((sum, line) => sum + line.list, 0);
  const own = discounts === 'items' || discounts === 'both' ? lines.reduce((sum, line) => sum + line.own, 0) : 0;
  const ofOrder = discounts === 'order' || discounts === 'both' ? (order.discount ?? 0) : 0;
  return list - own - ofOrder - takenOff(order);
}

type Reading = Pick<Composition, 'discounts' | 'bySum' | 'ofLine' | 'taxInside' | 'tax' | 'shipping'>;

/** What the total has beyond goods, tax and shipping; below zero: what it lacks. */
function beyond(order: Amounts, reading: Reading): number {
  const { taxInside, tax, shipping } = reading;
  if (!hasGoods(order)) return 0;
  return order.total - goodsAfter(order, reading) - (taxInside ? 0 : tax) - shipping;
}

/** Without items and subtotal the goods are what is left of the total. */
export const hasGoods = ({ items, subtotal }: Amounts): boolean => items.length > 0 || subtotal !== undefined;

/** Readings of the discounts, the likeliest first: shops that name one discount in the items and in the order mean one. */
function readings(order: Amounts): Discounts[] {
  const named = (order.discount ?? 0) > 0;
  const own = order.items.some(({ discount }) => (discount ?? 0) > 0);
  if (named && own) return ['order', 'both', 'items', 'none'];
  if (named) return ['order', 'none'];
  return own ? ['items', 'none'] : ['none'];
}

/** What items may say of their whole line; of a single piece both readings are one. */
function linesSay({ items }: Amounts): NonNullable<Composition['ofLine']>[] {
  const several = items.filter(({ quantity }) => quantity !== 1);
  if (several.length === 0) return [];
  return several.some(({ discount }) => (discount ?? 0) > 0) ? ['discounts', 'prices'] : ['prices'];
}

/** What a composition was found for: with other amounts it says nothing. */
const fingerprint = ({ total, subtotal, discount, shipping, tax, items }: Amounts): string =>
  [
    total,
    subtotal,
    discount,
    shipping,
    tax,
    ...items.map((item) => `${item.price}x${item.quantity}-${item.discount ?? 0}e${item.scale ?? 0}`),
  ]
    .map((part) => part ?? '')
    .join(' ');

/** The composition that is kept with the order while its amounts are those that it was found for, else one found afresh. */
export function compositionOf(order: Amounts): Composition {
  const kept = order.composition;
  return kept !== undefined && kept.of === fingerprint(order) ? kept : findComposition(order);
}

/** Finds how amounts that were stated together add up. */
export function findComposition(order: Amounts): Composition {
  const base = { tax: order.tax ?? 0, shipping: order.shipping ?? 0, rest: 0, stale: 0, of: fingerprint(order) };
  const fine = order.items.some(isFine);
  const candidates = readings(order).flatMap((discounts) =>
    [false, true]
      .filter((taxInside) => !taxInside || base.tax > 0)
      .flatMap((taxInside) =>
        [false, true].filter((bySum) => !bySum || fine).map((bySum) => ({ ...base, discounts, taxInside, bySum })),
      ),
  );
  const exactOne = candidates.find((candidate) => beyond(order, candidate) === 0);
  if (exactOne) return exactOne;
  // A cent a line is how far a shop's own rounding may be off; it is no discount and no fee.
  const near = fine && candidates.find((candidate) => Math.abs(beyond(order, candidate)) <= order.items.length);
  if (near) return near;
  // Said of the whole line, as many shops store it: only where that is the sum to the cent.
  const each = candidates.filter(({ bySum }) => !bySum);
  const ofLine = linesSay(order).flatMap((said) => each.map((candidate) => ({ ...candidate, ofLine: said })));
  const byLine = ofLine.find((candidate) => beyond(order, candidate) === 0);
  if (byLine) return byLine;
  const onTop = candidates.filter(({ taxInside, bySum }) => !taxInside && !bySum);
  const left = (candidate: Reading): number => beyond(order, candidate);
  const closest = onTop
    .filter((candidate) => left(candidate) >= 0 && left(candidate) * 2 <= goodsAfter(order, candidate))
    .sort((a, b) => left(a) - left(b))[0];
  const chosen = closest ?? onTop[0]!;
  return { ...chosen, rest: left(chosen) };
}

/**
 * The order after a report or a change, with the composition that outlives the report: that of a change, or the one that was found before for
 * these amounts. `named` are the fields that a change stated; a report states all.
 */
export function withComposition(after: Order, before: Order | undefined, named?: Named): Order {
  const { composition: _afresh, ...order } = after;
  if (before === undefined || before.currency !== after.currency) return order;
  // What is said again as it was changes nothing.
  const isNew = fingerprint(before) !== fingerprint(after);
  const stated = isNew && named !== undefined && AMOUNT_FIELDS.some((field) => named.has(field));
  const composition = stated ? recomposeAmounts({ before, after, named }) : before.composition;
  return composition?.of === fingerprint(after) ? { ...order, composition } : order;
}

const AMOUNT_FIELDS = ['total', 'subtotal', 'discount', 'shipping', 'tax', 'items'] as const;

/** Fields that a change named. */
export type Named = ReadonlySet<string>;

/** The amounts with a subtotal that a change of the total left out. */
export const statedAmounts = <T extends Amounts>(order: T, { subtotal }: Composition): T =>
  subtotal === undefined || order.subtotal !== undefined || order.items.length > 0 ? order : { ...order, subtotal };

/** How the amounts add up after a change: `named` are the fields that the shop stated anew, all others are what they were. */
export function recomposeAmounts(change: { before: Amounts; after: Amounts; named: Named }): Composition {
  const { named } = change;
  const was = compositionOf(change.before);
  const before = statedAmounts(change.before, was);
  const { subtotal: _kept, ...rest } = was;
  const left = change.after.subtotal === undefined && !named.has('subtotal') ? before.subtotal : undefined;
  const kept: Composition = left === undefined ? rest : { ...rest, subtotal: left };
  const after = statedAmounts(change.after, kept);
  return { ...recomposeStated({ before, after, named, was: kept }), of: fingerprint(change.after) };
}

function recomposeStated(change: { before: Amounts; after: Amounts; named: Named; was: Composition }): Composition {
  const { before, after, named, was } = change;
  const kept: Composition = {
    ...was,
    tax: named.has('tax') ? (after.tax ?? 0) : was.tax,
    shipping: named.has('shipping') ? (after.shipping ?? 0) : was.shipping,
    stale: 0,
  };
  const restated = named.has('items') || named.has('discount') || named.has('subtotal');
  if (!named.has('total')) {
    // The total is older than what was named: it is not measured by it, and the goods are what they were, or what was named.
    if (!hasGoods(after)) return { ...kept, stale: was.stale + was.tax + was.shipping - kept.tax - kept.shipping };
    const reading = restated ? { ...kept, discounts: discountsOf(was, before, after), rest: 0 } : kept;
    const goodsStay = restated ? 0 : changedByAmount(before, was);
    return { ...reading, stale: beyond(after, reading) - reading.rest - goodsStay };
  }
  if (beyond(after, kept) === 0) return { ...kept, rest: 0 };
  if (!restated) {
    return { ...kept, rest: was.rest > 0 ? Math.max(0, was.rest - nowKnown({ before, after, named })) : was.rest };
  }
  const fresh = findComposition(after);
  if (beyond(after, fresh) === 0) return fresh;
  return withOldParts({ ...kept, discounts: discountsOf(was, before, after), bySum: fresh.bySum }, { after, named });
}

/** The reading of the discounts stays while the order has the same ones. */
function discountsOf(was: Composition, before: Amounts, after: Amounts): Discounts {
  return readings(before).join() === readings(after).join() ? was.discounts : findComposition(after).discounts;
}

/** Tax and shipping that were part of what nobody had named. */
function nowKnown({ before, after, named }: { before: Amounts; after: Amounts; named: Named }): number {
  const fresh = (field: 'tax' | 'shipping'): number =>
    named.has(field) && before[field] === undefined ? (after[field] ?? 0) : 0;
  return fresh('tax') + fresh('shipping');
}

/** Lines and total were stated, tax or shipping were not: what the total lacks has gone from those first, for the lines are the newer word. */
function withOldParts(kept: Composition, { after, named }: { after: Amounts; named: Named }): Composition {
  let lacks = Math.max(0, -beyond(after, kept));
  const parts = { tax: kept.tax, shipping: kept.shipping };
  for (const field of ['tax', 'shipping'] as const) {
    if (named.has(field) || (field === 'tax' && kept.taxInside)) continue;
    const gone = Math.min(lacks, parts[field]);
    parts[field] -= gone;
    lacks -= gone;
  }
  const reading = { ...kept, ...parts };
  return { ...reading, rest: beyond(after, reading) };
}

/** Whether the amounts add up to the total, to the smallest unit, by any reading. */
export function addsUp(order: Amounts): boolean {
  return beyond(order, findComposition(order)) === 0;
}

/** What of the total the composition does not explain as it was stated: refunds (below zero) and additions by amount alone. */
export const changedByAmount = (order: Amounts, composition: Composition): number =>
  beyond(order, composition) - composition.rest - composition.stale;
