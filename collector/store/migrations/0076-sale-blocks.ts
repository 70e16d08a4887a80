/**
 * Migration 76: sales added up by a quarter of a day as well, beside the quarters of an hour of migration 51: a year is read from days that
 * are almost made. A day of any time zone is whole blocks and, at its edges, slots.
 */

const plus = (row: 'NEW' | 'OLD', sign: '+' | '-'): string =>
  [
    { table: 'sale', column: 'slot', span: 900_000 },
    { table: 'sale_block', column: 'block', span: 21_600_000 },
  ]
    .map(
      ({ table, column, span }) => `
  INSERT INTO ${table} (site, ${column}, partner, currency, status, orders, total, newcomers, regulars)
  VALUES (${row}.site, ${row}.received_at / ${span}, COALESCE(${row}.partner, ''), ${row}.currency, ${row}.status,
    ${sign}1, ${sign}${row}.total, ${sign}(${row}.is_new IS 1), ${sign}(${row}.is_new IS 0))
  ON CONFLICT (site, ${column}, partner, currency, status) DO UPDATE SET orders = orders + excluded.orders,
    total = total + excluded.total, newcomers = newcomers + excluded.newcomers, regulars = regulars + excluded.regulars;`,
    )
    .join('');

export default {
  id: 76,
  name: 'sale blocks',
  sqlite: `
CREATE TABLE sale_block (
  site TEXT NOT NULL,
  block INTEGER NOT NULL,
  partner TEXT NOT NULL,
  currency TEXT NOT NULL,
  status TEXT NOT NULL,
  orders INTEGER NOT NULL,
  total INTEGER NOT NULL,
  newcomers INTEGER NOT NULL,
  regulars INTEGER NOT NULL,
  PRIMARY KEY (site, block, partner, currency, status)
) WITHOUT ROWID;
INSERT INTO sale_block (site, block, partner, currency, status, orders, total, newcomers, regulars)
  SELECT site, slot / 24, partner, currency, status, SUM(orders), SUM(total), SUM(newcomers), SUM(regulars)
  FROM sale GROUP BY 1, 2, 3, 4, 5;

DROP TRIGGER sale_of_new_order;
DROP TRIGGER sale_of_changed_order;
DROP TRIGGER sale_of_removed_order;
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
