-- $1 id, $2 limit
SELECT
  pl.id,
  pl.code,
  item_name(i) AS "item!: Name",
  coalesce(sum(r.qty), 0)::bigint AS "qty!"
FROM stop st
JOIN place pl ON pl.id = st.place_id
JOIN item i ON i.id = st.item_id
LEFT JOIN bin b ON b.place_id = pl.bin_id
LEFT JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
WHERE st.trip_id = $1
GROUP BY st.id, pl.id, i.id, b.seq
ORDER BY st.skips, st.walk, b.seq, st.id
LIMIT $2
