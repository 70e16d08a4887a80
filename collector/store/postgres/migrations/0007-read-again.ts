/** PostgreSQL 7: orders of an older version, carried over from a file, that are to be read again once by the rules of whose word counts. */

export default {
  id: 7,
  name: 'read-again',
  sql: `
CREATE TABLE read_again (
  site text COLLATE "C" NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (site, order_id)
);
`,
};
