/** Who may enter the dashboard: people, what they may do, and the sessions they are signed in with. */
import type { Role } from '../../../wire/admin/people.ts';
import { days, hours, minutes } from '../../lib/duration.ts';

/** The weakest first: each may do what those before it may. */
export const ROLES: readonly Role[] = ['viewer', 'operator', 'owner'];

export interface Person {
  name: string;
  role: Role;
  /** Sites that they see and touch; null for every one. */
  sites: string[] | null;
  createdAt: number;
  /** When they last signed in; null before the first time. */
  signedInAt: number | null;
}

/** A way in that works once. Only a hash of what stands in the address is kept. */
export interface SignInLink {
  hash: string;
  person: string;
  expiresAt: number;
}

export interface Session {
  /** Names it in lists; opens nothing. */
  id: string;
  person: string;
  createdAt: number;
  seenAt: number;
  /** When the cookie was last replaced by a fresh one. */
  rotatedAt: number;
  /** What the browser called itself. */
  agent: string;
}

/** A cookie that was shown: `next` is one that was handed out and comes back for the first time, `spent` one that was replaced since. */
export interface ShownSession {
  session: Session;
  person: Person;
  as: 'current' | 'next' | 'spent';
  /** When it was replaced, where it is spent. */
  spentAt: number | null;
}

export const LINK_LIFE = hours(1);
/** A session ends when nothing was asked for so long … */
export const SESSION_IDLE = hours(12);
/** … and at the latest after this. */
export const SESSION_LIFE = days(30);
/** A cookie is replaced when it is this old. */
export const ROTATE_AFTER = minutes(15);
/** Requests that were under way when it was replaced may still carry the old one. */
export const SPENT_GRACE = minutes(1);

export const isRole = (text: unknown): text is Role => ROLES.includes(text as Role);

/** Whether a role may do what `least` may. */
export const reachesRole = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least);
