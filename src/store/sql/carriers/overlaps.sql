-- $1 carrier, $2 warehouse, $3 prefix, $4 first, $5 last
-- Numbers of another range, or that were given out before: which.
SELECT k.numbers AS "numbers!"
FROM (
  SELECT concat_ws(' ', ca.code, w.code, wr.prefix || ':' || wr.next || '-' || wr.last) AS numbers
  FROM waybill_range wr
  JOIN carrier ca ON ca.id = wr.carrier_id
  LEFT JOIN warehouse w ON w.id = wr.warehouse_id
  WHERE wr.prefix = $3
    AND wr.next <= $5
    AND wr.last >= $4
    AND (ca.code <> $1 OR wr.warehouse_id IS DISTINCT FROM $2::bigint)
  UNION ALL
  SELECT pc.waybill
  FROM parcel pc
  WHERE starts_with(pc.waybill, $3)
    AND CASE
      WHEN substr(pc.waybill, length($3) + 1) ~ '^[0-9]{1,18}$'
        THEN substr(pc.waybill, length($3) + 1)::bigint BETWEEN $4 AND $5
    END
) k
LIMIT 1
