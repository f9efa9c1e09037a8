-- $1 parcel, $2 bytes
WITH l AS (
  INSERT INTO label (parcel_id, state, bytes)
  VALUES ($1, 'got', $2)
  ON CONFLICT ON CONSTRAINT label_one_a_parcel
  DO UPDATE SET state = 'got', bytes = excluded.bytes
  RETURNING id
)
INSERT INTO print_job (label_id, printer_id)
SELECT l.id, be.printer_id
FROM l, parcel pc
JOIN bench be ON be.place_id = pc.bench_id
WHERE pc.place_id = $1 AND be.printer_id IS NOT NULL
