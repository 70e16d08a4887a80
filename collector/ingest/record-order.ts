/** Step 4 of 5. What a report of an order becomes: a first one, or one more of an order that is known. */
import type { Site } from '../configuration/sites.ts';
import type { OrderCommand, OrderReply } from '../intake/command.ts';
import { sameJson } from '../lib/text/same-json.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Facts, OrderWords } from '../model/authority/order-words.ts';
import type { Personal } from '../model/order.ts';
import type { StoredOrder } from '../model/stored-order.ts';
import { hearPending } from './change-order.ts';
import { addTouches, type Draft, keysOfIdentity, orderKey, personNames, recordEvent, tieVisitor } from './draft.ts';
import { AMOUNTS, hearBrowser, type Heard, hearShop } from './hear-report.ts';
import { waitForPage } from './join-page.ts';
import { marksOf } from './watch/mark-claims.ts';
import { heardPersonalOf, type Reckoned, reckonOrder, saveReckoned } from './reckon-order.ts';
import { noteRecent, settlePage } from './settle-page.ts';
import { countSighting, learnFrom } from './watch/watch-order.ts';

/** A report of five hundred broken lines tells the same story five hundred times. */
const MOST_WARNINGS = 10;
const HANDED_OUT = "handed to the shopper's browser, which has not reported back yet";

/** Every report is heard, whoever makes it; what it does to the record is the table's business. */
export function recordOrder(command: OrderCommand, batch: Draft): OrderReply {
  const site = batch.sites.byId.get(command.site)!;
  const settled = settlePage(command.page === 'foreign' ? withoutVisitor(command) : command, batch);
  if ('reply' in settled) return settled.reply;
  const { orderId } = settled.report.valid.order;
  const existing = batch.known.orders.get(orderKey(command.site, orderId));
  const report = existing?.gate === 'erased' ? withoutPerson(settled.report) : settled.report;
  keepTouches(report, batch);
  const { site: siteId, visitor, identity } = report;
  if (identity && visitor !== undefined)
    tieVisitor({ site: siteId, visitor, keys: keysOfIdentity(identity, batch.seal) }, batch);
  const { currency } = command.valid.order;
  const before: OrderWords = existing?.words ?? { heard: [...(report.brought ?? [])] };
  const overtaken = hearPending({ site: report.site, orderId, currency, words: before }, batch);
  const heard = hear(report, { existing, overtaken, site, batch });
  const reckoned = reckonOrder({
    site,
    orderId,
    words: heard.words,
    personal: heard.personal,
    existing,
    reporter: report.reporter,
    batch,
    // The shop's own word, kept or not: whoever took consent back is known by it.
    ...(report.reporter === 'shop' ? { persons: personNames(report.valid.order, batch.seal) } : {}),
    ...(existing?.words.shop?.whole && report.reporter === 'shop' && heard.news
      ? { named: namedBy(report, existing.words.shop.said) }
      : {}),
  });
  const { stored } = reckoned;
  // What is rehearsed says nothing of what the shop usually sells.
  if (report.reporter === 'shop' && report.by === undefined && existing?.words.shop?.whole !== true)
    learnFrom(stored, site, batch);
  const { fire, changed: planned } = handOut({ reckoned, command: report, site, now: batch.now });
  const changed = report.found && !stored.shopConfirmed ? waitForPage(planned, batch.now) : planned;
  if (reckoned.news || heard.news || fire.length > 0) {
    saveReckoned({ stored: keepTime(stored, existing, reckoned.news), changed }, batch);
    if (!existing) noteRecent(stored, batch);
    tellStory({ existing, overtaken: overtaken.story, reckoned, heard, command: report, batch });
  }
  const warnings = [
    ...report.warnings,
    ...heard.notes.map((message) => ({ field: 'order', message })),
    ...(report.reporter === 'shop' && stored.stopped && stored.gate === 'waiting' ? [NO_ANSWER] : []),
  ];
  return { type: 'order', orderId, result: resultOf(existing, reckoned), warnings, fire };
}

/** Told to the shop's developer, who else would wonder why nothing is sent. */
const NO_ANSWER = {
  field: 'consent',
  message:
    'is not stated, and no answer of the visitor is known: networks are told once there is one (shopConsent of the site decides for visitors whom nobody knows)',
};

/** What a further report of the shop states anew of the amounts: what is said again as it was is no statement, and a lower total alone is a refund. */
function namedBy({ valid }: OrderCommand, before: Partial<Facts>): ReadonlySet<string> {
  const { order, given } = valid;
  const amounts = AMOUNTS.filter((field) => order[field] !== undefined && order[field] !== before[field]);
  return new Set([...amounts, ...(given.items && !sameJson(order.items, before.items) ? ['items'] : [])]);
}

function resultOf(existing: StoredOrder | undefined, { news }: Reckoned): OrderReply['result'] {
  if (!existing) return 'accepted';
  return news ? 'updated' : 'duplicate';
}

/** What a page of somebody else says of a visitor is no word on who that is. */
function withoutVisitor({ visitor: _stranger, ...report }: OrderCommand): OrderCommand {
  return report;
}

/** Whose person was erased stays without one, whoever reports the order again (`collector/privacy/erase.ts`). */
function withoutPerson({
  visitor: _v,
  identity: _i,
  consent: _c,
  ip: _ip,
  userAgent: _ua,
  ...report
}: OrderCommand): OrderCommand {
  const { customerId: _id, custom: _custom, ...order } = report.valid.order;
  return { ...report, touches: [], valid: { ...report.valid, clicks: [], order: { ...order, personal: {} } } };
}

function keepTouches({ site, visitor, touches, consent }: OrderCommand, batch: Draft): void {
  if (visitor === undefined || touches.length === 0 || consent?.marketing === 'denied') return;
  addTouches({ site, visitor, touches, ...(consent ? { consent } : {}) }, batch);
}

function hear(
  command: OrderCommand,
  given: { existing: StoredOrder | undefined; overtaken: { words: OrderWords }; site: Site; batch: Draft },
): Heard {
  const { existing, site, batch } = given;
  const { now, seal } = batch;
  const { orderId } = command.valid.order;
  const { words } = given.overtaken;
  const personal = existing ? heardPersonalOf(existing, batch) : {};
  const kept = keptPersonal(command, site);
  const ahead = existing?.words.shop === undefined && words.shop !== undefined;
  const nameOf = (report: string): string => seal.hash(report).slice(0, 16);
  if (command.reporter === 'shop') return hearShop({ words, personal, command, kept, now, ahead, nameOf });
  const marks = marksOf(command, seal);
  const signedKeys = command.identity ? keysOfIdentity(command.identity, seal) : [];
  const heard = hearBrowser({ words, personal, command, kept, now, nameOf, marks, signedKeys });
  const isNew = heard.words.heard.some(({ id }) => !words.heard.some((one) => one.id === id));
  if (isNew) countSighting({ site: command.site, orderId, marks, confirmed: existing?.shopConfirmed ?? false }, batch);
  return heard;
}

/** Only fields that a destination of this site uses are kept at all. */
function keptPersonal({ valid, ip, userAgent }: OrderCommand, site: Site): Personal {
  const all: Personal = {
    ...valid.order.personal,
    ...(ip === undefined ? {} : { ip }),
    ...(userAgent === undefined ? {} : { userAgent }),
  };
  return Object.fromEntries(Object.entries(all).filter(([field]) => site.personal.has(field)));
}

/** An order is updated when its record is: what is only kept for the eye leaves its time alone. */
function keepTime(stored: StoredOrder, existing: StoredOrder | undefined, news: boolean): StoredOrder {
  return existing && !news ? { ...stored, updatedAt: existing.updatedAt } : stored;
}

function tellStory(given: {
  existing: StoredOrder | undefined;
  overtaken: readonly string[];
  reckoned: Reckoned;
  heard: Heard;
  command: OrderCommand;
  batch: Draft;
}): void {
  const { existing, overtaken, reckoned, heard, command, batch } = given;
  const { stored } = reckoned;
  const who = command.reporter === 'shop' ? 'shop' : "shopper's browser";
  const rehearsed = command.by === undefined ? '' : `, rehearsed by ${command.by}`;
  if (!existing) recordEvent(stored, 'reported', `reported by the ${who}${rehearsed}`, batch);
  if (command.by !== undefined) {
    const detail = { site: stored.site, orderId: stored.order.orderId };
    (batch.changes.deeds ??= []).push({ at: batch.now, actor: command.by, action: 'order rehearsed', detail });
  }
  for (const change of overtaken) recordEvent(stored, 'changed', change, batch);
  if (existing && reckoned.news) recordEvent(stored, 'updated', `${reckoned.text} by the ${who}`, batch);
  const isContested = stored.contest !== null && !sameJson(stored.contest.between, existing?.contest?.between);
  const notes = [...(heard.news ? heard.notes : []), ...(reckoned.news ? reckoned.notes : [])];
  for (const note of new Set(notes)) recordEvent(stored, 'ignored', note, batch);
  if (heard.news) tellWarnings(stored, command, batch);
  if (isContested) recordEvent(stored, 'contested', stored.contest!.reason, batch);
}

/** What was left out of a report, or read in a way of ours, is part of the order's story. */
function tellWarnings(stored: StoredOrder, { warnings }: OrderCommand, batch: Draft): void {
  const told = warnings.slice(0, MOST_WARNINGS).map(({ field, message }) => `${field} ${message}`);
  const more = warnings.length - told.length;
  for (const text of more > 0 ? [...told, `and ${more} more of the kind`] : told)
    recordEvent(stored, 'warned', text, batch);
}

/** Gives what the shopper's browser must fire to the tag, and marks it as handed out. */
function handOut(given: { reckoned: Reckoned; command: OrderCommand; site: Site; now: number }): {
  fire: OrderReply['fire'];
  changed: Delivery[];
} {
  const { reckoned, command, site, now } = given;
  const { stored, personal, deliveries, changed } = reckoned;
  const fire: OrderReply['fire'] = [];
  // A first report fires for whoever made it; later ones only for the visitor whose order it is.
  const mine = deliveries.length === 0 || (command.visitor !== undefined && command.visitor === stored.visitor);
  if (!mine) return { fire, changed };
  const latest = [...deliveries.filter((old) => !changed.some(({ id }) => id === old.id)), ...changed];
  const handed = latest.map((delivery) => {
    const connection = site.connections.find(({ id }) => id === delivery.connection);
    const make = connection?.destination?.fire;
    if (!make || (delivery.state !== 'due' && delivery.state !== 'sending')) return delivery;
    const report = { ...delivery.report, order: { ...delivery.report.order, personal } };
    fire.push({ ...make(report, connection.settings), delivery: delivery.id });
    return { ...delivery, state: 'sending' as const, reason: HANDED_OUT, updatedAt: now };
  });
  return { fire, changed: handed.filter((next) => changed.includes(next) || !deliveries.includes(next)) };
}
