/** SQL of how many orders each hour brought a site: read from the sums that are kept a quarter of an hour, a few rows whatever is stored. */
import type Database from 'better-sqlite3';

/** Quarters of an hour. */
const SLOTS = 4;

export function orderHourReader(db: Database.Database): {
  span(site: string): { first: number; last: number } | null;
  between(site: string, from: number, until: number): number;
} {
  const selectFirst = db.prepare<[string], number | null>('SELECT MIN(slot) FROM sale WHERE site = ?').pluck();
  const selectLast = db.prepare<[string], number | null>('SELECT MAX(slot) FROM sale WHERE site = ?').pluck();
  const sum = db
    .prepare<[string, number, number], number>(
      'SELECT total(orders) FROM sale WHERE site = ? AND slot >= ? AND slot < ?',
    )
    .pluck();
  return {
    span(site) {
      const [first, last] = [selectFirst.get(site) ?? null, selectLast.get(site) ?? null];
      if (first === null || last === null) return null;
      return { first: Math.floor(first / SLOTS), last: Math.floor(last / SLOTS) };
    },
    between: (site, from, until) => sum.get(site, from * SLOTS, until * SLOTS) ?? 0,
  };
}
