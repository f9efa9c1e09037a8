-- $1 shop
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    o.order_no,
    ol.line_no,
    ol.sku,
    ol.title,
    ol.to_send AS qty,
    CASE d.n
      WHEN 0 THEN ol.unit_price_minor::text
      ELSE (ol.unit_price_minor / power(10::numeric, d.n))::numeric(20, 3)::text
    END AS unit_price,
    o.currency,
    to_char(o.placed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS placed_at,
    to_char(o.paid_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS paid_at,
    o.note,
    cu.code AS customer,
    o.receiver ->> 'name' AS receiver_name,
    o.receiver ->> 'phone' AS receiver_phone,
    o.receiver ->> 'country' AS country,
    o.receiver ->> 'province' AS province,
    o.receiver ->> 'city' AS city,
    o.receiver ->> 'district' AS district,
    o.receiver ->> 'address' AS address,
    o.receiver ->> 'postcode' AS postcode
  FROM orders o
  LEFT JOIN customer cu ON cu.id = o.customer_id
  JOIN order_line ol ON ol.order_id = o.id AND ol.to_send > 0
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN o.currency IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK', 'UGX', 'XAF', 'XOF', 'PYG') THEN 0
      WHEN o.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3
      ELSE 2
    END AS n
  ) d
  WHERE o.status = 'paid'
    AND ($1::text IS NULL OR o.shop_id = (SELECT id FROM shop WHERE code = $1))
  ORDER BY o.placed_at, o.order_no, ol.id
) x
