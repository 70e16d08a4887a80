/**
 * Migration 75: addresses that an order or a contact went by before they were corrected, as keyed hashes: whoever is erased by an old one is
 * found. They go with the address that followed them.
 */

const follow = (table: string, kind: 'order' | 'contact', key: string): string => `
CREATE TRIGGER former_address_of_${kind} AFTER UPDATE OF email_hash ON ${table}
WHEN OLD.email_hash IS NOT NULL AND OLD.email_hash IS NOT NEW.email_hash
BEGIN
  INSERT INTO former_address (site, hash, kind, key) SELECT OLD.site, OLD.email_hash, '${kind}', ${key}
    WHERE NEW.email_hash IS NOT NULL ON CONFLICT DO NOTHING;
  DELETE FROM former_address WHERE NEW.email_hash IS NULL AND site = OLD.site AND kind = '${kind}' AND key = ${key};
END;
CREATE TRIGGER former_address_of_removed_${kind} AFTER DELETE ON ${table} BEGIN
  DELETE FROM former_address WHERE site = OLD.site AND kind = '${kind}' AND key = ${key};
END;`;

export default {
  id: 75,
  name: 'former-addresses',
  tells: 'A person is found for erasure by earlier addresses too, of corrections from now on.',
  sqlite: `
CREATE TABLE former_address (
  site TEXT NOT NULL,
  hash TEXT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (site, hash, kind, key)
) WITHOUT ROWID;
CREATE INDEX former_address_of ON former_address (site, kind, key);
${follow('orders', 'order', 'OLD.order_id')}
${follow('contact', 'contact', "OLD.connection || '/' || OLD.key")}
`,
};
