SELECT 'shipment line ' || sl.id, sl.qty::text, coalesce(sum(sh.qty), 0)::text
FROM shipment_line sl
JOIN shipment s ON s.id = sl.shipment_id AND s.state <> 'cancelled'
LEFT JOIN share sh ON sh.shipment_line_id = sl.id
GROUP BY sl.id
HAVING sl.qty <> coalesce(sum(sh.qty), 0)
