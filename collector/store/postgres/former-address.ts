/** SQL of addresses that an order or a contact went by before they were corrected, as keyed hashes: whoever is erased by an old one is found. */
import type { Sql } from './database.ts';

/** `key`: an order's number, or `connection/key` of a contact. */
export interface FollowedAddress {
  site: string;
  kind: 'order' | 'contact';
  key: string;
  before: string | null;
  after: string | null;
}

const INSERT = `
  INSERT INTO former_address (site, hash, kind, key) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;
const DELETE = 'DELETE FROM former_address WHERE site = $1 AND kind = $2 AND key = ANY($3::text[])';
const SELECT_KEYS = 'SELECT key FROM former_address WHERE site = $1 AND kind = $2 AND hash = ANY($3::text[])';

/** In the transaction that changes the addresses, in the order of their changes: an old one is kept as long as another one follows it. */
export async function followAddresses(sql: Sql, followed: readonly FollowedAddress[]): Promise<void> {
  const changed = followed.filter(({ before, after }) => before !== null && before !== after);
  for (const { site, kind, key, before, after } of changed)
    if (after === null) await forgetAddresses(sql, site, kind, [key]);
    else await sql.run(INSERT, [site, before, kind, key]);
}

export async function forgetAddresses(
  sql: Sql,
  site: string,
  kind: FollowedAddress['kind'],
  keys: readonly string[],
): Promise<void> {
  if (keys.length > 0) await sql.run(DELETE, [site, kind, keys]);
}

/** What went by any of these addresses once. */
export const wentBy = async (
  sql: Sql,
  site: string,
  kind: FollowedAddress['kind'],
  hashes: readonly string[],
): Promise<string[]> => (await sql.rows<{ key: string }>(SELECT_KEYS, [site, kind, hashes])).map(({ key }) => key);
