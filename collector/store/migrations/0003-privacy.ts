/** Migration 3: when a contact was last seen by its shop, for retention; and proof of withdrawn consent. */

export default {
  id: 3,
  name: 'privacy',
  // What is known of older contacts is when they last changed: retention counts from then until the shop tells of a sign-in.
  sqlite: `
ALTER TABLE contact ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
UPDATE contact SET seen_at = changed_at;

CREATE TABLE withdrawal (
  site TEXT NOT NULL,
  visitor TEXT NOT NULL,
  at INTEGER NOT NULL,
  consent TEXT NOT NULL,
  PRIMARY KEY (site, visitor, at)
) WITHOUT ROWID;
`,
};
