-- $1 limit, $2 warehouse
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT pc.sscc, s.shipment_no, pc.state, pc.weight_g, ca.code AS carrier, pc.waybill
  FROM (
    SELECT *
    FROM parcel
    WHERE $2::text IS NULL OR warehouse_id = (SELECT id FROM warehouse WHERE code = $2)
    ORDER BY place_id DESC
    LIMIT $1
  ) pc
  JOIN shipment s ON s.id = pc.shipment_id
  JOIN carrier ca ON ca.id = pc.carrier_id
  JOIN warehouse w ON w.id = pc.warehouse_id
  ORDER BY pc.place_id
) x
