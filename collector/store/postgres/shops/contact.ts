/**
 * SQL of a list's contacts: accounts and guests, merged by e-mail, with what they have bought.
 *
 * Retention takes the personal fields of a contact of whom nothing was heard for long (`sweep.ts`) and leaves the rest: the figures,
 * the keyed hash by which erasure and a later order find the person, and the digest, by which the next synchronization sees that
 * nothing is new and brings nothing back. News bring the fields back: a sign-in, a new order, a change at the shop.
 */
import type { ContactRow, SyncKey } from '../../sync-store.ts';
import type { Sql } from '../database.ts';
import { followAddresses, forgetAddresses } from '../former-address.ts';

const INSERT = `
  INSERT INTO contact (site, connection, key, customer_id, email_hash, personal, digest, active, agreed, agreed_at, joined_at, seen_at, changed_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;
const UPSERT = `${INSERT}
  ON CONFLICT (site, connection, key) DO UPDATE SET
    email_hash = excluded.email_hash, personal = excluded.personal, digest = excluded.digest, active = excluded.active,
    agreed = excluded.agreed, agreed_at = CASE WHEN excluded.agreed IS NOT TRUE THEN NULL
      WHEN contact.agreed IS TRUE THEN contact.agreed_at ELSE excluded.changed_at END,
    joined_at = excluded.joined_at, seen_at = greatest(contact.seen_at, excluded.seen_at),
    changed_at = CASE WHEN contact.digest <> excluded.digest OR contact.personal IS NULL THEN excluded.changed_at
      ELSE contact.changed_at END
  WHERE contact.digest <> excluded.digest OR contact.seen_at < excluded.seen_at`;
const SELECT_ERASED = 'SELECT 1 FROM erased WHERE site = $1 AND hash IN ($2, $3)';
// An account's own fields come with the next sign-in: another digest lets them replace what its order said.
const REVIVE = `
  UPDATE contact SET personal = $4, digest = $5 WHERE site = $1 AND connection = $2 AND key = $3 AND personal IS NULL`;
const REMOVE = 'DELETE FROM contact WHERE site = $1 AND connection = $2 AND key = $3';
// Accounts (u:) sort behind guests (g:).
const SELECT_BY_EMAIL = `
  SELECT key FROM contact WHERE site = $1 AND email_hash = $2 AND connection = $3 ORDER BY key DESC LIMIT 1`;
const SELECT_ONE = `
  SELECT email_hash AS "emailHash" FROM contact WHERE site = $1 AND connection = $2 AND key = $3 FOR UPDATE`;
const MOVE_HISTORY = 'UPDATE history SET contact = $4 WHERE site = $1 AND connection = $2 AND contact = $3';
/** What a platform knows of the account itself stays; the guest's then stays beside it. */
const MOVE_SUBSCRIBER = `
  UPDATE subscriber s SET contact = $3 WHERE s.site = $1 AND s.contact = $2
    AND NOT EXISTS (SELECT 1 FROM subscriber o WHERE o.site = s.site AND o.connection = s.connection AND o.contact = $3)`;
const RECOUNT = `
  UPDATE contact SET (orders, revenue, last_order_at, changed_at) = (
    SELECT count(*), coalesce(sum(total), 0), max(placed_at), $4::bigint FROM history
    WHERE site = $1 AND connection = $2 AND contact = $3 AND state = 'approved')
  WHERE site = $1 AND connection = $2 AND key = $3`;

/** Writes an account of the shop. A guest with the same e-mail becomes that account. */
export async function saveAccount(sql: Sql, key: SyncKey, row: ContactRow, now: number): Promise<void> {
  const { site, connection } = key;
  const contact = `u:${row.customerId}`;
  if (await isErased(sql, site, row)) return removeContact(sql, key, contact);
  const before = await sql.row<{ emailHash: string | null }>(SELECT_ONE, [site, connection, contact]);
  const written = await sql.run(UPSERT, columns(key, contact, row, now));
  if (before && written > 0)
    await followAddresses(sql, [
      { site, kind: 'contact', key: `${connection}/${contact}`, before: before.emailHash, after: row.emailHash },
    ]);
  const guest = `g:${row.emailHash ?? ''}`;
  if (row.emailHash === null || !(await sql.row(SELECT_ONE, [site, connection, guest]))) return;
  await sql.run(MOVE_HISTORY, [site, connection, guest, contact]);
  await sql.run(MOVE_SUBSCRIBER, [site, `${connection}/${guest}`, `${connection}/${contact}`]);
  await removeContact(sql, key, guest);
  await recountContact(sql, key, contact, now);
}

/** With the addresses that it went by. */
export async function removeContact(sql: Sql, { site, connection }: SyncKey, contact: string): Promise<void> {
  await sql.run(REMOVE, [site, connection, contact]);
  await forgetAddresses(sql, site, 'contact', [`${connection}/${contact}`]);
}

/** The contact that an order belongs to, made if it is new; null where nobody can be named or the person was erased. */
export async function contactOfOrder(sql: Sql, key: SyncKey, row: ContactRow, now: number): Promise<string | null> {
  if (await isErased(sql, key.site, row)) return null;
  const make = async (contact: string): Promise<string> => {
    await sql.run(`${INSERT} ON CONFLICT DO NOTHING`, columns(key, contact, row, now));
    return contact;
  };
  if (row.customerId !== '') return make(`u:${row.customerId}`);
  if (row.emailHash === null) return null;
  const known = await sql.row<{ key: string }>(SELECT_BY_EMAIL, [key.site, row.emailHash, key.connection]);
  return known?.key ?? make(`g:${row.emailHash}`);
}

/** Gives a contact that retention had emptied its fields again, for a new order has come. */
export async function reviveContact(
  sql: Sql,
  { site, connection }: SyncKey,
  contact: string,
  { personal, digest }: ContactRow,
): Promise<void> {
  if (personal !== null) await sql.run(REVIVE, [site, connection, contact, personal, digest]);
}

/** Counts a contact's paid orders again: always right, whatever happened in between. */
export async function recountContact(sql: Sql, { site, connection }: SyncKey, contact: string, now: number) {
  await sql.run(RECOUNT, [site, connection, contact, now]);
}

const isErased = async (sql: Sql, site: string, row: ContactRow): Promise<boolean> =>
  (await sql.row(SELECT_ERASED, [site, row.emailHash, row.customerHash])) !== undefined;

const columns = ({ site, connection }: SyncKey, contact: string, row: ContactRow, now: number): unknown[] => [
  ...[site, connection, contact, row.customerId, row.emailHash, row.personal, row.digest, row.active, row.agreed],
  ...[row.agreed === true ? row.joinedAt : null, row.joinedAt, row.seenAt, now],
];
