/** SQL of what needs a person, counted up to a bound by indexes: a look costs the same however much is stored. */
import type { AlertStore, Attention, ConnectionCount } from '../../alert-store.ts';
import type { Sql } from '../database.ts';

const BY_CONNECTION = `
  SELECT site, connection, count(*) AS count FROM
    (SELECT site, connection FROM delivery WHERE state = $1 AND site = $2 AND updated_at >= $3 LIMIT $4) found
  GROUP BY site, connection ORDER BY connection`;
// The newest ids are the newest refusals.
const REFUSED = `
  SELECT site, count(*) AS count FROM (SELECT site, at FROM quarantine ORDER BY id DESC LIMIT $1) newest
  WHERE at >= $2 GROUP BY site ORDER BY site`;
const CONTESTED = `
  SELECT site, contest FROM orders WHERE contest IS NOT NULL AND site = $1 ORDER BY received_at LIMIT $2`;

export async function readAttention(
  sql: Sql,
  { sites, since, most }: Parameters<AlertStore['attention']>[0],
): Promise<Attention> {
  const attention: Attention = { held: [], rejected: [], refused: [], contested: [] };
  for (const site of sites) {
    attention.held.push(...(await sql.rows<ConnectionCount>(BY_CONNECTION, ['held', site, 0, most])));
    attention.rejected.push(...(await sql.rows<ConnectionCount>(BY_CONNECTION, ['rejected', site, since, most])));
    attention.contested.push(...countKinds(site, await sql.rows<{ contest: string }>(CONTESTED, [site, most])));
  }
  attention.refused = await sql.rows(REFUSED, [most, since]);
  return attention;
}

/** Read here: what a stranger wrote may hold what PostgreSQL's own reader of JSON refuses. */
function countKinds(site: string, rows: readonly { contest: string }[]): Attention['contested'] {
  const kinds = rows.map(({ contest }) => (JSON.parse(contest) as { kind: 'hold' | 'alert' }).kind);
  return [...new Set(kinds)].sort().map((kind) => ({ site, kind, count: kinds.filter((one) => one === kind).length }));
}
