/**
 * PostgreSQL 4: addresses that an order or a contact went by before they were corrected, as keyed hashes: whoever is erased by an old one is
 * found. They go with the address that followed them.
 */

export default {
  id: 4,
  name: 'former-addresses',
  sql: `
CREATE TABLE former_address (
  site text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  PRIMARY KEY (site, hash, kind, key)
);
CREATE INDEX former_address_of ON former_address (site, kind, key);
`,
};
