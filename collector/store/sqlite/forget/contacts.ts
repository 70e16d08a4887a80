/** SQL of erasure from the lists: who is taken off, and the hashes that keep them from being brought back. */
import type Database from 'better-sqlite3';

export interface ContactEraser {
  /** In a transaction. `keys` are contacts that were found by what is sealed in them, as `connection/key`. */
  erase(
    site: string,
    who: { hashes: readonly string[]; customerId?: string | undefined; keys?: readonly string[] },
    now: number,
  ): number;
}

interface Found {
  key: string;
  connection: string;
  emailHash: string | null;
}

/** Takes `@site`, `@hashes` and `@keys` as JSON lists, `@customerId`. */
export const THEIR_CONTACTS = `
  FROM contact
  WHERE site = @site AND (email_hash IN (SELECT value FROM json_each(@hashes)) OR customer_id = @customerId
    OR connection || '/' || key IN (SELECT value FROM json_each(@keys)) OR connection || '/' || key IN (
      SELECT key FROM former_address WHERE site = @site AND kind = 'contact' AND hash IN (SELECT value FROM json_each(@hashes))))`;

export function contactEraser(db: Database.Database): ContactEraser {
  const select = db.prepare<unknown[], Found>(`SELECT key, connection, email_hash AS emailHash ${THEIR_CONTACTS}`);
  const selectFormer = db
    .prepare<[string, string], string>(
      "SELECT hash FROM former_address WHERE site = ? AND kind = 'contact' AND key = ?",
    )
    .pluck();
  const insertErased = db.prepare('INSERT INTO erased (site, hash, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const removeContact = db.prepare('DELETE FROM contact WHERE site = ? AND connection = ? AND key = ?');
  const forget = db.prepare(
    'UPDATE history SET contact = NULL, customer_id = NULL, email_hash = NULL WHERE site = ? AND connection = ? AND contact = ?',
  );
  const leave = db.prepare(
    `UPDATE subscriber SET state = 'leaving', reason = 'erased', updated_at = ? WHERE site = ? AND contact = ?`,
  );
  return {
    erase(site, { hashes: named, customerId, keys = [] }, now) {
      const hashes = new Set(named);
      const found = select.all({
        site,
        hashes: JSON.stringify(named),
        customerId: customerId ?? null,
        keys: JSON.stringify(keys),
      });
      for (const { key, connection, emailHash } of found) {
        if (emailHash !== null) hashes.add(emailHash);
        for (const hash of selectFormer.all(site, `${connection}/${key}`) as string[]) hashes.add(hash);
      }
      for (const hash of hashes) insertErased.run(site, hash, now);
      for (const { key, connection } of found) {
        removeContact.run(site, connection, key);
        forget.run(site, connection, key);
        leave.run(now, site, `${connection}/${key}`);
      }
      return found.length;
    },
  };
}
