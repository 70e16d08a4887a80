/** PostgreSQL 5: sales added up by a quarter of a day as well, beside the quarters of an hour: a year is read from days that are almost made. */

export default {
  id: 5,
  name: 'sale-blocks',
  sql: `
CREATE TABLE sale_block (
  site text COLLATE "C" NOT NULL,
  block bigint NOT NULL,
  partner text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  part bigint NOT NULL,
  orders bigint NOT NULL,
  total bigint NOT NULL,
  newcomers bigint NOT NULL,
  regulars bigint NOT NULL,
  PRIMARY KEY (site, block, partner, currency, status, part)
);
`,
};
