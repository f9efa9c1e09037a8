-- $1 warehouse
SELECT
  trolley_totes::bigint AS "totes!",
  coalesce(trolley_max_ml, 9223372036854775807) AS "volume_ml!",
  coalesce(trolley_max_g, 9223372036854775807) AS "weight_g!",
  walks
FROM warehouse
WHERE id = $1
