/** Migration 55: what was looked up at a vendor before a report could be told is kept with the delivery. */

export default {
  id: 55,
  name: 'network-facts',
  sqlite: 'ALTER TABLE delivery ADD COLUMN facts TEXT;',
};
