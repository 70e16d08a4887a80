/** Step 4 of 5. What a report of an order becomes: a first one, or one more of an order that is known. */
import { addTouches, emailKey, identityKeys, orderKey, save, say, type Batch } from './batch.ts';
import { applyPending, lifeOf } from './change-order.ts';
import type { Command, CommandReply } from './command.ts';
import { decide, reconsider } from './decide.ts';
import type { Order, Personal } from './event.ts';
import { mergeReport, samePersonal } from './merge-report.ts';
import { planChanges, planConversions } from './order-life.ts';
import type { Site } from './sites.ts';
import type { Delivery, StoredOrder } from './store/store.ts';

type OrderCommand = Extract<Command, { type: 'order' }>;
type OrderReply = Extract<CommandReply, { type: 'order' }>;

const HANDED_OUT = "handed to the shopper's browser, which has not reported back yet";

export function recordOrder(command: OrderCommand, batch: Batch): OrderReply {
  const site = batch.sites.byId.get(command.site)!;
  const { orderId } = command.valid.order;
  if (command.visitor !== undefined && command.touches.length > 0) {
    addTouches(
      {
        site: command.site,
        visitor: command.visitor,
        touches: command.touches,
        ...(command.consent ? { consent: command.consent } : {}),
      },
      batch,
    );
  }
  const key = orderKey(command.site, orderId);
  const existing = batch.known.orders.get(key);
  const reply = existing ? laterReport(command, existing, site, batch) : firstReport(command, site, batch);
  if (!existing && reply.result === 'accepted') applyPending(key, command.site, orderId, batch);
  return reply;
}

function firstReport(command: OrderCommand, site: Site, batch: Batch): OrderReply {
  const { seal, now } = batch;
  const personal = keptPersonal(command, site);
  const order: Order = { ...command.valid.order, personal: {} };
  const decision = decide({ command, order: command.valid.order, site, batch, earlier: [] });
  const stored: StoredOrder = {
    site: command.site,
    order,
    reporter: command.reporter,
    shopConfirmed: command.reporter === 'shop' || command.proven === true,
    visitor: command.visitor ?? null,
    emailHash:
      command.valid.order.personal.email === undefined ? null : emailKey(seal, command.valid.order.personal.email),
    consent: command.consent ?? null,
    receivedAt: now,
    updatedAt: now,
    personal: Object.keys(personal).length === 0 ? null : seal.seal(JSON.stringify(personal)),
    attribution: decision.attribution,
  };
  const life = lifeOf({ site, stored, personal, existing: [], batch });
  const deliveries = planConversions(life, decision);
  tie(command, batch);
  const { fire, deliveries: ready } = handOut({ deliveries, personal, site, now });
  save(stored, ready, batch);
  say(stored, 'reported', `reported by the ${command.reporter === 'shop' ? 'shop' : "shopper's browser"}`, batch);
  return { type: 'order', orderId: order.orderId, result: 'accepted', warnings: command.warnings, fire };
}

/** A second report of the order: the shop's word replaces the browser's, the browser only adds what was missing. */
function laterReport(command: OrderCommand, existing: StoredOrder, site: Site, batch: Batch): OrderReply {
  const { orderId } = existing.order;
  const reply = { type: 'order' as const, orderId, warnings: command.warnings, fire: [] };
  if (command.valid.order.currency !== existing.order.currency) {
    const message = `is ${command.valid.order.currency}, but this order was reported in ${existing.order.currency}: an order has one currency`;
    return { ...reply, result: 'invalid', errors: [{ field: 'currency', message }] };
  }
  const known = existing.personal ? (JSON.parse(batch.seal.open(existing.personal)) as Personal) : {};
  const merged = mergeReport({ existing, known, command, kept: keptPersonal(command, site), now: batch.now });
  const deliveries = batch.known.deliveries.get(orderKey(command.site, orderId)) ?? [];
  const stored: StoredOrder = {
    ...merged.stored,
    personal: samePersonal(known, merged.personal)
      ? existing.personal
      : batch.seal.seal(JSON.stringify(merged.personal)),
    emailHash:
      existing.emailHash ??
      (command.valid.order.personal.email ? emailKey(batch.seal, command.valid.order.personal.email) : null),
  };
  const life = lifeOf({ site, stored, personal: merged.personal, existing: deliveries, batch });
  const decision = reconsider({ command, stored, life, batch });
  stored.attribution = decision.attribution;
  const changed = [...planConversions(life, decision), ...planChanges(life, existing.order, undefined)];
  tie(command, batch);
  const news = merged.changed || changed.length > 0;
  const mine = command.visitor !== undefined && command.visitor === stored.visitor;
  const latest = [...deliveries.filter((old) => !changed.some(({ id }) => id === old.id)), ...changed];
  const { fire, deliveries: handed } = handOut({
    deliveries: mine ? latest : [],
    personal: merged.personal,
    site,
    now: batch.now,
  });
  if (news || fire.length > 0) {
    save(stored, mine ? handed.filter((next) => changed.includes(next) || !deliveries.includes(next)) : changed, batch);
    if (news)
      say(
        stored,
        'updated',
        `${merged.text} by the ${command.reporter === 'shop' ? 'shop' : "shopper's browser"}`,
        batch,
      );
  }
  return { ...reply, result: news ? 'updated' : 'duplicate', fire };
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

/** Gives what the shopper's browser must fire to the tag, and marks it as handed out. */
function handOut(given: { deliveries: Delivery[]; personal: Personal; site: Site; now: number }): {
  fire: OrderReply['fire'];
  deliveries: Delivery[];
} {
  const fire: OrderReply['fire'] = [];
  const deliveries = given.deliveries.map((delivery) => {
    const connection = given.site.connections.find(({ id }) => id === delivery.connection);
    const make = connection?.destination?.fire;
    if (!make || (delivery.state !== 'due' && delivery.state !== 'sending')) return delivery;
    const report = { ...delivery.report, order: { ...delivery.report.order, personal: given.personal } };
    fire.push({ ...make(report, connection.settings), delivery: delivery.id });
    return { ...delivery, state: 'sending' as const, reason: HANDED_OUT, updatedAt: given.now };
  });
  return { fire, deliveries };
}

/** Remembers which browser a customer used, so that a later order without a browser finds its touches. */
function tie(command: OrderCommand, batch: Batch): void {
  const { visitor, site } = command;
  if (visitor === undefined) return;
  for (const key of identityKeys(command.valid.order, batch.seal)) {
    batch.changes.identities.push({ site, key, visitor, at: batch.now });
  }
}
