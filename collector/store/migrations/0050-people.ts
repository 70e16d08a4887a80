/** Migration 50: people who may enter the dashboard, the links that let them in once, and their sessions. Only hashes of links and cookies. */

export default {
  id: 50,
  name: 'people',
  sqlite: `
CREATE TABLE person (
  name TEXT COLLATE NOCASE PRIMARY KEY,
  role TEXT NOT NULL,
  sites TEXT,
  created_at INTEGER NOT NULL,
  signed_in_at INTEGER
) WITHOUT ROWID;

CREATE TABLE sign_in_link (
  hash TEXT PRIMARY KEY,
  person TEXT COLLATE NOCASE NOT NULL REFERENCES person (name) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX link_of_person ON sign_in_link (person);

CREATE TABLE session (
  id TEXT PRIMARY KEY,
  person TEXT COLLATE NOCASE NOT NULL REFERENCES person (name) ON DELETE CASCADE,
  hash TEXT NOT NULL UNIQUE,
  next_hash TEXT UNIQUE,
  spent_hash TEXT UNIQUE,
  spent_at INTEGER,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  rotated_at INTEGER NOT NULL,
  agent TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_of_person ON session (person);
`,
};
