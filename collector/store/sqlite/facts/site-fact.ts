/** SQL of what is remembered of each site. */
import type Database from 'better-sqlite3';
import type { SiteFact } from '../../../model/site-fact.ts';

export interface SiteFactTable {
  /** Counts are added, times only move on. */
  note(facts: readonly SiteFact[]): void;
  all(): SiteFact[];
}

export function siteFactTable(db: Database.Database): SiteFactTable {
  const upsert = db.prepare(`
    INSERT INTO site_fact (site, name, at, count) VALUES (?, ?, ?, ?)
    ON CONFLICT (site, name) DO UPDATE SET at = MAX(at, excluded.at), count = count + excluded.count`);
  const select = db.prepare<[], SiteFact>('SELECT site, name, at, count FROM site_fact');
  return {
    note(facts) {
      for (const { site, name, at, count } of facts) upsert.run(site, name, at, count);
    },
    all: () => select.all(),
  };
}
