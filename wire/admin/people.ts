/** Answers of the admin API about people and sessions. Times are ISO 8601. */

/** The strongest may do all that the others may: a viewer looks, an operator mends and decides, an owner configures and lets people in. */
export type Role = 'viewer' | 'operator' | 'owner';

/** Who is asking: `GET /session`. */
export interface Myself {
  name: string;
  role: Role;
  /** Sites that they see; null for every one. */
  sites: string[] | null;
  /** Their session; null for the admin token. */
  session: string | null;
  version: string;
}

export interface PersonView {
  name: string;
  role: Role;
  sites: string[] | null;
  createdAt: string;
  signedInAt: string | null;
}

/** A link that works once. It is in the answer to its making, and nowhere else. */
export interface LinkView {
  name: string;
  link: string;
  expiresAt: string;
}

export interface SessionView {
  id: string;
  person: string;
  createdAt: string;
  seenAt: string;
  /** What the browser called itself. */
  agent: string;
  /** The one that asks. */
  current: boolean;
}
