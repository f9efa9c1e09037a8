-- $1 tote, $2 person, $3 left_alone_s
SELECT
  s.id AS "id?",
  s.shipment_no AS "shipment_no?",
  s.state AS "state?: ShipmentState",
  t.state AS "trip: TripState",
  t.state <> 'done' AS "walking!",
  nh.reason AS "held?",
  nh.note AS "note?",
  EXISTS (
    SELECT 1
    FROM exception e
    WHERE e.shipment_id = s.id AND e.done_at IS NULL
  ) AS "open_exception!",
  (
    SELECT pe.name
    FROM in_hand ih
    JOIN person pe ON pe.id = ih.person_id
    WHERE ih.person_id <> $2
      AND ih.signed_on
      AND ih.packed_shipment_id = s.id
      AND ih.updated_at > now() - make_interval(secs => $3)
    LIMIT 1
  ) AS other,
  (
    SELECT coalesce(sum(r.qty), 0)::bigint
    FROM shipment_line sl
    JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
    JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
    JOIN place pl ON pl.id = r.place_id AND pl.stores
    WHERE sl.shipment_id = s.id
  ) AS "unpicked!"
FROM tote_use u
JOIN trip t ON t.id = u.trip_id
LEFT JOIN shipment s ON s.id = u.shipment_id
LEFT JOIN LATERAL (
  SELECT sho.reason, sho.note
  FROM shipment_hold sho
  WHERE sho.shipment_id = s.id
  ORDER BY sho.id DESC
  LIMIT 1
) nh ON true
WHERE u.container_id = $1 AND u.freed_at IS NULL
