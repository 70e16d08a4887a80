/** SQL of pages that may not report: how many orders they tried, by host. Bounded, for anybody can invent a host. */
import type Database from 'better-sqlite3';
import type { RefusedPage } from '../../store.ts';

/** Hosts named a site; the rest are counted together. */
const NAMED = 100;
const OTHERS = '…';

export interface RefusedPageTable {
  count(page: { site: string; host: string; at: number }): void;
  list(): RefusedPage[];
}

export function refusedPageTable(db: Database.Database): RefusedPageTable {
  const update = db.prepare('UPDATE refused_page SET count = count + 1, last_at = ? WHERE site = ? AND host = ?');
  const insert = db.prepare('INSERT INTO refused_page (site, host, count, first_at, last_at) VALUES (?, ?, 1, ?, ?)');
  const hosts = db.prepare<[string], number>('SELECT COUNT(*) FROM refused_page WHERE site = ?').pluck();
  const select = db.prepare<[], RefusedPage>(
    'SELECT site, host, count, first_at AS firstAt, last_at AS lastAt FROM refused_page ORDER BY site, count DESC, host',
  );
  const add = (site: string, host: string, at: number): void => {
    if (update.run(at, site, host).changes === 0) insert.run(site, host, at, at);
  };
  return {
    count({ site, host, at }) {
      if (update.run(at, site, host).changes > 0) return;
      add(site, (hosts.get(site) as number) < NAMED ? host.slice(0, 253) : OTHERS, at);
    },
    list: () => select.all(),
  };
}
