/** SQL of lists and totals: every question is answered by an index. Implements `FiguresStore`. */
import type { FiguresStore, OrderClue, OrderListWant, QueuedGroup, SaleSum, StuckGroup } from '../../figures-store.ts';
import { orderFromRow, type OrderRow } from '../../rows/order-row.ts';
import { boundSums, SLOT } from '../../rows/sale-sums.ts';
import type { Database } from '../database.ts';

/** Comes after every character that an order's number may have. */
const LAST = '\u{10ffff}';

interface Question {
  sql: string;
  values: unknown[];
}

const SUMS = `
  SELECT partner, currency, status, sum(orders) AS orders, sum(total) AS total, sum(newcomers) AS newcomers, sum(regulars) AS regulars
  FROM (SELECT * FROM sale WHERE site = $1 AND slot >= $2 AND slot < $3
    UNION ALL SELECT * FROM sale_block WHERE site = $1 AND block >= $4 AND block < $5
    UNION ALL SELECT * FROM sale WHERE site = $1 AND slot >= $6 AND slot < $7) parts
  GROUP BY partner, currency, status HAVING sum(orders) <> 0 ORDER BY partner, currency, status`;

const STUCK = `
  SELECT site, connection, state, reason, count(*) AS count, max(updated_at) AS at
  FROM delivery WHERE state IN ('held', 'rejected', 'by_hand')
  GROUP BY site, connection, state, reason ORDER BY count DESC, at DESC, site, connection LIMIT 500`;

const QUEUED = `
  SELECT site, connection, state, count(*) AS count, min(created_at) AS "oldestAt", min(next_at) AS "nextAt"
  FROM delivery WHERE state IN ('waiting', 'due', 'sending', 'held')
  GROUP BY site, connection, state ORDER BY site, connection, state`;

const STATES = 'SELECT connection, state FROM delivery WHERE site = $1 AND order_id = $2 ORDER BY id';

export function postgresFiguresStore(db: Database): FiguresStore {
  return {
    async orderList(want) {
      const { sql, values } = listQuestion(want);
      return (await db.rows<OrderRow>(sql, values)).map(orderFromRow);
    },
    async orderIdsBy(site, clue, limit) {
      const { sql, values } = clueQuestion(site, clue, limit);
      return (await db.rows<{ order_id: string }>(sql, values)).map((row) => row.order_id);
    },
    async saleSums({ site, since, until }) {
      const { head, first, last, tail, ...ends } = boundSums(Math.floor(since / SLOT), Math.floor(until / SLOT));
      const sums = await db.rows<SaleSum>(SUMS, [site, ends.since, head, first, last, tail, ends.until]);
      return sums.map((row) => ({ ...row, partner: row.partner === '' ? null : row.partner }));
    },
    stuckGroups: () => db.rows<StuckGroup>(STUCK),
    queuedGroups: () => db.rows<QueuedGroup>(QUEUED),
    deliveryStates: (site, orderId) => db.rows(STATES, [site, orderId]),
  };
}

function listQuestion(want: OrderListWant): Question {
  const { site, since, until, partner, status, totals, contested, limit } = want;
  const where = ['site = $1 AND received_at >= $2 AND received_at < $3'];
  const values: unknown[] = [site, since, until, limit];
  const and = (sql: (mark: string) => string, given: unknown): void => {
    values.push(given);
    where.push(sql(`$${values.length}`));
  };
  if (partner === null) where.push('partner IS NULL');
  if (partner !== undefined && partner !== null) and((mark) => `partner = ${mark}`, partner);
  if (status !== undefined) and((mark) => `status = ${mark}`, status);
  if (totals) and((mark) => `total = ANY(${mark}::bigint[])`, totals);
  if (contested) where.push('contest IS NOT NULL');
  return {
    sql: `SELECT * FROM orders WHERE ${where.join(' AND ')} ORDER BY received_at DESC, order_id DESC LIMIT $4`,
    values,
  };
}

/** The newest of each state: a shop has millions that were delivered. */
const BY_STATE = `
  SELECT newest.order_id FROM unnest($2::text[]) AS asked (state)
  CROSS JOIN LATERAL (SELECT order_id, updated_at FROM delivery
    WHERE state = asked.state AND site = $1 ORDER BY updated_at DESC LIMIT $3) newest
  GROUP BY newest.order_id ORDER BY max(newest.updated_at) DESC, newest.order_id LIMIT $4`;

function clueQuestion(site: string, clue: OrderClue, limit: number): Question {
  switch (clue.by) {
    case 'id':
      return {
        sql: `(SELECT order_id FROM orders WHERE site = $1 AND order_id >= $2 AND order_id < $3 ORDER BY order_id LIMIT $4)
              UNION (SELECT order_id FROM order_alias WHERE site = $1 AND alias >= $2 AND alias < $3 ORDER BY alias LIMIT $4)
              ORDER BY order_id LIMIT $4`,
        values: [site, clue.beginsWith, clue.beginsWith + LAST, limit],
      };
    case 'email':
      return {
        sql: 'SELECT order_id FROM orders WHERE site = $1 AND email_hash = $2 LIMIT $3',
        values: [site, clue.hash, limit],
      };
    case 'customer':
      return {
        sql: `SELECT o.order_id FROM identity i JOIN orders o ON o.site = i.site AND o.visitor = i.visitor
              WHERE i.site = $1 AND i.key = $2 AND o.visitor IS NOT NULL LIMIT $3`,
        values: [site, `c:${clue.id}`, limit],
      };
    case 'mark':
      return {
        sql: 'SELECT DISTINCT order_id FROM sighting WHERE site = $1 AND mark = ANY($2::text[]) ORDER BY order_id LIMIT $3',
        values: [site, clue.marks, limit],
      };
    case 'click':
      return {
        sql: `SELECT order_id FROM (SELECT order_id, received_at, attribution FROM orders WHERE site = $1 ORDER BY received_at DESC LIMIT $2) newest
              WHERE strpos(attribution, $3) > 0 ORDER BY received_at DESC LIMIT $4`,
        values: [site, clue.among, JSON.stringify(clue.value), limit],
      };
    case 'state':
      return { sql: BY_STATE, values: [site, clue.states, 2 * limit, limit] };
  }
}
