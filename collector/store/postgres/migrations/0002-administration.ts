/** PostgreSQL 2: the configuration, the installation itself, its people and its alerts: few rows, of no single site. */

export default {
  id: 2,
  name: 'administration',
  sql: `
CREATE TABLE site (
  id text COLLATE "C" PRIMARY KEY,
  config text NOT NULL
);

CREATE TABLE connection (
  site text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  type text NOT NULL,
  config text NOT NULL,
  settings text NOT NULL,
  secrets bytea,
  token bytea,
  position bigint NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (site, id)
);

CREATE TABLE configuration (
  one bigint PRIMARY KEY CHECK (one = 1),
  version bigint NOT NULL
);
INSERT INTO configuration (one, version) VALUES (1, 1);

CREATE TABLE plugin (
  position bigint PRIMARY KEY,
  module text NOT NULL
);

CREATE TABLE installation (
  one bigint PRIMARY KEY CHECK (one = 1),
  key_check bytea,
  hash_key bytea,
  agreed_at bigint,
  probed_at bigint NOT NULL
);
INSERT INTO installation (one, probed_at) VALUES (1, 0);

CREATE TABLE api_key (
  id text COLLATE "C" PRIMARY KEY,
  kind text NOT NULL,
  hash text COLLATE "C" NOT NULL UNIQUE,
  secret bytea,
  sites text NOT NULL,
  label text NOT NULL,
  created_at bigint NOT NULL,
  revoked_at bigint
);

CREATE TABLE audit (
  id text COLLATE "C" PRIMARY KEY,
  at bigint NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  detail text NOT NULL
);

-- Names of people are the same in capitals and small letters.
CREATE TABLE person (
  name text COLLATE "C" PRIMARY KEY,
  role text NOT NULL,
  sites text,
  created_at bigint NOT NULL,
  signed_in_at bigint
);
CREATE UNIQUE INDEX person_by_name ON person (lower(name));

CREATE TABLE sign_in_link (
  hash text COLLATE "C" PRIMARY KEY,
  person text COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL
);
CREATE INDEX link_of_person ON sign_in_link (lower(person));

CREATE TABLE session (
  id text COLLATE "C" PRIMARY KEY,
  person text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL UNIQUE,
  next_hash text COLLATE "C" UNIQUE,
  spent_hash text COLLATE "C" UNIQUE,
  spent_at bigint,
  created_at bigint NOT NULL,
  seen_at bigint NOT NULL,
  rotated_at bigint NOT NULL,
  agent text NOT NULL
);
CREATE INDEX session_of_person ON session (lower(person));

CREATE TABLE alert_channel (
  id text COLLATE "C" PRIMARY KEY,
  type text NOT NULL,
  config text NOT NULL,
  settings text NOT NULL,
  secrets bytea,
  position bigint NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL
);

CREATE TABLE alert (
  key text COLLATE "C" PRIMARY KEY,
  kind text NOT NULL,
  site text COLLATE "C",
  title text NOT NULL,
  text text NOT NULL,
  "over" text NOT NULL,
  raised_at bigint NOT NULL,
  absent_since bigint,
  cleared_at bigint,
  returns bigint NOT NULL
);

CREATE TABLE alert_message (
  id text COLLATE "C" PRIMARY KEY,
  channel text COLLATE "C" NOT NULL,
  alert text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  phase text NOT NULL,
  site text COLLATE "C",
  title text NOT NULL,
  text text NOT NULL,
  since bigint NOT NULL,
  state text COLLATE "C" NOT NULL,
  next_at bigint NOT NULL,
  attempts bigint NOT NULL,
  reason text NOT NULL,
  created_at bigint NOT NULL,
  settled_at bigint
);
CREATE INDEX alert_message_waiting ON alert_message (next_at) WHERE state = 'waiting';
CREATE INDEX alert_message_of ON alert_message (alert, created_at);
`,
};
