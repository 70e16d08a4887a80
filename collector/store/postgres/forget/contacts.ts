/** SQL of erasure from the lists: who is taken off, and the hashes that keep them from being brought back. */
import type { Sql } from '../database.ts';
import { wentBy } from '../former-address.ts';
import { removeContact } from '../shops/contact.ts';

interface Found {
  key: string;
  connection: string;
  emailHash: string | null;
}

/** Waits for pages of shops that are being written: what they bring of the person is found then, and later ones find the hashes. */
const LOCK_SYNCS = 'SELECT 1 FROM sync WHERE site = $1 ORDER BY connection FOR UPDATE';
/** Takes the site, hashes of addresses, a customer id, and contacts as `connection/key`. */
export const CONTACTS_OF_SUBJECT = `
  FROM contact
  WHERE site = $1 AND (email_hash = ANY($2::text[]) OR customer_id = $3 OR connection || '/' || key = ANY($4::text[]))
  ORDER BY connection, key`;
const SELECT = `SELECT key, connection, email_hash AS "emailHash" ${CONTACTS_OF_SUBJECT} FOR UPDATE`;
const SELECT_FORMER = `SELECT hash FROM former_address WHERE site = $1 AND kind = 'contact' AND key = ANY($2::text[])`;
const INSERT_ERASED = `
  INSERT INTO erased (site, hash, at) SELECT $1, hash, $3 FROM unnest($2::text[]) AS gone (hash) ON CONFLICT DO NOTHING`;
const FORGET_HISTORY = `
  UPDATE history SET contact = NULL, customer_id = NULL, email_hash = NULL WHERE site = $1 AND connection = $2 AND contact = $3`;
const LEAVE = `UPDATE subscriber SET state = 'leaving', reason = 'erased', updated_at = $3 WHERE site = $1 AND contact = $2`;

/** In a transaction; how many went. `keys` are contacts that were found by what is sealed in them, as `connection/key`. */
export async function eraseContacts(
  sql: Sql,
  site: string,
  who: { hashes: readonly string[]; customerId?: string | undefined; keys?: readonly string[] },
  now: number,
): Promise<number> {
  await sql.rows(LOCK_SYNCS, [site]);
  const keys = [...(who.keys ?? []), ...(await wentBy(sql, site, 'contact', who.hashes))];
  const found = await sql.rows<Found>(SELECT, [site, who.hashes, who.customerId, keys]);
  const former = await sql.rows<{ hash: string }>(SELECT_FORMER, [
    ...[site, found.map(({ connection, key }) => `${connection}/${key}`)],
  ]);
  const hashes = [
    ...who.hashes,
    ...former.map(({ hash }) => hash),
    ...found.flatMap(({ emailHash }) => emailHash ?? []),
  ];
  if (hashes.length > 0) await sql.run(INSERT_ERASED, [site, [...new Set(hashes)].toSorted(), now]);
  for (const { key, connection } of found) {
    await removeContact(sql, { site, connection }, key);
    await sql.run(FORGET_HISTORY, [site, connection, key]);
    await sql.run(LEAVE, [site, `${connection}/${key}`, now]);
  }
  return found.length;
}
