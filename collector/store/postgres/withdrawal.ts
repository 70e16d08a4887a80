/** SQL of withdrawn consent: who took it back, what that stops, and which orders an answer is for. */
import type { Consent } from '../../../wire/consent.ts';
import type { ConsentGate } from '../../model/authority/consent-gate.ts';
import type { AnswerReach, Changes, VisitorAnswer } from '../ingest-store.ts';
import type { Withdrawal } from '../upkeep-store.ts';
import { columnsOf } from './columns.ts';
import type { Sql } from './database.ts';
import type { OrderKey } from './order.ts';

/** Orders that one answer releases or stops at once; what is older is stopped when its report is sent. */
const MOST_ORDERS = 200;

export async function addWithdrawal(
  sql: Sql,
  { consent, customerId, site, visitor, at }: NonNullable<Changes['withdrawals']>[number],
): Promise<void> {
  // A tag that sends again, or says so on every page, has said it once.
  const added = await sql.run(
    `INSERT INTO withdrawal (site, visitor, at, consent) SELECT $1, $2, $3::bigint, $4::text
     WHERE NOT EXISTS (SELECT 1 FROM withdrawal WHERE site = $1 AND visitor = $2 AND consent = $4::text) ON CONFLICT DO NOTHING`,
    [site, visitor, at, JSON.stringify(consent)],
  );
  if (added === 0 || !visitor.includes(':')) return;
  // The next time that a list is carried over, it leaves the person out.
  const emailHash = visitor.startsWith('e:') ? visitor.slice(2) : null;
  await sql.run('UPDATE contact SET changed_at = $2 WHERE site = $1 AND (customer_id = $3 OR email_hash = $4)', [
    ...[site, at, customerId ?? null, emailHash],
  ]);
}

export async function withdrawalsOf(sql: Sql, site: string, visitor: string): Promise<Withdrawal[]> {
  const rows = await sql.rows<Omit<Withdrawal, 'consent'> & { consent: string }>(
    'SELECT site, visitor, at, consent FROM withdrawal WHERE site = $1 AND visitor = $2 ORDER BY at',
    [site, visitor],
  );
  return rows.map((row) => ({ ...row, consent: JSON.parse(row.consent) as Consent }));
}

/** When each of the names last withdrew consent; those that never did are absent. */
export async function newestWithdrawals(
  sql: Sql,
  names: readonly { site: string; name: string }[],
): Promise<{ site: string; name: string; at: number }[]> {
  if (names.length === 0) return [];
  return sql.rows(
    `SELECT x.site, x.visitor AS name, max(x.at) AS at FROM withdrawal x
     JOIN (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS n (site, name)) w ON x.site = w.site AND x.visitor = w.name
     GROUP BY x.site, x.visitor`,
    columnsOf(names, ({ site, name }) => [site, name]),
  );
}

/** Sites of which any order waits for an answer: a yes of anybody else is for none. */
export async function sitesWaiting(sql: Sql, sites: readonly string[]): Promise<Set<string>> {
  if (sites.length === 0) return new Set();
  const rows = await sql.rows<{ site: string }>(
    `SELECT site FROM (SELECT DISTINCT unnest($1::text[]) AS site) w WHERE EXISTS (
       SELECT 1 FROM orders o WHERE o.site = w.site AND o.stopped AND o.gate IN ('waiting', 'gpc'))`,
    [[...new Set(sites)]],
  );
  return new Set(rows.map(({ site }) => site));
}

/** What each yes is for, in the order of the answers. */
export async function releasedBy(sql: Sql, answers: readonly VisitorAnswer[]): Promise<string[][]> {
  const names = answers.flatMap(({ site, names: known }, index) => known.map((name) => ({ site, name, index })));
  if (names.length === 0) return answers.map(() => []);
  const rows = await sql.rows<{ index: number; orderId: string }>(
    `SELECT w.index, o.order_id AS "orderId" FROM unnest($1::text[], $2::text[], $3::int[]) AS w (site, name, index)
     CROSS JOIN LATERAL (
       SELECT order_id FROM orders WHERE site = w.site AND stopped AND gate IN ('waiting', 'gpc') AND visitor = w.name LIMIT ${MOST_ORDERS}
     ) o`,
    columnsOf(names, ({ site, name, index }) => [site, name, index]),
  );
  const found = answers.map(() => new Set<string>());
  for (const { index, orderId } of rows) if (found[index]!.size < MOST_ORDERS) found[index]!.add(orderId);
  return found.map((ids) => [...ids]);
}

const OPEN = (column: string, values: string): string => `
  SELECT order_id, received_at FROM orders o WHERE site = $1 AND ${column} = ANY(${values}::text[]) AND EXISTS (
    SELECT 1 FROM delivery d WHERE d.site = o.site AND d.order_id = o.order_id AND d.state IN ('waiting', 'due'))`;

/** What a no is for: orders of which something is not told yet, and who else the visitor is. */
export async function stoppedBy(sql: Sql, { site, names }: VisitorAnswer): Promise<AnswerReach> {
  const rows = await sql.rows<{ key: string }>(
    'SELECT DISTINCT key FROM identity WHERE site = $1 AND visitor = ANY($2::text[]) LIMIT 100',
    [site, names],
  );
  const keys = rows.map(({ key }) => key);
  const after = (prefix: string): string[] =>
    keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  const joined = after('j:');
  const orders = await sql.rows<{ orderId: string }>(
    `SELECT order_id AS "orderId" FROM (${OPEN('visitor', '$2')} UNION ${OPEN('customer_id', '$3')} UNION ${OPEN('email_hash', '$4')}) found
     ORDER BY received_at DESC LIMIT ${MOST_ORDERS}`,
    [site, [...names, ...joined], after('c:'), after('e:')],
  );
  return {
    orders: orders.map(({ orderId }) => `${site}\n${orderId}`),
    identities: keys.filter((key) => !key.startsWith('j:')),
    joined,
  };
}

/** What consent says of each order right now, and what it holds of people; under `site\norder id`. */
export async function gatesOf(
  sql: Sql,
  orders: readonly OrderKey[],
): Promise<Map<string, { gate: ConsentGate; personal: Buffer | null }>> {
  if (orders.length === 0) return new Map();
  // What was weighed when the order was last reckoned is in its gate.
  const rows = await sql.rows<OrderKey & { gate: ConsentGate | null; personal: Buffer | null; withdrawn: boolean }>(
    `SELECT o.site, o.order_id AS "orderId", o.gate, o.personal, EXISTS (
       SELECT 1 FROM withdrawal x WHERE x.site = o.site AND x.at >= o.updated_at AND x.visitor IN (
         SELECT json_array_elements_text(coalesce(o.subjects::json, json_build_array(o.visitor))))) AS withdrawn
     FROM orders o JOIN unnest($1::text[], $2::text[]) AS w (site, order_id) ON o.site = w.site AND o.order_id = w.order_id`,
    columnsOf(orders, ({ site, orderId }) => [site, orderId]),
  );
  return new Map(
    rows.map(({ site, orderId, gate, personal, withdrawn }) => [
      `${site}\n${orderId}`,
      { gate: withdrawn && gate !== 'erased' ? 'withdrawn' : (gate ?? 'open'), personal },
    ]),
  );
}

/** A report of each order was stopped when it was to be sent. */
export async function stopOrders(sql: Sql, stopped: readonly (OrderKey & { gate: ConsentGate })[]): Promise<void> {
  if (stopped.length === 0) return;
  await sql.run(
    `UPDATE orders o SET gate = w.gate, stopped = true FROM unnest($1::text[], $2::text[], $3::text[]) AS w (site, order_id, gate)
     WHERE o.site = w.site AND o.order_id = w.order_id`,
    columnsOf(stopped, ({ site, orderId, gate }) => [site, orderId, gate]),
  );
}
