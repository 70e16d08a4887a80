/** SQL of what is remembered of each site. */
import type { SiteFact } from '../../../model/site-fact.ts';
import type { Sql } from '../database.ts';

const UPSERT = `
  INSERT INTO site_fact (site, name, at, count) VALUES ($1, $2, $3, $4)
  ON CONFLICT (site, name) DO UPDATE SET at = greatest(site_fact.at, excluded.at), count = site_fact.count + excluded.count`;

/** In a transaction. Counts are added, times only move on; in one order, so that two that note alike wait and don't block each other. */
export async function noteSiteFacts(sql: Sql, facts: readonly SiteFact[]): Promise<void> {
  const keyOf = ({ site, name }: SiteFact): string => `${site}\n${name}`;
  for (const { site, name, at, count } of facts.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)))
    await sql.run(UPSERT, [site, name, at, count]);
}

export const listSiteFacts = (sql: Sql): Promise<SiteFact[]> =>
  sql.rows<SiteFact>('SELECT site, name, at, count FROM site_fact ORDER BY site, name');
