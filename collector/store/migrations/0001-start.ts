/** Migration 1: sites, touches, orders, deliveries and what belongs to them. */

export default {
  id: 1,
  name: 'start',
  sqlite: `
CREATE TABLE site (
  id TEXT PRIMARY KEY,
  config TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE connection (
  site TEXT NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  config TEXT NOT NULL,
  settings TEXT NOT NULL,
  secrets BLOB,
  position INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (site, id)
) WITHOUT ROWID;

CREATE TABLE configuration (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL
);
INSERT INTO configuration (one, version) VALUES (1, 1);

CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  secret BLOB,
  sites TEXT NOT NULL,
  label TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) WITHOUT ROWID;

CREATE TABLE audit (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  detail TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE touch (
  site TEXT NOT NULL,
  visitor TEXT NOT NULL,
  at INTEGER NOT NULL,
  param TEXT NOT NULL,
  value TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  url TEXT,
  referrer TEXT,
  extra TEXT,
  consent TEXT,
  PRIMARY KEY (site, visitor, at, param, value)
) WITHOUT ROWID;
CREATE INDEX touch_by_age ON touch (at);

CREATE TABLE identity (
  site TEXT NOT NULL,
  key TEXT NOT NULL,
  visitor TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (site, key, visitor)
) WITHOUT ROWID;

CREATE TABLE handover (
  site TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (site, id)
) WITHOUT ROWID;

CREATE TABLE message (
  site TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (site, id)
) WITHOUT ROWID;

CREATE TABLE orders (
  site TEXT NOT NULL,
  order_id TEXT NOT NULL,
  status TEXT NOT NULL,
  body TEXT NOT NULL,
  personal BLOB,
  reporter TEXT NOT NULL,
  shop_confirmed INTEGER NOT NULL,
  visitor TEXT,
  customer_id TEXT,
  email_hash TEXT,
  consent TEXT,
  attribution TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (site, order_id)
) WITHOUT ROWID;
CREATE INDEX orders_by_time ON orders (site, received_at);
CREATE INDEX orders_by_id ON orders (order_id);
CREATE INDEX orders_by_email ON orders (site, email_hash) WHERE email_hash IS NOT NULL;

CREATE TABLE order_event (
  site TEXT NOT NULL,
  order_id TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (site, order_id, id)
) WITHOUT ROWID;

CREATE TABLE pending_change (
  site TEXT NOT NULL,
  order_id TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  patch TEXT NOT NULL,
  PRIMARY KEY (site, order_id, id)
) WITHOUT ROWID;

CREATE TABLE delivery (
  id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  order_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  kind TEXT NOT NULL,
  seq INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  report TEXT NOT NULL,
  next_at INTEGER,
  deadline_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  after TEXT,
  reference TEXT,
  confirm_at INTEGER,
  polls INTEGER NOT NULL,
  ambiguous INTEGER NOT NULL,
  lease_owner TEXT,
  fence INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (site, order_id, connection, kind, seq)
) WITHOUT ROWID;
CREATE INDEX delivery_due ON delivery (site, connection, next_at) WHERE state IN ('due', 'sending');
CREATE INDEX delivery_verdict ON delivery (site, connection, confirm_at) WHERE confirm_at IS NOT NULL;
CREATE INDEX delivery_after ON delivery (after) WHERE after IS NOT NULL;
CREATE INDEX delivery_by_state ON delivery (state, site, updated_at);

CREATE TABLE attempt (
  delivery TEXT NOT NULL,
  id TEXT NOT NULL,
  site TEXT NOT NULL,
  connection TEXT NOT NULL,
  at INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  request TEXT NOT NULL,
  response TEXT,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  took INTEGER NOT NULL,
  PRIMARY KEY (delivery, id)
) WITHOUT ROWID;
CREATE INDEX attempt_by_time ON attempt (site, connection, at);

CREATE TABLE breaker (
  site TEXT NOT NULL,
  connection TEXT NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  probe_at INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  PRIMARY KEY (site, connection)
) WITHOUT ROWID;

CREATE TABLE quarantine (
  id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  at INTEGER NOT NULL,
  route TEXT NOT NULL,
  errors TEXT NOT NULL,
  body BLOB NOT NULL,
  fingerprint TEXT NOT NULL,
  seen INTEGER NOT NULL,
  UNIQUE (site, fingerprint)
) WITHOUT ROWID;
`,
};
