SELECT json_build_object(
  'carrier', ca.code,
  'service', sv.code,
  'name', sv.name,
  'standard', sv.standard,
  'calendar', coalesce(cal.code, ''),
  'cutoff', to_char(sv.cutoff, 'HH24:MI'),
  'cutoffs', coalesce(
    (
      SELECT string_agg(
        concat_ws('/', w.code, cut.weekday) || '=' || to_char(cut.cutoff, 'HH24:MI'),
        ' '
        ORDER BY w.code NULLS FIRST, cut.weekday NULLS FIRST
      )
      FROM service_cutoff cut
      LEFT JOIN warehouse w ON w.id = cut.warehouse_id
      WHERE cut.service_id = sv.id
    ),
    ''
  ),
  'transit_days', sv.transit_days,
  'regions', coalesce(
    (
      SELECT string_agg(
        concat_ws('/', sr.country, sr.province, sr.city, sr.postcode) || '=' || sr.transit_days,
        ' '
        ORDER BY sr.id
      )
      FROM service_region sr
      WHERE sr.service_id = sv.id
    ),
    ''
  )
) AS "row!"
FROM carrier_service sv
JOIN carrier ca ON ca.id = sv.carrier_id
LEFT JOIN calendar cal ON cal.id = sv.calendar_id
ORDER BY ca.code, sv.code
