/** Migration 40: modules that add destinations, sources and list platforms, in the order of the configuration file. */
export default {
  id: 40,
  name: 'plugins',
  sqlite: 'CREATE TABLE plugin (position INTEGER PRIMARY KEY, module TEXT NOT NULL) STRICT;',
};
