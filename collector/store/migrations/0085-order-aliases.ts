/** Migration 85: other names that the shop has for an order: the number that the shopper sees, the internal one, the one that it is fetched by. */

export default {
  id: 85,
  name: 'order-aliases',
  sqlite: `
CREATE TABLE order_alias (
  site TEXT NOT NULL,
  alias TEXT NOT NULL,
  order_id TEXT NOT NULL,
  PRIMARY KEY (site, alias)
) WITHOUT ROWID;
CREATE INDEX order_alias_of_order ON order_alias (site, order_id);
CREATE INDEX order_alias_by_name ON order_alias (alias);
`,
};
