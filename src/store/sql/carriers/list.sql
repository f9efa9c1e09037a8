SELECT json_build_object(
  'code', ca.code,
  'name', ca.name,
  'waybills_left', greatest(ca.waybill_last - ca.waybill_next + 1, 0),
  'cutoff', to_char(sv.cutoff, 'HH24:MI'),
  'transit_days', sv.transit_days
) AS "row!"
FROM carrier ca
JOIN carrier_service sv ON sv.carrier_id = ca.id AND sv.standard
ORDER BY ca.code
