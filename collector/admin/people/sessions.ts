/**
 * Signing in by a link that works once, and what a session's cookie is worth each time it is shown.
 *
 * A cookie older than a quarter of an hour is answered with its successor, which is made from it and the installation's key: requests that
 * run side by side get the same one. The old cookie stays good until the successor has come back, and for a minute more; shown after that it
 * is a copy in other hands, and the session ends for both.
 */
import { randomBytes } from 'node:crypto';
import type { SessionView } from '../../../wire/admin/people.ts';
import { minutes } from '../../lib/duration.ts';
import { sha256 } from '../../lib/hash.ts';
import { newId } from '../../lib/id.ts';
import type { Seal } from '../../lib/seal.ts';
import { escapeUnprintable } from '../../../wire/text/printable.ts';
import {
  type Person,
  ROTATE_AFTER,
  SESSION_IDLE,
  SESSION_LIFE,
  type Session,
  SPENT_GRACE,
} from '../../model/people/person.ts';
import type { PeopleStore } from '../../store/people-store.ts';

export interface SessionDeps {
  read: Pick<PeopleStore, 'findSession'>;
  write: Pick<PeopleStore, 'signIn' | 'keepSession' | 'rotateSession' | 'endSession'>;
  seal: Pick<Seal, 'hash'>;
  now: number;
}

export interface SignedIn {
  person: Person;
  session: Session;
  /** A fresh cookie to be set. */
  cookie?: string;
}

/** How exactly it is known when a session was last used. */
const SEEN_EVERY = minutes(1);
const LONGEST_AGENT = 200;

/** Undefined where the link is unknown, was used, or is too old. */
export async function signInByLink(
  given: { token: string; agent: string },
  { write, now }: Pick<SessionDeps, 'write' | 'now'>,
): Promise<SignedIn | undefined> {
  const cookie = randomBytes(32).toString('base64url');
  const session = {
    ...{ id: newId(now), createdAt: now, seenAt: now, rotatedAt: now, hash: sha256(cookie) },
    agent: escapeUnprintable(given.agent.slice(0, LONGEST_AGENT)),
  };
  const person = await write.signIn(sha256(given.token), session);
  const { hash: _secret, ...shown } = session;
  return person && { person, session: { ...shown, person: person.name }, cookie };
}

/** Who shows this cookie; undefined where it is worth nothing (any more). */
export async function resumeSession(cookie: string, deps: SessionDeps): Promise<SignedIn | undefined> {
  const { read, write, seal, now } = deps;
  const shown = await read.findSession(sha256(cookie));
  if (!shown) return undefined;
  const { session, person, as, spentAt } = shown;
  if (now - session.seenAt >= SESSION_IDLE || now - session.createdAt >= SESSION_LIFE) return undefined;
  if (as === 'spent' && now - (spentAt ?? 0) > SPENT_GRACE) {
    const detail = { session: session.id, reason: 'a cookie that had been replaced was shown again' };
    await write.endSession(session.id, { at: now, actor: person.name, action: 'session ended', detail });
    return undefined;
  }
  if (as === 'next') await write.rotateSession(session.id, now);
  const isOld = as === 'current' && now - session.rotatedAt >= ROTATE_AFTER;
  const next = isOld ? seal.hash(`session after ${cookie}`) : undefined;
  if (next !== undefined || now - session.seenAt >= SEEN_EVERY)
    await write.keepSession(session.id, { seenAt: now, ...(next === undefined ? {} : { next: sha256(next) }) });
  return { person, session, ...(next === undefined ? {} : { cookie: next }) };
}

/** Somebody ends a session, their own or another's; false where there is none. */
export function endSession(
  id: string,
  deps: Pick<SessionDeps, 'write'> & { now: number; actor: string },
): Promise<boolean> {
  const { write, now, actor } = deps;
  return write.endSession(id, { at: now, actor, action: 'sign out', detail: { session: id } });
}

/** Of those that are still good. */
export function viewSessions(
  sessions: readonly Session[],
  given: { now: number; current: string | null },
): SessionView[] {
  const isOpen = ({ seenAt, createdAt }: Session): boolean =>
    given.now - seenAt < SESSION_IDLE && given.now - createdAt < SESSION_LIFE;
  return sessions.filter(isOpen).map(({ id, person, createdAt, seenAt, agent }) => ({
    ...{ id, person, agent, current: id === given.current },
    createdAt: new Date(createdAt).toISOString(),
    seenAt: new Date(seenAt).toISOString(),
  }));
}
