/** A person lets people in, changes what they may do, or shuts them out; whoever asked, the deed stands in the audit log. */
import { randomBytes } from 'node:crypto';
import type { LinkView, PersonView } from '../../../wire/admin/people.ts';
import type { Problem } from '../../../wire/problem.ts';
import { sha256 } from '../../lib/hash.ts';
import { hasDeceptive } from '../../../wire/text/printable.ts';
import { isRole, LINK_LIFE, type Person, ROLES, type SignInLink } from '../../model/people/person.ts';
import type { PeopleStore } from '../../store/people-store.ts';

export interface PeopleDeps {
  store: Pick<PeopleStore, 'people' | 'addPerson' | 'changePerson' | 'removePerson' | 'addLink' | 'endSession'>;
  now: number;
  /** Who does it, for the audit log. */
  actor: string;
  /** Address of the dashboard, with its last slash. */
  dashboard: string;
}

/** Nothing was changed: `status` as HTTP has it. */
export interface PeopleRefusal {
  status: 404 | 409 | 422;
  problems: Problem[];
}

/** Names under which the audit log keeps what no person did. */
const RESERVED = /^(command line|admin api|retention|migration|demo|test|deadline of the connection|openid connect)$/i;
const LONGEST_NAME = 64;

export interface PersonWanted {
  name: unknown;
  role: unknown;
  /** Every site unless given. */
  sites?: unknown;
}

/** Makes a person and the link that lets them in. `known` are the sites that there are. */
export async function addPerson(
  wanted: PersonWanted,
  known: ReadonlySet<string>,
  deps: PeopleDeps,
): Promise<LinkView | PeopleRefusal> {
  const { store, now, actor } = deps;
  const problems = [...nameProblems(wanted.name), ...roleProblems(wanted, known)];
  if (problems.length > 0) return { status: 422, problems };
  const { role, sites } = wanted as { role: Person['role']; sites?: string[] | null };
  const name = String(wanted.name).trim();
  const person: Person = { name, role, sites: sites ?? null, createdAt: now, signedInAt: null };
  const { row, view } = makeLink(name, deps);
  const detail = { person: name, role, ...(person.sites ? { sites: person.sites } : {}) };
  if (await store.addPerson(person, row, { at: now, actor, action: 'person add', detail })) return view;
  return refuse(409, 'name', `"${name}" is taken: make a new link with "clickthread user link", or choose another`);
}

/** Role and sites from now on: sessions that are open follow at once. */
export async function changePerson(
  wanted: PersonWanted & { name: string },
  known: ReadonlySet<string>,
  { store, now, actor }: PeopleDeps,
): Promise<PeopleRefusal | undefined> {
  const problems = roleProblems(wanted, known);
  if (problems.length > 0) return { status: 422, problems };
  const { name, role, sites = null } = wanted as Pick<Person, 'name' | 'role'> & { sites?: string[] | null };
  if ((role !== 'owner' || sites !== null) && (await isLastOwner(name, store))) return lastOwner(name);
  const deed = { at: now, actor, action: 'person change', detail: { person: name, role, ...(sites ? { sites } : {}) } };
  return (await store.changePerson({ name, role, sites }, deed)) ? undefined : unknownPerson(name);
}

/** With their sessions and links: what they did stays in the audit log. */
export async function removePerson(
  name: string,
  { store, now, actor }: PeopleDeps,
): Promise<PeopleRefusal | undefined> {
  if (await isLastOwner(name, store)) return lastOwner(name);
  const deed = { at: now, actor, action: 'person remove', detail: { person: name } };
  return (await store.removePerson(name, deed)) ? undefined : unknownPerson(name);
}

/** A new link for somebody who is known; one that was not used ends. */
export async function renewLink(name: string, deps: PeopleDeps): Promise<LinkView | PeopleRefusal> {
  const { store, now, actor } = deps;
  const { row, view } = makeLink(name, deps);
  const deed = { at: now, actor, action: 'sign-in link', detail: { person: name } };
  return (await store.addLink(row, deed)) ? view : unknownPerson(name);
}

/** The way in of a new installation: a link for its first owner, until somebody has signed in. */
export async function firstSignIn(deps: PeopleDeps): Promise<LinkView | undefined> {
  const people = await deps.store.people();
  if (people.some(({ signedInAt }) => signedInAt !== null)) return undefined;
  const owner = people.find(({ role, sites }) => role === 'owner' && sites === null);
  const made = owner
    ? await renewLink(owner.name, deps)
    : await addPerson({ name: 'owner', role: 'owner' }, new Set(), deps);
  return 'link' in made ? made : undefined;
}

export const viewPerson = ({ name, role, sites, createdAt, signedInAt }: Person): PersonView => ({
  ...{ name, role, sites },
  createdAt: new Date(createdAt).toISOString(),
  signedInAt: signedInAt === null ? null : new Date(signedInAt).toISOString(),
});

/** The secret stands behind the `#`, which browsers send to nobody: no server's log and no preview of the link uses it up. */
function makeLink(person: string, { now, dashboard }: PeopleDeps): { row: SignInLink; view: LinkView } {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = now + LINK_LIFE;
  return {
    row: { hash: sha256(token), person, expiresAt },
    view: { name: person, link: `${dashboard}#/sign-in/${token}`, expiresAt: new Date(expiresAt).toISOString() },
  };
}

function nameProblems(name: unknown): Problem[] {
  if (typeof name !== 'string' || name.trim() === '') return [{ field: 'name', message: 'is missing' }];
  if (name.trim().length > LONGEST_NAME || hasDeceptive(name))
    return [{ field: 'name', message: `must have at most ${LONGEST_NAME} visible characters` }];
  if (RESERVED.test(name.trim()))
    return [{ field: 'name', message: `"${name.trim()}" stands in the audit log for no person; choose another` }];
  return [];
}

function roleProblems({ role, sites }: PersonWanted, known: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  if (!isRole(role)) problems.push({ field: 'role', message: `must be one of ${ROLES.join(', ')}` });
  if (sites === undefined || sites === null) return problems;
  if (!Array.isArray(sites) || sites.length === 0)
    return [...problems, { field: 'sites', message: 'must be a list of sites; leave it out for all of them' }];
  const unknown = sites.filter((site) => !known.has(String(site)));
  if (unknown.length > 0)
    problems.push({ field: 'sites', message: `has ${unknown.join(', ')}; known: ${[...known].join(', ') || 'none'}` });
  return problems;
}

/** Somebody must be able to let people in. */
async function isLastOwner(name: string, store: PeopleDeps['store']): Promise<boolean> {
  const owners = (await store.people()).filter(({ role, sites }) => role === 'owner' && sites === null);
  return owners.length === 1 && owners[0]!.name.toLowerCase() === name.toLowerCase();
}

const refuse = (status: PeopleRefusal['status'], field: string, message: string): PeopleRefusal => ({
  status,
  problems: [{ field, message }],
});
const unknownPerson = (name: string): PeopleRefusal => refuse(404, 'name', `there is nobody called "${name}"`);
const lastOwner = (name: string): PeopleRefusal =>
  refuse(409, 'name', `"${name}" is the last owner of every site: make another one first`);
