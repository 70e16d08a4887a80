/** PostgreSQL 6: work that one replica at a time does, and until when it holds the right to it. */

export default {
  id: 6,
  name: 'watch',
  sql: `
CREATE TABLE watch (
  name text COLLATE "C" PRIMARY KEY,
  owner text NOT NULL,
  until bigint NOT NULL
);
`,
};
