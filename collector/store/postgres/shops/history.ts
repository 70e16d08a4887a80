/** SQL of a connection's order history: what a list's numbers are counted from. */
import type { StatusMap, StatusMeaning } from '../../../kit/source.ts';
import { type ChangedOrder, HISTORY_BATCH, type HistoryOrder, isSameOrder } from '../../rows/history-order.ts';
import type { HistoryRow, SyncKey } from '../../sync-store.ts';
import { contactOfOrder, recountContact, reviveContact } from './contact.ts';
import type { Sql } from '../database.ts';

const SELECT =
  'SELECT status, state, total, contact FROM history WHERE site = $1 AND connection = $2 AND order_id = $3';
const UPSERT = `
  INSERT INTO history (site, connection, order_id, parent_id, status, state, total, placed_at, customer_id, email_hash, contact)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (site, connection, order_id) DO UPDATE SET parent_id = excluded.parent_id, status = excluded.status,
    state = excluded.state, total = excluded.total, placed_at = excluded.placed_at, customer_id = excluded.customer_id,
    email_hash = excluded.email_hash, contact = excluded.contact`;
const SELECT_BATCH = `
  SELECT order_id AS "orderId", status, state, placed_at AS "placedAt", contact FROM history
  WHERE site = $1 AND connection = $2 AND order_id > $3 ORDER BY order_id LIMIT ${HISTORY_BATCH}`;
const UPDATE_STATES = `
  UPDATE history h SET state = given.state FROM unnest($3::text[], $4::text[]) AS given (order_id, state)
  WHERE h.site = $1 AND h.connection = $2 AND h.order_id = given.order_id`;

/** Writes orders that are new or changed, and counts again for the contacts that it concerns. */
export async function saveHistory(sql: Sql, key: SyncKey, rows: readonly HistoryRow[], now: number): Promise<void> {
  const { site, connection } = key;
  const touched = new Set<string>();
  for (const row of rows) {
    const person = row.contact;
    const contact = person && (await contactOfOrder(sql, key, person, now));
    const before = await sql.row<HistoryOrder>(SELECT, [site, connection, row.orderId]);
    if (before && isSameOrder(before, row, contact)) continue;
    // An erased person's order stays in the shop's figures, without the person.
    const named = person !== null && contact !== null;
    await sql.run(UPSERT, [
      ...[site, connection, row.orderId, row.parentId, row.status, row.state, row.total, row.placedAt],
      ...[named && person.customerId !== '' ? person.customerId : null, named ? person.emailHash : null, contact],
    ]);
    if (contact !== null) touched.add(contact);
    if (named && !before) await reviveContact(sql, key, contact, person);
    if (before?.contact != null) touched.add(before.contact);
  }
  for (const contact of touched) await recountContact(sql, key, contact, now);
}

/** Gives one batch of orders the meanings of a map; returns where to go on, and which of them changed. */
export async function remapHistory(
  sql: Sql,
  key: SyncKey,
  { map, after, now }: { map: StatusMap; after: string; now: number },
): Promise<{ next?: string; changed: ChangedOrder[] }> {
  const { site, connection } = key;
  const batch = await sql.rows<ChangedOrder & Omit<HistoryOrder, 'total'>>(SELECT_BATCH, [site, connection, after]);
  const meaningOf = (status: string): StatusMeaning => map[status] ?? 'pending';
  const changed = batch.filter(({ status, state }) => meaningOf(status) !== state);
  if (changed.length > 0) {
    const states = changed.map(({ status }) => meaningOf(status));
    await sql.run(UPDATE_STATES, [site, connection, changed.map(({ orderId }) => orderId), states]);
  }
  const touched = new Set(changed.flatMap(({ contact }) => contact ?? []));
  for (const contact of touched) await recountContact(sql, key, contact, now);
  const last = batch.length === HISTORY_BATCH ? batch.at(-1)?.orderId : undefined;
  return {
    changed: changed.map(({ orderId, placedAt }) => ({ orderId, placedAt })),
    ...(last === undefined ? {} : { next: last }),
  };
}
