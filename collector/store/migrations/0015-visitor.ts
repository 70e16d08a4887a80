/**
 * Migration 15: touches that a page brought before the collector's cookie came are found by the id that the page holds, until the cookie
 * comes; pages that may not report are counted by their host; a customer's orders are found by an index.
 */

export default {
  id: 15,
  name: 'visitor',
  tells:
    "Who a visitor is, is said by the collector's own cookie: one that blocks cookies is known by its page alone. Pages of hosts that are not listed are refused, kept and named by the doctor.",
  sqlite: `
ALTER TABLE touch ADD COLUMN hint TEXT;
CREATE INDEX touch_by_hint ON touch (site, hint) WHERE hint IS NOT NULL;

CREATE TABLE refused_page (
  site TEXT NOT NULL,
  host TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (site, host)
) WITHOUT ROWID;

CREATE INDEX orders_by_customer ON orders (site, customer_id) WHERE customer_id IS NOT NULL;
`,
};
