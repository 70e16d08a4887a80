/** SQL of the names that the shop has for an order besides the one that it goes by here, and of orders that turned out to be one. */
import type Database from 'better-sqlite3';
import type { OrderAlias, OrderJoin } from '../../ingest-store.ts';
import type { NamedOrder } from '../../store.ts';

export interface AliasTable {
  /** Number that the order of this name goes by. */
  orderOf(site: string, alias: string): string | undefined;
  /** Sites where an order has this name. */
  sitesOf(alias: string): string[];
  /** In the order of the names. */
  of(order: NamedOrder): string[];
  put(alias: OrderAlias): void;
  join(join: OrderJoin): void;
}

export function aliasTable(db: Database.Database): AliasTable {
  const select = db
    .prepare<[string, string], string>('SELECT order_id FROM order_alias WHERE site = ? AND alias = ?')
    .pluck();
  const selectSites = db.prepare<[string], string>('SELECT site FROM order_alias WHERE alias = ? LIMIT 100').pluck();
  const selectNames = db
    .prepare<[string, string], string>(
      'SELECT alias FROM order_alias WHERE site = ? AND order_id = ? ORDER BY alias LIMIT 100',
    )
    .pluck();
  const upsert = db.prepare(
    'INSERT INTO order_alias (site, alias, order_id) VALUES (?, ?, ?) ON CONFLICT (site, alias) DO UPDATE SET order_id = excluded.order_id',
  );
  const remove = db.prepare('DELETE FROM order_alias WHERE site = ? AND alias = ?');
  const copySightings = db.prepare(
    `INSERT INTO sighting (site, mark, order_id, at) SELECT site, mark, @into, at FROM sighting
     WHERE site = @site AND mark = @mark AND order_id = @from ON CONFLICT DO NOTHING`,
  );
  const deleteSighting = db.prepare('DELETE FROM sighting WHERE site = @site AND mark = @mark AND order_id = @from');
  /** Former addresses that the other order has, too, go with the row. */
  const moves = [
    'DELETE FROM delivery WHERE site = @site AND order_id = @from',
    'UPDATE order_event SET order_id = @into WHERE site = @site AND order_id = @from',
    'UPDATE pending_change SET order_id = @into WHERE site = @site AND order_id = @from',
    'UPDATE story_link SET order_id = @into WHERE site = @site AND order_id = @from',
    `UPDATE OR IGNORE former_address SET key = @into WHERE site = @site AND kind = 'order' AND key = @from`,
    'DELETE FROM read_again WHERE site = @site AND order_id = @from',
    'DELETE FROM orders WHERE site = @site AND order_id = @from',
    'UPDATE order_alias SET order_id = @into WHERE site = @site AND order_id = @from',
  ].map((sql) => db.prepare(sql));
  return {
    orderOf: (site, alias) => select.get(site, alias) as string | undefined,
    sitesOf: (alias) => selectSites.all(alias) as string[],
    of: ({ site, orderId }) => selectNames.all(site, orderId) as string[],
    put({ site, alias, orderId }) {
      if (orderId === null) remove.run(site, alias);
      else upsert.run(site, alias, orderId);
    },
    join({ site, from, into, marks }) {
      for (const mark of marks) {
        copySightings.run({ site, mark, from, into });
        deleteSighting.run({ site, mark, from });
      }
      for (const move of moves) move.run({ site, from, into });
    },
  };
}
