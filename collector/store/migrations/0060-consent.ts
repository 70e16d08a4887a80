/**
 * Migration 60: what consent says of each order, and whose withdrawal stops it; few are stopped, so they are found by an index of their own.
 * Older orders keep what they carry: a no stops them as before.
 */

export default {
  id: 60,
  name: 'consent',
  tells:
    "Orders that wait for their visitor's answer are found by it. On a site with `consent: wait` an order without an answer waits; a withdrawal stops what is queued.",
  sqlite: `
ALTER TABLE orders ADD COLUMN gate TEXT;
ALTER TABLE orders ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN subjects TEXT;
UPDATE orders SET gate = 'denied' WHERE consent ->> 'marketing' = 'denied';
UPDATE orders SET gate = 'waiting' WHERE consent ->> 'marketing' = 'unknown';
UPDATE orders SET stopped = 1 WHERE gate IS NOT NULL AND EXISTS (
  SELECT 1 FROM delivery d WHERE d.site = orders.site AND d.order_id = orders.order_id
    AND d.reason IN ('the visitor did not consent to marketing', 'waits for the visitor''s consent'));
CREATE INDEX orders_stopped ON orders (site, gate, visitor) WHERE stopped = 1;
CREATE INDEX identity_by_visitor ON identity (site, visitor);
`,
};
