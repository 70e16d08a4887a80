/** PostgreSQL 10: until when a vendor asked to be left alone, for whoever takes a connection's lane next. */

export default {
  id: 10,
  name: 'pauses',
  sql: `
CREATE TABLE pause (
  site text COLLATE "C" NOT NULL,
  connection text COLLATE "C" NOT NULL,
  until bigint NOT NULL,
  PRIMARY KEY (site, connection)
);
`,
};
