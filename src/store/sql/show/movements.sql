-- $1 limit, $2 warehouse
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    m.id::text AS id,
    to_char(m.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
    w.code AS warehouse,
    ow.code AS owner,
    i.sku AS item,
    lo.number AS lot,
    m.qty,
    pl.code AS from_place,
    m.from_status,
    dst.code AS to_place,
    m.to_status,
    m.reason,
    pe.code AS person,
    m.command,
    m.reverses::text AS reverses
  FROM movement m
  JOIN warehouse w ON w.id = m.warehouse_id
  JOIN owner ow ON ow.id = m.owner_id
  JOIN item i ON i.id = m.item_id
  JOIN lot lo ON lo.id = m.lot_id
  JOIN place pl ON pl.id = m.from_place
  JOIN place dst ON dst.id = m.to_place
  JOIN person pe ON pe.id = m.person_id
  WHERE $2::text IS NULL OR w.code = $2
  ORDER BY m.id DESC
  LIMIT $1
) x
