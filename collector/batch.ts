/** Step 4 of 5. One batch on its way into a transaction: what is known, what will be written, and the words for both. */
import type { Work } from './command.ts';
import type { Consent, Order, Touch } from './event.ts';
import { normalEmail } from './lib/hash.ts';
import { newId } from './lib/id.ts';
import type { Seal } from './lib/seal.ts';
import type { Sites } from './sites.ts';
import type { Changes, Delivery, Known, StoredOrder } from './store/store.ts';

export interface Batch {
  known: Known;
  changes: Changes;
  sites: Sites;
  seal: Seal;
  now: number;
}

/** Key of what the store knew: of orders, visitors, identities and hand-overs alike. */
export const orderKey = (site: string, orderId: string): string => `${site}\n${orderId}`;

/** A keyed hash of the normalised address: matches without keeping it. */
export const emailKey = (seal: Seal, email: string): string => seal.hash(normalEmail(email));

export function noChanges(): Changes {
  return {
    touches: [],
    orders: [],
    deliveries: [],
    events: [],
    identities: [],
    handovers: [],
    pending: [],
    pendingDone: [],
    quarantine: [],
  };
}

export function save(stored: StoredOrder, changed: Delivery[], batch: Batch): void {
  const key = orderKey(stored.site, stored.order.orderId);
  batch.known.orders.set(key, stored);
  batch.changes.orders.push(stored);
  const byId = new Map((batch.known.deliveries.get(key) ?? []).map((delivery) => [delivery.id, delivery]));
  for (const delivery of changed) byId.set(delivery.id, delivery);
  batch.known.deliveries.set(key, [...byId.values()]);
  batch.changes.deliveries.push(...changed);
}

export function say(stored: StoredOrder, type: string, text: string, batch: Batch): void {
  batch.changes.events.push({ site: stored.site, orderId: stored.order.orderId, at: batch.now, type, text });
}

/** Adds what is new to the visitor's touches and returns them all, newest last. */
export function addTouches(
  given: { site: string; visitor: string; touches: Omit<Touch, 'id' | 'visitor'>[]; consent?: Consent },
  batch: Batch,
): Touch[] {
  const { site, visitor, consent } = given;
  const key = orderKey(site, visitor);
  const known = batch.known.touches.get(key) ?? [];
  for (const touch of given.touches) {
    if (known.some((old) => old.at === touch.at && old.param === touch.param && old.value === touch.value)) continue;
    const { param, value, kind, at, url, referrer, extra } = touch;
    // Written out: V8 copies a spread object with a time in it property by property, which was a tenth of the store thread's work.
    const fresh: Touch & { site: string } = { site, id: newId(batch.now), visitor, param, value, kind, at };
    if (url !== undefined) fresh.url = url;
    if (referrer !== undefined) fresh.referrer = referrer;
    if (extra !== undefined) fresh.extra = extra;
    if (consent !== undefined) fresh.consent = consent;
    known.push(fresh);
    batch.changes.touches.push(fresh);
  }
  known.sort((a, b) => a.at - b.at);
  batch.known.touches.set(key, known);
  return known;
}

export function identityKeys(order: Order, seal: Seal): string[] {
  const { customerId, personal } = order;
  return [
    ...(customerId === undefined ? [] : [`c:${customerId}`]),
    ...(personal.email === undefined ? [] : [`e:${emailKey(seal, personal.email)}`]),
  ];
}

export function workOf({ deliveries }: Changes): Work[] {
  const work = new Map<string, Work>();
  for (const { site, connection, state, nextAt } of deliveries) {
    if (state === 'due' && nextAt !== null) work.set(`${site}\n${connection}`, { site, connection });
  }
  return [...work.values()];
}
