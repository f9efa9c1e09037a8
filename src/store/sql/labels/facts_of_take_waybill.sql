-- $1 parcel
WITH own AS (
  SELECT wr.id
  FROM parcel pc
  JOIN waybill_range wr ON wr.carrier_id = pc.carrier_id
  WHERE pc.place_id = $1
    AND (wr.warehouse_id = pc.warehouse_id OR wr.warehouse_id IS NULL)
  ORDER BY wr.warehouse_id NULLS LAST
  LIMIT 1
), n AS (
  UPDATE waybill_range wr
  SET next = wr.next + 1
  FROM own
  WHERE wr.id = own.id AND wr.next <= wr.last
  RETURNING wr.prefix, wr.next - 1 AS serial
)
UPDATE parcel
SET waybill = n.prefix || n.serial
FROM n
WHERE place_id = $1
