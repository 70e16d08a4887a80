/** Carries a list's contacts to a marketing platform: those who changed, who may be written to, and who were erased. Safe to repeat at any point. */
import type { ListedContact } from '../kit/platform.ts';
import { minutes } from '../lib/duration.ts';
import { formatMoney } from '../lib/money.ts';
import type { Seal } from '../lib/seal.ts';
import { type ContactPerson, customerHash } from '../model/contact.ts';
import type { SyncState } from '../model/sync-state.ts';
import { SyncStopped } from '../outbound/polite.ts';
import type { Contact, Subscriber } from '../store/list-store.ts';
import { isLeaseLost } from '../store/sync-store.ts';
import { createCall, PlatformFailure } from './call.ts';
import { carryContact } from './carry-contact.ts';
import type { ListConnection, Push, PushDeps, PushReport } from './push-context.ts';

const LEASE = minutes(2);
const BATCH = 50;
/** A contact may be stored a little after the moment that its row bears. */
const OVERLAP = minutes(15);

const MOST_PROBLEMS = 20;

export async function pushList(
  connection: ListConnection,
  deps: PushDeps,
  options: { signal?: AbortSignal } = {},
): Promise<PushReport> {
  const { store, clock, owner } = deps;
  const { site, id, platform, settings } = connection;
  const key = { site, connection: id };
  const report: PushReport = { result: 'done', reason: '', counts: noCounts(), problems: [] };
  await store.createSync(key, clock());
  const idle: SyncState[] = ['untested', 'tested', 'enabled', 'failed', 'syncing'];
  const lease = await store.acquireSync(key, { from: idle, to: 'syncing', owner, now: clock(), ttl: LEASE });
  if (!lease)
    return { ...report, result: 'refused', reason: 'The list is being carried over already, or is disabled.' };
  const finish = (state: SyncState, reason: string, temporary = false): Promise<void> =>
    store.finishSync(lease, { state, reason, temporary, now: clock(), ended: state === 'enabled' ? 'well' : 'badly' });
  const alive = (): Promise<void> => store.saveSync(lease, { now: clock() });
  const call = createCall(deps, { platform, settings, alive, ...(options.signal ? { signal: options.signal } : {}) });
  const push: Push = { key, from: { site, connection: connection.from.id }, connection, deps, call, lease, report };
  try {
    await carryAll(push);
    await finish('enabled', '');
    return report;
  } catch (error) {
    if (isLeaseLost(error)) return { ...report, result: 'stopped', reason: (error as Error).message };
    if (error instanceof SyncStopped) {
      await finish('enabled', '');
      return { ...report, result: 'stopped', reason: 'The collector is stopping.' };
    }
    const known = error instanceof PlatformFailure;
    const reason = known ? error.message : 'The collector itself failed; its log says how.';
    await finish('failed', reason, known ? error.temporary : true);
    deps.log?.warn({ ...key, reason }, 'carrying the list over failed');
    if (!known) throw error;
    return { ...report, result: 'failed', reason };
  }
}

async function carryAll(push: Push): Promise<void> {
  const { store } = push.deps;
  await removeErased(push);
  const remote = await store.remoteList(push.key);
  const list = remote?.remoteId || (await createList(push));
  let after = { changedAt: Math.max(0, (remote?.remoteId ? remote.pushedUntil : 0) - OVERLAP), key: '' };
  for (;;) {
    const contacts = await store.changedContacts(push.from, { after, limit: BATCH });
    const last = contacts.at(-1);
    if (!last) return;
    await carryBatch(push, list, contacts);
    after = { changedAt: last.changedAt, key: last.key };
    await store.setRemoteList(push.key, { remoteId: list, pushedUntil: last.changedAt });
    await store.saveSync(push.lease, { now: push.deps.clock() });
  }
}

async function createList({ call, connection, deps, key }: Push): Promise<string> {
  const { platform, settings, from } = connection;
  const reading = await call(platform.createList(from.listName, settings));
  if (!reading.ok) throw new PlatformFailure(`${platform.title} makes no list: ${reading.fault.message}`, false);
  if (reading.key === undefined)
    throw new PlatformFailure(`${platform.title} made a list and did not say where.`, false);
  await deps.store.setRemoteList(key, { remoteId: reading.key, pushedUntil: 0 });
  return reading.key;
}

async function carryBatch(push: Push, list: string, contacts: readonly Contact[]): Promise<void> {
  const { connection, deps, key, report } = push;
  const { seal, store } = deps;
  const nameOf = (contact: Contact): string => `${connection.from.id}/${contact.key}`;
  const known = new Map<string, Subscriber>();
  for (const one of await store.subscribers(key, contacts.map(nameOf))) known.set(one.contact, one);
  const withdrew = await withdrawalsOf(contacts, push);
  const saved: Subscriber[] = [];
  try {
    for (const contact of contacts) {
      const name = nameOf(contact);
      const { platform, settings } = connection;
      const fields = platform.fields(listed(contact, connection.from.currency, seal), settings);
      const agrees = contact.agreed === true || (platform.subscribesAll(settings) && contact.agreed !== false);
      const wanted = contact.active && agrees && !isWithdrawn(contact, withdrew.get(contact.key));
      const before = known.get(name);
      const carried = await carryContact({ push, list, name, fields, wanted, ...(before ? { before } : {}) });
      report.counts[carried.did] += 1;
      if (carried.subscriber) saved.push(carried.subscriber);
      if (carried.did === 'blocked' || carried.did === 'rejected') {
        const words = `contact ${contact.key.startsWith('u:') ? contact.key.slice(2) : 'without an account'}: ${carried.did}: ${carried.subscriber?.reason ?? ''}`;
        if (report.problems.length < MOST_PROBLEMS) report.problems.push(words);
      }
    }
  } finally {
    // What the platform has done is remembered even if the next contact fails.
    await store.saveSubscribers(key, { saved, gone: [], now: deps.clock() });
  }
}

/**
 * When the people themselves took consent back, found by the keyed hashes of address and customer id. What a visitor's browser answers
 * concerns no list: only a withdrawal that the shop's word ties to the customer.
 */
async function withdrawalsOf(contacts: readonly Contact[], { deps, key }: Push): Promise<Map<string, number>> {
  const names = new Map<string, string>();
  for (const { key: contact, customerId, emailHash } of contacts) {
    if (emailHash !== null) names.set(`e:${emailHash}`, contact);
    if (customerId !== '') names.set(`c:${customerHash(customerId, deps.seal)}`, contact);
  }
  const found = new Map<string, number>();
  for (const { name, at } of await deps.store.withdrawn(key.site, [...names.keys()])) {
    const contact = names.get(name)!;
    found.set(contact, Math.max(at, found.get(contact) ?? 0));
  }
  return found;
}

/** Who subscribes at the shop afterwards has agreed again. */
const isWithdrawn = ({ agreed, agreedAt }: Contact, at: number | undefined): boolean =>
  at !== undefined && !(agreed === true && agreedAt !== null && agreedAt > at);

/** Who was erased here is deleted there, before anything else is sent. */
async function removeErased({ connection, call, deps, key, report }: Push): Promise<void> {
  const { platform, settings } = connection;
  const remote = await deps.store.remoteList(key);
  for (;;) {
    const leaving = await deps.store.leavingSubscribers(key, BATCH);
    if (leaving.length === 0) return;
    for (const { remoteKey } of leaving) {
      if (remoteKey === '' || !remote?.remoteId) continue;
      const reading = await call(platform.remove(remote.remoteId, remoteKey, settings));
      if (!reading.ok && reading.fault.kind !== 'missing') {
        throw new PlatformFailure(`An erased contact could not be deleted: ${reading.fault.message}`, true);
      }
      report.counts.removed += 1;
    }
    const gone = leaving.map(({ contact }) => contact);
    await deps.store.saveSubscribers(key, { saved: [], gone, now: deps.clock() });
  }
}

function listed(contact: Contact, currency: string, seal: Pick<Seal, 'open'>): ListedContact {
  const person = contact.personal ? (JSON.parse(seal.open(contact.personal)) as ContactPerson) : {};
  return {
    ...person,
    customerId: contact.customerId,
    orders: contact.orders,
    revenue: formatMoney({ minor: contact.revenue, currency }),
    currency,
    ...(contact.lastOrderAt === null ? {} : { lastOrderAt: new Date(contact.lastOrderAt).toISOString() }),
  };
}

const noCounts = (): PushReport['counts'] => ({
  created: 0,
  updated: 0,
  unsubscribed: 0,
  unchanged: 0,
  skipped: 0,
  blocked: 0,
  rejected: 0,
  removed: 0,
});
