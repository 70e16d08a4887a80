/** SQL of a connection's order history: what a list's numbers are counted from. */
import type Database from 'better-sqlite3';
import type { StatusMap, StatusMeaning } from '../../kit/source.ts';
import { type ChangedOrder, HISTORY_BATCH, type HistoryOrder, isSameOrder } from '../rows/history-order.ts';
import type { HistoryRow, SyncKey } from '../sync-store.ts';
import type { ContactTable } from './contact.ts';

export interface HistoryTable {
  /** Writes orders that are new or changed, and counts again for the contacts that it concerns. */
  save(key: SyncKey, rows: readonly HistoryRow[], now: number): void;
  /** Gives one batch of orders the meanings of a map; returns where to go on, and which of them changed. */
  remap(key: SyncKey, want: { map: StatusMap; after: string; now: number }): { next?: string; changed: ChangedOrder[] };
}

export function historyTable(db: Database.Database, contacts: ContactTable): HistoryTable {
  const select = db.prepare<[string, string, string], HistoryOrder>(
    'SELECT status, state, total, contact FROM history WHERE site = ? AND connection = ? AND order_id = ?',
  );
  const upsert = db.prepare(`
    INSERT INTO history (site, connection, order_id, parent_id, status, state, total, placed_at, customer_id, email_hash, contact)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (site, connection, order_id) DO UPDATE SET parent_id = excluded.parent_id, status = excluded.status,
      state = excluded.state, total = excluded.total, placed_at = excluded.placed_at, customer_id = excluded.customer_id,
      email_hash = excluded.email_hash, contact = excluded.contact`);
  const selectBatch = db.prepare<
    [string, string, string, number],
    { orderId: string; status: string; state: string; placedAt: number; contact: string | null }
  >(`SELECT order_id AS orderId, status, state, placed_at AS placedAt, contact FROM history
     WHERE site = ? AND connection = ? AND order_id > ? ORDER BY order_id LIMIT ?`);
  const updateState = db.prepare('UPDATE history SET state = ? WHERE site = ? AND connection = ? AND order_id = ?');

  return {
    save({ site, connection }, rows, now) {
      const key = { site, connection };
      const touched = new Set<string>();
      for (const row of rows) {
        const person = row.contact;
        const contact = person && contacts.ofOrder(key, person, now);
        const before = select.get(site, connection, row.orderId);
        if (before && isSameOrder(before, row, contact)) continue;
        // An erased person's order stays in the shop's figures, without the person.
        const named = person !== null && contact !== null;
        upsert.run(
          ...[site, connection, row.orderId, row.parentId, row.status, row.state, row.total, row.placedAt],
          ...[named && person.customerId !== '' ? person.customerId : null, named ? person.emailHash : null, contact],
        );
        if (contact !== null) touched.add(contact);
        if (named && !before) contacts.revive(key, contact, person);
        if (before?.contact != null) touched.add(before.contact);
      }
      for (const contact of touched) contacts.recount(key, contact, now);
    },
    remap({ site, connection }, { map, after, now }) {
      const key = { site, connection };
      const batch = selectBatch.all(site, connection, after, HISTORY_BATCH);
      const changed: ChangedOrder[] = [];
      const touched = new Set<string>();
      for (const { orderId, status, state, placedAt, contact } of batch) {
        const meaning: StatusMeaning = map[status] ?? 'pending';
        if (meaning === state) continue;
        updateState.run(meaning, site, connection, orderId);
        changed.push({ orderId, placedAt });
        if (contact !== null) touched.add(contact);
      }
      for (const contact of touched) contacts.recount(key, contact, now);
      const last = batch.length === HISTORY_BATCH ? batch.at(-1)?.orderId : undefined;
      return { changed, ...(last === undefined ? {} : { next: last }) };
    },
  };
}
