SELECT json_build_object(
  'id', ru.id,
  'kind', ru.kind,
  'than', ru.than,
  'item', i.sku,
  'warehouse', w.code,
  'tells', pe.code,
  'hook', nullif(ru.hook, ''),
  'now', (SELECT count(*) FROM alert al WHERE al.rule_id = ru.id AND al.ended_at IS NULL)
) AS "row!"
FROM alert_rule ru
LEFT JOIN item i ON i.id = ru.item_id
LEFT JOIN warehouse w ON w.id = ru.warehouse_id
LEFT JOIN person pe ON pe.id = ru.person_id
ORDER BY ru.id
