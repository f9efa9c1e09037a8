SELECT 'reservation ' || r.id, 'good until ' || p.good_until, lo.last_good_day::text
FROM reservation r
JOIN promise p ON p.id = r.promise_id
JOIN lot lo ON lo.id = r.lot_id
WHERE r.ended_at IS NULL AND lo.last_good_day < p.good_until
