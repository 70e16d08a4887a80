/** SQL of people, their one-time links and their sessions. Implements `PeopleStore`. */
import type { Clock } from '../../../lib/clock.ts';
import { type Person, SESSION_IDLE, SESSION_LIFE, type Session } from '../../../model/people/person.ts';
import type { Deed } from '../../../model/upkeep/deed.ts';
import type { PeopleStore } from '../../people-store.ts';
import { logDeed } from '../audit.ts';
import type { Database, Sql } from '../database.ts';
import {
  addLink,
  addSession,
  deleteSession,
  findSession,
  keepSession,
  listSessions,
  removeLinksOf,
  removeSessionsOf,
  rotateSession,
  sweepLinks,
  sweepSessions,
  takeLink,
} from './session.ts';
import { addStoryLink, deleteStoryLink, findStoryLink, storyLinksOf } from './story-link.ts';

type PersonRow = Omit<Person, 'sites'> & { sites: string | null };

/** A name is the same in capitals and small letters, of ASCII alone: the same rule as the column's own. */
const NAME = 'lower($1::text COLLATE "C")';
const SELECT = 'SELECT name, role, sites, created_at AS "createdAt", signed_in_at AS "signedInAt" FROM person';
const SELECT_ALL = `${SELECT} ORDER BY lower(name)`;
const SELECT_ONE = `${SELECT} WHERE lower(name) = ${NAME}`;
const INSERT = `
  INSERT INTO person (name, role, sites, created_at, signed_in_at) VALUES ($1, $2, $3, $4, NULL) ON CONFLICT DO NOTHING`;
const UPDATE = `UPDATE person SET role = $2, sites = $3 WHERE lower(name) = ${NAME}`;
const UPDATE_SIGNED_IN = `UPDATE person SET signed_in_at = $2 WHERE lower(name) = ${NAME}`;
const DELETE = `DELETE FROM person WHERE lower(name) = ${NAME}`;
/** Whoever changes what a person has, takes turns with who removes the person. */
const LOCK = `${SELECT_ONE} FOR UPDATE`;

export function postgresPeopleStore({ db, clock }: { db: Database; clock: Clock }): PeopleStore {
  /** Does it, and logs it if it changed anything. */
  const logged = (deed: Deed, work: (sql: Sql) => Promise<boolean>): Promise<boolean> =>
    db.transaction(async (sql) => {
      const changed = await work(sql);
      if (changed) await logDeed(sql, deed, clock());
      return changed;
    });
  return {
    people: async () => (await db.rows<PersonRow>(SELECT_ALL)).map(personFromRow),
    addPerson: ({ name, role, sites, createdAt }, link, deed) =>
      logged(deed, async (sql) => {
        if ((await sql.run(INSERT, [name, role, sitesText(sites), createdAt])) === 0) return false;
        await addLink(sql, link);
        return true;
      }),
    changePerson: ({ name, role, sites }, deed) =>
      logged(deed, async (sql) => (await sql.run(UPDATE, [name, role, sitesText(sites)])) > 0),
    removePerson: (name, deed) =>
      logged(deed, async (sql) => {
        if ((await sql.run(DELETE, [name])) === 0) return false;
        await removeLinksOf(sql, name);
        await removeSessionsOf(sql, name);
        return true;
      }),
    addLink: (link, deed) =>
      logged(deed, async (sql) => {
        if (!(await sql.row(LOCK, [link.person]))) return false;
        await removeLinksOf(sql, link.person);
        await addLink(sql, link);
        return true;
      }),
    signIn: (link, session) => db.transaction((sql) => signIn(sql, link, session, clock)),
    sessions: () => listSessions(db),
    async findSession(hash) {
      const found = await findSession(db, hash);
      const person = found && (await db.row<PersonRow>(SELECT_ONE, [found.session.person]));
      return person && { ...found, person: personFromRow(person) };
    },
    keepSession: (id, { seenAt, next }) => keepSession(db, id, seenAt, next),
    rotateSession: (id, now) => rotateSession(db, id, now),
    endSession: (id, deed) => logged(deed, (sql) => deleteSession(sql, id)),
    addStoryLink: async (link, deed) =>
      db.transaction(async (sql) => {
        await addStoryLink(sql, link);
        await logDeed(sql, deed, clock());
      }),
    findStoryLink: (site, hash) => findStoryLink(db, site, hash),
    storyLinks: (site, orderId) => storyLinksOf(db, site, orderId),
    endStoryLink: (site, hash, deed) => logged(deed, (sql) => deleteStoryLink(sql, site, hash)),
  };
}

async function signIn(
  sql: Sql,
  link: string,
  session: Omit<Session, 'person'> & { hash: string },
  clock: Clock,
): Promise<Person | undefined> {
  const now = session.createdAt;
  await sweepLinks(sql, now);
  await sweepSessions(sql, { idleBefore: now - SESSION_IDLE, bornBefore: now - SESSION_LIFE });
  const name = await takeLink(sql, link);
  const person = name === undefined ? undefined : await sql.row<PersonRow>(LOCK, [name]);
  if (!person) return undefined;
  await addSession(sql, { ...session, person: person.name });
  await sql.run(UPDATE_SIGNED_IN, [person.name, now]);
  const deed = { at: now, actor: person.name, action: 'sign in', detail: { session: session.id } };
  await logDeed(sql, deed, clock());
  return personFromRow({ ...person, signedInAt: now });
}

const sitesText = (sites: Person['sites']): string | null => sites && JSON.stringify(sites);

const personFromRow = ({ sites, ...row }: PersonRow): Person => ({
  ...row,
  sites: sites === null ? null : (JSON.parse(sites) as string[]),
});
