/** SQL of attempts: one exchange with a vendor each. */
import { continueIdsAfter, newId } from '../../../lib/id.ts';
import { hours } from '../../../lib/duration.ts';
import type { Attempt, Delivery } from '../../../model/delivery.ts';
import { columnsOf } from '../columns.ts';
import type { Sql } from '../database.ts';

export async function addAttempts(
  sql: Sql,
  attempts: readonly { delivery: Delivery; attempt: Attempt }[],
): Promise<void> {
  if (attempts.length === 0) return;
  const newest = await sql.row<{ id: string | null }>(
    `SELECT max(m.id) AS id FROM unnest($1::text[], $2::text[]) AS w (site, delivery)
     CROSS JOIN LATERAL (SELECT max(id) AS id FROM attempt WHERE site = w.site AND delivery = w.delivery) m`,
    columnsOf(attempts, ({ delivery }) => [delivery.site, delivery.id]),
  );
  continueIdsAfter(newest?.id);
  await sql.run(
    `INSERT INTO attempt (site, delivery, id, connection, at, purpose, request, response, outcome, reason, took)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[],
       $9::text[], $10::text[], $11::bigint[])`,
    columnsOf(attempts, ({ delivery, attempt: a }) => [
      ...[delivery.site, delivery.id, newId(a.at), delivery.connection, a.at, a.purpose, JSON.stringify(a.request)],
      ...[a.response && JSON.stringify(a.response), a.outcome, a.reason, a.took],
    ]),
  );
}

/** Under the deliveries' ids. */
export async function attemptsOfOrder(sql: Sql, site: string, orderId: string): Promise<Map<string, Attempt[]>> {
  const rows = await sql.rows<
    Omit<Attempt, 'request' | 'response'> & { delivery: string; request: string; response: string | null }
  >(
    `SELECT d.id AS delivery, a.at, a.purpose, a.request, a.response, a.outcome, a.reason, a.took FROM delivery d
     CROSS JOIN LATERAL (SELECT * FROM attempt WHERE site = d.site AND delivery = d.id ORDER BY id LIMIT 500) a
     WHERE d.site = $1 AND d.order_id = $2 ORDER BY d.id, a.id`,
    [site, orderId],
  );
  const found = new Map<string, Attempt[]>();
  for (const { delivery, request, response, ...row } of rows) {
    const attempt: Attempt = {
      ...row,
      request: JSON.parse(request) as Attempt['request'],
      response: response === null ? null : (JSON.parse(response) as Attempt['response']),
    };
    found.set(delivery, [...(found.get(delivery) ?? []), attempt]);
  }
  return found;
}

export async function countAttempts(
  sql: Sql,
  want: { site: string; connection: string; since: number; browserOnly?: boolean },
): Promise<number> {
  const text = want.browserOnly
    ? `SELECT count(*) AS count FROM attempt a JOIN delivery d ON d.site = a.site AND d.id = a.delivery
       WHERE a.site = $1 AND a.connection = $2 AND a.at >= $3 AND NOT d.confirmed`
    : 'SELECT count(*) AS count FROM attempt WHERE site = $1 AND connection = $2 AND at >= $3';
  const row = await sql.row<{ count: number }>(text, [want.site, want.connection, want.since]);
  return row?.count ?? 0;
}

/** What left beside the deliveries stands under no delivery's id; of one of them none has a slash. */
const askedKey = (connection: string): string => `asked/${connection}`;

export async function noteAsked(
  sql: Sql,
  { site, connection, at }: { site: string; connection: string; at: number },
): Promise<void> {
  const key = askedKey(connection);
  await sql.run('DELETE FROM attempt WHERE site = $1 AND delivery = $2 AND at < $3', [site, key, at - hours(1)]);
  await sql.run(
    `INSERT INTO attempt (site, delivery, id, connection, at, purpose, request, outcome, reason, took)
     VALUES ($1, $2, $3, $4, $5, 'report', '{}', 'delivered', 'asked beside', 0)`,
    [site, key, newId(at), connection, at],
  );
}

export async function countAsked(
  sql: Sql,
  { site, connection, since }: { site: string; connection: string; since: number },
): Promise<number> {
  const row = await sql.row<{ count: number }>(
    'SELECT count(*) AS count FROM attempt WHERE site = $1 AND delivery = $2 AND at >= $3',
    [site, askedKey(connection), since],
  );
  return row?.count ?? 0;
}
