/** SQL of what sites add a day: counted in the transaction that adds it. */
import type Database from 'better-sqlite3';
import { days } from '../../lib/duration.ts';
import type { Changes } from '../ingest-store.ts';
import { sumUsage } from '../rows/usage-sum.ts';
import type { Usage } from '../usage-store.ts';

/** Days that are kept for the eye. */
const KEPT = 90;

export interface UsageTable {
  add(changes: Changes, now: number): void;
  of(day: number): Usage[];
}

export function usageTable(db: Database.Database): UsageTable {
  const upsert = db.prepare(`
    INSERT INTO usage (site, day, bytes, rows) VALUES (?, ?, ?, ?)
    ON CONFLICT (site, day) DO UPDATE SET bytes = bytes + excluded.bytes, rows = rows + excluded.rows`);
  const select = db.prepare<[number], Usage>('SELECT site, bytes, rows FROM usage WHERE day = ?');
  const forget = db.prepare('DELETE FROM usage WHERE day < ? OR day > ?');
  let last: number | undefined;
  return {
    add(changes, now) {
      const day = Math.floor(now / days(1));
      // A clock that was wrong for a while leaves days behind that never were.
      if (day !== last) forget.run(day - KEPT, day);
      last = day;
      for (const [site, { bytes, rows }] of sumUsage(changes)) upsert.run(site, day, bytes, rows);
    },
    of: (day) => select.all(day),
  };
}
