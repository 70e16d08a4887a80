/** PostgreSQL 12: comparisons of networks' own reports with what they were told, the newest of each connection. */

export default {
  id: 12,
  name: 'comparisons',
  sql: `
CREATE TABLE comparison (
  site text COLLATE "C" NOT NULL,
  connection text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  actor text NOT NULL,
  summary text NOT NULL,
  differences text NOT NULL,
  PRIMARY KEY (site, connection, id)
);
`,
};
