/** Step 4 of 5. Which deliveries an order should have, and what a later report or change makes of them. Pure. */
import type { Decision } from './attribute.ts';
import type { Order, Personal, Report } from './event.ts';
import { days } from './lib/duration.ts';
import { advance } from './store/advance.ts';
import type { Delivery, StoredOrder } from './store/store.ts';
import type { Connection, Site } from './sites.ts';

/** A vendor that names no deadline is tried for this long. */
const DEFAULT_DEADLINE = days(30);

/** What every step here looks at: the order as it stands, its site, and the deliveries that exist. */
export interface Life {
  site: Site;
  stored: StoredOrder;
  /** Opened personal fields; never written into a report that is stored. */
  personal: Personal;
  existing: readonly Delivery[];
  now: number;
  newId: () => string;
}

/** Nothing has left for the vendor yet, so the delivery may still change or be taken back. */
export function unsent(delivery: Delivery): boolean {
  return delivery.attempts === 0 && (delivery.state === 'waiting' || delivery.state === 'due');
}

/** Whether the order was undone: no network may credit it. */
export function isUndone(order: Pick<Order, 'status'>): boolean {
  return order.status === 'cancelled' || order.status === 'refunded';
}

/** The conversions that the order should have now: new rows, and unsent or skipped rows that changed. */
export function planConversions(life: Life, decision: Decision): Delivery[] {
  const wanted = new Map<string, Delivery>();
  for (const connection of life.site.connections) {
    const desired = desiredConversion(life, connection, decision);
    if (desired) wanted.set(connection.id, desired);
  }
  const conversions = life.existing.filter(({ kind }) => kind === 'conversion');
  const changed: Delivery[] = [];
  for (const [connection, desired] of wanted) {
    const known = conversions.find((delivery) => delivery.connection === connection);
    if (!known) changed.push(desired);
    else if (replaceable(known)) {
      const next = { ...desired, id: known.id, createdAt: known.createdAt, deadlineAt: known.deadlineAt };
      if (differs(known, next)) changed.push(next);
    }
  }
  for (const known of conversions) {
    if (wanted.has(known.connection) || !unsent(known)) continue;
    changed.push(skip(known, 'another partner earned this order', life.now));
  }
  return changed;
}

function desiredConversion(life: Life, connection: Connection, decision: Decision): Delivery | undefined {
  const { destination } = connection;
  if (!connection.enabled || !destination) return undefined;
  const suppressed = decision.suppressed.find((loser) => loser.connection === connection.id);
  const told = decision.told.find((winner) => winner.connection === connection.id);
  if (destination.audience === 'attributed' && !told && !suppressed) return undefined;
  const click = told?.candidate ?? null;
  const report: Report = {
    kind: 'conversion',
    order: withoutPersonal(life.stored.order),
    ...(click
      ? {
          click: {
            param: click.param,
            value: click.value,
            at: click.at,
            ...(click.extra ? { extra: click.extra } : {}),
          },
        }
      : {}),
    credited: told?.credited ?? destination.audience === 'every-order',
    channel: channelOf(life.site, decision),
    ...(life.stored.consent ? { consent: life.stored.consent } : {}),
    at: life.stored.order.placedAt,
  };
  const gate = suppressed
    ? { state: 'skipped' as const, reason: suppressed.reason }
    : conversionGate(life, connection, click !== null);
  return newDelivery(life, { connection, kind: 'conversion', seq: 0, report, ...gate });
}

/** The first thing that stands in the way, in the order in which a shop owner would ask. */
function conversionGate(
  life: Life,
  connection: Connection,
  hasClick: boolean,
): { state: Delivery['state']; reason: string } {
  const { stored, site, personal } = life;
  const { needs, title, transport } = connection.destination!;
  if (isUndone(stored.order))
    return { state: 'skipped', reason: `the order was ${stored.order.status} before it was reported` };
  if (needs.email && personal.email === undefined) {
    return {
      state: 'skipped',
      reason: `the order carries no usable e-mail address, and ${title} knows customers by nothing else`,
    };
  }
  if (needs.click && !hasClick) return { state: 'skipped', reason: `the order carries no click id of ${title}` };
  const marketing = stored.consent?.marketing ?? 'granted';
  if (needs.consent && marketing === 'denied')
    return { state: 'skipped', reason: 'the visitor did not consent to marketing' };
  if (needs.consent && marketing === 'unknown') return { state: 'waiting', reason: "waits for the visitor's consent" };
  if (stored.order.status === 'pending') return { state: 'waiting', reason: 'waits for the shop to approve the order' };
  if (site.config.release === 'shop' && !stored.shopConfirmed) {
    return { state: 'waiting', reason: "waits for the shop's own report of this order" };
  }
  if (transport !== 'server') return { state: 'due', reason: "fires in the shopper's browser" };
  return { state: 'due', reason: 'ready to be sent' };
}

/** What an order's undoing, change of amount or revival means for conversions that have left. `before` is the order as it was. */
export function planChanges(life: Life, before: Order, reason: string | undefined): Delivery[] {
  const { stored } = life;
  const undone = isUndone(stored.order);
  const wasUndone = isUndone(before);
  const changed: Delivery[] = [];
  for (const conversion of life.existing.filter(({ kind }) => kind === 'conversion')) {
    const chain = life.existing.filter(({ connection }) => connection === conversion.connection);
    if (unsent(conversion) || conversion.state === 'skipped') continue;
    const connection = life.site.connections.find(({ id }) => id === conversion.connection);
    if (!connection?.destination) continue;
    if (undone && !wasUndone) changed.push(...reverse({ life, connection, conversion, chain, reason, before }));
    else if (!undone && wasUndone) changed.push(...revive({ life, connection, conversion, chain, reason, before }));
    else if (!undone && amountsDiffer(before, stored.order)) {
      changed.push(...modify({ life, connection, conversion, chain, reason, before }));
    }
  }
  return changed;
}

interface ChangeOf {
  life: Life;
  connection: Connection;
  conversion: Delivery;
  chain: readonly Delivery[];
  reason: string | undefined;
  before: Order;
}

function reverse(change: ChangeOf): Delivery[] {
  const { life, chain } = change;
  const overtaken = chain.filter((delivery) => delivery.kind === 'modification' && unsent(delivery));
  const skipped = overtaken.map((delivery) => skip(delivery, 'overtaken by the reversal of the order', life.now));
  return [...skipped, follow('reversal', change, skipped)];
}

function modify(change: ChangeOf): Delivery[] {
  const { life, chain } = change;
  const open = chain.find((delivery) => delivery.kind === 'modification' && unsent(delivery));
  if (!open) return [follow('modification', change, [])];
  const report = { ...open.report, order: withoutPersonal(life.stored.order), at: life.now };
  return [{ ...open, report, reason: 'changed again before it was sent', updatedAt: life.now }];
}

/** A cancelled order was approved again. A reversal that has left cannot be called back: that is said, not hidden. */
function revive(change: ChangeOf): Delivery[] {
  const { life, connection, conversion, chain } = change;
  const reversals = chain.filter(({ kind, state }) => kind === 'reversal' && state !== 'skipped');
  const back = reversals
    .filter(unsent)
    .map((delivery) => skip(delivery, 'the order was approved again before the reversal was sent', life.now));
  const told = chain.filter(({ kind, state }) => kind !== 'reversal' && state !== 'skipped').at(-1) ?? conversion;
  if (back.length < reversals.length) {
    const title = connection.destination?.title ?? connection.type;
    const note = skip(
      follow('modification', change, []),
      `${title} was told of the reversal already: restore the order there by hand`,
      life.now,
    );
    return [...back, note];
  }
  // A change of amount may have been dropped in favour of the reversal.
  return amountsDiffer(told.report.order, life.stored.order) ? [...back, follow('modification', change, back)] : back;
}

function follow(kind: 'modification' | 'reversal', change: ChangeOf, replaced: readonly Delivery[]): Delivery {
  const { life, connection, conversion, chain, reason, before } = change;
  const report: Report = {
    ...conversion.report,
    kind,
    order: withoutPersonal(life.stored.order),
    before: {
      total: before.total,
      items: before.items,
      ...(before.discount === undefined ? {} : { discount: before.discount }),
    },
    ...(reason === undefined ? {} : { reason }),
    at: life.now,
  };
  const seq = 1 + Math.max(0, ...chain.filter((delivery) => delivery.kind === kind).map((delivery) => delivery.seq));
  const fresh = newDelivery(life, {
    connection,
    kind,
    seq,
    report,
    state: 'waiting',
    reason: `waits until the ${conversion.kind} has arrived`,
  });
  if (!connection.destination?.[kind]) {
    const word = kind === 'reversal' ? 'a reversal' : 'a changed amount';
    return {
      ...fresh,
      state: 'skipped',
      reason: `${connection.destination?.title ?? connection.type} offers no way to report ${word}: change it there by hand`,
      nextAt: null,
    };
  }
  const gone = new Set(replaced.map(({ id }) => id));
  const last = chain.filter((delivery) => !gone.has(delivery.id) && delivery.state !== 'skipped').at(-1) ?? conversion;
  const waiting = { ...fresh, after: last.id };
  return advance(waiting, last, life.now) ?? { ...waiting, nextAt: null };
}

function newDelivery(
  life: Life,
  given: Pick<Delivery, 'kind' | 'seq' | 'report' | 'state' | 'reason'> & { connection: Connection },
): Delivery {
  const { connection, kind, seq, report, state, reason } = given;
  const { now, stored } = life;
  const fromServer = connection.destination?.transport === 'server';
  return {
    id: life.newId(),
    site: stored.site,
    orderId: stored.order.orderId,
    connection: connection.id,
    kind,
    seq,
    state,
    reason,
    report,
    nextAt: state === 'due' && fromServer ? now + (connection.limits.earliest ?? 0) : null,
    deadlineAt: now + (connection.limits.deadline ?? DEFAULT_DEADLINE),
    attempts: 0,
    after: null,
    reference: null,
    confirmAt: null,
    polls: 0,
    ambiguous: false,
    createdAt: now,
    updatedAt: now,
  };
}

function skip(delivery: Delivery, reason: string, now: number): Delivery {
  return { ...delivery, state: 'skipped', reason, nextAt: null, updatedAt: now };
}

function replaceable(known: Delivery): boolean {
  return unsent(known) || (known.state === 'skipped' && known.attempts === 0);
}

function differs(a: Delivery, b: Delivery): boolean {
  return a.state !== b.state || a.reason !== b.reason || JSON.stringify(a.report) !== JSON.stringify(b.report);
}

/** Whether a change is one that networks pay by. */
export function amountsDiffer(a: Order, b: Order): boolean {
  const amounts = (o: Order): unknown => [
    o.total,
    o.subtotal,
    o.discount,
    o.items.map((i) => [i.sku, i.quantity, i.price, i.discount]),
  ];
  return JSON.stringify(amounts(a)) !== JSON.stringify(amounts(b));
}

function withoutPersonal(order: Order): Order {
  return { ...order, personal: {} };
}

function channelOf(site: Site, { attribution }: Decision): string {
  const winner = site.connections.find(({ id }) => id === attribution.winner?.connection);
  return winner?.type ?? 'direct';
}
