/** Migration 90: comparisons of networks' own reports with what they were told, the newest of each connection. */

export default {
  id: 90,
  name: 'comparisons',
  sqlite: `
CREATE TABLE comparison (
  site TEXT NOT NULL,
  connection TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  summary TEXT NOT NULL,
  differences TEXT NOT NULL,
  PRIMARY KEY (site, connection, id)
);
`,
};
