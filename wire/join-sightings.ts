/** What several places of one page said about one order, as one order. Pure. */
import type { CompleteOrder, FieldProblem } from './complete-order.ts';
import { sameOrderKey } from './order-id.ts';

/** An order that one place named. */
export interface Sighting {
  source: string;
  tracker: string;
  order: CompleteOrder;
  /** The total as it was said. */
  said: string;
  warnings: FieldProblem[];
}

/** An order of a page. */
export interface FoundOrder {
  order: CompleteOrder;
  /** Where the report that counts stood. */
  source: string;
  /** Which of the page's trackers name it. */
  trackers: string[];
  /** Other numbers that the page has for it. */
  also: string[];
  warnings: FieldProblem[];
}

/**
 * Sightings mean one order where they name one number (`#1001` and `1001`). Under two numbers they do where two *different* trackers name
 * the same total in the same currency and as many goods: one plugin reports the order's number, another the post's. One tracker names each
 * order once, so its two orders stay two, however alike (a marketplace's order is split by vendor). The page's own call counts before its
 * attribute, that before what was found, and among these the fuller report, as a whole; it is completed where amounts agree.
 */
export function joinSightings(sightings: readonly Sighting[]): FoundOrder[] {
  const groups: Sighting[][] = [];
  for (const sighting of sightings) {
    const known = groups.find((group) => group.some((other) => isSameNumber(other, sighting)));
    const group = known ?? groups.find((candidates) => mayBeOne(candidates, sighting));
    if (group) group.push(sighting);
    else groups.push([sighting]);
  }
  return groups.map(joinGroup);
}

const isSameNumber = (a: Sighting, b: Sighting): boolean =>
  sameOrderKey(a.order.orderId) === sameOrderKey(b.order.orderId);

function mayBeOne(group: readonly Sighting[], sighting: Sighting): boolean {
  return (
    group.every(({ tracker }) => tracker !== sighting.tracker) &&
    group.some((other) => sameMoney(other, sighting) && sameGoods(other.order, sighting.order))
  );
}

function sameMoney(a: Sighting, b: Sighting): boolean {
  if (a.order.currency !== b.order.currency) return false;
  return [a.said, a.order.total].some((total) => [b.said, b.order.total].map(Number).includes(Number(total)));
}

/** Numbers of goods differ between trackers (post id, SKU), how many there are doesn't. A report without goods contradicts none. */
function sameGoods(a: CompleteOrder, b: CompleteOrder): boolean {
  const [first, second] = [a, b].map(({ items = [] }) =>
    items.reduce((sum, { quantity }) => sum + Number(quantity), 0),
  );
  return first === 0 || second === 0 || first === second;
}

const RANK: Record<string, number> = { call: 200, attribute: 100 };

/** How much a report says. */
const fullness = ({ source, order }: Sighting): number =>
  (RANK[source] ?? 0) +
  (order.items?.length ? 4 : 0) +
  (order.coupons?.length ? 2 : 0) +
  ['tax', 'shipping', 'discount', 'customer'].filter((field) => order[field] !== undefined).length;

function joinGroup(group: readonly Sighting[]): FoundOrder {
  const [best, ...rest] = [...group].sort((a, b) => fullness(b) - fullness(a)) as [Sighting, ...Sighting[]];
  const order = { ...best.order };
  for (const other of rest) complete(order, other.order);
  const numbers = new Map(group.map(({ order: { orderId } }) => [sameOrderKey(orderId), orderId]));
  numbers.delete(sameOrderKey(order.orderId));
  const also = [...numbers.values()];
  const warnings = also.map((number) => ({ field: 'orderId', message: `the page names this order ${number}, too` }));
  const trackers = [...new Set(group.map(({ tracker }) => tracker))];
  return { order, source: best.source, trackers, also, warnings: [...best.warnings, ...warnings] };
}

/** Gaps are filled: the buyer and the coupons always, what belongs to the amounts only where these agree. */
function complete(order: CompleteOrder, other: CompleteOrder): void {
  order.customer = { ...other.customer, ...order.customer };
  if (Object.keys(order.customer).length === 0) delete order.customer;
  if (!order.coupons?.length && other.coupons?.length) order.coupons = other.coupons;
  if (order.currency !== other.currency || Number(order.total) !== Number(other.total)) return;
  if (!order.items?.length && other.items?.length) order.items = other.items;
  for (const field of ['tax', 'shipping', 'discount', 'subtotal'])
    if (other[field] !== undefined) order[field] ??= other[field];
}
