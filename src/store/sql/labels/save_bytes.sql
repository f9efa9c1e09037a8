-- $1 parcel, $2 bytes
WITH got AS (
  UPDATE label la
  SET state = 'got', bytes = $2, got_at = now(), waybill = pc.waybill
  FROM parcel pc
  WHERE la.parcel_id = $1 AND la.state = 'asked' AND pc.place_id = la.parcel_id
  RETURNING la.id
)
INSERT INTO print_job (label_id, printer_id)
SELECT got.id, be.printer_id
FROM got, parcel pc
JOIN bench be ON be.place_id = pc.bench_id
WHERE pc.place_id = $1 AND be.printer_id IS NOT NULL
