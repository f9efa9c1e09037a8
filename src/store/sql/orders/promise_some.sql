-- $1 limit
WITH waits AS MATERIALIZED (
  SELECT s.id, sl.owner_id, sl.item_id, sl.qty
  FROM shipment s
  JOIN shipment_line sl ON sl.shipment_id = s.id
  WHERE s.state = 'pending'
    AND s.reason <> ''
    AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = s.id)
    AND NOT EXISTS (
      SELECT 1
      FROM promise p
      WHERE p.shipment_line_id = sl.id AND p.ended_at IS NULL
    )
), goods AS MATERIALIZED (
  SELECT DISTINCT owner_id, item_id
  FROM waits
), room AS MATERIALIZED (
  -- Which warehouse could have it at all; which day it must reach is asked when it is promised.
  SELECT k.warehouse_id, k.owner_id, k.item_id, sum(k.qty) AS qty
  FROM (
    SELECT se.warehouse_id, g.owner_id, g.item_id, se.free AS qty
    FROM goods g
    JOIN sellable se ON se.owner_id = g.owner_id AND se.item_id = g.item_id
    UNION ALL
    SELECT p.warehouse_id, g.owner_id, g.item_id, -p.open
    FROM goods g
    JOIN promise p ON p.owner_id = g.owner_id AND p.item_id = g.item_id
    WHERE p.ended_at IS NULL AND p.open > 0
  ) k
  GROUP BY 1, 2, 3
  HAVING sum(k.qty) > 0
), could AS (
  SELECT asked.id
  FROM (
    SELECT
      line.id,
      line.qty <= coalesce(sum(r.qty), 0) AS there
    FROM waits line
    LEFT JOIN room r ON r.owner_id = line.owner_id AND r.item_id = line.item_id
    GROUP BY line.id, line.owner_id, line.item_id, line.qty
  ) asked
  GROUP BY asked.id
  HAVING bool_and(asked.there)
  ORDER BY asked.id
  LIMIT $1
), fresh AS (
  SELECT s.id
  FROM shipment s
  WHERE s.state = 'pending'
    AND s.reason = ''
    AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = s.id)
  ORDER BY s.id
  LIMIT $1
)
SELECT
  ARRAY(
    SELECT id FROM fresh
    UNION ALL
    SELECT id FROM could
  ) AS "ids!",
  (SELECT count(*) FROM fresh) AS "fresh!"
