/** SQL of erasure: everything that names or points at one person, in one transaction. */
import type Database from 'better-sqlite3';
import type { Erased, Subject } from '../upkeep-store.ts';
import { BARE_ATTEMPT } from './sweep.ts';

/** Where a subject is found in the orders of a site. */
const COLUMN: Record<Subject['by'], string> = { email: 'email_hash', customer: 'customer_id', visitor: 'visitor' };

/**
 * Orders are those that carry the e-mail, customer id or visitor themselves: an id that all guests share must not erase
 * everybody. Touches go with the browsers that these orders and the person's identity name.
 */
export function eraser(db: Database.Database): (site: string, subject: Subject) => Erased {
  const selectVisitors = db
    .prepare<[string, string], string>('SELECT visitor FROM identity WHERE site = ? AND key = ?')
    .pluck();
  const updateOrder = db.prepare(`
    UPDATE orders SET personal = NULL, email_hash = NULL, visitor = NULL, customer_id = NULL,
      body = json_remove(body, '$.customerId', '$.custom') WHERE site = ? AND order_id = ?`);
  const updateDeliveries = db.prepare(`
    UPDATE delivery SET report = json_remove(report, '$.order.customerId', '$.order.custom')
    WHERE site = ? AND order_id = ?`);
  const updateAttempts = db.prepare(`
    UPDATE attempt SET ${BARE_ATTEMPT}
    WHERE delivery IN (SELECT id FROM delivery WHERE site = ? AND order_id = ?)`);
  const deleteTouches = db.prepare('DELETE FROM touch WHERE site = ? AND visitor = ?');
  const deleteKey = db.prepare('DELETE FROM identity WHERE site = ? AND key = ?');
  const deleteWithdrawals = db.prepare('DELETE FROM withdrawal WHERE site = ? AND visitor = ?');
  const deleteVisitor = db.prepare('DELETE FROM identity WHERE site = ? AND visitor = ?');

  return (site, { by, value }) => {
    // Read before the write lock is taken: a customer id has no index, and shoppers must not wait for it.
    const orders = db
      .prepare<[string, string], { order_id: string; visitor: string | null }>(
        `SELECT order_id, visitor FROM orders WHERE site = ? AND ${COLUMN[by]} = ?`,
      )
      .all(site, value);
    const key = { email: `e:${value}`, customer: `c:${value}`, visitor: null }[by];
    const visitors = new Set<string>(orders.flatMap(({ visitor }) => visitor ?? []));
    if (by === 'visitor') visitors.add(value);
    if (key !== null) for (const visitor of selectVisitors.all(site, key) as string[]) visitors.add(visitor);

    return db
      .transaction((): Erased => {
        const erased: Erased = { orders: 0, deliveries: 0, attempts: 0, touches: 0, identities: 0, withdrawals: 0 };
        for (const { order_id: orderId } of orders) {
          erased.orders += updateOrder.run(site, orderId).changes;
          erased.attempts += updateAttempts.run(site, orderId).changes;
          erased.deliveries += updateDeliveries.run(site, orderId).changes;
        }
        if (key !== null) erased.identities += deleteKey.run(site, key).changes;
        for (const visitor of visitors) {
          erased.touches += deleteTouches.run(site, visitor).changes;
          erased.identities += deleteVisitor.run(site, visitor).changes;
          erased.withdrawals += deleteWithdrawals.run(site, visitor).changes;
        }
        return erased;
      })
      .immediate();
  };
}
