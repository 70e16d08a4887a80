/** Migration 70: where alerts go, what they are about, and which messages wait. */

export default {
  id: 70,
  name: 'alerts',
  sqlite: `
CREATE TABLE alert_channel (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  config TEXT NOT NULL,
  settings TEXT NOT NULL,
  secrets BLOB,
  position INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE alert (
  key TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  site TEXT,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  over TEXT NOT NULL,
  raised_at INTEGER NOT NULL,
  absent_since INTEGER,
  cleared_at INTEGER,
  returns INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE alert_message (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  alert TEXT NOT NULL,
  kind TEXT NOT NULL,
  phase TEXT NOT NULL,
  site TEXT,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  since INTEGER NOT NULL,
  state TEXT NOT NULL,
  next_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  settled_at INTEGER
);
CREATE INDEX alert_message_waiting ON alert_message (next_at) WHERE state = 'waiting';
CREATE INDEX alert_message_of ON alert_message (alert, created_at);
`,
};
