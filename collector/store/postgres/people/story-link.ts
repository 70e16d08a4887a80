/** SQL of the links by which partners read the story of one order. */
import type { StoryLink } from '../../../model/people/story-link.ts';
import type { Sql } from '../database.ts';

const SELECT = `
  SELECT hash, site, order_id AS "orderId", connection, made_by AS "madeBy", made_at AS "madeAt", expires_at AS "expiresAt"
  FROM story_link WHERE site = $1`;
const INSERT = `
  INSERT INTO story_link (site, hash, order_id, connection, made_by, made_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`;

export async function addStoryLink(sql: Sql, link: StoryLink): Promise<void> {
  const { site, hash, orderId, connection, madeBy, madeAt, expiresAt } = link;
  await sql.run('DELETE FROM story_link WHERE site = $1 AND expires_at <= $2', [site, madeAt]);
  await sql.run(INSERT, [site, hash, orderId, connection, madeBy, madeAt, expiresAt]);
}

export const findStoryLink = (sql: Sql, site: string, hash: string): Promise<StoryLink | undefined> =>
  sql.row<StoryLink>(`${SELECT} AND hash = $2`, [site, hash]);

export const storyLinksOf = (sql: Sql, site: string, orderId: string): Promise<StoryLink[]> =>
  sql.rows<StoryLink>(`${SELECT} AND order_id = $2 ORDER BY made_at DESC, hash`, [site, orderId]);

export const deleteStoryLink = async (sql: Sql, site: string, hash: string): Promise<boolean> =>
  (await sql.run('DELETE FROM story_link WHERE site = $1 AND hash = $2', [site, hash])) > 0;
