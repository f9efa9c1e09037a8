SELECT json_build_object(
  'code', code, 'channel', channel, 'url', url, 'key_id', key_id, 'min_life_days', min_life_days,
  'min_life_pct', min_life_pct, 'notify', notify, 'no_answer', no_answer
) AS "row!"
FROM shop
ORDER BY code
