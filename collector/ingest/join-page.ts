/**
 * Step 4 of 5. One page may name one order under two numbers and in two posts: its own call says S-8142 and its data layer 8142. Which order a
 * report is for is decided here, before it is heard. Pure.
 */
import { sameOrderKey } from '../../wire/order-id.ts';
import type { OrderCommand } from '../intake/command.ts';
import { seconds } from '../lib/duration.ts';
import type { Order } from '../model/order.ts';
import type { Delivery } from '../model/delivery.ts';
import type { StoredOrder } from '../model/stored-order.ts';

/**
 * How long a page may go on about an order before anybody is told of what was found in it: its trackers load one after the other, and the
 * fuller report comes later as often as not.
 */
export const PAGE_GRACE = seconds(1.5);

export interface Twin {
  stored: StoredOrder;
  /** Whether the stored order gives way to the report's number; else the report is one more of the stored order. */
  yields: boolean;
}

/**
 * The order that this report means under another number: of the same visitor, unknown to the shop, and named by the report itself (`also`),
 * or heard a moment ago from another of the page's trackers for the same money and as many goods. Two orders that one tracker names are
 * two orders, however alike: a marketplace's order is split by vendor.
 */
export function findTwin(given: {
  command: OrderCommand;
  /** Orders that the visitor reported lately, and those that the report names, too. */
  candidates: readonly StoredOrder[];
  deliveriesOf: (stored: StoredOrder) => readonly Delivery[];
  now: number;
}): Twin | undefined {
  const { command, candidates, deliveriesOf, now } = given;
  const stored = candidates.find(
    (one) =>
      one.order.orderId !== command.valid.order.orderId &&
      one.visitor === command.visitor &&
      one.words.shop === undefined &&
      one.words.sameAs === undefined &&
      (isNamed(one, command) || isHeardTwice(one, command, now)),
  );
  if (!stored) return undefined;
  const isUntold = deliveriesOf(stored).every(({ attempts, state }) => attempts === 0 && state !== 'sending');
  // What another browser said of the order is not this page's to take along.
  const isAlone = stored.words.heard.every(({ visitor }) => visitor === command.visitor);
  const mayYield = isAlone && isFound(stored) && isUntold && now - stored.receivedAt <= PAGE_GRACE;
  // The page's own number counts before one that was found; of two that were found the first, unless the page's fuller report chose.
  return { stored, yields: mayYield && (command.found === undefined || isNamed(stored, command)) };
}

/** Why nobody is told of an order under the number that it had first. */
export const toldUnder = (orderId: string): string =>
  `the same page names this order ${orderId}: told under that number`;

const isNamed = ({ order }: StoredOrder, { also = [] }: OrderCommand): boolean =>
  also.some((number) => sameOrderKey(number) === sameOrderKey(order.orderId));

/** The page's own call is a tracker, too. */
const trackersOf = (found: readonly string[] | undefined): readonly string[] => found ?? ['call'];

const isFound = ({ words }: StoredOrder): boolean => words.heard.every(({ found }) => found !== undefined);

function isHeardTwice({ order, words, receivedAt }: StoredOrder, { valid, found }: OrderCommand, now: number): boolean {
  const known = words.heard.flatMap((one) => trackersOf(one.found));
  if (now - receivedAt > PAGE_GRACE || trackersOf(found).some((tracker) => known.includes(tracker))) return false;
  const { total, currency } = valid.order;
  return order.total === total && order.currency === currency && sameGoods(order, valid.order);
}

/** A report without lines contradicts none. */
function sameGoods(a: Pick<Order, 'items'>, b: Pick<Order, 'items'>): boolean {
  const [first, second] = [a, b].map(({ items }) => items.reduce((sum, { quantity }) => sum + quantity, 0));
  return first === 0 || second === 0 || first === second;
}

/** Conversions of what was found in a page wait until the page had its time; the shop's word ends that. */
export function waitForPage(changed: readonly Delivery[], now: number): Delivery[] {
  return changed.map((delivery) => {
    const { kind, state, nextAt, attempts } = delivery;
    if (kind !== 'conversion' || state !== 'due' || nextAt === null || attempts > 0) return delivery;
    return { ...delivery, nextAt: Math.max(nextAt, now + PAGE_GRACE) };
  });
}

/** How much a report says: of two that were found in one page, the fuller one counts as a whole. */
export function fullnessOf(said: Pick<Order, 'items' | 'coupons' | 'tax' | 'shipping' | 'discount'>): number {
  const parts = [said.tax, said.shipping, said.discount].filter((amount) => amount !== undefined).length;
  return (said.items.length > 0 ? 4 : 0) + (said.coupons.length > 0 ? 2 : 0) + parts;
}
