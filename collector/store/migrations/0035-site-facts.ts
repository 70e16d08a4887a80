/** Migration 35: when each site was last heard of; what the doctor tells. */

export default {
  id: 35,
  name: 'site-facts',
  sqlite: `
CREATE TABLE site_fact (
  site TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (site, name)
) WITHOUT ROWID;
`,
};
