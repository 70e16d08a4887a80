/** Step 4 of 5. One batch on its way into a transaction: what is known, what will be written, and the words for both. */
import type { Consent } from '../../wire/consent.ts';
import type { Sites } from '../configuration/sites.ts';
import type { Work } from '../intake/command.ts';
import type { SignedIdentity } from '../intake/read-identity.ts';
import { minutes } from '../lib/duration.ts';
import { normalEmail } from '../lib/hash.ts';
import { newDatedId } from '../lib/id.ts';
import type { Seal } from '../lib/seal.ts';
import { tidyId } from '../lib/text/fold.ts';
import type { Delivery } from '../model/delivery.ts';
import { isNobodysEmail, namesNobody } from '../model/authority/names-nobody.ts';
import { customerHash } from '../model/contact.ts';
import type { Order } from '../model/order.ts';
import type { StoredOrder } from '../model/stored-order.ts';
import type { Touch } from '../model/touch.ts';
import type { Changes, Known } from '../store/ingest-store.ts';

export interface Draft {
  known: Known;
  changes: Changes;
  sites: Sites;
  seal: Seal;
  now: number;
  /** Keys of orders that this batch leaves stopped by consent: an answer that comes later in it may release them. */
  stopped?: Set<string>;
}

/** Key of what the store knew: of orders, visitors, identities and hand-overs alike. */
export const orderKey = (site: string, orderId: string): string => `${site}\n${orderId}`;

/** A keyed hash of the normalised address: matches without keeping it. */
export const emailKey = (seal: Seal, email: string): string => seal.hash(normalEmail(email));

export function emptyChanges(): Changes {
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

export function recordOrderChanges(stored: StoredOrder, changed: Delivery[], batch: Draft): void {
  const key = orderKey(stored.site, stored.order.orderId);
  batch.known.orders.set(key, stored);
  batch.changes.orders.push(stored);
  if (stored.stopped) (batch.stopped ??= new Set()).add(key);
  const byId = new Map((batch.known.deliveries.get(key) ?? []).map((delivery) => [delivery.id, delivery]));
  for (const delivery of changed) byId.set(delivery.id, delivery);
  batch.known.deliveries.set(key, [...byId.values()]);
  batch.changes.deliveries.push(...changed);
}

export function recordEvent(stored: StoredOrder, type: string, text: string, batch: Draft): void {
  batch.changes.events.push({ site: stored.site, orderId: stored.order.orderId, at: batch.now, type, text });
}

/** Times of one touch that were told twice lie within it, where a device's clock is off. */
const SAME_TOUCH = minutes(1);

/** Adds what is new to the visitor's touches and returns them all, newest last. */
export function addTouches(
  given: {
    site: string;
    visitor: string;
    touches: Omit<Touch, 'id' | 'visitor' | 'hint'>[];
    foundBy?: string;
    consent?: Consent;
  },
  batch: Draft,
): Touch[] {
  const { site, visitor, foundBy, consent } = given;
  const key = orderKey(site, visitor);
  const known = batch.known.touches.get(key) ?? [];
  for (const touch of given.touches) {
    if (known.some((old) => isSameTouch(old, touch))) continue;
    const { param, value, kind, at, url, referrer, extra } = touch;
    // Written out: V8 copies a spread object with a time in it property by property, which was a tenth of the store thread's work.
    const fresh: Touch & { site: string } = { site, id: newDatedId(batch.now), visitor, param, value, kind, at };
    if (foundBy !== undefined) fresh.hint = foundBy;
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

function isSameTouch(a: Pick<Touch, 'param' | 'value' | 'at'>, b: Pick<Touch, 'param' | 'value' | 'at'>): boolean {
  return a.param === b.param && a.value === b.value && Math.abs(a.at - b.at) < SAME_TOUCH;
}

/** Keys by which visitors of one customer find each other. A word that names nobody makes no key. */
export function identityKeys(customer: Pick<Order, 'customerId' | 'personal'>, seal: Seal): string[] {
  const { customerId, personal } = customer;
  const { email } = personal;
  return [
    ...(customerId === undefined || namesNobody(customerId) ? [] : [`c:${tidyId(customerId)}`]),
    ...(email === undefined || isNobodysEmail(email) ? [] : [`e:${emailKey(seal, email)}`]),
  ];
}

/** Fewer digits are an extension, or nobody's number. */
const LEAST_DIGITS = 6;

/** A keyed hash of a phone number by its digits alone. */
function phoneKeys({ personal }: Pick<Order, 'personal'>, seal: Seal): string[] {
  const digits = (personal.phone ?? '').replace(/\D/g, '').replace(/^0+/, '');
  return digits.length < LEAST_DIGITS ? [] : [`p:${seal.hash(`phone\n${digits}`)}`];
}

/** Names under which a customer's withdrawal of consent is looked up, none of which can be read. */
export function personNames(customer: Pick<Order, 'customerId' | 'personal'>, seal: Seal): string[] {
  const keys = [...identityKeys(customer, seal), ...phoneKeys(customer, seal)];
  return keys.map((key) => personOfIdentity(key, seal).name);
}

/** The name under which a customer's withdrawal is kept; of a customer id, which can be read, its keyed hash. */
export function personOfIdentity(key: string, seal: Pick<Seal, 'hash'>): { name: string; customerId?: string } {
  if (!key.startsWith('c:')) return { name: key };
  const customerId = key.slice(2);
  return { name: `c:${customerHash(customerId, seal)}`, customerId };
}

/** Keys of the customer whom the shop signed in. */
export function keysOfIdentity({ email, ...customer }: SignedIdentity, seal: Seal): string[] {
  return identityKeys({ ...customer, personal: email === undefined ? {} : { email } }, seal);
}

/** Remembers under each key that the visitor stands for it, so that a later order without this browser finds its touches. */
export function tieVisitor(
  { site, visitor, keys }: { site: string; visitor: string; keys: readonly string[] },
  batch: Draft,
): void {
  for (const key of keys) {
    const place = orderKey(site, key);
    const known = batch.known.identities.get(place) ?? [];
    if (!known.includes(visitor)) batch.known.identities.set(place, [...known, visitor]);
    batch.changes.identities.push({ site, key, visitor, at: batch.now });
  }
}

export function workOf({ deliveries }: Changes): Work[] {
  const work = new Map<string, Work>();
  for (const { site, connection, state, nextAt } of deliveries) {
    if (state === 'due' && nextAt !== null) work.set(`${site}\n${connection}`, { site, connection });
  }
  return [...work.values()];
}
