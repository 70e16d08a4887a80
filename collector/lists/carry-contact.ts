/** One contact, carried to a list platform: updated by its stored key, created where there is none, (un)subscribed as the contact wants it. */
import type { PlatformFault, PlatformReading, SubscriberFields } from '../kit/platform.ts';
import type { Subscriber } from '../store/list-store.ts';
import { PlatformFailure } from './call.ts';
import type { Carried, Push } from './push-context.ts';

interface Task {
  push: Push;
  list: string;
  /** Name of the contact among all connections. */
  name: string;
  fields: SubscriberFields | undefined;
  /** Whether the contact is to be written to. */
  wanted: boolean;
  before?: Subscriber;
}

export async function carryContact(task: Task): Promise<Carried> {
  const { push, name, fields, wanted, before } = task;
  // Who is not to be written to is not sent at all: the platform has no use for the data.
  if (wanted ? !fields : !before) return { did: 'skipped' };
  // Retention may have taken the fields meanwhile: a withdrawal needs none, and is told once.
  if (!fields && before?.state === 'unsubscribed') return { did: 'unchanged' };
  const digest = push.deps.seal.hash(`${String(wanted)}\n${JSON.stringify(fields ?? null)}`);
  if (before?.digest === digest) return { did: 'unchanged' };
  if (!wanted) return unsubscribe(task, digest);
  const known = before?.remoteKey ?? '';
  const { reading, did } = known === '' ? await create(task) : await update(task, known);
  const remoteKey = reading.ok ? (reading.key ?? known) : known;
  const keep = (state: Subscriber['state'], reason: string): Subscriber => ({
    contact: name,
    remoteKey,
    state,
    digest,
    reason,
  });
  if (!reading.ok) return refused(reading.fault, keep);
  if (before?.state === 'subscribed') return { did, subscriber: keep('subscribed', '') };
  const turned = await turn(task, remoteKey, 'subscribe');
  return turned.ok ? { did, subscriber: keep('subscribed', '') } : refused(turned.fault, keep);
}

type PushResult = { reading: PlatformReading; did: 'created' | 'updated' };

async function create(task: Task): Promise<PushResult> {
  const { platform, settings } = task.push.connection;
  const reading = await task.push.call(platform.create(task.list, task.fields ?? {}, settings));
  if (reading.ok && reading.key === undefined) {
    const fault: PlatformFault = { kind: 'rejected', message: 'created, but its key was not told' };
    return { reading: { ok: false, fault }, did: 'created' };
  }
  if (reading.ok || reading.fault.kind === 'blocked') return { reading, did: 'created' };
  if (reading.fault.kind === 'exists' && reading.fault.key !== undefined) return put(task, reading.fault.key);
  if (reading.fault.kind !== 'missing') return { reading, did: 'created' };
  // There is no such list any more: the next push makes a new one and starts over.
  await task.push.deps.store.setRemoteList(task.push.key, { remoteId: '', pushedUntil: 0 });
  throw new PlatformFailure(`The list was deleted at ${platform.title}. It is made anew the next time.`, true);
}

async function update(task: Task, key: string): Promise<PushResult> {
  const told = await put(task, key);
  return !told.reading.ok && told.reading.fault.kind === 'missing' ? create(task) : told;
}

async function put(task: Task, key: string): Promise<PushResult> {
  const { platform, settings } = task.push.connection;
  const reading = await task.push.call(platform.update(task.list, key, task.fields ?? {}, settings));
  return { reading: reading.ok ? { ok: true, key: reading.key ?? key } : reading, did: 'updated' };
}

async function turn(task: Task, key: string, to: 'subscribe' | 'unsubscribe'): Promise<PlatformReading> {
  const { platform, settings } = task.push.connection;
  return task.push.call(platform.turn(task.list, key, to, settings));
}

async function unsubscribe(task: Task, digest: string): Promise<Carried> {
  const before = task.before;
  if (!before || before.remoteKey === '') return { did: 'skipped' };
  const reading =
    before.state === 'unsubscribed' ? { ok: true as const } : await turn(task, before.remoteKey, 'unsubscribe');
  if (!reading.ok && reading.fault.kind !== 'missing') {
    throw new PlatformFailure(`A contact could not be unsubscribed: ${reading.fault.message}`, true);
  }
  return { did: 'unsubscribed', subscriber: { ...before, state: 'unsubscribed', digest, reason: '' } };
}

function refused(fault: PlatformFault, keep: (state: Subscriber['state'], reason: string) => Subscriber): Carried {
  const did = fault.kind === 'blocked' ? 'blocked' : 'rejected';
  return { did, subscriber: keep(did, fault.message) };
}
