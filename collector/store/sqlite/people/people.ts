/** SQL of people, their one-time links and their sessions. Implements `PeopleStore`. */
import type Database from 'better-sqlite3';
import type { Clock } from '../../../lib/clock.ts';
import {
  type Person,
  SESSION_IDLE,
  SESSION_LIFE,
  type Session,
  type ShownSession,
} from '../../../model/people/person.ts';
import type { Deed } from '../../../model/upkeep/deed.ts';
import type { PeopleStore } from '../../people-store.ts';
import { auditTable } from '../audit.ts';
import { storyLinkTable } from './story-link.ts';

type PersonRow = Omit<Person, 'sites'> & { sites: string | null };
type SessionRow = Session & {
  hash: string;
  nextHash: string | null;
  spentAt: number | null;
};

const PERSON = 'name, role, sites, created_at AS createdAt, signed_in_at AS signedInAt';
const SESSION = 'id, person, created_at AS createdAt, seen_at AS seenAt, rotated_at AS rotatedAt, agent';

export function sqlitePeopleStore({ db, clock }: { db: Database.Database; clock: Clock }): PeopleStore {
  const audit = auditTable(db);
  const links = linkTable(db);
  const sessions = sessionTable(db);
  const storyLinks = storyLinkTable(db);
  const selectPeople = db.prepare<[], PersonRow>(`SELECT ${PERSON} FROM person ORDER BY name`);
  const selectPerson = db.prepare<[string], PersonRow>(`SELECT ${PERSON} FROM person WHERE name = ?`);
  const insertPerson = db.prepare(
    'INSERT INTO person (name, role, sites, created_at, signed_in_at) VALUES (?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING',
  );
  const updatePerson = db.prepare('UPDATE person SET role = ?, sites = ? WHERE name = ?');
  const updateSignedIn = db.prepare('UPDATE person SET signed_in_at = ? WHERE name = ?');
  const deletePerson = db.prepare('DELETE FROM person WHERE name = ?');

  const inTransaction = db.transaction((work: () => unknown) => work());
  const write = <T>(work: () => T): T => inTransaction.immediate(work) as T;
  const log = ({ at, actor, action, detail }: Deed): void =>
    audit.add({ at, actor, action, detail: JSON.stringify(detail) }, clock());
  /** Does it, and logs it if it changed anything. */
  const logged = (deed: Deed, work: () => boolean): boolean =>
    write(() => {
      const changed = work();
      if (changed) log(deed);
      return changed;
    });
  const sitesText = (sites: Person['sites']): string | null => sites && JSON.stringify(sites);

  return {
    people: async () => selectPeople.all().map(personFromRow),
    addPerson: async ({ name, role, sites, createdAt }, link, deed) =>
      logged(deed, () => {
        if (insertPerson.run(name, role, sitesText(sites), createdAt).changes === 0) return false;
        links.add(link);
        return true;
      }),
    changePerson: async ({ name, role, sites }, deed) =>
      logged(deed, () => updatePerson.run(role, sitesText(sites), name).changes > 0),
    removePerson: async (name, deed) => logged(deed, () => deletePerson.run(name).changes > 0),
    addLink: async (link, deed) =>
      logged(deed, () => {
        if (!selectPerson.get(link.person)) return false;
        links.endOf(link.person);
        links.add(link);
        return true;
      }),
    signIn: async (link, session) =>
      write(() => {
        const now = session.createdAt;
        links.sweep(now);
        sessions.sweep({ idleBefore: now - SESSION_IDLE, bornBefore: now - SESSION_LIFE });
        const name = links.use(link);
        const person = name === undefined ? undefined : selectPerson.get(name);
        if (!person) return undefined;
        sessions.add({ ...session, person: person.name });
        updateSignedIn.run(now, person.name);
        log({ at: now, actor: person.name, action: 'sign in', detail: { session: session.id } });
        return personFromRow({ ...person, signedInAt: now });
      }),
    sessions: async () => sessions.all(),
    findSession: async (hash) => {
      const found = sessions.find(hash);
      const person = found && selectPerson.get(found.session.person);
      return person && { ...found, person: personFromRow(person) };
    },
    keepSession: async (id, { seenAt, next }) => write(() => sessions.keep(id, seenAt, next)),
    rotateSession: async (id, now) => write(() => sessions.rotate(id, now)),
    endSession: async (id, deed) => logged(deed, () => sessions.end(id)),
    addStoryLink: async (link, deed) =>
      write(() => {
        storyLinks.add(link);
        log(deed);
      }),
    findStoryLink: async (site, hash) => storyLinks.find(site, hash),
    storyLinks: async (site, orderId) => storyLinks.of(site, orderId),
    endStoryLink: async (site, hash, deed) => logged(deed, () => storyLinks.end(site, hash)),
  };
}

const personFromRow = ({ sites, ...row }: PersonRow): Person => ({
  ...row,
  sites: sites === null ? null : (JSON.parse(sites) as string[]),
});

function linkTable(db: Database.Database) {
  const insert = db.prepare('INSERT INTO sign_in_link (hash, person, expires_at) VALUES (?, ?, ?)');
  const take = db.prepare<[string], string>('DELETE FROM sign_in_link WHERE hash = ? RETURNING person').pluck();
  const deleteOf = db.prepare('DELETE FROM sign_in_link WHERE person = ?');
  const deleteOld = db.prepare('DELETE FROM sign_in_link WHERE expires_at <= ?');
  return {
    add: ({ hash, person, expiresAt }: { hash: string; person: string; expiresAt: number }) =>
      void insert.run(hash, person, expiresAt),
    /** Whose it was: from now on it is used. */
    use: (hash: string): string | undefined => take.get(hash),
    endOf: (person: string) => void deleteOf.run(person),
    sweep: (now: number) => void deleteOld.run(now),
  };
}

function sessionTable(db: Database.Database) {
  const insert = db.prepare(
    `INSERT INTO session (id, person, hash, created_at, seen_at, rotated_at, agent)
     VALUES (@id, @person, @hash, @createdAt, @seenAt, @rotatedAt, @agent)`,
  );
  const selectAll = db.prepare<[], Session>(`SELECT ${SESSION} FROM session ORDER BY seen_at DESC, id`);
  const select = db.prepare<{ hash: string }, SessionRow>(
    `SELECT ${SESSION}, hash, next_hash AS nextHash, spent_at AS spentAt FROM session
     WHERE hash = @hash OR next_hash = @hash OR spent_hash = @hash`,
  );
  const updateSeen = db.prepare(
    'UPDATE session SET seen_at = max(seen_at, ?), next_hash = COALESCE(?, next_hash) WHERE id = ?',
  );
  const updateHash = db.prepare(
    `UPDATE session SET spent_hash = hash, spent_at = @now, hash = next_hash, next_hash = NULL, rotated_at = @now,
       seen_at = max(seen_at, @now) WHERE id = @id AND next_hash IS NOT NULL`,
  );
  const remove = db.prepare('DELETE FROM session WHERE id = ?');
  const removeOld = db.prepare('DELETE FROM session WHERE seen_at <= ? OR created_at <= ?');
  const asOf = (row: SessionRow, hash: string): ShownSession['as'] => {
    if (row.hash === hash) return 'current';
    return row.nextHash === hash ? 'next' : 'spent';
  };
  return {
    add: (session: Session & { hash: string }) => void insert.run(session),
    all: (): Session[] => selectAll.all(),
    find(hash: string): Omit<ShownSession, 'person'> | undefined {
      const row = select.get({ hash });
      if (!row) return undefined;
      const { hash: _current, nextHash: _next, spentAt, ...session } = row;
      return { session, as: asOf(row, hash), spentAt };
    },
    keep: (id: string, seenAt: number, next: string | undefined) => void updateSeen.run(seenAt, next ?? null, id),
    rotate: (id: string, now: number) => void updateHash.run({ id, now }),
    end: (id: string): boolean => remove.run(id).changes > 0,
    sweep: ({ idleBefore, bornBefore }: { idleBefore: number; bornBefore: number }) =>
      void removeOld.run(idleBefore, bornBefore),
  };
}
