-- $1 shipments, $2 reasons, $3 notes, $4 by
SELECT write_hold('shipment', s.id, u.reason, u.note, u.by)
FROM unnest($1::bigint[]) AS s(id)
CROSS JOIN unnest($2::text[], $3::text[], $4::text[]) AS u(reason, note, by)
