/**
 * Migration 4: touches, orders and deliveries as rows in the order of their arrival, found by narrow indexes. Clustered by their random
 * keys, every row dirtied a page of its own, and one of more than 1,002 bytes two: twice the bytes of a commit and of a checkpoint.
 * https://sqlite.org/withoutrowid.html, section 4
 */

export default {
  id: 4,
  name: 'append',
  sqlite: `
CREATE TABLE appended_touch (
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
  consent TEXT
);
INSERT INTO appended_touch (site, visitor, at, param, value, id, kind, url, referrer, extra, consent)
  SELECT site, visitor, at, param, value, id, kind, url, referrer, extra, consent FROM touch ORDER BY at;
DROP TABLE touch;
ALTER TABLE appended_touch RENAME TO touch;
CREATE UNIQUE INDEX touch_of_visitor ON touch (site, visitor, at, param, value);

CREATE TABLE appended_orders (
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
  updated_at INTEGER NOT NULL
);
INSERT INTO appended_orders (site, order_id, status, body, personal, reporter, shop_confirmed, visitor, customer_id, email_hash,
    consent, attribution, received_at, updated_at)
  SELECT site, order_id, status, body, personal, reporter, shop_confirmed, visitor, customer_id, email_hash,
    consent, attribution, received_at, updated_at FROM orders ORDER BY received_at;
DROP TABLE orders;
ALTER TABLE appended_orders RENAME TO orders;
CREATE UNIQUE INDEX orders_by_key ON orders (site, order_id);
CREATE INDEX orders_by_time ON orders (site, received_at);
CREATE INDEX orders_by_id ON orders (order_id);
CREATE INDEX orders_by_email ON orders (site, email_hash) WHERE email_hash IS NOT NULL;

CREATE TABLE appended_delivery (
  id TEXT NOT NULL,
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
  updated_at INTEGER NOT NULL
);
INSERT INTO appended_delivery (id, site, order_id, connection, kind, seq, state, reason, report, next_at, deadline_at, attempts,
    after, reference, confirm_at, polls, ambiguous, lease_owner, fence, created_at, updated_at)
  SELECT id, site, order_id, connection, kind, seq, state, reason, report, next_at, deadline_at, attempts,
    after, reference, confirm_at, polls, ambiguous, lease_owner, fence, created_at, updated_at FROM delivery ORDER BY id;
DROP TABLE delivery;
ALTER TABLE appended_delivery RENAME TO delivery;
CREATE UNIQUE INDEX delivery_by_id ON delivery (id);
CREATE UNIQUE INDEX delivery_by_report ON delivery (site, order_id, connection, kind, seq);
CREATE INDEX delivery_due ON delivery (site, connection, next_at) WHERE state IN ('due', 'sending');
CREATE INDEX delivery_verdict ON delivery (site, connection, confirm_at) WHERE confirm_at IS NOT NULL;
CREATE INDEX delivery_after ON delivery (after) WHERE after IS NOT NULL;
CREATE INDEX delivery_by_state ON delivery (state, site, updated_at);
`,
};
