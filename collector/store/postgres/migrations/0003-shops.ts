/** PostgreSQL 3: synchronized connections, their order history, contacts and subscribers. */

export default {
  id: 3,
  name: 'shops',
  sql: `
CREATE TABLE sync (
  site text COLLATE "C" NOT NULL,
  connection text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  temporary boolean NOT NULL,
  tested text,
  checkpoint text NOT NULL,
  progress text,
  statuses text NOT NULL,
  map text NOT NULL,
  succeeded_at bigint,
  ended_at bigint,
  lease_owner text COLLATE "C",
  lease_until bigint NOT NULL,
  fence bigint NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (site, connection)
);

CREATE TABLE sync_hint (
  site text COLLATE "C" NOT NULL,
  connection text COLLATE "C" NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (site, connection, order_id)
);

CREATE TABLE sync_told (
  site text COLLATE "C" NOT NULL,
  connection text COLLATE "C" NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  status text NOT NULL,
  total bigint NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (site, connection, order_id)
);

CREATE TABLE history (
  site text COLLATE "C" NOT NULL,
  connection text COLLATE "C" NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  parent_id text COLLATE "C",
  status text NOT NULL,
  state text COLLATE "C" NOT NULL,
  total bigint NOT NULL,
  placed_at bigint NOT NULL,
  customer_id text COLLATE "C",
  email_hash text COLLATE "C",
  contact text COLLATE "C",
  PRIMARY KEY (site, connection, order_id)
);
CREATE INDEX history_by_contact ON history (site, connection, contact, state, placed_at, total);

CREATE TABLE contact (
  site text COLLATE "C" NOT NULL,
  connection text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  customer_id text COLLATE "C" NOT NULL,
  email_hash text COLLATE "C",
  personal bytea,
  digest text NOT NULL,
  active boolean NOT NULL,
  agreed boolean,
  agreed_at bigint,
  joined_at bigint NOT NULL,
  seen_at bigint NOT NULL DEFAULT 0,
  orders bigint NOT NULL DEFAULT 0,
  revenue bigint NOT NULL DEFAULT 0,
  last_order_at bigint,
  changed_at bigint NOT NULL,
  PRIMARY KEY (site, connection, key)
);
CREATE INDEX contact_by_email ON contact (site, email_hash, connection) WHERE email_hash IS NOT NULL;
CREATE INDEX contact_by_change ON contact (site, connection, changed_at, key);
CREATE INDEX contact_by_revenue ON contact (site, connection, orders, revenue, last_order_at);

CREATE TABLE erased (
  site text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (site, hash)
);

CREATE TABLE list_remote (
  site text COLLATE "C" NOT NULL,
  connection text COLLATE "C" NOT NULL,
  remote_id text NOT NULL,
  pushed_until bigint NOT NULL,
  PRIMARY KEY (site, connection)
);

CREATE TABLE subscriber (
  site text COLLATE "C" NOT NULL,
  connection text COLLATE "C" NOT NULL,
  contact text COLLATE "C" NOT NULL,
  remote_key text NOT NULL,
  state text COLLATE "C" NOT NULL,
  digest text NOT NULL,
  reason text NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (site, connection, contact)
);
CREATE INDEX subscriber_by_state ON subscriber (site, connection, state);
`,
};
