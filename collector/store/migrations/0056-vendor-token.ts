/** Migration 56: a vendor's token for a connection, sealed, so that a restart asks for none and a rotated one is not lost. */

export default {
  id: 56,
  name: 'vendor-token',
  sqlite: 'ALTER TABLE connection ADD COLUMN token BLOB;',
};
