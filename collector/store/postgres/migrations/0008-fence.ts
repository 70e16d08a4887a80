/** PostgreSQL 8: what one replica at a time does has a fence, so that who held it before claims nothing more. */

export default {
  id: 8,
  name: 'fence',
  sql: `
ALTER TABLE watch ADD COLUMN fence bigint NOT NULL DEFAULT 1;
`,
};
