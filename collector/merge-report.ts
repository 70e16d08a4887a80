/** Step 4 of 5. What a second report of the same order adds to the first: the shop's word replaces, the browser's only completes. Pure. */
import type { Command } from './command.ts';
import type { Order, Personal } from './event.ts';
import type { StoredOrder } from './store/store.ts';

export interface Merged {
  stored: StoredOrder;
  personal: Personal;
  /** Whether anything became different. */
  changed: boolean;
  /** What became different, for the order's story. */
  text: string;
}

/** `known` are the opened personal fields of the stored order, `kept` those of the new report that this site may keep. */
export function mergeReport(input: {
  existing: StoredOrder;
  known: Personal;
  command: Extract<Command, { type: 'order' }>;
  kept: Personal;
  now: number;
}): Merged {
  const { existing, known, command, kept, now } = input;
  const fromShop = command.reporter === 'shop' || command.proven === true;
  const order = fromShop ? replaced(existing.order, command) : completed(existing.order, command.valid.order);
  const personal = fromShop ? { ...known, ...kept } : { ...kept, ...known };
  const shopConfirmed = existing.shopConfirmed || fromShop;
  const visitor = existing.visitor ?? command.visitor ?? null;
  const consent = existing.consent ?? command.consent ?? null;
  const news = [
    ...(sameOrder(order, existing.order) ? [] : ['changed']),
    ...(samePersonal(personal, known) ? [] : ['completed']),
    ...(shopConfirmed === existing.shopConfirmed ? [] : ['confirmed']),
  ];
  return {
    stored: {
      ...existing,
      order,
      shopConfirmed,
      visitor,
      consent,
      updatedAt: news.length > 0 ? now : existing.updatedAt,
    },
    personal,
    changed: news.length > 0 || visitor !== existing.visitor,
    text: news.join(' and ') || 'completed',
  };
}

/** The shop's order, with what only the first report knew. An approved report does not revive an order that the shop undid. */
function replaced(old: Order, { valid }: Extract<Command, { type: 'order' }>): Order {
  const { order, given } = valid;
  return {
    ...old,
    ...withoutUndefined(order),
    items: given.items ? order.items : old.items,
    coupons: order.coupons.length > 0 ? order.coupons : old.coupons,
    placedAt: given.placedAt ? order.placedAt : old.placedAt,
    status: given.status ? order.status : old.status,
    personal: {},
  };
}

/** The stored order with gaps filled; money and status stay. */
function completed(old: Order, fresh: Order): Order {
  const filled = { ...withoutUndefined(fresh), ...withoutUndefined(old), personal: {} };
  return {
    ...filled,
    items: old.items.length > 0 ? old.items : fresh.items,
    coupons: old.coupons.length > 0 ? old.coupons : fresh.coupons,
  };
}

/** Whether two sets of personal fields say the same. */
export function samePersonal(a: Personal, b: Personal): boolean {
  return sameFields(a, b);
}

function sameOrder(a: Order, b: Order): boolean {
  return sameFields({ ...a, personal: undefined }, { ...b, personal: undefined });
}

function sameFields(a: object, b: object): boolean {
  const sorted = (value: object): string =>
    JSON.stringify(
      Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .sort(([x], [y]) => (x < y ? -1 : 1)),
    );
  return sorted(a) === sorted(b);
}

function withoutUndefined(order: Order): Order {
  return Object.fromEntries(Object.entries(order).filter(([, value]) => value !== undefined)) as unknown as Order;
}
