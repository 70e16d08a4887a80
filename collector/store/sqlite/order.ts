/** SQL of orders, their story and changes that came before them. */
import type Database from 'better-sqlite3';
import type { Order } from '../../event.ts';
import type { OrderEvent, PendingChange, StoredAttribution, StoredOrder } from '../store.ts';

interface Row {
  site: string;
  order_id: string;
  body: string;
  personal: Buffer | null;
  reporter: StoredOrder['reporter'];
  shop_confirmed: number;
  visitor: string | null;
  email_hash: string | null;
  consent: string | null;
  attribution: string;
  received_at: number;
  updated_at: number;
}

export interface OrderTable {
  get(site: string, orderId: string): StoredOrder | undefined;
  put(stored: StoredOrder): void;
  sitesOf(orderId: string): string[];
  tell(event: OrderEvent, id: string): void;
  story(site: string, orderId: string): OrderEvent[];
  pendingOf(site: string, orderId: string): PendingChange[];
  keepPending(change: PendingChange, id: string): void;
  dropPending(site: string, orderId: string): void;
}

export function orderTable(db: Database.Database): OrderTable {
  const select = db.prepare<[string, string], Row>('SELECT * FROM orders WHERE site = ? AND order_id = ?');
  const upsert = db.prepare(`
    INSERT INTO orders (site, order_id, status, body, personal, reporter, shop_confirmed, visitor, customer_id, email_hash,
      consent, attribution, received_at, updated_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (site, order_id) DO UPDATE SET status = excluded.status, body = excluded.body, personal = excluded.personal,
      reporter = excluded.reporter, shop_confirmed = excluded.shop_confirmed, visitor = excluded.visitor,
      customer_id = excluded.customer_id, email_hash = excluded.email_hash, consent = excluded.consent,
      attribution = excluded.attribution, updated_at = excluded.updated_at`);
  const selectSites = db.prepare<[string], string>('SELECT site FROM orders WHERE order_id = ? LIMIT 100').pluck();
  const insertEvent = db.prepare(
    'INSERT INTO order_event (site, order_id, id, at, type, text) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const selectEvents = db.prepare<[string, string], { at: number; type: string; text: string }>(
    'SELECT at, type, text FROM order_event WHERE site = ? AND order_id = ? ORDER BY id LIMIT 1000',
  );
  const selectPending = db.prepare<[string, string], PendingChange>(
    'SELECT site, order_id AS orderId, at, patch FROM pending_change WHERE site = ? AND order_id = ? ORDER BY id LIMIT 100',
  );
  const insertPending = db.prepare('INSERT INTO pending_change (site, order_id, id, at, patch) VALUES (?, ?, ?, ?, ?)');
  const deletePending = db.prepare('DELETE FROM pending_change WHERE site = ? AND order_id = ?');

  return {
    get(site, orderId) {
      const row = select.get(site, orderId);
      return row && readOrder(row);
    },
    put(stored) {
      const { personal: _sealedApart, ...body } = stored.order;
      upsert.run(
        stored.site,
        stored.order.orderId,
        stored.order.status,
        JSON.stringify(body),
        stored.personal,
        stored.reporter,
        stored.shopConfirmed ? 1 : 0,
        stored.visitor,
        stored.order.customerId ?? null,
        stored.emailHash,
        stored.consent && JSON.stringify(stored.consent),
        JSON.stringify(stored.attribution),
        stored.receivedAt,
        stored.updatedAt,
      );
    },
    sitesOf: (orderId) => selectSites.all(orderId) as string[],
    tell: (event, id) => void insertEvent.run(event.site, event.orderId, id, event.at, event.type, event.text),
    story: (site, orderId) => selectEvents.all(site, orderId).map((row) => ({ site, orderId, ...row })),
    pendingOf: (site, orderId) => selectPending.all(site, orderId),
    keepPending: (change, id) => void insertPending.run(change.site, change.orderId, id, change.at, change.patch),
    dropPending: (site, orderId) => void deletePending.run(site, orderId),
  };
}

export function readOrder(row: Row): StoredOrder {
  return {
    site: row.site,
    order: { ...(JSON.parse(row.body) as Omit<Order, 'personal'>), personal: {} },
    reporter: row.reporter,
    shopConfirmed: row.shop_confirmed === 1,
    visitor: row.visitor,
    emailHash: row.email_hash,
    consent: row.consent === null ? null : (JSON.parse(row.consent) as NonNullable<StoredOrder['consent']>),
    receivedAt: row.received_at,
    updatedAt: row.updated_at,
    personal: row.personal,
    attribution: JSON.parse(row.attribution) as StoredAttribution,
  };
}
