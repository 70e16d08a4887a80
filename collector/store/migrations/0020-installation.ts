/** Migration 20: what an installation knows of itself (its key, the agreed time, whether a write passes), and what a site wrote each day. */

export default {
  id: 20,
  name: 'installation',
  sqlite: `
CREATE TABLE installation (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  key_check BLOB,
  hash_key BLOB,
  agreed_at INTEGER,
  probed_at INTEGER NOT NULL
);
INSERT INTO installation (one, key_check, hash_key, agreed_at, probed_at) VALUES (1, NULL, NULL, NULL, 0);

CREATE TABLE usage (
  site TEXT NOT NULL,
  day INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  PRIMARY KEY (site, day)
) WITHOUT ROWID;
`,
};
