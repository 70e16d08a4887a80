/** Migration 30: the orders that a visitor reported lately are found by an index, since one page may name one order under two numbers. */

export default {
  id: 30,
  name: 'orders-of-visitor',
  sqlite: `
CREATE INDEX orders_of_visitor ON orders (site, visitor, received_at) WHERE visitor IS NOT NULL;
`,
};
