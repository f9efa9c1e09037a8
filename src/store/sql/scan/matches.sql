-- $1 warehouse, $2 texts, $3 ssccs, $4 badges
SELECT
  bc.code AS "code!",
  json_build_object(
    'item', json_build_object(
      'id', i.id,
      'sku', i.sku,
      'name', json_build_object('en', i.name_en, 'zh', i.name_zh, 'variant', i.variant),
      'units', pk.units
    )
  ) AS "found!"
FROM barcode bc
JOIN pack pk ON pk.id = bc.pack_id
JOIN item i ON i.id = pk.item_id
WHERE bc.code = ANY ($2)
  -- An item's own code, where no barcode says otherwise; a short number is a quantity.
UNION ALL
SELECT
  upper(i.sku),
  json_build_object(
    'item', json_build_object(
      'id', i.id,
      'sku', i.sku,
      'name', json_build_object('en', i.name_en, 'zh', i.name_zh, 'variant', i.variant),
      'units', 1
    )
  )
FROM owner ow
JOIN item i ON i.owner_id = ow.id AND upper(i.sku) = ANY ($2)
WHERE i.sku !~ '^[0-9]{1,4}$' AND NOT EXISTS (SELECT 1 FROM barcode bc WHERE bc.code = upper(i.sku))
UNION ALL
SELECT
  pl.code,
  CASE
    WHEN be.place_id IS NULL
      THEN json_build_object('bin', json_build_object('id', pl.id, 'code', pl.code, 'usage', b.use))
    ELSE json_build_object('bench', json_build_object('id', pl.id, 'code', pl.code))
  END
FROM place pl
JOIN bin b ON b.place_id = pl.id
LEFT JOIN bench be ON be.place_id = pl.id
WHERE pl.warehouse_id = $1 AND pl.code = ANY ($2)
UNION ALL
SELECT
  pl.code,
  json_build_object(
    'container', json_build_object(
      'id', pl.id,
      'code', pl.code,
      'kind', c.kind,
      'stands_in', pl.parent_id,
      'used_for', coalesce(s.shipment_no, t.trip_no),
      'holder', pe.name,
      'trip', u.trip_id
    )
  )
FROM (
  SELECT id, code, parent_id
  FROM place
  WHERE warehouse_id = $1 AND code = ANY ($2)
  UNION ALL
  -- A slot's code means the container that stands there.
  SELECT inside_pl.id, inside_pl.code, inside_pl.parent_id
  FROM place slot_pl
  JOIN place inside_pl ON inside_pl.parent_id = slot_pl.id
  WHERE slot_pl.warehouse_id = $1 AND slot_pl.code = ANY ($2) AND slot_pl.kind = 'slot'
) pl
JOIN container c ON c.place_id = pl.id AND c.kind <> 'parcel'
LEFT JOIN tote_use u ON u.container_id = pl.id AND u.freed_at IS NULL
LEFT JOIN shipment s ON s.id = u.shipment_id
LEFT JOIN trip t ON t.id = u.trip_id
LEFT JOIN person pe ON pe.id = t.person_id
UNION ALL
SELECT
  lo.number,
  json_build_object(
    'lot', json_build_object('id', lo.id, 'item_id', lo.item_id, 'number', lo.number)
  )
FROM lot lo
WHERE lo.number <> '' AND lo.number = ANY ($2)
UNION ALL
SELECT pc.sscc, json_build_object('parcel', json_build_object('id', pc.place_id, 'sscc', pc.sscc))
FROM parcel pc
WHERE pc.warehouse_id = $1 AND (pc.sscc = ANY ($3) OR pc.waybill = ANY ($2))
UNION ALL
SELECT h.code, json_build_object('list', json_build_object('id', h.id, 'code', h.code))
FROM hand_over h
WHERE h.warehouse_id = $1 AND h.closed_at IS NULL AND h.code = ANY ($2)
UNION ALL
SELECT
  bh.badge,
  json_build_object(
    'person', json_build_object(
      'id', pe.id,
      'name', pe.name,
      'free', 'pick' = ANY (ro.rights)
        AND NOT EXISTS (SELECT 1 FROM trip t WHERE t.person_id = pe.id AND t.state = 'claimed')
    )
  )
FROM badge_holders($4) bh
JOIN person pe ON pe.id = bh.person_id
JOIN role ro ON ro.code = pe.role
