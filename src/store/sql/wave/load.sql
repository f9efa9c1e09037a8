-- $1 warehouse, $2 limit, $3 person, $4 shop, $5 carrier
-- What waits and which truck is next are those of the shop and the carrier that are chosen.
SELECT
  (
    SELECT coalesce(array_agg(code ORDER BY code), '{}')
    FROM shop
    WHERE id IN (SELECT shops_of($3))
  ) AS "shops!",
  (SELECT coalesce(array_agg(code ORDER BY code), '{}') FROM carrier) AS "carriers!",
  (
    SELECT coalesce(array_agg(k.zone ORDER BY k.zone), '{}')
    FROM (SELECT DISTINCT zone FROM bin WHERE use = 'storage') k
    WHERE EXISTS (
      SELECT 1
      FROM bin b
      WHERE b.zone = k.zone
        AND b.use = 'storage'
        -- Asked row by row: the first is enough.
        AND (SELECT pl.warehouse_id FROM place pl WHERE pl.id = b.place_id) = $1
    )
  ) AS "zones!",
  (
    SELECT coalesce(array_agg(name ORDER BY name), '{}')
    FROM saved_view
    WHERE list = 'wave'
  ) AS "kept!",
  (
    SELECT coalesce(array_agg(why || ' ' || n ORDER BY n DESC, why), '{}')
    FROM (
      SELECT CASE
          WHEN nh.shipment_id IS NOT NULL THEN 'held'
          ELSE coalesce(nullif(s.reason, ''), 'not_yet')
        END AS why, count(*) AS n
      FROM shipment s
      JOIN shop sp ON sp.id = s.shop_id
      JOIN carrier ca ON ca.id = s.carrier_id
      LEFT JOIN newest_shipment_hold nh ON nh.shipment_id = s.id
      WHERE s.warehouse_id = $1
        AND $4 IN ('', sp.code)
        AND $5 IN ('', ca.code)
        AND s.shop_id IN (SELECT shops_of($3))
        AND (s.state = 'pending' OR (s.state = 'ready' AND nh.shipment_id IS NOT NULL))
      GROUP BY 1
      ORDER BY 2 DESC
      LIMIT $2
    ) k
  ) AS "waits!",
  (
    SELECT to_char(min(s.cutoff_at) AT TIME ZONE w.tz, 'MM-DD HH24:MI')
    FROM shipment s
    JOIN shop sp ON sp.id = s.shop_id
    JOIN carrier ca ON ca.id = s.carrier_id
    JOIN warehouse w ON w.id = s.warehouse_id
    WHERE s.warehouse_id = $1
      AND s.state = 'ready'
      AND $4 IN ('', sp.code)
      AND $5 IN ('', ca.code)
      AND s.shop_id IN (SELECT shops_of($3))
      AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = s.id)
    GROUP BY w.tz
  ) AS next_cutoff
