/**
 * Migration 78: orders that wait and were recorded before words were kept are to be read again by the rules of whose word counts. Several
 * browsers may have named such an order, and customers were tied by browsers: what another visitor's browser brought is taken off it, and
 * counted in the audit log. `ingest/upgrade/reread-orders.ts` reads them; a row goes when its order is written again.
 */

/** No network was told of the order, or is being told. */
const UNTOLD = `NOT EXISTS (SELECT 1 FROM delivery d WHERE d.site = o.site AND d.order_id = o.order_id AND d.kind = 'conversion'
  AND d.state <> 'skipped' AND (d.attempts > 0 OR d.state = 'sending'))`;

/** Brought by another browser and not by the order's own. */
const FOREIGN = `EXISTS (SELECT 1 FROM touch t WHERE t.site = o.site AND t.value = c.value ->> 'value' AND t.param = c.value ->> 'param'
    AND t.at = c.value ->> 'at' AND t.visitor <> o.visitor)
  AND NOT EXISTS (SELECT 1 FROM touch t WHERE t.site = o.site AND t.visitor = o.visitor AND t.at = c.value ->> 'at'
    AND t.param = c.value ->> 'param' AND t.value = c.value ->> 'value')`;

export default {
  id: 78,
  name: 'read-again',
  tells:
    "Orders that wait, and of which no network was told, are read again by the rules of whose word counts at the next start of `serve`: clicks that another visitor's browser brought earn nothing, and their credit may change. What was told stands. The audit log counts them.",
  sqlite: `
CREATE TABLE read_again (
  site TEXT NOT NULL,
  order_id TEXT NOT NULL,
  PRIMARY KEY (site, order_id)
) WITHOUT ROWID;
INSERT INTO read_again (site, order_id)
  SELECT o.site, o.order_id FROM orders o
  WHERE o.words IS NULL AND o.shop_confirmed = 0 AND COALESCE(o.gate, '') <> 'erased' AND ${UNTOLD};

CREATE INDEX touch_by_click ON touch (site, at, param, value);
CREATE TEMP TABLE foreign_touch AS
  SELECT o.site AS site, o.order_id AS order_id, c.key AS place FROM read_again r
    JOIN orders o ON o.site = r.site AND o.order_id = r.order_id, json_each(o.attribution, '$.touches') c
  WHERE o.visitor IS NOT NULL AND ${FOREIGN};
UPDATE orders SET attribution = json_set(attribution, '$.touches', (
    SELECT json_group_array(json(c.value)) FROM json_each(orders.attribution, '$.touches') c WHERE NOT EXISTS (
      SELECT 1 FROM foreign_touch f WHERE f.site = orders.site AND f.order_id = orders.order_id AND f.place = c.key)))
  WHERE EXISTS (SELECT 1 FROM foreign_touch f WHERE f.site = orders.site AND f.order_id = orders.order_id);
INSERT INTO audit (id, at, actor, action, detail)
  SELECT lower(hex(randomblob(16))), CAST(unixepoch('now') * 1000 AS INTEGER), 'migration', 'read again', json_object(
    'waitingOrders', COUNT(*), 'clicksOfOtherBrowsers', (SELECT COUNT(*) FROM foreign_touch),
    'ordersWithSuch', (SELECT COUNT(DISTINCT site || ' ' || order_id) FROM foreign_touch)) FROM read_again HAVING COUNT(*) > 0;
DROP TABLE foreign_touch;
DROP INDEX touch_by_click;

CREATE TRIGGER read_again_done AFTER UPDATE OF words ON orders WHEN NEW.words IS NOT NULL BEGIN
  DELETE FROM read_again WHERE site = NEW.site AND order_id = NEW.order_id;
END;
CREATE TRIGGER read_again_erased AFTER UPDATE OF gate ON orders WHEN NEW.gate = 'erased' BEGIN
  DELETE FROM read_again WHERE site = NEW.site AND order_id = NEW.order_id;
END;
`,
};
