/** Migration 2: synchronized connections, their order history, contacts and subscribers. */

export default {
  id: 2,
  name: 'sync',
  sqlite: `
CREATE TABLE sync (
  site TEXT NOT NULL,
  connection TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  temporary INTEGER NOT NULL,
  tested TEXT,
  checkpoint TEXT NOT NULL,
  progress TEXT,
  statuses TEXT NOT NULL,
  map TEXT NOT NULL,
  succeeded_at INTEGER,
  ended_at INTEGER,
  lease_owner TEXT,
  lease_until INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (site, connection)
) WITHOUT ROWID;

CREATE TABLE sync_hint (
  site TEXT NOT NULL,
  connection TEXT NOT NULL,
  order_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (site, connection, order_id)
) WITHOUT ROWID;

CREATE TABLE sync_told (
  site TEXT NOT NULL,
  connection TEXT NOT NULL,
  order_id TEXT NOT NULL,
  status TEXT NOT NULL,
  total INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (site, connection, order_id)
) WITHOUT ROWID;

CREATE TABLE history (
  site TEXT NOT NULL,
  connection TEXT NOT NULL,
  order_id TEXT NOT NULL,
  parent_id TEXT,
  status TEXT NOT NULL,
  state TEXT NOT NULL,
  total INTEGER NOT NULL,
  placed_at INTEGER NOT NULL,
  customer_id TEXT,
  email_hash TEXT,
  contact TEXT,
  PRIMARY KEY (site, connection, order_id)
) WITHOUT ROWID;
CREATE INDEX history_by_contact ON history (site, connection, contact, state, placed_at, total);

CREATE TABLE contact (
  site TEXT NOT NULL,
  connection TEXT NOT NULL,
  key TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  email_hash TEXT,
  personal BLOB,
  digest TEXT NOT NULL,
  active INTEGER NOT NULL,
  agreed INTEGER,
  joined_at INTEGER NOT NULL,
  orders INTEGER NOT NULL DEFAULT 0,
  revenue INTEGER NOT NULL DEFAULT 0,
  last_order_at INTEGER,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (site, connection, key)
) WITHOUT ROWID;
CREATE INDEX contact_by_email ON contact (site, email_hash, connection) WHERE email_hash IS NOT NULL;
CREATE INDEX contact_by_change ON contact (site, connection, changed_at, key);
CREATE INDEX contact_by_revenue ON contact (site, connection, orders, revenue, last_order_at);

CREATE TABLE erased (
  site TEXT NOT NULL,
  hash TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (site, hash)
) WITHOUT ROWID;

CREATE TABLE list_remote (
  site TEXT NOT NULL,
  connection TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  pushed_until INTEGER NOT NULL,
  PRIMARY KEY (site, connection)
) WITHOUT ROWID;

CREATE TABLE subscriber (
  site TEXT NOT NULL,
  connection TEXT NOT NULL,
  contact TEXT NOT NULL,
  remote_key TEXT NOT NULL,
  state TEXT NOT NULL,
  digest TEXT NOT NULL,
  reason TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (site, connection, contact)
) WITHOUT ROWID;
CREATE INDEX subscriber_by_state ON subscriber (site, connection, state);
`,
};
