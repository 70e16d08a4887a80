/**
 * Migration 10: whose word counts. Orders keep what was said of them and by whom; ties between customers and visitors that no order of
 * the shop bears out are dropped and counted in the audit log; marks by which orders of one visitor, address and click are counted.
 */

export default {
  id: 10,
  name: 'words',
  tells:
    "Ties between customers and browsers that no order of the shop bears out are dropped, and counted in the audit log. From now on a shop's report replaces what browsers said of an order.",
  sqlite: `
ALTER TABLE orders ADD COLUMN words TEXT;
ALTER TABLE orders ADD COLUMN heard_personal BLOB;
ALTER TABLE orders ADD COLUMN contest TEXT;
ALTER TABLE orders ADD COLUMN signals TEXT;
CREATE INDEX orders_contested ON orders (site, received_at) WHERE contest IS NOT NULL;
CREATE INDEX orders_with_signals ON orders (site, received_at) WHERE signals IS NOT NULL;

CREATE TABLE sighting (
  site TEXT NOT NULL,
  mark TEXT NOT NULL,
  order_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (site, mark, order_id)
) WITHOUT ROWID;
CREATE INDEX sighting_by_age ON sighting (at);

CREATE TABLE norm (
  site TEXT PRIMARY KEY,
  body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TEMP TABLE unproven_identity AS
  SELECT i.site AS site, i.key AS key, i.visitor AS visitor FROM identity i WHERE NOT EXISTS (
    SELECT 1 FROM orders o WHERE o.site = i.site AND o.visitor = i.visitor AND o.shop_confirmed = 1
      AND (i.key = 'c:' || o.customer_id OR i.key = 'e:' || o.email_hash));
INSERT INTO audit (id, at, actor, action, detail)
  SELECT lower(hex(randomblob(16))), CAST(unixepoch('now') * 1000 AS INTEGER), 'migration', 'forget',
    json_object('identitiesMadeByBrowsers', COUNT(*)) FROM unproven_identity HAVING COUNT(*) > 0;
DELETE FROM identity WHERE EXISTS (
  SELECT 1 FROM unproven_identity u WHERE u.site = identity.site AND u.key = identity.key AND u.visitor = identity.visitor);
DROP TABLE unproven_identity;
`,
};
