/** Migration 95: how a refused order came, sealed, so that it is read again as what it was. Of older ones nobody knows. */
export default {
  id: 95,
  name: 'arrival',
  sqlite: 'ALTER TABLE quarantine ADD COLUMN arrival BLOB;',
};
