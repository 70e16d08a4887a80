/**
 * Migration 51: what lists and totals are read from. Amount, currency and partner of an order as columns; an index that answers a list's
 * filters by itself; and sales added up by quarter of an hour, from which any time zone's days are made. Triggers keep the sums in the
 * transaction that writes the order.
 */

const plus = (row: 'NEW' | 'OLD', sign: '+' | '-'): string => `
  INSERT INTO sale (site, slot, partner, currency, status, orders, total, newcomers, regulars)
  VALUES (${row}.site, ${row}.received_at / 900000, COALESCE(${row}.partner, ''), ${row}.currency, ${row}.status,
    ${sign}1, ${sign}${row}.total, ${sign}(${row}.is_new IS 1), ${sign}(${row}.is_new IS 0))
  ON CONFLICT (site, slot, partner, currency, status) DO UPDATE SET orders = orders + excluded.orders,
    total = total + excluded.total, newcomers = newcomers + excluded.newcomers, regulars = regulars + excluded.regulars;`;

export default {
  id: 51,
  name: 'sales',
  sqlite: `
ALTER TABLE orders ADD COLUMN total INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN currency TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN partner TEXT;
ALTER TABLE orders ADD COLUMN is_new INTEGER;
UPDATE orders SET total = COALESCE(body ->> '$.total', 0), currency = COALESCE(body ->> '$.currency', ''),
  partner = attribution ->> '$.winner.connection', is_new = body ->> '$.isNewCustomer';
DROP INDEX orders_by_time;
CREATE INDEX orders_by_time ON orders (site, received_at, partner, status, total);

CREATE TABLE sale (
  site TEXT NOT NULL,
  slot INTEGER NOT NULL,
  partner TEXT NOT NULL,
  currency TEXT NOT NULL,
  status TEXT NOT NULL,
  orders INTEGER NOT NULL,
  total INTEGER NOT NULL,
  newcomers INTEGER NOT NULL,
  regulars INTEGER NOT NULL,
  PRIMARY KEY (site, slot, partner, currency, status)
) WITHOUT ROWID;
INSERT INTO sale (site, slot, partner, currency, status, orders, total, newcomers, regulars)
  SELECT site, received_at / 900000, COALESCE(partner, ''), currency, status, COUNT(*), SUM(total), SUM(is_new IS 1), SUM(is_new IS 0)
  FROM orders GROUP BY 1, 2, 3, 4, 5;

CREATE TRIGGER sale_of_new_order AFTER INSERT ON orders BEGIN${plus('NEW', '+')}
END;
CREATE TRIGGER sale_of_changed_order AFTER UPDATE OF status, total, currency, partner, is_new ON orders
WHEN OLD.status IS NOT NEW.status OR OLD.total IS NOT NEW.total OR OLD.currency IS NOT NEW.currency
  OR OLD.partner IS NOT NEW.partner OR OLD.is_new IS NOT NEW.is_new
BEGIN${plus('OLD', '-')}${plus('NEW', '+')}
END;
CREATE TRIGGER sale_of_removed_order AFTER DELETE ON orders BEGIN${plus('OLD', '-')}
END;
`,
};
