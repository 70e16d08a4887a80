/** Step 4 of 5. One transaction for many commands: record, attribute, enqueue; replies exist only after the commit. */
import { addTouches, identityKeys, noChanges, orderKey, save, say, workOf, type Batch } from './batch.ts';
import { changeOrder } from './change-order.ts';
import type { Command, CommandReply, Work } from './command.ts';
import type { Clock } from './lib/clock.ts';
import { newId } from './lib/id.ts';
import type { Seal } from './lib/seal.ts';
import { recordOrder } from './record-order.ts';
import type { Sites } from './sites.ts';
import type { Delivery, Store, Wanted } from './store/store.ts';

export interface Ingest {
  /** Commits the commands in order; the replies stand in the same order. Rejects when nothing could be stored. */
  ingest(commands: Command[]): Promise<{ replies: CommandReply[]; work: Work[] }>;
}

/** `sites` gives what is in force at the moment of the batch. */
export function createIngest(deps: { store: Store; sites: () => Promise<Sites>; seal: Seal; clock: Clock }): Ingest {
  const { store, seal, clock } = deps;
  return {
    async ingest(commands) {
      const sites = await deps.sites();
      const now = clock();
      return store.transact(wantedBy(commands, seal), (known) => {
        const batch: Batch = { known, changes: noChanges(), sites, seal, now };
        const replies = commands.map((command) => handle(command, batch));
        return { changes: batch.changes, result: { replies, work: workOf(batch.changes) } };
      });
    },
  };
}

function wantedBy(commands: Command[], seal: Seal): Wanted {
  const wanted: Wanted = { visitors: [], orders: [], identities: [], handovers: [] };
  for (const command of commands) {
    const { site } = command;
    if (command.type === 'touch') {
      if (!command.brief) wanted.visitors.push({ site, visitor: command.visitor });
      if (command.handover !== undefined) wanted.handovers.push({ site, id: command.handover });
    } else if (command.type === 'order') {
      const { order } = command.valid;
      if (command.visitor !== undefined) wanted.visitors.push({ site, visitor: command.visitor });
      wanted.orders.push({ site, orderId: order.orderId });
      for (const key of identityKeys(order, seal)) wanted.identities.push({ site, key });
    } else if (command.type === 'change' || command.type === 'fired') {
      wanted.orders.push({ site, orderId: command.orderId });
    }
  }
  return wanted;
}

function handle(command: Command, batch: Batch): CommandReply {
  switch (command.type) {
    case 'touch':
      return recordTouches(command, batch);
    case 'order':
      return recordOrder(command, batch);
    case 'change':
      return changeOrder(command, batch);
    case 'fired':
      return recordFired(command, batch);
    case 'refused':
      return keepRefused(command, batch);
  }
}

function recordTouches(command: Extract<Command, { type: 'touch' }>, batch: Batch): CommandReply {
  const { site, visitor, handover, consent } = command;
  // Kept as proof, in the transaction that the answer waits for.
  if (consent?.marketing === 'denied')
    (batch.changes.withdrawals ??= []).push({ site, visitor, at: batch.now, consent });
  if (handover !== undefined) {
    const key = orderKey(site, handover);
    if (batch.known.handovers.has(key)) return { type: 'touch', visitor, touches: [], spent: true };
    batch.known.handovers.add(key);
    batch.changes.handovers.push({ site, id: handover, at: batch.now });
  }
  const touches = addTouches(command, batch);
  return { type: 'touch', visitor, touches: command.brief ? [] : touches };
}

function recordFired(command: Extract<Command, { type: 'fired' }>, batch: Batch): CommandReply {
  const key = orderKey(command.site, command.orderId);
  const stored = batch.known.orders.get(key);
  const delivery = batch.known.deliveries.get(key)?.find(({ id }) => id === command.delivery);
  if (!stored || !delivery) return { type: 'fired', known: false };
  if (delivery.state !== 'due' && delivery.state !== 'sending') return { type: 'fired', known: true };
  const detail = command.detail ? ` (${command.detail})` : '';
  const next: Delivery = command.ok
    ? {
        ...delivery,
        state: 'delivered',
        reason: "fired in the shopper's browser",
        attempts: delivery.attempts + 1,
        nextAt: null,
        updatedAt: batch.now,
      }
    : {
        ...delivery,
        state: 'due',
        reason: `the shopper's browser could not fire it${detail}`,
        attempts: delivery.attempts + 1,
        updatedAt: batch.now,
      };
  save(stored, [next], batch);
  say(stored, 'fired', `${delivery.connection}: ${next.reason}`, batch);
  return { type: 'fired', known: true };
}

function keepRefused(command: Extract<Command, { type: 'refused' }>, batch: Batch): CommandReply {
  const { site, route, body, errors } = command;
  batch.changes.quarantine.push({
    id: newId(batch.now),
    site,
    at: batch.now,
    route,
    errors,
    body: batch.seal.seal(body),
    fingerprint: batch.seal.hash(body),
    seen: 1,
  });
  return { type: 'refused' };
}
