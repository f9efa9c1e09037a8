SELECT json_build_object(
  'code', code,
  'name', name,
  'waybills_left', greatest(waybill_last - waybill_next + 1, 0),
  'cutoff', to_char(cutoff, 'HH24:MI'),
  'transit_days', transit_days
) AS "row!"
FROM carrier
ORDER BY code
