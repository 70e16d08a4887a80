/** PostgreSQL 9: links by which partners read the story of one order, until they end. */

export default {
  id: 9,
  name: 'story-links',
  sql: `
CREATE TABLE story_link (
  site text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  connection text COLLATE "C" NOT NULL,
  made_by text NOT NULL,
  made_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (site, hash)
);
`,
};
