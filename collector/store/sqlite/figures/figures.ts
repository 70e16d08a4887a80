/** SQL of lists and totals: every question is answered by an index, a test reads the plans. Implements `FiguresStore`. */
import type Database from 'better-sqlite3';
import type { FiguresStore, OrderClue, OrderListWant, QueuedGroup, SaleSum, StuckGroup } from '../../figures-store.ts';
import { orderFromRow } from '../../rows/order-row.ts';
import { boundSums, SLOT, type SumBounds } from '../../rows/sale-sums.ts';

/** Comes after every character that an order's number may have. */
const LAST = '\u{10ffff}';

interface Question {
  sql: string;
  values: unknown[];
}

export function sqliteFiguresStore(db: Database.Database): FiguresStore {
  const selectSums = db.prepare<[SumsWant], Omit<SaleSum, 'partner'> & { partner: string }>(SUMS);
  const selectStuck = db.prepare<[], StuckGroup>(STUCK);
  const selectQueued = db.prepare<[], QueuedGroup>(QUEUED);
  const selectStates = db.prepare<[string, string], { connection: string; state: never }>(
    'SELECT connection, state FROM delivery WHERE site = ? AND order_id = ? ORDER BY id',
  );
  return {
    orderList: async (want) => {
      const { sql, values } = listQuestion(want);
      return db
        .prepare(sql)
        .all(...values)
        .map((row) => orderFromRow(row as never));
    },
    orderIdsBy: async (site, clue, limit) => {
      const { sql, values } = clueQuestion(site, clue, limit);
      return db
        .prepare<unknown[], string>(sql)
        .pluck()
        .all(...values) as string[];
    },
    saleSums: async ({ site, since, until }) =>
      selectSums
        .all(sumsWant(site, Math.floor(since / SLOT), Math.floor(until / SLOT)))
        .map((row) => ({ ...row, partner: row.partner === '' ? null : row.partner })),
    stuckGroups: async () => selectStuck.all(),
    queuedGroups: async () => selectQueued.all(),
    deliveryStates: async (site, orderId) => selectStates.all(site, orderId),
  };
}

export const SUMS = `
  SELECT partner, currency, status, SUM(orders) AS orders, SUM(total) AS total, SUM(newcomers) AS newcomers, SUM(regulars) AS regulars
  FROM (SELECT * FROM sale WHERE site = @site AND slot >= @since AND slot < @head
    UNION ALL SELECT * FROM sale_block WHERE site = @site AND block >= @first AND block < @last
    UNION ALL SELECT * FROM sale WHERE site = @site AND slot >= @tail AND slot < @until)
  GROUP BY partner, currency, status HAVING SUM(orders) <> 0`;

interface SumsWant extends SumBounds {
  site: string;
}

export const sumsWant = (site: string, since: number, until: number): SumsWant => ({
  site,
  ...boundSums(since, until),
});

export const STUCK = `
  SELECT site, connection, state, reason, COUNT(*) AS count, MAX(updated_at) AS at
  FROM delivery INDEXED BY delivery_by_state WHERE state IN ('held', 'rejected', 'by_hand')
  GROUP BY site, connection, state, reason ORDER BY count DESC, at DESC LIMIT 500`;

export const QUEUED = `
  SELECT site, connection, state, COUNT(*) AS count, MIN(created_at) AS oldestAt, MIN(next_at) AS nextAt
  FROM delivery INDEXED BY delivery_by_state WHERE state IN ('waiting', 'due', 'sending', 'held')
  GROUP BY site, connection, state ORDER BY site, connection, state`;

export function listQuestion({
  site,
  since,
  until,
  partner,
  status,
  totals,
  contested,
  limit,
}: OrderListWant): Question {
  const where = ['site = ? AND received_at >= ? AND received_at < ?'];
  const values: unknown[] = [site, since, until];
  const and = (sql: string, ...given: unknown[]): void => {
    where.push(sql);
    values.push(...given);
  };
  if (partner !== undefined) and('partner IS ?', partner);
  if (status !== undefined) and('status = ?', status);
  if (totals) and(`total IN (${totals.map(() => '?').join(', ')})`, ...totals);
  if (contested) and('contest IS NOT NULL');
  return {
    sql: `SELECT * FROM orders WHERE ${where.join(' AND ')} ORDER BY received_at DESC, rowid DESC LIMIT ?`,
    values: [...values, limit],
  };
}

const NEWEST_OF_STATE = `SELECT * FROM (SELECT order_id, updated_at FROM delivery INDEXED BY delivery_by_state
  WHERE state = ? AND site = ? ORDER BY updated_at DESC LIMIT ?)`;

export function clueQuestion(site: string, clue: OrderClue, limit: number): Question {
  switch (clue.by) {
    case 'id':
      return {
        sql: `SELECT order_id FROM orders WHERE site = ? AND order_id >= ? AND order_id < ?
              UNION SELECT order_id FROM order_alias WHERE site = ? AND alias >= ? AND alias < ? ORDER BY order_id LIMIT ?`,
        values: [
          ...[site, clue.beginsWith, clue.beginsWith + LAST],
          ...[site, clue.beginsWith, clue.beginsWith + LAST],
          limit,
        ],
      };
    case 'email':
      return {
        sql: 'SELECT order_id FROM orders WHERE site = ? AND email_hash = ? LIMIT ?',
        values: [site, clue.hash, limit],
      };
    case 'customer':
      return {
        sql: `SELECT o.order_id FROM identity i JOIN orders o ON o.site = i.site AND o.visitor = i.visitor
              WHERE i.site = ? AND i.key = 'c:' || ? AND o.visitor IS NOT NULL LIMIT ?`,
        values: [site, clue.id, limit],
      };
    case 'mark':
      return {
        sql: `SELECT DISTINCT order_id FROM sighting WHERE site = ? AND mark IN (${clue.marks.map(() => '?').join(', ')}) LIMIT ?`,
        values: [site, ...clue.marks, limit],
      };
    case 'click':
      return {
        sql: `SELECT order_id FROM (SELECT order_id, attribution FROM orders WHERE site = ? ORDER BY received_at DESC LIMIT ?)
              WHERE instr(attribution, ?) > 0 LIMIT ?`,
        values: [site, clue.among, JSON.stringify(clue.value), limit],
      };
    case 'state':
      // The newest of each state: a shop has millions that were delivered.
      return {
        sql: `SELECT order_id FROM (${clue.states.map(() => NEWEST_OF_STATE).join(' UNION ALL ')})
              GROUP BY order_id ORDER BY MAX(updated_at) DESC LIMIT ?`,
        values: [...clue.states.flatMap((state) => [state, site, 2 * limit]), limit],
      };
  }
}
