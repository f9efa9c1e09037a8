SELECT json_build_object(
  'code', ca.code,
  'name', ca.name,
  'waybills_left', coalesce(
    (
      SELECT sum(greatest(wr.last - wr.next + 1, 0))::bigint
      FROM waybill_range wr
      WHERE wr.carrier_id = ca.id
    ),
    0
  ),
  'waybills', coalesce(
    (
      SELECT string_agg(
        concat_ws(' ', w.code, wr.prefix || ':' || wr.next || '-' || wr.last),
        ', '
        ORDER BY w.code NULLS FIRST
      )
      FROM waybill_range wr
      LEFT JOIN warehouse w ON w.id = wr.warehouse_id
      WHERE wr.carrier_id = ca.id
    ),
    ''
  ),
  'cutoff', to_char(sv.cutoff, 'HH24:MI'),
  'transit_days', sv.transit_days
) AS "row!"
FROM carrier ca
JOIN carrier_service sv ON sv.carrier_id = ca.id AND sv.standard
ORDER BY ca.code
