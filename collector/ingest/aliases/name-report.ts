/**
 * Step 4 of 5. A shop has several names for an order: the number that the shopper sees, the one inside, the one that it is fetched by; a page
 * reports one and a webhook another. Which order a report is of is found here, before it is heard. Only the shop says which names are one
 * order's. An order goes by the number that the shop's report has in `orderId`, unless a network was told another one before.
 */
import type { OrderCommand } from '../../intake/command.ts';
import { days, minutes, seconds } from '../../lib/duration.ts';
import type { Delivery } from '../../model/delivery.ts';
import type { StoredOrder } from '../../model/stored-order.ts';
import { type Draft, orderKey, recordEvent, recordOrderChanges } from '../draft.ts';
import { agreesWithShop } from '../own-order.ts';
import { isTold, joinOrders, pointNames } from './join-orders.ts';

/** A page names an order from its placing on, give or take the clocks; later on by its amount alone. */
const CLOCKS = minutes(5);
const SAME_TIME = days(1);
/** Two words of the shop on when one order was placed. */
const SAME_PLACING = seconds(1);

/** The number that the order of this name goes by; the name itself where it is nobody's. `row`: the order that is kept under it, before all. */
export function findNumber(
  { site, orderId, row = false }: { site: string; orderId: string; row?: boolean },
  batch: Draft,
): string {
  const key = orderKey(site, orderId);
  const number = batch.known.aliases.get(key);
  if (number === undefined) return orderId;
  const kept = batch.known.orders.get(key);
  return kept && (row || kept.words.sameAs !== number) ? orderId : number;
}

/** The report under the number that its order goes by. */
export function nameReport(command: OrderCommand, batch: Draft): OrderCommand {
  return command.reporter === 'shop' ? nameShopReport(command, batch) : nameBrowserReport(command, batch);
}

/** Numbers and ids of a shop may overlap: a page that names one of today means no order of last year. */
function nameBrowserReport(command: OrderCommand, batch: Draft): OrderCommand {
  const { site } = command;
  const { orderId } = command.valid.order;
  const number = findNumber({ site, orderId }, batch);
  const stored = batch.known.orders.get(orderKey(site, number));
  if (number === orderId || !stored || !isMeant(stored, command, batch.now)) return command;
  const message = `is ${number} here: the shop says that they are one order`;
  return {
    ...underNumber(command, number),
    under: orderId,
    warnings: [...command.warnings, { field: 'orderId', message }],
  };
}

function isMeant({ words, order, receivedAt }: StoredOrder, command: OrderCommand, now: number): boolean {
  const { visitor, valid } = command;
  return (
    (visitor !== undefined && words.heard.some((one) => one.visitor === visitor)) ||
    now - Math.max(order.placedAt, receivedAt) <= SAME_TIME ||
    agreesWithShop({ said: valid.order }, words.shop ?? { said: order }) ||
    words.heard.some(({ said }) => said.total === valid.order.total && said.currency === valid.order.currency)
  );
}

function nameShopReport(command: OrderCommand, batch: Draft): OrderCommand {
  const own = command.valid.order.orderId;
  const names = (command.aliases ?? []).filter((alias) => alias !== own);
  const naming: Naming = { command, own, names, batch, warnings: [] };
  const found = findOwn(naming);
  let { number } = found;
  for (const alias of names) number = takeName(alias, number, naming);
  if (number !== own) giveName(own, number, naming);
  for (const name of [own, ...names]) if (name !== number) bringChanges(name, number, naming);
  if (number === own && naming.warnings.length === 0 && !found.heard) return command;
  return {
    ...underNumber(command, number),
    warnings: [...command.warnings, ...naming.warnings],
    ...(found.heard ? { brought: found.heard } : {}),
  };
}

interface Naming {
  command: OrderCommand;
  own: string;
  /** The others. */
  names: readonly string[];
  batch: Draft;
  warnings: OrderCommand['warnings'];
}

const rowOf = (orderId: string, { command, batch }: Naming): StoredOrder | undefined =>
  batch.known.orders.get(orderKey(command.site, orderId));

const numberNow = (name: string, { command, batch }: Pick<Naming, 'command' | 'batch'>): string | undefined =>
  batch.known.aliases.get(orderKey(command.site, name));

/** The order that goes by the report's own number, or has it for a name. A number that is an order's own is no other order's name. */
function findOwn(naming: Naming): { number: string; heard?: StoredOrder['words']['heard'] } {
  const { own, names, command, batch } = naming;
  const row = rowOf(own, naming);
  const sameAs = row?.words.sameAs;
  const twin = sameAs === undefined ? undefined : rowOf(sameAs, naming);
  const number = numberNow(own, naming);
  if (row && sameAs !== undefined && twin && number !== sameAs && names.includes(sameAs) && !isTold(row, batch)) {
    // One page named the order both ways before the shop did: what it said stands with the number that counted.
    joinOrders(row, sameAs, batch);
    return { number: own };
  }
  if (number === undefined || (row && sameAs !== number)) return { number: own };
  const stored = rowOf(number, naming);
  if (!stored) return { number: own };
  const isNamed = names.some((name) => name === number || numberNow(name, naming) === number);
  if (isNamed || (names.length === 0 && isPlacedWith(stored, command) !== false)) return { number };
  return { number: own, ...takeBack(stored, naming) };
}

/** What browsers meant this number by goes with it. */
function takeBack(stored: StoredOrder, { command, own, batch }: Naming): { heard?: StoredOrder['words']['heard'] } {
  const { site } = command;
  batch.known.aliases.delete(orderKey(site, own));
  (batch.changes.aliases ??= []).push({ site, alias: own, orderId: null });
  const heard = stored.words.heard.filter(({ under, id }) => under === own && id !== stored.words.owner);
  const rest = stored.words.heard.filter((one) => !heard.includes(one));
  recordOrderChanges({ ...stored, words: { ...stored.words, heard: rest } }, [], batch);
  recordEvent(stored, 'named', `${own} is the number of another order: no name of this one any more`, batch);
  return heard.length > 0 ? { heard: heard.map(({ under: _name, ...one }) => one) } : {};
}

/** Whether the shop says of both that they were placed at one time; undefined where it doesn't say. */
function isPlacedWith({ words }: StoredOrder, { valid }: OrderCommand): boolean | undefined {
  const placedAt = words.shop?.said.placedAt;
  if (placedAt === undefined || !valid.given.placedAt) return undefined;
  return Math.abs(placedAt - valid.order.placedAt) < SAME_PLACING;
}

/** The number that the order goes by from now on. */
function takeName(alias: string, number: string, naming: Naming): string {
  const { command, warnings, batch } = naming;
  if (alias === number) return number;
  const refuse = (message: string): string => {
    warnings.push({ field: 'aliases', message });
    return number;
  };
  const row = rowOf(alias, naming);
  const other = numberNow(alias, naming);
  if (row && !(other === number && row.words.sameAs === number)) {
    if (row.words.shop?.whole && isPlacedWith(row, command) !== true)
      return refuse(`has ${alias}, which is the shop's own number of another order: it stays that one's`);
    if (!row.words.shop?.whole && !isHeardWith(row, command, batch.now))
      return refuse(`has ${alias}, under which pages reported an order of another time and amount: left apart`);
    return joinNamed(row, number, naming);
  }
  if (other === number) return number;
  if (other !== undefined && rowOf(other, naming))
    return refuse(`has ${alias}, which is a name of order ${other} already: it stays that one's`);
  giveName(alias, number, naming);
  return number;
}

/** Whether an order that pages reported may be the one that the shop speaks of now. */
function isHeardWith({ words, receivedAt }: StoredOrder, { valid }: OrderCommand, now: number): boolean {
  const placedAt = valid.given.placedAt ? Math.min(valid.order.placedAt, now) : now;
  if (receivedAt < placedAt - CLOCKS) return false;
  return receivedAt <= placedAt + SAME_TIME || words.heard.some((one) => agreesWithShop(one, { said: valid.order }));
}

/** Two records are one order. Whichever a network was told of goes on; with both told, nothing more is told of the other. */
function joinNamed(row: StoredOrder, number: string, naming: Naming): string {
  const { own, batch, command } = naming;
  const { site } = command;
  const { orderId } = row.order;
  const known = rowOf(number, naming);
  const tell = (stored: StoredOrder, text: string): void => recordEvent(stored, 'joined', text, batch);
  if (!isTold(row, batch)) {
    const text = known ? `${orderId} is this order` : `it was reported as ${orderId} before`;
    tell(
      joinOrders(row, number, batch),
      `the shop says that ${text}, and nobody was told of that: one order, ${number}`,
    );
    giveName(orderId, number, naming);
    return number;
  }
  const goesOn = `the shop calls it ${own}; a network was told of it as ${orderId}: it goes on under that number and is not told again`;
  if (!known) {
    pointNames({ site, from: number, into: orderId }, batch);
    tell(row, goesOn);
    return orderId;
  }
  if (!isTold(known, batch)) {
    tell(joinOrders(known, orderId, batch), goesOn);
    giveName(number, orderId, naming);
    return orderId;
  }
  keepApart(row, known, naming);
  giveName(orderId, number, naming);
  return number;
}

/** Networks were told of one order twice before the shop said so: what is still to be told is told of one of them. */
function keepApart(row: StoredOrder, known: StoredOrder, { batch }: Naming): void {
  const [twin, number] = [row.order.orderId, known.order.orderId];
  const reason = `the shop says that this is order ${number}: told under that number`;
  const skipped = (batch.known.deliveries.get(orderKey(row.site, twin)) ?? [])
    .filter(({ attempts, state }) => attempts === 0 && (state === 'waiting' || state === 'due'))
    .map((one): Delivery => ({ ...one, state: 'skipped', reason, nextAt: null, updatedAt: batch.now }));
  const apart = { ...row, words: { ...row.words, sameAs: number }, updatedAt: batch.now };
  recordOrderChanges(apart, skipped, batch);
  const both = 'networks were told of both, and are told nothing more of';
  recordEvent(
    apart,
    'joined',
    `the shop says that this is order ${number}; ${both} this one. Where a network counts both, take this one back by hand`,
    batch,
  );
  recordEvent(
    known,
    'joined',
    `the shop says that ${twin} is this order; ${both} ${twin}. Where a network counts both, take ${twin} back by hand`,
    batch,
  );
}

/** Changes that came under another name, before anybody reported the order. */
function bringChanges(name: string, number: string, { command, batch }: Naming): void {
  const { site } = command;
  if (numberNow(name, { command, batch }) !== number) return;
  const [key, into] = [orderKey(site, name), orderKey(site, number)];
  const pending = batch.known.pending.get(key);
  if (!pending) return;
  batch.known.pending.delete(key);
  batch.changes.pendingDone.push({ site, orderId: name });
  const all = [...(batch.known.pending.get(into) ?? []), ...pending.map((one) => ({ ...one, orderId: number }))];
  batch.known.pending.set(
    into,
    all.toSorted((a, b) => a.at - b.at),
  );
}

function giveName(alias: string, orderId: string, { command, batch }: Naming): void {
  const { site } = command;
  const key = orderKey(site, alias);
  if (batch.known.aliases.get(key) === orderId) return;
  batch.known.aliases.set(key, orderId);
  (batch.changes.aliases ??= []).push({ site, alias, orderId });
}

function underNumber(command: OrderCommand, orderId: string): OrderCommand {
  return { ...command, valid: { ...command.valid, order: { ...command.valid.order, orderId } } };
}
