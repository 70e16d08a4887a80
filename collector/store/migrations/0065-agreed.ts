/** Migration 65: when a contact's agreement to be written to was heard of, so that it can be weighed against a withdrawal of consent. */
export default {
  id: 65,
  name: 'agreed',
  // Of older contacts nobody knows: a withdrawal counts as the newer word.
  sqlite: 'ALTER TABLE contact ADD COLUMN agreed_at INTEGER;',
};
