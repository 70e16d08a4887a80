/** Step 4 of 5. Makes one order of two that turned out to be one, in what the batch knows and in what it will write. */
import { addObservation, type Observation, type OrderWords } from '../../model/authority/order-words.ts';
import type { Delivery } from '../../model/delivery.ts';
import type { StoredOrder } from '../../model/stored-order.ts';
import type { Changes } from '../../store/ingest-store.ts';
import { type Draft, orderKey, recordOrderChanges } from '../draft.ts';
import { heardPersonalOf } from '../reckon-order.ts';

/** A network has heard of the order under its number, or is hearing of it now. */
export function isTold({ site, order }: StoredOrder, batch: Draft): boolean {
  const deliveries = batch.known.deliveries.get(orderKey(site, order.orderId)) ?? [];
  return deliveries.some(({ attempts, state }) => attempts > 0 || !['waiting', 'due', 'skipped'].includes(state));
}

/**
 * `from`, of which nobody was told, goes on under the number `into`: as the order of that number where there is none, else as what was said
 * of that one, too.
 */
export function joinOrders(from: StoredOrder, into: string, batch: Draft): StoredOrder {
  const { site, order } = from;
  const other = batch.known.orders.get(orderKey(site, into));
  const reports = batch.known.deliveries.get(orderKey(site, order.orderId)) ?? [];
  forgetNumber({ from, into }, batch);
  const stored = other
    ? withWordsOf(other, from, batch)
    : { ...from, order: { ...order, orderId: into }, updatedAt: batch.now };
  recordOrderChanges(stored, other ? [] : reports.map((one) => underNumber(one, into)), batch);
  return stored;
}

/** Names of the order `from` lead to `into` from now on. */
export function pointNames({ site, from, into }: { site: string; from: string; into: string }, batch: Draft): void {
  for (const [name, number] of batch.known.aliases)
    if (number === from && name.startsWith(`${site}\n`)) batch.known.aliases.set(name, into);
  for (const alias of batch.changes.aliases ?? [])
    if (alias.site === site && alias.orderId === from) alias.orderId = into;
}

function underNumber(delivery: Delivery, orderId: string): Delivery {
  const { report } = delivery;
  return { ...delivery, orderId, report: { ...report, order: { ...report.order, orderId } } };
}

/** What browsers said of both, first heard first; of the shop, what it said of the one that goes on. */
function withWordsOf(stored: StoredOrder, from: StoredOrder, batch: Draft): StoredOrder {
  const { sameAs: _one, ...words } = stored.words;
  if (stored.gate === 'erased' || from.gate === 'erased') return { ...stored, words, updatedAt: batch.now };
  const fresh = from.words.heard.filter(({ id }) => !words.heard.some((known) => known.id === id));
  const all = [...words.heard, ...fresh].toSorted((a: Observation, b: Observation) => a.at - b.at);
  const shop = words.shop?.whole ? words.shop : (from.words.shop ?? words.shop);
  const ruling = words.ruling ?? from.words.ruling;
  const joined = all.reduce<OrderWords>(addObservation, {
    ...words,
    heard: [],
    ...(shop ? { shop } : {}),
    ...(ruling ? { ruling } : {}),
  });
  const said = { ...heardPersonalOf(from, batch), ...heardPersonalOf(stored, batch) };
  const kept = Object.entries(said).filter(([id]) => id === 'shop' || joined.heard.some((one) => one.id === id));
  const heardPersonal = kept.length === 0 ? null : batch.seal.seal(JSON.stringify(Object.fromEntries(kept)));
  return { ...stored, words: joined, heardPersonal, updatedAt: batch.now };
}

/** The order of that number is gone from what is known, and what this batch would write of it is the other one's. */
function forgetNumber({ from, into }: { from: StoredOrder; into: string }, batch: Draft): void {
  const { site } = from;
  const { orderId } = from.order;
  const { known, changes } = batch;
  const [key, other] = [orderKey(site, orderId), orderKey(site, into)];
  const isIts = (one: { site: string; orderId: string }): boolean => one.site === site && one.orderId === orderId;
  const moved = <T extends { site: string; orderId: string }>(one: T): T =>
    isIts(one) ? { ...one, orderId: into } : one;
  known.orders.delete(key);
  known.deliveries.delete(key);
  const pending = known.pending.get(key);
  known.pending.delete(key);
  if (pending) known.pending.set(other, [...pending.map(moved), ...(known.pending.get(other) ?? [])]);
  for (const [name, keys] of known.recent) known.recent.set(name, renamed(keys, key, other));
  for (const sighting of known.sightings.values()) sighting.unconfirmed = renamed(sighting.unconfirmed, orderId, into);
  changes.orders = changes.orders.filter((one) => !isIts({ site: one.site, orderId: one.order.orderId }));
  changes.deliveries = changes.deliveries.filter((one) => !isIts(one));
  for (const table of ['events', 'pending', 'pendingDone', 'sightings'] as const) moveRows(changes, table, moved);
  pointNames({ site, from: orderId, into }, batch);
  const marks = [...new Set(from.words.heard.flatMap((one) => Object.values(one.marks)))];
  (changes.joins ??= []).push({ site, from: orderId, into, marks });
}

function moveRows<T extends 'events' | 'pending' | 'pendingDone' | 'sightings'>(
  changes: Changes,
  table: T,
  moved: <R extends { site: string; orderId: string }>(one: R) => R,
): void {
  const rows = changes[table] as { site: string; orderId: string }[] | undefined;
  if (rows) (changes[table] as { site: string; orderId: string }[]) = rows.map(moved);
}

const renamed = (names: readonly string[], from: string, into: string): string[] => [
  ...new Set(names.map((name) => (name === from ? into : name))),
];
