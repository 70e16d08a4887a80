/** Migration 80: links by which partners read the story of one order, until they end. */

export default {
  id: 80,
  name: 'story-links',
  sqlite: `
CREATE TABLE story_link (
  site TEXT NOT NULL,
  hash TEXT NOT NULL,
  order_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (site, hash)
) WITHOUT ROWID;
`,
};
