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
  ) AS "meaning!"
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
FROM owner o
JOIN item i ON i.owner_id = o.id AND upper(i.sku) = ANY ($2)
WHERE i.sku !~ '^[0-9]{1,4}$' AND NOT EXISTS (SELECT 1 FROM barcode bc WHERE bc.code = upper(i.sku))
UNION ALL
SELECT
  p.code,
  CASE
    WHEN be.place_id IS NULL
      THEN json_build_object('bin', json_build_object('id', p.id, 'code', p.code, 'usage', b.use))
    ELSE json_build_object('bench', json_build_object('id', p.id, 'code', p.code))
  END
FROM place p
JOIN bin b ON b.place_id = p.id
LEFT JOIN bench be ON be.place_id = p.id
WHERE p.warehouse_id = $1 AND p.code = ANY ($2)
UNION ALL
SELECT
  p.code,
  json_build_object(
    'container', json_build_object(
      'id', p.id,
      'code', p.code,
      'kind', c.kind,
      'stands_in', c.stands_in,
      'used_for', coalesce(s.shipment_no, t.trip_no),
      'holder', pe.name,
      'trip', u.trip_id
    )
  )
FROM place p
JOIN container c ON c.place_id = p.id AND c.kind <> 'parcel'
LEFT JOIN tote_use u ON u.container_id = p.id AND u.freed_at IS NULL
LEFT JOIN shipment s ON s.id = u.shipment_id
LEFT JOIN trip t ON t.id = u.trip_id
LEFT JOIN person pe ON pe.id = t.person_id
WHERE p.warehouse_id = $1 AND p.code = ANY ($2)
UNION ALL
SELECT
  l.number,
  json_build_object('lot', json_build_object('id', l.id, 'item_id', l.item_id, 'number', l.number))
FROM lot l
WHERE l.number <> '' AND l.number = ANY ($2)
UNION ALL
SELECT q.sscc, json_build_object('parcel', json_build_object('id', q.place_id, 'sscc', q.sscc))
FROM parcel q
WHERE q.warehouse_id = $1 AND (q.sscc = ANY ($3) OR q.waybill = ANY ($2))
UNION ALL
SELECT h.code, json_build_object('list', json_build_object('id', h.id, 'code', h.code))
FROM handover h
WHERE h.warehouse_id = $1 AND h.closed_at IS NULL AND h.code = ANY ($2)
UNION ALL
SELECT
  p.badge,
  json_build_object(
    'person', json_build_object(
      'id', p.id,
      'name', p.name,
      'free', p.role IN ('picker', 'supervisor', 'admin')
        AND NOT EXISTS (SELECT 1 FROM trip t WHERE t.person_id = p.id AND t.state = 'claimed')
    )
  )
FROM person p
WHERE p.active AND p.badge = ANY ($4)
