SELECT json_build_object(
  'code', sp.code, 'channel', sp.channel, 'url', sp.url, 'key_id', sp.key_id,
  'min_life_days', sp.min_life_days, 'min_life_pct', sp.min_life_pct, 'notify', sp.notify,
  'no_answer', sp.no_answer, 'parts', sp.permits_parts, 'owner', ow.code,
  'carrier', coalesce(ca.code, '')
) AS "row!"
FROM shop sp
JOIN owner ow ON ow.id = sp.owner_id
LEFT JOIN carrier ca ON ca.id = sp.carrier_id
ORDER BY sp.code
