-- $1 shop, $2 rows, $3 all
INSERT INTO listing (shop_id, code, item_id, reference)
SELECT DISTINCT ON (upper(ol.sku)) $1, upper(ol.sku), ol.item_id, x.reference
FROM json_to_recordset($2::json) AS p(order_no text, lines json)
CROSS JOIN json_to_recordset(p.lines) AS x(line_no text, reference text)
JOIN orders o ON o.shop_id = $1 AND o.order_no = p.order_no AND o.id = ANY ($3)
JOIN order_line ol ON ol.order_id = o.id AND ol.line_no = x.line_no
WHERE ol.item_id IS NOT NULL AND ol.sku <> ''
ORDER BY upper(ol.sku), o.modified_at DESC
ON CONFLICT (shop_id, code)
DO UPDATE SET reference = excluded.reference, sent = NULL, refused = NULL
WHERE excluded.reference NOT IN ('', listing.reference)
