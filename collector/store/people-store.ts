/** What signing in asks of the store: people, one-time links, sessions; and links to one story. A deed is logged in the transaction that does it. */
import type { Person, Session, ShownSession, SignInLink } from '../model/people/person.ts';
import type { StoryLink } from '../model/people/story-link.ts';
import type { Deed } from '../model/upkeep/deed.ts';

/** The names are unique among all stores, because one object may carry them all. */
export interface PeopleStore {
  /** In the order of their names. */
  people(): Promise<Person[]>;
  /** False where the name is taken: then nothing is logged. */
  addPerson(person: Person, link: SignInLink, deed: Deed): Promise<boolean>;
  /** Role and sites; false where there is nobody of that name. */
  changePerson(person: Pick<Person, 'name' | 'role' | 'sites'>, deed: Deed): Promise<boolean>;
  /** With links and sessions. False where there is nobody of that name. */
  removePerson(name: string, deed: Deed): Promise<boolean>;
  /** A further link; links of theirs that were not used end. False where there is nobody of that name. */
  addLink(link: SignInLink, deed: Deed): Promise<boolean>;
  /** Uses a link up and opens a session with the given hash of its cookie. Undefined where the link is unknown, used or too old. */
  signIn(link: string, session: Omit<Session, 'person'> & { hash: string }): Promise<Person | undefined>;
  /** The last seen first. */
  sessions(): Promise<Session[]>;
  /** By the hash of a cookie. */
  findSession(hash: string): Promise<ShownSession | undefined>;
  /** The session was used; `next` is the hash of the cookie that replaces the one shown, once it comes back. */
  keepSession(id: string, used: { seenAt: number; next?: string }): Promise<void>;
  /** The replaced cookie came back as the current one: the one before it is spent. */
  rotateSession(id: string, now: number): Promise<void>;
  /** False where it had ended before: then nothing is logged. */
  endSession(id: string, deed: Deed): Promise<boolean>;
  /** Those that were too old by then go. */
  addStoryLink(link: StoryLink, deed: Deed): Promise<void>;
  /** By the hash of what stands in its address; whoever asks looks whether it is too old. */
  findStoryLink(site: string, hash: string): Promise<StoryLink | undefined>;
  /** Of one order, the last that was made first. */
  storyLinks(site: string, orderId: string): Promise<StoryLink[]>;
  /** False where it had ended before: then nothing is logged. */
  endStoryLink(site: string, hash: string, deed: Deed): Promise<boolean>;
}
