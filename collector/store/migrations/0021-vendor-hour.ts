/** Migration 21: at a vendor's hourly limit the orders that the shop confirmed go first. */

export default {
  id: 21,
  name: 'vendor-hour',
  sqlite: `
ALTER TABLE delivery ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;
UPDATE delivery SET confirmed = 1 WHERE state IN ('waiting', 'due', 'sending')
  AND EXISTS (SELECT 1 FROM orders o WHERE o.site = delivery.site AND o.order_id = delivery.order_id AND o.shop_confirmed = 1);
DROP INDEX delivery_due;
CREATE INDEX delivery_due ON delivery (site, connection, confirmed, next_at) WHERE state IN ('due', 'sending');
`,
};
