/** PostgreSQL 16: how a refused order came, sealed, so that it is read again as what it was. Of older ones nobody knows. */
export default {
  id: 16,
  name: 'arrival',
  sql: 'ALTER TABLE quarantine ADD COLUMN arrival bytea;',
};
