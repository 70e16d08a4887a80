/** SQL of the links by which partners read the story of one order. */
import type Database from 'better-sqlite3';
import type { StoryLink } from '../../../model/people/story-link.ts';

const COLUMNS =
  'hash, site, order_id AS orderId, connection, made_by AS madeBy, made_at AS madeAt, expires_at AS expiresAt';

export function storyLinkTable(db: Database.Database) {
  const insert = db.prepare<[StoryLink]>(
    `INSERT INTO story_link (site, hash, order_id, connection, made_by, made_at, expires_at)
     VALUES (@site, @hash, @orderId, @connection, @madeBy, @madeAt, @expiresAt)`,
  );
  const select = db.prepare<[string, string], StoryLink>(
    `SELECT ${COLUMNS} FROM story_link WHERE site = ? AND hash = ?`,
  );
  const selectOf = db.prepare<[string, string], StoryLink>(
    `SELECT ${COLUMNS} FROM story_link WHERE site = ? AND order_id = ? ORDER BY made_at DESC, hash`,
  );
  const remove = db.prepare('DELETE FROM story_link WHERE site = ? AND hash = ?');
  const removeOld = db.prepare('DELETE FROM story_link WHERE site = ? AND expires_at <= ?');
  return {
    add(link: StoryLink): void {
      removeOld.run(link.site, link.madeAt);
      insert.run(link);
    },
    find: (site: string, hash: string): StoryLink | undefined => select.get(site, hash),
    of: (site: string, orderId: string): StoryLink[] => selectOf.all(site, orderId),
    end: (site: string, hash: string): boolean => remove.run(site, hash).changes > 0,
  };
}
