/** SQL of one-time links and sessions. Only hashes of links and cookies are kept. */
import type { Session, ShownSession, SignInLink } from '../../../model/people/person.ts';
import type { Sql } from '../database.ts';

type SessionRow = Session & {
  hash: string;
  nextHash: string | null;
  spentAt: number | null;
};

const SESSION = `id, person, created_at AS "createdAt", seen_at AS "seenAt", rotated_at AS "rotatedAt", agent`;
const INSERT = `
  INSERT INTO session (id, person, hash, created_at, seen_at, rotated_at, agent) VALUES ($1, $2, $3, $4, $5, $6, $7)`;
const SELECT = `
  SELECT ${SESSION}, hash, next_hash AS "nextHash", spent_at AS "spentAt" FROM session
  WHERE hash = $1 OR next_hash = $1 OR spent_hash = $1`;
const UPDATE_SEEN = `
  UPDATE session SET seen_at = greatest(seen_at, $2), next_hash = coalesce($3, next_hash) WHERE id = $1`;
const UPDATE_HASH = `
  UPDATE session SET spent_hash = hash, spent_at = $2, hash = next_hash, next_hash = NULL, rotated_at = $2,
    seen_at = greatest(seen_at, $2) WHERE id = $1 AND next_hash IS NOT NULL`;

export async function addLink(sql: Sql, { hash, person, expiresAt }: SignInLink): Promise<void> {
  await sql.run('INSERT INTO sign_in_link (hash, person, expires_at) VALUES ($1, $2, $3)', [hash, person, expiresAt]);
}

/** Whose it was: from now on it is used. */
export async function takeLink(sql: Sql, hash: string): Promise<string | undefined> {
  const taken = await sql.row<{ person: string }>('DELETE FROM sign_in_link WHERE hash = $1 RETURNING person', [hash]);
  return taken?.person;
}

export async function removeLinksOf(sql: Sql, person: string): Promise<void> {
  await sql.run('DELETE FROM sign_in_link WHERE lower(person) = lower($1::text COLLATE "C")', [person]);
}

export async function sweepLinks(sql: Sql, now: number): Promise<void> {
  await sql.run('DELETE FROM sign_in_link WHERE expires_at <= $1', [now]);
}

export async function addSession(sql: Sql, session: Session & { hash: string }): Promise<void> {
  const { id, person, hash, createdAt, seenAt, rotatedAt, agent } = session;
  await sql.run(INSERT, [id, person, hash, createdAt, seenAt, rotatedAt, agent]);
}

export const listSessions = (sql: Sql): Promise<Session[]> =>
  sql.rows<Session>(`SELECT ${SESSION} FROM session ORDER BY seen_at DESC, id`);

export async function findSession(sql: Sql, hash: string): Promise<Omit<ShownSession, 'person'> | undefined> {
  const row = await sql.row<SessionRow>(SELECT, [hash]);
  if (!row) return undefined;
  const { hash: current, nextHash, spentAt, ...session } = row;
  const other = nextHash === hash ? 'next' : 'spent';
  return { session, as: current === hash ? 'current' : other, spentAt };
}

export async function keepSession(sql: Sql, id: string, seenAt: number, next: string | undefined): Promise<void> {
  await sql.run(UPDATE_SEEN, [id, seenAt, next]);
}

export async function rotateSession(sql: Sql, id: string, now: number): Promise<void> {
  await sql.run(UPDATE_HASH, [id, now]);
}

export const deleteSession = async (sql: Sql, id: string): Promise<boolean> =>
  (await sql.run('DELETE FROM session WHERE id = $1', [id])) > 0;

export async function removeSessionsOf(sql: Sql, person: string): Promise<void> {
  await sql.run('DELETE FROM session WHERE lower(person) = lower($1::text COLLATE "C")', [person]);
}

export async function sweepSessions(
  sql: Sql,
  { idleBefore, bornBefore }: { idleBefore: number; bornBefore: number },
): Promise<void> {
  await sql.run('DELETE FROM session WHERE seen_at <= $1 OR created_at <= $2', [idleBefore, bornBefore]);
}
