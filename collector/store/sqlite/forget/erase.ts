/** SQL of erasure: everything that names or points at one person, in one transaction; then the file and its log keep no trace of it. */
import type Database from 'better-sqlite3';
import { GATE_REASONS } from '../../../model/authority/consent-gate.ts';
import { type Concerned, subjectKeys } from '../../rows/whose-order.ts';
import type { Erased, EraseWish } from '../../upkeep-store.ts';
import type { Subject } from '../../../model/upkeep/subject.ts';
import { deliveryTable } from '../delivery.ts';
import { BARE_ATTEMPT } from '../sweep.ts';
import { contactEraser } from './contacts.ts';
import { mentionTable, type Mention } from './find-mentions.ts';
import { browserFinder } from './find-person.ts';
import { findConcerned } from './find-orders.ts';

/** The address of a page without its path and query. */
const bareUrl = (column: string): string =>
  `CASE WHEN instr(substr(${column}, 9), '/') > 0 THEN substr(${column}, 1, 8 + instr(substr(${column}, 9), '/')) ELSE ${column} END`;

/** Thrown to take a rehearsal back. */
class Rehearsed extends Error {}

/**
 * Orders are those that carry the e-mail, phone, customer id or visitor themselves, now or before they were corrected: an id that all guests
 * share must not erase everybody. Touches go with the browsers that these orders and the person's identity name.
 */
export function createEraser(
  db: Database.Database,
  log: (wish: EraseWish, erased: Erased) => void,
): (site: string, subject: Subject, wish: EraseWish) => Promise<Erased> {
  const mentions = mentionTable(db);
  const orders = orderEraser(db);
  const browsers = browserEraser(db);
  const contacts = contactEraser(db);
  const dropRefused = db.prepare('DELETE FROM quarantine WHERE site = ? AND id = ?');
  const eraseAll = db.transaction((site: string, subject: Subject, wish: EraseWish, places: Places): Erased => {
    const visitors = browsers.of(site, subject, places.orders);
    const erased: Erased = {
      ...orders.erase(site, places, wish.now),
      ...browsers.erase(site, subject, visitors),
      quarantine: places.refused.reduce((sum, id) => sum + dropRefused.run(site, id).changes, 0),
      contacts: 0,
      texts: 0,
    };
    if (subject.by !== 'visitor') {
      const hashes = subject.names.map((name) => name.slice(2));
      const customerId = subject.by === 'customer' ? subject.value : undefined;
      erased.contacts = contacts.erase(site, { hashes, customerId, keys: places.contacts }, wish.now);
    }
    // What was rewritten above is looked at as it stands now.
    erased.texts = mentions.rewrite(site, places.mentions, subject.hide);
    log(wish, erased);
    if (wish.dryRun) throw new Rehearsed(JSON.stringify(erased));
    return erased;
  });
  return async (site, subject, wish) => {
    const places = { ...(await findConcerned(db, site, subject)), refused: wish.refused, mentions: [] as Mention[] };
    places.mentions = await mentions.find(site, subject.hide);
    try {
      const erased = eraseAll.immediate(site, subject, wish, places);
      db.pragma('wal_checkpoint(TRUNCATE)');
      return erased;
    } catch (error) {
      if (error instanceof Rehearsed) return JSON.parse(error.message) as Erased;
      throw error;
    }
  };
}

type Places = Concerned & { refused: readonly string[]; mentions: Mention[] };

function orderEraser(db: Database.Database) {
  const table = deliveryTable(db);
  const run = (sql: string) => {
    const statement = db.prepare(sql);
    return (...given: unknown[]): number => statement.run(...given).changes;
  };
  const updateOrder = run(`
    UPDATE orders SET personal = NULL, heard_personal = NULL, words = NULL, contest = NULL, email_hash = NULL, subjects = NULL, visitor = NULL,
      customer_id = NULL, gate = 'erased', body = json_remove(body, '$.customerId', '$.custom'), attribution = json_set(attribution, '$.touches',
        (SELECT json_group_array(json(CASE WHEN value ->> 'url' IS NULL THEN value ELSE
          json_set(value, '$.url', ${bareUrl("value ->> 'url'")}) END)) FROM json_each(attribution, '$.touches')))
    WHERE site = ? AND order_id = ?`);
  const strip = run('UPDATE orders SET heard_personal = ? WHERE site = ? AND order_id = ?');
  const updateDeliveries = run(`
    UPDATE delivery SET report = json_remove(report, '$.order.customerId', '$.order.custom', '$.reason', '$.click.extra')
    WHERE site = ? AND order_id = ?`);
  const updateAttempts = run(`
    UPDATE attempt SET ${BARE_ATTEMPT} WHERE delivery IN (SELECT id FROM delivery WHERE site = ? AND order_id = ?)`);
  // A story keeps what happened and by whom; reasons and remarks are free words.
  const updateEvents = run(`
    UPDATE order_event SET text = CASE WHEN type IN ('reported', 'updated') THEN text
      WHEN type = 'changed' AND instr(text, ': ') > 0 THEN substr(text, 1, instr(text, ': ') - 1)
      WHEN type = 'changed' THEN text ELSE 'erased with its person' END WHERE site = ? AND order_id = ?`);
  const updatePending = run(
    `UPDATE pending_change SET patch = json_remove(patch, '$.reason') WHERE site = ? AND order_id = ?`,
  );
  const updateAudit = run(`
    UPDATE audit SET detail = json_remove(detail, '$.reason')
    WHERE json_valid(detail) AND detail ->> 'site' = ? AND detail ->> 'orderId' = ? AND detail ->> 'reason' IS NOT NULL`);
  const markStopped = run('UPDATE orders SET stopped = 1 WHERE site = ? AND order_id = ?');

  /** What takes back what was told still goes. */
  const stopReports = (site: string, orderId: string, now: number): number => {
    const open = table
      .ofOrder(site, orderId)
      .filter(({ state, kind }) => (state === 'waiting' || state === 'due') && kind !== 'reversal');
    for (const delivery of open) {
      const stopped = {
        ...delivery,
        state: 'skipped' as const,
        reason: GATE_REASONS.erased,
        nextAt: null,
        updatedAt: now,
      };
      table.put(stopped);
      table.advance(stopped, now);
    }
    if (open.length > 0) markStopped(site, orderId);
    return open.length;
  };

  return {
    erase(site: string, { orders, strips }: Concerned, now: number) {
      const erased = { orders: 0, deliveries: 0, stopped: 0, attempts: 0 };
      for (const orderId of orders) {
        erased.orders += updateOrder(site, orderId);
        erased.attempts += updateAttempts(site, orderId);
        erased.deliveries += updateDeliveries(site, orderId);
        erased.stopped += stopReports(site, orderId, now);
        updateEvents(site, orderId);
        updatePending(site, orderId);
        updateAudit(site, orderId);
      }
      for (const { orderId, heardPersonal } of strips) strip(heardPersonal, site, orderId);
      return erased;
    },
  };
}

function browserEraser(db: Database.Database) {
  const of = browserFinder(db);
  const deleteTouches = db.prepare('DELETE FROM touch WHERE site = ? AND visitor = ?');
  const deleteKey = db.prepare('DELETE FROM identity WHERE site = ? AND key = ?');
  const deleteWithdrawals = db.prepare("DELETE FROM withdrawal WHERE site = ? AND visitor IN (?, 'v:' || ?)");
  const deleteVisitor = db.prepare('DELETE FROM identity WHERE site = ? AND visitor = ?');
  const deleteHandovers = db.prepare('DELETE FROM handover WHERE site = ? AND (giver = ? OR taker = ?)');

  return {
    of,
    erase(site: string, subject: Subject, visitors: ReadonlySet<string>) {
      const erased = { touches: 0, identities: 0, withdrawals: 0 };
      for (const key of subjectKeys(subject)) erased.identities += deleteKey.run(site, key).changes;
      for (const visitor of visitors) {
        erased.touches += deleteTouches.run(site, visitor).changes;
        erased.identities += deleteVisitor.run(site, visitor).changes;
        erased.withdrawals += deleteWithdrawals.run(site, visitor, visitor).changes;
        erased.identities += deleteKey.run(site, `j:${visitor}`).changes;
        deleteHandovers.run(site, visitor, visitor);
      }
      return erased;
    },
  };
}
