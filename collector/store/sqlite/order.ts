/** SQL of orders, their story and changes that came before them. */
import type Database from 'better-sqlite3';
import { continueIdsAfter, newId } from '../../lib/id.ts';
import type { OrderEvent, PendingChange, StoredOrder } from '../../model/stored-order.ts';
import { orderColumns, orderFromRow, type OrderRow } from '../rows/order-row.ts';
import type { OrderCount, OrderFilter, Store } from '../store.ts';

export interface OrderTable {
  get(site: string, orderId: string): StoredOrder | undefined;
  put(stored: StoredOrder): void;
  sitesOf(orderId: string): string[];
  /** Numbers of the orders that a visitor reported from then on, newest first; a few. */
  reportedSince(site: string, visitor: string, since: number): string[];
  find(filter: OrderFilter): StoredOrder[];
  counts(): OrderCount[];
  toRead: Store['ordersToRead'];
  /** The event comes after all that the order's story holds, whatever the clock says. */
  tell(event: OrderEvent, now: number): void;
  story(site: string, orderId: string): OrderEvent[];
  pendingOf(site: string, orderId: string): PendingChange[];
  keepPending(change: PendingChange, now: number): void;
  dropPending(site: string, orderId: string): void;
}

export function orderTable(db: Database.Database): OrderTable {
  const select = db.prepare<[string, string], OrderRow>('SELECT * FROM orders WHERE site = ? AND order_id = ?');
  const upsert = db.prepare(`
    INSERT INTO orders (site, order_id, status, body, personal, reporter, shop_confirmed, visitor, customer_id, email_hash,
      consent, attribution, words, heard_personal, contest, signals, gate, stopped, subjects, received_at, updated_at, total, currency, partner, is_new)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (site, order_id) DO UPDATE SET status = excluded.status, body = excluded.body, personal = excluded.personal,
      reporter = excluded.reporter, shop_confirmed = excluded.shop_confirmed, visitor = excluded.visitor,
      customer_id = excluded.customer_id, email_hash = excluded.email_hash, consent = excluded.consent,
      attribution = excluded.attribution, words = excluded.words, heard_personal = excluded.heard_personal,
      contest = excluded.contest, signals = excluded.signals, gate = excluded.gate, stopped = excluded.stopped,
      subjects = excluded.subjects, updated_at = excluded.updated_at, total = excluded.total,
      currency = excluded.currency, partner = excluded.partner, is_new = excluded.is_new`);
  const selectReported = db
    .prepare<[string, string, number], string>(
      'SELECT order_id FROM orders WHERE site = ? AND visitor = ? AND received_at >= ? ORDER BY received_at DESC LIMIT 10',
    )
    .pluck();
  const selectToRead = db.prepare<unknown[], { site: string; orderId: string }>(
    `SELECT site, order_id AS orderId FROM read_again WHERE (site, order_id) > (@site, @orderId) ORDER BY site, order_id LIMIT @limit`,
  );
  const selectSites = db.prepare<[string], string>('SELECT site FROM orders WHERE order_id = ? LIMIT 100').pluck();
  const insertEvent = db.prepare(
    'INSERT INTO order_event (site, order_id, id, at, type, text) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const selectEvents = db.prepare<[string, string], { at: number; type: string; text: string }>(
    'SELECT at, type, text FROM order_event WHERE site = ? AND order_id = ? ORDER BY id LIMIT 1000',
  );
  const selectNewestEvent = db
    .prepare<[string, string], string | null>('SELECT MAX(id) FROM order_event WHERE site = ? AND order_id = ?')
    .pluck();
  const selectNewestPending = db
    .prepare<[string, string], string | null>('SELECT MAX(id) FROM pending_change WHERE site = ? AND order_id = ?')
    .pluck();
  const selectPending = db.prepare<[string, string], PendingChange>(
    'SELECT site, order_id AS orderId, at, patch FROM pending_change WHERE site = ? AND order_id = ? ORDER BY id LIMIT 100',
  );
  const insertPending = db.prepare('INSERT INTO pending_change (site, order_id, id, at, patch) VALUES (?, ?, ?, ?, ?)');
  const deletePending = db.prepare('DELETE FROM pending_change WHERE site = ? AND order_id = ?');

  return {
    get(site, orderId) {
      const row = select.get(site, orderId);
      return row && orderFromRow(row);
    },
    put(stored) {
      upsert.run(...orderColumns(stored));
    },
    find({ site, contested, signal, since, limit }) {
      const where = ['1'];
      const values: (string | number)[] = [];
      const and = (sql: string, ...given: (string | number)[]): void => {
        where.push(sql);
        values.push(...given);
      };
      if (site !== undefined) and('site = ?', site);
      if (since !== undefined) and('received_at >= ?', since);
      if (contested) and('contest IS NOT NULL');
      if (signal !== undefined)
        and('signals IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(signals) WHERE value = ?)', signal);
      return db
        .prepare<unknown[], OrderRow>(
          `SELECT * FROM orders WHERE ${where.join(' AND ')} ORDER BY received_at DESC LIMIT ?`,
        )
        .all(...values, limit ?? 100)
        .map(orderFromRow);
    },
    counts: () =>
      db
        .prepare<[], OrderCount>(
          `SELECT site, 'contested' AS what, contest ->> 'kind' AS name, COUNT(*) AS count FROM orders
             WHERE contest IS NOT NULL GROUP BY site, name
           UNION ALL SELECT site, 'signal', value, COUNT(*) FROM orders, json_each(signals)
             WHERE signals IS NOT NULL GROUP BY site, value
           UNION ALL SELECT site, 'consent', gate, COUNT(*) FROM orders WHERE stopped = 1 GROUP BY site, gate`,
        )
        .all(),
    toRead: async ({ after, limit }) => selectToRead.all({ ...(after ?? { site: '', orderId: '' }), limit }),
    reportedSince: (site, visitor, since) => selectReported.all(site, visitor, since) as string[],
    sitesOf: (orderId) => selectSites.all(orderId) as string[],
    tell({ site, orderId, at, type, text }, now) {
      continueIdsAfter(selectNewestEvent.get(site, orderId));
      insertEvent.run(site, orderId, newId(now), at, type, text);
    },
    story: (site, orderId) => selectEvents.all(site, orderId).map((row) => ({ site, orderId, ...row })),
    pendingOf: (site, orderId) => selectPending.all(site, orderId),
    keepPending({ site, orderId, at, patch }, now) {
      continueIdsAfter(selectNewestPending.get(site, orderId));
      insertPending.run(site, orderId, newId(now), at, patch);
    },
    dropPending: (site, orderId) => void deletePending.run(site, orderId),
  };
}
