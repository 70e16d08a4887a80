/** PostgreSQL 1: touches, orders, deliveries and what belongs to them. */

/*
 * In every migration of this engine: a row's site is the first column of each key and unique index, so that sites can be spread over servers;
 * no sequence, no trigger, no reference between tables; keys are compared byte by byte (`COLLATE "C"`), as SQLite compares them, whatever
 * the language of the database; JSON that is read back as it was written is text.
 */

export default {
  id: 1,
  name: 'records',
  sql: `
CREATE TABLE touch (
  site text COLLATE "C" NOT NULL,
  visitor text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  param text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  url text,
  referrer text,
  extra text,
  consent text,
  hint text COLLATE "C",
  PRIMARY KEY (site, visitor, at, param, value)
);
CREATE INDEX touch_by_hint ON touch (site, hint) WHERE hint IS NOT NULL;

CREATE TABLE identity (
  site text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  visitor text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (site, key, visitor)
);
CREATE INDEX identity_by_visitor ON identity (site, visitor);

CREATE TABLE handover (
  site text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  giver text COLLATE "C",
  taker text COLLATE "C",
  PRIMARY KEY (site, id)
);
CREATE INDEX handover_by_taker ON handover (site, taker) WHERE giver IS NOT NULL AND taker IS NOT NULL;

CREATE TABLE message (
  site text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (site, id)
);

CREATE TABLE orders (
  site text COLLATE "C" NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  body text NOT NULL,
  personal bytea,
  reporter text NOT NULL,
  shop_confirmed boolean NOT NULL,
  visitor text COLLATE "C",
  customer_id text COLLATE "C",
  email_hash text COLLATE "C",
  consent text,
  attribution text NOT NULL,
  words text,
  heard_personal bytea,
  contest text,
  signals text,
  gate text COLLATE "C",
  stopped boolean NOT NULL,
  subjects text,
  received_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  total bigint NOT NULL,
  currency text COLLATE "C" NOT NULL,
  partner text COLLATE "C",
  is_new boolean,
  PRIMARY KEY (site, order_id)
);
CREATE INDEX orders_by_time ON orders (site, received_at, partner, status, total);
CREATE INDEX orders_by_id ON orders (order_id);
CREATE INDEX orders_by_email ON orders (site, email_hash) WHERE email_hash IS NOT NULL;
CREATE INDEX orders_by_customer ON orders (site, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX orders_of_visitor ON orders (site, visitor, received_at) WHERE visitor IS NOT NULL;
CREATE INDEX orders_contested ON orders (site, received_at) WHERE contest IS NOT NULL;
CREATE INDEX orders_with_signals ON orders (site, received_at) WHERE signals IS NOT NULL;
CREATE INDEX orders_stopped ON orders (site, gate, visitor) WHERE stopped;

CREATE TABLE order_event (
  site text COLLATE "C" NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  type text NOT NULL,
  text text NOT NULL,
  PRIMARY KEY (site, order_id, id)
);

CREATE TABLE pending_change (
  site text COLLATE "C" NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  patch text NOT NULL,
  PRIMARY KEY (site, order_id, id)
);

CREATE TABLE delivery (
  site text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  connection text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  state text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  report text NOT NULL,
  next_at bigint,
  deadline_at bigint NOT NULL,
  attempts bigint NOT NULL,
  after text COLLATE "C",
  reference text,
  confirm_at bigint,
  polls bigint NOT NULL,
  ambiguous boolean NOT NULL,
  facts text,
  lease_owner text,
  fence bigint NOT NULL DEFAULT 0,
  confirmed boolean NOT NULL DEFAULT false,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (site, id),
  UNIQUE (site, order_id, connection, kind, seq)
);
CREATE INDEX delivery_by_id ON delivery (id);
CREATE INDEX delivery_due ON delivery (site, connection, confirmed, next_at, id) WHERE state IN ('due', 'sending');
CREATE INDEX delivery_verdict ON delivery (site, connection, confirm_at, id) WHERE confirm_at IS NOT NULL;
CREATE INDEX delivery_after ON delivery (site, after) WHERE after IS NOT NULL;
CREATE INDEX delivery_by_state ON delivery (state, site, updated_at);

CREATE TABLE attempt (
  site text COLLATE "C" NOT NULL,
  delivery text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  connection text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  purpose text NOT NULL,
  request text NOT NULL,
  response text,
  outcome text NOT NULL,
  reason text NOT NULL,
  took bigint NOT NULL,
  PRIMARY KEY (site, delivery, id)
);
CREATE INDEX attempt_by_time ON attempt (site, connection, at);

CREATE TABLE breaker (
  site text COLLATE "C" NOT NULL,
  connection text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  reason text NOT NULL,
  opened_at bigint NOT NULL,
  probe_at bigint NOT NULL,
  failures bigint NOT NULL,
  PRIMARY KEY (site, connection)
);

CREATE TABLE quarantine (
  site text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  route text COLLATE "C" NOT NULL,
  errors text NOT NULL,
  body bytea NOT NULL,
  fingerprint text COLLATE "C" NOT NULL,
  seen bigint NOT NULL,
  PRIMARY KEY (site, id),
  UNIQUE (site, fingerprint)
);
CREATE INDEX quarantine_by_id ON quarantine (id);

CREATE TABLE sighting (
  site text COLLATE "C" NOT NULL,
  mark text COLLATE "C" NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (site, mark, order_id)
);
CREATE INDEX sighting_by_age ON sighting (at);

CREATE TABLE norm (
  site text COLLATE "C" PRIMARY KEY,
  body text NOT NULL
);

CREATE TABLE withdrawal (
  site text COLLATE "C" NOT NULL,
  visitor text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  consent text COLLATE "C" NOT NULL,
  PRIMARY KEY (site, visitor, at)
);

CREATE TABLE refused_page (
  site text COLLATE "C" NOT NULL,
  host text COLLATE "C" NOT NULL,
  count bigint NOT NULL,
  first_at bigint NOT NULL,
  last_at bigint NOT NULL,
  PRIMARY KEY (site, host)
);

-- Sums are kept in parts, one for each of a few writers, and added up when they are read: replicas do not wait for each other's row.
CREATE TABLE usage (
  site text COLLATE "C" NOT NULL,
  day bigint NOT NULL,
  part bigint NOT NULL,
  bytes bigint NOT NULL,
  rows bigint NOT NULL,
  PRIMARY KEY (site, day, part)
);

CREATE TABLE sale (
  site text COLLATE "C" NOT NULL,
  slot bigint NOT NULL,
  partner text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  part bigint NOT NULL,
  orders bigint NOT NULL,
  total bigint NOT NULL,
  newcomers bigint NOT NULL,
  regulars bigint NOT NULL,
  PRIMARY KEY (site, slot, partner, currency, status, part)
);

CREATE TABLE site_fact (
  site text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (site, name)
);

-- Who decides about an order, a visitor or a customer holds its row until the commit: replicas take turns. Nothing is read from it, so it
-- need not survive a crash.
CREATE UNLOGGED TABLE turn (
  site text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (site, key)
) WITH (fillfactor = 70);
`,
};
