/** SQL of pages that may not report: how many orders they tried, by host. Bounded, for anybody can invent a host. */
import type { Changes } from '../../ingest-store.ts';
import type { RefusedPage } from '../../store.ts';
import type { Sql } from '../database.ts';

/** Hosts named a site; the rest are counted together. */
const NAMED = 100;
const OTHERS = '…';

export async function countRefusedPages(sql: Sql, pages: NonNullable<Changes['refusedPages']>): Promise<void> {
  for (const { site, host, at } of pages) {
    const known = await sql.run(
      'UPDATE refused_page SET count = count + 1, last_at = $3 WHERE site = $1 AND host = $2',
      [site, host, at],
    );
    if (known > 0) continue;
    const hosts = await sql.row<{ count: number }>('SELECT count(*) AS count FROM refused_page WHERE site = $1', [
      site,
    ]);
    await sql.run(
      `INSERT INTO refused_page (site, host, count, first_at, last_at) VALUES ($1, $2, 1, $3, $3)
       ON CONFLICT (site, host) DO UPDATE SET count = refused_page.count + 1, last_at = excluded.last_at`,
      [site, hosts!.count < NAMED ? host.slice(0, 253) : OTHERS, at],
    );
  }
}

export const listRefusedPages = (sql: Sql): Promise<RefusedPage[]> =>
  sql.rows(
    'SELECT site, host, count, first_at AS "firstAt", last_at AS "lastAt" FROM refused_page ORDER BY site, count DESC, host',
  );
