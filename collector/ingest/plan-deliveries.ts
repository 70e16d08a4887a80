/** Step 4 of 5. Which deliveries an order should have, and what a later report or change makes of them. Pure. */
import type { Connection, Site } from '../configuration/sites.ts';
import { readKept } from '../model/amounts/kept-settings.ts';
import { days } from '../lib/duration.ts';
import { advanceDeliveries } from '../model/advance.ts';
import { amountsDiffer, partsDiffer } from '../model/amounts/differ.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Order, Personal } from '../model/order.ts';
import { pausedReason } from '../model/paused.ts';
import type { Report } from '../model/report.ts';
import type { StoredOrder } from '../model/stored-order.ts';
import type { Decision } from './attribute.ts';
import { gateReport, stopChanges } from './consent/stop-reports.ts';
import { toldUnder } from './join-page.ts';
import { owedByHand, removedReason } from './repair/removed-connection.ts';
import { tellingOf, tellsSame } from './tell-order.ts';

/** A vendor that names no deadline is tried for this long. */
const DEFAULT_DEADLINE = days(30);

/** What every step here looks at: the order as it stands, its site, and the deliveries that exist. */
export interface OrderDeliveries {
  site: Site;
  stored: StoredOrder;
  /** Opened personal fields; never written into a report that is stored. */
  personal: Personal;
  existing: readonly Delivery[];
  /** No visitor is known whose answer about consent could be waited for. */
  visitorless?: boolean;
  now: number;
  newId: () => string;
}

/** Nothing has left for the vendor yet, so the delivery may still change or be taken back. */
export function isUnsent(delivery: Delivery): boolean {
  return delivery.attempts === 0 && (delivery.state === 'waiting' || delivery.state === 'due');
}

/** Nobody was told of it yet, neither by us nor by hand. */
function isOpen(delivery: Delivery): boolean {
  return isUnsent(delivery) || delivery.state === 'by_hand';
}

/** Whether the vendor has heard of it, or will. */
function isForVendor({ state }: Delivery): boolean {
  return state !== 'skipped' && state !== 'by_hand';
}

/** Whether the order was undone: no network may credit it. */
export function isUndone(order: Pick<Order, 'status'>): boolean {
  return order.status === 'cancelled' || order.status === 'refunded';
}

/** The conversions that the order should have now: new rows, and unsent or skipped rows that changed. */
export function planConversions(life: OrderDeliveries, decision: Decision): Delivery[] {
  const wanted = new Map<string, Delivery>();
  for (const connection of life.site.connections) {
    const desired = planConversion(life, connection, decision);
    if (desired) wanted.set(connection.id, desired);
  }
  const conversions = latestConversions(life.existing);
  const changed: Delivery[] = [];
  for (const [connection, desired] of wanted) {
    const known = conversions.find((delivery) => delivery.connection === connection);
    if (!known) changed.push(desired);
    else if (replaceable(known)) {
      const next = {
        ...desired,
        id: known.id,
        seq: known.seq,
        createdAt: known.createdAt,
        deadlineAt: known.deadlineAt,
      };
      // A sale that is told anew waits until what was told before is taken back.
      const waits = known.after !== null && known.state === 'waiting' && next.state === 'due';
      const kept = waits
        ? { ...next, state: known.state, reason: known.reason, nextAt: null, after: known.after }
        : next;
      if (differs(known, kept)) changed.push(kept);
    }
  }
  for (const known of conversions) {
    if (wanted.has(known.connection) || !isUnsent(known)) continue;
    changed.push(skip(known, whyNotWanted(known, life, decision), life.now));
  }
  return changed;
}

function whyNotWanted({ connection }: Delivery, { site }: OrderDeliveries, { attribution }: Decision): string {
  if (!site.connections.some(({ id }) => id === connection)) return removedReason(connection);
  return attribution.winner ? 'another partner earned this order' : 'no partner earns this order any more';
}

/** The last conversion of each connection: a sale that was taken back may have been told anew. */
export function latestConversions(existing: readonly Delivery[]): Delivery[] {
  const latest = new Map<string, Delivery>();
  for (const one of existing) {
    if (one.kind !== 'conversion') continue;
    const known = latest.get(one.connection);
    if (!known || known.seq < one.seq) latest.set(one.connection, one);
  }
  return [...latest.values()];
}

/** The conversion that a connection should get of the order as it stands; undefined where it is told nothing. */
export function planConversion(
  life: OrderDeliveries,
  connection: Connection,
  decision: Decision,
): Delivery | undefined {
  const { destination } = connection;
  if (!destination) return undefined;
  const suppressed = decision.suppressed.find((loser) => loser.connection === connection.id);
  const told = decision.told.find((winner) => winner.connection === connection.id);
  if (destination.audience === 'attributed' && !told && !suppressed) return undefined;
  const click = told?.candidate ?? null;
  const report: Report = {
    kind: 'conversion',
    ...tellingOf(life, connection),
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
    : conversionGate(life, connection, { hasClick: click !== null, open: decision.open });
  return newDelivery(life, { connection, kind: 'conversion', seq: 0, report, ...gate });
}

/** The first thing that stands in the way, in the order in which a shop owner would ask. */
function conversionGate(
  life: OrderDeliveries,
  connection: Connection,
  { hasClick, open }: { hasClick: boolean; open: string | undefined },
): { state: Delivery['state']; reason: string } {
  const { stored, site, personal } = life;
  const { needs, title, transport, audience } = connection.destination!;
  if (isUndone(stored.order))
    return { state: 'skipped', reason: `the order was ${stored.order.status} before it was reported` };
  if (stored.gate === 'erased') return gateReport(stored.gate);
  if (stored.words.sameAs !== undefined) return { state: 'skipped', reason: toldUnder(stored.words.sameAs) };
  if (needs.email && personal.email === undefined) {
    return {
      state: 'skipped',
      reason: `the order carries no usable e-mail address, and ${title} knows customers by nothing else`,
    };
  }
  if (needs.click && !hasClick) return { state: 'skipped', reason: `the order carries no click id of ${title}` };
  if (needs.consent && stored.gate !== 'open') return gateReport(stored.gate, life.visitorless);
  if (open !== undefined && audience === 'attributed') {
    return {
      state: 'waiting',
      reason: `waits for a decision: ${open} (clickthread contested ${stored.order.orderId})`,
    };
  }
  if (stored.order.status === 'pending') return { state: 'waiting', reason: 'waits for the shop to approve the order' };
  if (site.config.release === 'shop' && !stored.shopConfirmed) {
    return { state: 'waiting', reason: "waits for the shop's own report of this order" };
  }
  if (!connection.enabled) return whilePaused(connection);
  if (transport !== 'server') return { state: 'due', reason: "fires in the shopper's browser" };
  return { state: 'due', reason: 'ready to be sent' };
}

/** A report can be sent when the pause is over; a shopper's browser has left by then. */
function whilePaused({ id, destination }: Connection): { state: Delivery['state']; reason: string } {
  if (destination?.transport === 'server') return { state: 'waiting', reason: pausedReason(id) };
  return { state: 'skipped', reason: `${pausedReason(id)}, and only the shopper's browser could tell it` };
}

/** What an order's undoing, change of amount or revival means for conversions that have left. `before` is the order as it was. */
export function planChanges(life: OrderDeliveries, before: Order, reason: string | undefined): Delivery[] {
  const { stored } = life;
  const undone = isUndone(stored.order);
  const wasUndone = isUndone(before);
  const changed: Delivery[] = [];
  for (const conversion of latestConversions(life.existing)) {
    const chain = life.existing.filter(({ connection }) => connection === conversion.connection);
    if (isUnsent(conversion) || conversion.state === 'skipped') continue;
    const connection = life.site.connections.find(({ id }) => id === conversion.connection);
    if (!connection) {
      const { now, newId } = life;
      changed.push(...owedByHand({ order: stored.order, before, conversion, chain, isUndone, now, newId }));
    }
    if (!connection?.destination) continue;
    if (undone && !wasUndone) changed.push(...reverse({ life, connection, conversion, chain, reason, before }));
    else if (!undone && wasUndone) changed.push(...revive({ life, connection, conversion, chain, reason, before }));
    else if (!undone && (amountsDiffer(before, stored.order) || partsDiffer(before, stored.order))) {
      changed.push(...stopChanges(modify({ life, connection, conversion, chain, reason, before }), life, connection));
    }
  }
  return changed;
}

export interface ChangeOf {
  life: OrderDeliveries;
  connection: Connection;
  conversion: Delivery;
  chain: readonly Delivery[];
  reason: string | undefined;
  before: Order;
}

function reverse(change: ChangeOf): Delivery[] {
  const { life, chain } = change;
  const overtaken = chain.filter((delivery) => delivery.kind === 'modification' && isOpen(delivery));
  const skipped = overtaken.map((delivery) => skip(delivery, 'overtaken by the reversal of the order', life.now));
  return [...skipped, followReport('reversal', change, skipped)];
}

function modify(change: ChangeOf): Delivery[] {
  const { life, chain, connection } = change;
  const open = chain.find((delivery) => delivery.kind === 'modification' && isOpen(delivery));
  if (tellsSame(change, lastTold(change).report.order, life.stored.order)) {
    return open ? [skip(open, 'the amount was changed back before this was sent', life.now)] : [];
  }
  if (!open) return [followReport('modification', change, [])];
  const report = { ...open.report, ...tellingOf(life, connection, change.conversion), at: life.now };
  const reason = open.state === 'by_hand' ? open.reason : 'changed again before it was sent';
  return [{ ...open, report, reason, updatedAt: life.now }];
}

/** Reports that came to nothing: what they told is not known there. */
const UNHEARD: readonly Delivery['state'][] = ['skipped', 'declined', 'rejected', 'no_match'];

/** The report that the network knows the order by, or will once what is under way has arrived. */
function lastTold({ chain, conversion }: Pick<ChangeOf, 'chain' | 'conversion'>): Delivery {
  const heard = chain.filter(
    (delivery) => delivery.kind !== 'reversal' && !isUnsent(delivery) && !UNHEARD.includes(delivery.state),
  );
  return heard.at(-1) ?? conversion;
}

/** A cancelled order was approved again. A reversal that has left cannot be called back: that is said, not hidden. */
function revive(change: ChangeOf): Delivery[] {
  const { life, connection, chain } = change;
  const reversals = chain.filter(({ kind, state }) => kind === 'reversal' && state !== 'skipped');
  const back = reversals
    .filter(isOpen)
    .map((delivery) => skip(delivery, 'the order was approved again before the reversal was told', life.now));
  if (back.length < reversals.length) {
    const title = connection.destination?.title ?? connection.type;
    const reason = `${title} was told of the reversal already: restore the order there by hand`;
    return [...back, { ...followReport('modification', change, []), ...byHand(reason) }];
  }
  // A change of amount may have been dropped in favour of the reversal.
  return tellsSame(change, lastTold(change).report.order, life.stored.order)
    ? back
    : [...back, followReport('modification', change, back)];
}

export function followReport(
  kind: 'modification' | 'reversal',
  change: ChangeOf,
  replaced: readonly Delivery[],
): Delivery {
  const { life, connection, conversion, chain, reason } = change;
  const { total, items, subtotal, discount, shipping, tax, digits, composition } = lastTold(change).report.order;
  const { coupons, isNewCustomer } = conversion.report.order;
  const report: Report = {
    ...conversion.report,
    kind,
    ...tellingOf(life, connection, conversion),
    before: {
      ...{ total, items, coupons, ...known({ subtotal, discount, shipping, tax, digits, composition, isNewCustomer }) },
    },
    ...readKept(connection.destination!, conversion, connection.settings),
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
  const toDo = byHandReason(kind, connection);
  if (toDo !== undefined) {
    if (NEVER_ARRIVED.has(conversion.state))
      return skip(
        fresh,
        `nothing to ${kind === 'reversal' ? 'reverse' : 'change'} there: the conversion ended as ${conversion.state}`,
        life.now,
      );
    return { ...fresh, ...byHand(`${toDo}: change it there by hand`) };
  }
  const gone = new Set(replaced.map(({ id }) => id));
  const last = chain.filter((delivery) => !gone.has(delivery.id) && isForVendor(delivery)).at(-1) ?? conversion;
  const waiting = { ...fresh, after: last.id };
  return advanceDeliveries(waiting, last, life.now) ?? { ...waiting, nextAt: null };
}

function newDelivery(
  life: OrderDeliveries,
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

/** States in which a conversion has come to nothing at the vendor: there is nothing to change by hand. */
const NEVER_ARRIVED: ReadonlySet<Delivery['state']> = new Set(['declined', 'no_match', 'rejected']);

/** Why the network can't be told of a change, ever or with these settings. */
function byHandReason(
  kind: 'modification' | 'reversal',
  { destination, type, settings }: Connection,
): string | undefined {
  if (destination?.[kind]) return destination.byHand?.(kind, settings);
  const word = kind === 'reversal' ? 'a reversal' : 'a changed amount';
  return `${destination?.title ?? type} offers no way to report ${word}`;
}

/** A person's to-do: `clickthread deliveries done ID` ticks it off. */
function byHand(reason: string): Pick<Delivery, 'state' | 'reason' | 'after' | 'nextAt'> {
  return { state: 'by_hand', reason, after: null, nextAt: null };
}

function skip(delivery: Delivery, reason: string, now: number): Delivery {
  return { ...delivery, state: 'skipped', reason, nextAt: null, updatedAt: now };
}

function replaceable(known: Delivery): boolean {
  return isUnsent(known) || (known.state === 'skipped' && known.attempts === 0);
}

function differs(a: Delivery, b: Delivery): boolean {
  return a.state !== b.state || a.reason !== b.reason || JSON.stringify(a.report) !== JSON.stringify(b.report);
}

const known = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;

function channelOf(site: Site, { attribution }: Decision): string {
  const winner = site.connections.find(({ id }) => id === attribution.winner?.connection);
  return winner?.type ?? 'direct';
}
