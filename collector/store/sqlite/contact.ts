/**
 * SQL of a list's contacts: accounts and guests, merged by e-mail, with what they have bought.
 *
 * Retention takes the personal fields of a contact of whom nothing was heard for long (`sweep.ts`) and leaves the rest: the figures,
 * the keyed hash by which erasure and a later order find the person, and the digest, by which the next synchronization sees that
 * nothing is new and brings nothing back. News bring the fields back: a sign-in, a new order, a change at the shop.
 */
import type Database from 'better-sqlite3';
import type { ContactRow, SyncKey } from '../sync-store.ts';

export interface ContactTable {
  /** Writes an account of the shop. A guest with the same e-mail becomes that account. */
  saveAccount(key: SyncKey, row: ContactRow, now: number): void;
  /** The contact that an order belongs to, made if it is new; null where nobody can be named or the person was erased. */
  ofOrder(key: SyncKey, row: ContactRow, now: number): string | null;
  isErased(site: string, row: ContactRow): boolean;
  /** Gives a contact that retention had emptied its fields again, for a new order has come. */
  revive(key: SyncKey, contact: string, row: ContactRow): void;
  /** Counts a contact's paid orders again: always right, whatever happened in between. */
  recount(key: SyncKey, contact: string, now: number): void;
}

const INSERTED = `site, connection, key, customer_id, email_hash, personal, digest, active, agreed, agreed_at, joined_at, seen_at, changed_at`;
const VALUES = `@site, @connection, @key, @customerId, @emailHash, @personal, @digest, @active, @agreed, @agreedAt, @joinedAt, @seenAt, @now`;

export function contactTable(db: Database.Database): ContactTable {
  const selectErased = db.prepare<[string, string | null, string | null], 1>(
    'SELECT 1 FROM erased WHERE site = ? AND hash IN (?, ?)',
  );
  const upsert = db.prepare(`
    INSERT INTO contact (${INSERTED}) VALUES (${VALUES})
    ON CONFLICT (site, connection, key) DO UPDATE SET
      email_hash = excluded.email_hash, personal = excluded.personal, digest = excluded.digest, active = excluded.active,
      agreed = excluded.agreed, agreed_at = CASE WHEN excluded.agreed IS NOT 1 THEN NULL WHEN contact.agreed IS 1 THEN contact.agreed_at ELSE @now END,
      joined_at = excluded.joined_at, seen_at = max(contact.seen_at, excluded.seen_at),
      changed_at = CASE WHEN contact.digest <> excluded.digest OR contact.personal IS NULL THEN excluded.changed_at
        ELSE contact.changed_at END
    WHERE contact.digest <> excluded.digest OR contact.seen_at < excluded.seen_at`);
  const insert = db.prepare(`
    INSERT INTO contact (${INSERTED}) VALUES (${VALUES}) ON CONFLICT DO NOTHING`);
  // An account's own fields come with the next sign-in: another digest lets them replace what its order said.
  const revive = db.prepare(`
    UPDATE contact SET personal = @personal, digest = @digest
    WHERE site = @site AND connection = @connection AND key = @key AND personal IS NULL`);
  const remove = db.prepare('DELETE FROM contact WHERE site = ? AND connection = ? AND key = ?');
  const selectByEmail = db
    .prepare<[string, string, string], string>(
      // Accounts (u:) sort behind guests (g:).
      'SELECT key FROM contact WHERE site = ? AND email_hash = ? AND connection = ? ORDER BY key DESC LIMIT 1',
    )
    .pluck();
  const exists = db.prepare<[string, string, string], 1>(
    'SELECT 1 FROM contact WHERE site = ? AND connection = ? AND key = ?',
  );
  const moveHistory = db.prepare('UPDATE history SET contact = ? WHERE site = ? AND connection = ? AND contact = ?');
  const moveSubscriber = db.prepare('UPDATE OR IGNORE subscriber SET contact = ? WHERE site = ? AND contact = ?');
  const recount = db.prepare(`
    UPDATE contact SET (orders, revenue, last_order_at, changed_at) = (
      SELECT count(*), coalesce(sum(total), 0), max(placed_at), @now FROM history
      WHERE site = @site AND connection = @connection AND contact = @key AND state = 'approved')
    WHERE site = @site AND connection = @connection AND key = @key`);

  const params = (key: SyncKey, contact: string, row: ContactRow, now: number) => ({
    ...key,
    key: contact,
    customerId: row.customerId,
    emailHash: row.emailHash,
    personal: row.personal,
    digest: row.digest,
    active: row.active ? 1 : 0,
    agreed: row.agreed === null ? null : Number(row.agreed),
    agreedAt: row.agreed === true ? row.joinedAt : null,
    joinedAt: row.joinedAt,
    seenAt: row.seenAt,
    now,
  });
  const table: ContactTable = {
    isErased: (site, row) => selectErased.get(site, row.emailHash, row.customerHash) !== undefined,
    revive({ site, connection }, contact, { personal, digest }) {
      if (personal !== null) revive.run({ site, connection, key: contact, personal, digest });
    },
    recount: ({ site, connection }, contact, now) => void recount.run({ site, connection, key: contact, now }),
    saveAccount({ site, connection }, row, now) {
      const key = { site, connection };
      const contact = `u:${row.customerId}`;
      if (table.isErased(site, row)) {
        remove.run(site, connection, contact);
        return;
      }
      upsert.run(params(key, contact, row, now));
      const guest = `g:${row.emailHash ?? ''}`;
      if (row.emailHash === null || !exists.get(site, connection, guest)) return;
      moveHistory.run(contact, site, connection, guest);
      moveSubscriber.run(`${connection}/${contact}`, site, `${connection}/${guest}`);
      remove.run(site, connection, guest);
      table.recount(key, contact, now);
    },
    ofOrder({ site, connection }, row, now) {
      const key = { site, connection };
      if (table.isErased(site, row)) return null;
      if (row.customerId !== '') {
        const contact = `u:${row.customerId}`;
        insert.run(params(key, contact, row, now));
        return contact;
      }
      if (row.emailHash === null) return null;
      const known = selectByEmail.get(site, row.emailHash, connection);
      if (known !== undefined) return known;
      const contact = `g:${row.emailHash}`;
      insert.run(params(key, contact, row, now));
      return contact;
    },
  };
  return table;
}
