/** Step 4 of 5. Brings together what one page says of one order under two numbers, before a report is heard. */
import { orderKey, recordOrderChanges, recordEvent, type Draft } from './draft.ts';
import type { OrderCommand, OrderReply } from '../intake/command.ts';
import type { OrderWords } from '../model/authority/order-words.ts';
import type { Delivery } from '../model/delivery.ts';
import type { StoredOrder } from '../model/stored-order.ts';
import { cookielessVisitor } from '../model/visitor.ts';
import { findTwin, toldUnder } from './join-page.ts';

/** Under whom the page may have reported a moment ago: its cookie, and the id that it holds, by which it was known until the cookie came. */
export const pageVisitors = ({ visitor, hint }: OrderCommand): string[] =>
  [visitor, hint === undefined ? undefined : cookielessVisitor(hint)].filter((one) => one !== undefined);

/**
 * A page that is a landing, too, reports one order before the cookie that its landing is answered with, and the next one with it: both are one
 * visitor's, whom the first report named, as long as the page has its time. Only where the collector itself gave that cookie to whoever held
 * this id, and no order came with it yet: to a visitor who is known by a cookie, no page's id leads.
 */
export function asFirstHeard(command: OrderCommand, batch: Draft): OrderCommand {
  const { site, visitor, hint } = command;
  if (visitor === undefined || hint === undefined) return command;
  const first = cookielessVisitor(hint);
  const isReporting = (batch.known.recent.get(orderKey(site, first)) ?? []).length > 0;
  const isSame = batch.known.touches.get(orderKey(site, visitor))?.some((touch) => touch.hint === hint);
  return isReporting && isSame ? { ...command, visitor: first } : command;
}

/** The report under the number that its order is known by; or the answer, where the order was joined with another one before. */
export function settlePage(command: OrderCommand, batch: Draft): { report: OrderCommand } | { reply: OrderReply } {
  const { site, visitor, also = [], warnings } = command;
  const { orderId } = command.valid.order;
  const known = batch.known.orders.get(orderKey(site, orderId));
  const sameAs = known?.words.sameAs;
  if (known && sameAs !== undefined) {
    const { heard } = known.words;
    if (command.reporter !== 'shop' && heard.some(({ id }) => id === visitor))
      return { reply: { type: 'order', orderId: sameAs, result: 'duplicate', warnings, fire: [] } };
    // The shop's own word makes the number an order of its own again. So does a browser that tells another sale under it: whoever joined the two
    // numbers can only have guessed this one, and said under the other what it had to say.
    const isSame = command.reporter !== 'shop' && tellsSameSale(known, command);
    if (!isSame) separate(known, command.reporter === 'shop' ? heard : [], batch);
  }
  if (command.reporter !== 'browser' || visitor === undefined) return { report: command };
  const keys = [
    ...(batch.known.recent.get(orderKey(site, visitor)) ?? []),
    ...also.map((number) => orderKey(site, number)),
  ];
  const twin = findTwin({
    command,
    candidates: keys.flatMap((key) => batch.known.orders.get(key) ?? []),
    deliveriesOf: (stored) => batch.known.deliveries.get(orderKey(site, stored.order.orderId)) ?? [],
    now: batch.now,
  });
  if (!twin) return { report: command };
  if (!twin.yields) return { report: underNumber(twin.stored.order.orderId, command) };
  yieldTo(orderId, twin.stored, batch);
  return { report: command };
}

/** Opened again elsewhere, one page tells one sale under both of its numbers. */
function tellsSameSale({ order }: StoredOrder, { valid }: OrderCommand): boolean {
  return order.total === valid.order.total && order.currency === valid.order.currency;
}

function separate(known: StoredOrder, heard: OrderWords['heard'], batch: Draft): void {
  const { sameAs: _other, ...words } = known.words;
  batch.known.orders.set(orderKey(known.site, known.order.orderId), { ...known, words: { ...words, heard } });
}

function underNumber(orderId: string, command: OrderCommand): OrderCommand {
  const { order } = command.valid;
  const message = `is ${order.orderId} here; the same page named this order ${orderId} before`;
  const warnings = [...command.warnings, { field: 'orderId', message }];
  return { ...command, warnings, valid: { ...command.valid, order: { ...order, orderId } } };
}

/** Nobody is told of the order under the number that it had first. */
function yieldTo(orderId: string, stored: StoredOrder, batch: Draft): void {
  const reason = toldUnder(orderId);
  const deliveries = batch.known.deliveries.get(orderKey(stored.site, stored.order.orderId)) ?? [];
  const skipped = deliveries.map((delivery): Delivery => ({
    ...delivery,
    state: 'skipped',
    reason,
    nextAt: null,
    updatedAt: batch.now,
  }));
  recordOrderChanges({ ...stored, words: { ...stored.words, sameAs: orderId }, updatedAt: batch.now }, skipped, batch);
  recordEvent(stored, 'joined', reason, batch);
}

/** Further reports of this batch find the order by its visitor, too. */
export function noteRecent({ site, visitor, order }: StoredOrder, batch: Draft): void {
  if (visitor === null) return;
  const name = orderKey(site, visitor);
  const keys = batch.known.recent.get(name) ?? [];
  batch.known.recent.set(name, [...keys, orderKey(site, order.orderId)]);
}
