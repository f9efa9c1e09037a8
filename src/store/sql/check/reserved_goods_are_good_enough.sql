-- What the day's turn finds too old is moved or said; what it has not come to yet is no fault of
-- the ledger. Goods in boxes and totes are stopped where they are and stand in an exception.
SELECT 'reservation ' || r.id, 'good until ' || needed_day(n), lo.last_good_day::text
FROM reservation r
JOIN promise p ON p.id = r.promise_id
JOIN need n ON n.id = p.need_id
JOIN lot lo ON lo.id = r.lot_id
JOIN shipment_line sl ON sl.id = p.shipment_line_id
WHERE r.ended_at IS NULL
  AND lo.last_good_day < needed_day(n)
  AND NOT EXISTS (
    SELECT 1
    FROM exception e
    WHERE e.shipment_id = sl.shipment_id
      AND e.reason IN ('out_of_date', 'goods_held')
      AND e.done_at IS NULL
  )
