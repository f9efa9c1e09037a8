-- $1 id
SELECT
  wv.wave_no,
  wv.state AS "state: WaveState",
  coalesce(pe.name, '') AS "who!",
  coalesce(to_char(wv.released_at AT TIME ZONE w.tz, 'MM-DD HH24:MI'), '') AS "at!",
  (SELECT count(*) FROM shipment s WHERE s.wave_id = wv.id) AS "shipments!"
FROM wave wv
JOIN warehouse w ON w.id = wv.warehouse_id
LEFT JOIN person pe ON pe.id = wv.released_by
WHERE wv.id = $1
