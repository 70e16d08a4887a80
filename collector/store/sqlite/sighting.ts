/** SQL of what orders are counted by: marks of visitors, addresses and clicks, and what a site's orders usually look like. Constant work for each. */
import type Database from 'better-sqlite3';
import type { Changes, Sighting } from '../ingest-store.ts';

/** Orders counted under one mark; a sign of invention is shown long before. */
const MOST_COUNTED = 100;

export interface SightingTable {
  of(site: string, mark: string): Sighting;
  add(sighting: NonNullable<Changes['sightings']>[number]): void;
  norm(site: string): string | undefined;
  setNorm(site: string, body: string): void;
}

export function sightingTable(db: Database.Database): SightingTable {
  const select = db.prepare<[string, string], { orderId: string; unconfirmed: number | null }>(`
    SELECT s.order_id AS orderId, o.shop_confirmed = 0 AS unconfirmed
    FROM (SELECT site, order_id FROM sighting WHERE site = ? AND mark = ? LIMIT ${MOST_COUNTED}) s
    LEFT JOIN orders o ON o.site = s.site AND o.order_id = s.order_id`);
  const insert = db.prepare(
    'INSERT INTO sighting (site, mark, order_id, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const selectNorm = db.prepare<[string], string>('SELECT body FROM norm WHERE site = ?').pluck();
  const upsertNorm = db.prepare(
    'INSERT INTO norm (site, body) VALUES (?, ?) ON CONFLICT (site) DO UPDATE SET body = excluded.body',
  );
  return {
    of(site, mark) {
      const rows = select.all(site, mark);
      const unconfirmed = rows.filter((row) => row.unconfirmed === 1).map(({ orderId }) => orderId);
      return { orders: rows.length, unconfirmed };
    },
    add: ({ site, mark, orderId, at }) => void insert.run(site, mark, orderId, at),
    norm: (site) => selectNorm.get(site) as string | undefined,
    setNorm: (site, body) => void upsertNorm.run(site, body),
  };
}
