-- What shops are told of the stock.

-- What this shop may show of each of its items now. Of what can still be promised long enough for the shop's buyers: nothing
-- once no more than `low_at` is left (the rest is for the others), else its share of what is above the safety stock, capped.
CREATE FUNCTION may_show(s bigint) RETURNS TABLE (code text, reference text, item_id bigint, qty bigint) LANGUAGE sql STABLE AS $$
  WITH mine AS MATERIALIZED (
    SELECT l.code, l.reference, l.item_id, coalesce(l.share_pct, sh.share_pct) AS share_pct, coalesce(l.safety, sh.safety) AS safety, coalesce(l.cap, sh.cap) AS cap, sh.low_at
    FROM listing l JOIN shop sh ON sh.id = l.shop_id WHERE l.shop_id = s
  ), day AS MATERIALIZED (
    SELECT w.id AS warehouse_id, m.item_id, good_until(w.id, (SELECT min(id) FROM carrier), s, m.item_id) AS until FROM (SELECT DISTINCT item_id FROM mine) m CROSS JOIN warehouse w
  ), owed AS MATERIALIZED (
    SELECT p.warehouse_id, p.item_id, p.good_until AS until, sum(p.open) AS qty FROM promise p JOIN day d ON d.warehouse_id = p.warehouse_id AND d.item_id = p.item_id
    WHERE p.ended_at IS NULL AND p.open > 0 GROUP BY 1, 2, 3
  ), lots AS MATERIALIZED (
    SELECT v.warehouse_id, v.item_id, v.last_good_day, sum(v.free) AS qty FROM sellable v JOIN day d ON d.warehouse_id = v.warehouse_id AND d.item_id = v.item_id GROUP BY 1, 2, 3
  ), point AS (
    -- What is promised for fewer days takes from the same goods.
    SELECT warehouse_id, item_id, until FROM day
    UNION SELECT o.warehouse_id, o.item_id, o.until FROM owed o JOIN day d ON d.warehouse_id = o.warehouse_id AND d.item_id = o.item_id AND o.until < d.until
  ), free AS (
    SELECT p.warehouse_id, p.item_id, p.until, coalesce(sum(l.qty), 0) AS qty FROM point p
    LEFT JOIN lots l ON l.warehouse_id = p.warehouse_id AND l.item_id = p.item_id AND l.last_good_day >= p.until GROUP BY 1, 2, 3
  ), room AS (
    SELECT f.warehouse_id, f.item_id, f.qty - coalesce(sum(o.qty), 0) AS qty FROM free f
    LEFT JOIN owed o ON o.warehouse_id = f.warehouse_id AND o.item_id = f.item_id AND o.until >= f.until GROUP BY f.warehouse_id, f.item_id, f.until, f.qty
  ), had AS (
    SELECT k.item_id, sum(k.qty) AS qty FROM (SELECT warehouse_id, item_id, greatest(min(qty), 0) AS qty FROM room GROUP BY 1, 2) k GROUP BY 1
  )
  SELECT m.code, m.reference, m.item_id,
         CASE WHEN h.qty <= m.low_at THEN 0 ELSE least(greatest(floor((h.qty - m.safety) * m.share_pct / 100), 0), coalesce(m.cap, 9000000)) END::bigint
  FROM mine m JOIN had h ON h.item_id = m.item_id
$$;
