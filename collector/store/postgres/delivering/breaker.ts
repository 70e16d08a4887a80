/** SQL of breakers: connections that are not asked for a while. */
import type { Breaker } from '../../../model/delivery.ts';
import { columnsOf } from '../columns.ts';
import type { Sql } from '../database.ts';

export const listBreakers = (sql: Sql): Promise<Breaker[]> =>
  sql.rows(
    'SELECT site, connection, kind, reason, opened_at AS "openedAt", probe_at AS "probeAt", failures FROM breaker',
  );

export async function putBreaker(sql: Sql, b: Breaker): Promise<void> {
  await sql.run(
    `INSERT INTO breaker (site, connection, kind, reason, opened_at, probe_at, failures) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (site, connection) DO UPDATE SET kind = excluded.kind, reason = excluded.reason,
       probe_at = excluded.probe_at, failures = excluded.failures`,
    [b.site, b.connection, b.kind, b.reason, b.openedAt, b.probeAt, b.failures],
  );
}

/** How many were open. */
export async function closeBreakers(
  sql: Sql,
  connections: readonly { site: string; connection: string }[],
): Promise<number> {
  if (connections.length === 0) return 0;
  return sql.run(
    `DELETE FROM breaker b USING unnest($1::text[], $2::text[]) AS w (site, connection)
     WHERE b.site = w.site AND b.connection = w.connection`,
    columnsOf(connections, ({ site, connection }) => [site, connection]),
  );
}
