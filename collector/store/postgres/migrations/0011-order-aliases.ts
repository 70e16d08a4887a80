/** PostgreSQL 11: other names that the shop has for an order: the number that the shopper sees, the internal one, the one that it is fetched by. */

export default {
  id: 11,
  name: 'order-aliases',
  sql: `
CREATE TABLE order_alias (
  site text COLLATE "C" NOT NULL,
  alias text COLLATE "C" NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (site, alias)
);
CREATE INDEX order_alias_of_order ON order_alias (site, order_id);
CREATE INDEX order_alias_by_name ON order_alias (alias);
`,
};
