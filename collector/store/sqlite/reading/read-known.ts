/** Reads what one ingest transaction must know before it decides, table by table. */
import type { StoredOrder } from '../../../model/stored-order.ts';
import { namesOf, withdrawalNames } from '../../../model/visitor.ts';
import type { Known, Wanted } from '../../ingest-store.ts';
import type { DeliveryTable } from '../delivery.ts';
import type { OrderTable } from '../order.ts';
import type { AliasTable } from '../orders/alias.ts';
import type { SightingTable } from '../sighting.ts';
import type { TouchTable } from '../touch.ts';
import type { WithdrawalTable } from '../withdrawal.ts';

interface KnownTables {
  touches: TouchTable;
  orders: OrderTable;
  aliases: AliasTable;
  deliveries: DeliveryTable;
  sightings: SightingTable;
  withdrawals: WithdrawalTable;
}

export function createKnownReader(tables: KnownTables): (wanted: Wanted) => Known {
  return (wanted) => {
    const known = emptyKnown();
    const people = createPeopleReader(tables, known);
    for (const { site, visitor } of wanted.visitors) people.readTouches(site, visitor);
    const recent = readRecent(wanted, tables, known);
    const answering = readAnswers(wanted, tables, known);
    const named = readAliases(wanted, tables, known);
    for (const key of [...wanted.orders, ...named, ...recent, ...answering]) {
      const order = readOrderOnce(key, tables, known);
      if (order) people.readClaims(order);
    }
    for (const { site, key } of wanted.identities) people.readIdentity(site, key);
    for (const { site, names } of wanted.subjects ?? []) people.readWithdrawals(site, names);
    for (const { site, mark } of wanted.sightings ?? []) people.readSighting(site, mark);
    for (const site of wanted.norms ?? []) {
      const body = tables.sightings.norm(site);
      if (body !== undefined) known.norms.set(site, body);
    }
    for (const { site, id } of wanted.handovers) {
      const handover = tables.touches.handover(site, id);
      if (handover) known.handovers.set(`${site}\n${id}`, handover);
    }
    return known;
  };
}

const emptyKnown = (): Known => ({
  touches: new Map(),
  orders: new Map(),
  deliveries: new Map(),
  pending: new Map(),
  identities: new Map(),
  handovers: new Map(),
  recent: new Map(),
  sightings: new Map(),
  norms: new Map(),
  withdrawals: new Map(),
  answered: new Map(),
  aliases: new Map(),
});

/** Who is meant by an order or a request: touches, names, sightings, withdrawals, each read once. */
function createPeopleReader(
  { touches, sightings, withdrawals }: Pick<KnownTables, 'touches' | 'sightings' | 'withdrawals'>,
  known: Known,
) {
  const readTouches = (site: string, visitor: string): void => {
    const key = `${site}\n${visitor}`;
    if (!known.touches.has(key)) known.touches.set(key, touches.of(site, visitor));
  };
  const readIdentity = (site: string, key: string): void => {
    const visitors = touches.visitorsOf(site, key);
    known.identities.set(`${site}\n${key}`, visitors);
    for (const visitor of visitors) readTouches(site, visitor);
  };
  const readSighting = (site: string, mark: string): void => {
    const key = `${site}\n${mark}`;
    if (!known.sightings.has(key)) known.sightings.set(key, sightings.of(site, mark));
  };
  const readWithdrawals = (site: string, names: readonly string[]): void => {
    for (const { name, at } of withdrawals.newest(site, names)) known.withdrawals.set(`${site}\n${name}`, at);
  };
  /** What deciding a known order anew takes: everything about everybody who named it. */
  const readClaims = ({ site, visitor, words, order, emailHash, subjects }: StoredOrder): void => {
    if (visitor !== null) readTouches(site, visitor);
    const visitors = [visitor, words.shop?.visitor, ...words.heard.map((one) => one.visitor)];
    readWithdrawals(site, [...subjects, ...visitors.flatMap((one) => (one == null ? [] : withdrawalNames(one)))]);
    const named = words.shop?.visitor;
    if (named !== undefined) for (const one of namesOf(named)) readTouches(site, one);
    const keys = [
      ...(order.customerId === undefined ? [] : [`c:${order.customerId}`]),
      ...(emailHash === null ? [] : [`e:${emailHash}`]),
      ...words.heard.flatMap(({ signedKeys }) => signedKeys ?? []),
      ...(words.heard.length > 1 ? words.heard.flatMap((one) => (one.visitor === null ? [] : `j:${one.visitor}`)) : []),
    ];
    for (const key of new Set(keys)) readIdentity(site, key);
    for (const one of words.heard) {
      if (one.visitor !== null) readTouches(site, one.visitor);
      for (const mark of Object.values(one.marks)) readSighting(site, mark);
    }
  };
  return { readTouches, readIdentity, readSighting, readWithdrawals, readClaims };
}

interface OrderKey {
  site: string;
  orderId: string;
}

/** Orders that a visitor has reported lately. */
function readRecent({ recent = [] }: Wanted, { orders }: Pick<KnownTables, 'orders'>, known: Known): OrderKey[] {
  return recent.flatMap(({ site, visitor, since }) => {
    const ids = orders.reportedSince(site, visitor, since);
    const keys = ids.map((orderId) => `${site}\n${orderId}`);
    known.recent.set(`${site}\n${visitor}`, keys);
    return ids.map((orderId) => ({ site, orderId }));
  });
}

/** Orders that an answer about consent decides. */
function readAnswers(
  { answers = [] }: Wanted,
  { withdrawals }: Pick<KnownTables, 'withdrawals'>,
  known: Known,
): OrderKey[] {
  const waiting = new Map<string, boolean>();
  return answers.flatMap((answer) => {
    const { site, visitor } = answer;
    if (!waiting.has(site)) waiting.set(site, withdrawals.anyWaiting(site));
    // Nearly every landing brings a yes, and nearly none is waited for.
    if (answer.answer === 'granted' && !waiting.get(site)) return [];
    const concerned = withdrawals.concernedBy(answer);
    if (concerned.orders.length > 0 || answer.answer === 'denied') known.answered.set(`${site}\n${visitor}`, concerned);
    return concerned.orders.map((key) => ({ site, orderId: key.slice(site.length + 1) }));
  });
}

/** Orders that are meant where another of their names was given. */
function readAliases({ orders }: Wanted, { aliases }: Pick<KnownTables, 'aliases'>, known: Known): OrderKey[] {
  return orders.flatMap(({ site, orderId: alias }) => {
    const orderId = aliases.orderOf(site, alias);
    if (orderId === undefined) return [];
    known.aliases.set(`${site}\n${alias}`, orderId);
    return [{ site, orderId }];
  });
}

/** An order that was not read yet, with its deliveries; of one that is not there, what waits for it. */
function readOrderOnce(
  { site, orderId }: OrderKey,
  { orders, deliveries }: Pick<KnownTables, 'orders' | 'deliveries'>,
  known: Known,
): StoredOrder | undefined {
  const key = `${site}\n${orderId}`;
  if (known.orders.has(key)) return undefined;
  const order = orders.get(site, orderId);
  if (order) {
    known.orders.set(key, order);
    known.deliveries.set(key, deliveries.ofOrder(site, orderId));
    return order;
  }
  const pending = orders.pendingOf(site, orderId);
  if (pending.length > 0) known.pending.set(key, pending);
  return undefined;
}
